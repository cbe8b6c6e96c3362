"""Redis streams: ``redis://[USER:PASSWORD@]HOST:PORT/STREAM[?maxlen=N]``.

Payments go to STREAM, everything else to ``STREAM:labels``, ``STREAM:cards`` and so on. An entry has
the fields ``key``, ``value`` (none where a key ends), ``time``, ``position``, ``schema``, ``producer``
and ``world``. Every piece is one transaction, so that a producer that was ended and resumes sends
nothing twice.

Belongs here: writing entries, and finding out where a producer got to. Does not belong here: what
is sent.
"""

from functools import partial
from importlib.util import find_spec
from typing import Any
from urllib.parse import SplitResult, parse_qsl, urlunsplit

from fraudsim_assets.errors import ConfigError, StorageError
from fraudsim_assets.streaming.events import TOPICS, Events
from fraudsim_assets.streaming.targets.target import Target
from fraudsim_assets.tables.messages import MESSAGES

_LOOK_BACK = 500
# entries read back from the end of a stream at a time. [count]


class RedisTarget(Target):
    """Streams of one Redis server.

    Parameters
    ----------
    url
        Of the server, as redis-py reads it.
    stream
        Stream of payments, and what the names of the others begin with.
    most
        Entries that a stream keeps, about; None keeps all. [count]
    """

    def __init__(
        self, url: str, stream: str, *, part: tuple[int, int], world: str = "", most: int | None = None
    ) -> None:
        from redis import Redis
        from redis.backoff import ExponentialBackoff
        from redis.retry import Retry

        self._redis: Any = Redis.from_url(url, retry=Retry(ExponentialBackoff(cap=5), 8))
        self._stream, self._most = stream, most
        self._who = f"{part[0]}/{part[1]}".encode()
        marks = {"producer": self._who, "world": world}
        self._marks = [{**marks, "schema": message.version} for message in MESSAGES.values()]

    @classmethod
    def of(cls, url: SplitResult, *, part: tuple[int, int], world: str) -> "RedisTarget":
        """Read an address.

        Raises
        ------
        ConfigError
            If it lacks a server or a stream, or has a setting that does not exist.
        """
        if find_spec("redis") is None:
            raise ConfigError("redis:// needs redis-py; run: pip install 'fraudsim-assets[stream]'")
        stream = url.path.strip("/")
        if not url.hostname or not stream:
            raise ConfigError(f"{_shown(url)} is no Redis address; valid is redis://HOST:PORT/STREAM")
        given = dict(parse_qsl(url.query))
        most = given.pop("maxlen", None)
        if given or (most is not None and not most.isdecimal()):
            raise ConfigError(f"{_shown(url)} has settings {url.query!r}; valid is maxlen=N")
        server = urlunsplit((url.scheme, url.netloc, "", "", ""))
        return cls(server, stream, part=part, world=world, most=int(most) if most else None)

    def name_of(self, topic: str) -> str:
        """Key of a topic's stream."""
        return self._stream if topic == "payments" else f"{self._stream}:{topic}"

    def send(self, events: Events) -> None:
        """Append entries, all or none."""
        names = [self.name_of(topic) for topic in TOPICS]
        pipe = self._redis.pipeline(transaction=True)
        for topic, key, time, position, value in zip(
            events.topic.tolist(), events.key, events.time.tolist(), events.position.tolist(), events.value, strict=True
        ):
            entry: dict[str, Any] = {"key": key, "time": time, "position": position, **self._marks[topic]}
            if value is not None:
                entry["value"] = value
            pipe.xadd(names[topic], entry, maxlen=self._most)
        self._guarded(pipe.execute)

    def reached(self) -> int | None:
        """Position just after the last event that the producer sent."""
        found = [position for topic in TOPICS if (position := self._last(self.name_of(topic))) is not None]
        return max(found) + 1 if found else None

    def close(self) -> None:
        """Let go of the connection."""
        self._redis.close()

    def _last(self, name: str) -> int | None:
        before: Any = "+"
        while True:
            entries = self._guarded(partial(self._redis.xrevrange, name, before, "-", count=_LOOK_BACK))
            if not entries:
                return None
            for _, entry in entries:
                if entry.get(b"producer") == self._who:
                    return int(entry[b"position"])
            before = b"(" + entries[-1][0]

    def _guarded(self, step: Any) -> Any:
        from redis.exceptions import RedisError

        try:
            return step()
        except RedisError as error:
            raise StorageError(f"Redis did not take a piece: {error}; run the command again with --resume") from error


def _shown(url: SplitResult) -> str:
    """Address without a password."""
    return f"{url.scheme}://{url.hostname or ''}{url.path}"
