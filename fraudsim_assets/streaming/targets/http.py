"""HTTP: every piece is posted as lines of JSON, again and again until the receiver takes it.

Belongs here: posting. Does not belong here: the lines (``lines``).
"""

from typing import Any

from fraudsim_assets.errors import ConfigError, StorageError
from fraudsim_assets.streaming.events import Events
from fraudsim_assets.streaming.targets.lines import lines
from fraudsim_assets.streaming.targets.target import Target

TRIES, LONGEST_WAIT, TIMEOUT = 8, 10.0, 60.0
"""Tries per piece, and the most to wait between two of them and for an answer. [count], [seconds], [seconds]"""

_SLOW_DOWN, _SERVER_ERROR = 429, 500


class _AgainError(Exception):
    """The receiver may take the piece later."""


class HttpTarget(Target):
    """A receiver of posts.

    A post carries the header ``Idempotency-Key``, made of the producer and the first and last
    position, by which a receiver knows a piece that it was sent twice.
    """

    def __init__(self, url: str, *, part: tuple[int, int]) -> None:
        import requests

        self._url, self._who, self._session = url, f"{part[0]}/{part[1]}", requests.Session()

    def send(self, events: Events) -> None:
        """Post lines, and wait for the answer."""
        import requests
        from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

        body = b"".join(lines(events))
        headers = {
            "Content-Type": "application/x-ndjson",
            "Idempotency-Key": f"{self._who}:{events.position[0]}-{events.position[-1]}",
        }
        tries = Retrying(
            stop=stop_after_attempt(TRIES),
            wait=wait_random_exponential(multiplier=0.2, max=LONGEST_WAIT),
            retry=retry_if_exception_type((requests.ConnectionError, requests.Timeout, _AgainError)),
            reraise=True,
        )
        try:
            tries(self._post, body, headers)
        except (requests.RequestException, _AgainError) as error:
            raise StorageError(f"{self._url} did not take a piece: {error}") from error

    def reached(self) -> int | None:
        """Refuse: a receiver is not asked."""
        raise ConfigError("--resume needs a target that can be asked; of a receiver over HTTP, give --from")

    def close(self) -> None:
        """Let go of the connection."""
        self._session.close()

    def _post(self, body: bytes, headers: dict[str, Any]) -> None:
        answer = self._session.post(self._url, data=body, headers=headers, timeout=TIMEOUT)
        if answer.status_code == _SLOW_DOWN or answer.status_code >= _SERVER_ERROR:
            raise _AgainError(f"answer {answer.status_code}")
        answer.raise_for_status()
