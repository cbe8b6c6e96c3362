"""Trying again: exponential back-off with full jitter, a cap and a deadline.

Full jitter (a wait drawn evenly from zero to the exponential bound) spreads many writers out best
[1]_. The jitter decides when something is tried, never what is written.

Belongs here: the waiting and its log. Does not belong here: which faults are worth it (``faults``).

References
----------
.. [1] Brooker, "Exponential backoff and jitter", AWS Architecture Blog, 2015.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event
from typing import TypeVar

import tenacity

from fraudsim_assets.errors import StorageError
from fraudsim_assets.storage.faults import advice, is_transient, redacted, storage_error

T = TypeVar("T")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RetryPolicy:
    """How stubborn a storage operation is.

    Attributes
    ----------
    max_attempts
        Tries, the first one included. With the waits below, 15 of them last 86 s on average, and
        longer than 30 s but for one case in ten thousand. [count]
    deadline_seconds
        No further try starts when it would begin later than this after the first. [s]
    first_wait_seconds
        Longest wait after the first failure; it doubles from there. [s]
    longest_wait_seconds
        Cap of the wait. [s]
    secrets
        Asked for texts that must not appear in a log or an error.
    """

    max_attempts: int = 15
    deadline_seconds: float = 300.0
    first_wait_seconds: float = 0.25
    longest_wait_seconds: float = 20.0
    secrets: Callable[[], tuple[str, ...]] = tuple

    def call(self, operation: str, action: Callable[[], T], *, ended: Event | None = None) -> T:
        """Run an action until it succeeds or there is no sense in going on.

        Parameters
        ----------
        operation
            What is tried, for the log and the error, such as ``upload part 3 of s3://…``.
        action
            Called again for each try.
        ended
            Once set, the result is no longer waited for: waiting ends and no further try starts.

        Returns
        -------
        T
            Result of the first try that succeeded.

        Raises
        ------
        StorageError
            If a storage fault is permanent, or a passing one does not pass in time.
        """
        started = time.monotonic()
        nobody_waits = ended or Event()
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception(is_transient),
            stop=tenacity.stop_any(
                tenacity.stop_after_attempt(self.max_attempts),
                tenacity.stop_before_delay(self.deadline_seconds),
                tenacity.stop_when_event_set(nobody_waits),
            ),
            sleep=tenacity.sleep_using_event(nobody_waits),
            wait=tenacity.wait_random_exponential(multiplier=self.first_wait_seconds, max=self.longest_wait_seconds),
            before_sleep=lambda state: self._tell(operation, state),
            reraise=True,
        )
        try:
            return retrying(action)
        except Exception as error:
            failure = self._explained(operation, error, retrying.statistics.get("attempt_number", 1), started)
            if failure is None:
                raise
        raise failure  # outside the except block: the original must not hang on as context

    def _explained(self, operation: str, error: Exception, attempts: int, started: float) -> StorageError | None:
        reason = advice(error)
        if is_transient(error):
            seconds = time.monotonic() - started
            tries = f"gave up after {attempts} {'try' if attempts == 1 else 'tries'} in {seconds:.1f} s"
            reason = f"{tries}; check the server or the disk, then run again"
        return None if reason is None else storage_error(operation, reason, error, self.secrets())

    def _tell(self, operation: str, state: tenacity.RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        wait = state.next_action.sleep if state.next_action else 0.0
        said = redacted(f"{type(error).__name__}: {error}", self.secrets())
        _log.warning(
            "%s: try %d of %d failed (%s); next in %.2f s",
            operation,
            state.attempt_number,
            self.max_attempts,
            said,
            wait,
        )
