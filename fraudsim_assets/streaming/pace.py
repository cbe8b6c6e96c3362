"""`Pace`: when events are due by the clock on the wall.

The only module of the project that looks at a clock to decide something, and what it decides is
when something is sent, never what.

Belongs here: waiting, and how late events were sent. Does not belong here: sending.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from threading import Event

import numpy as np

from fraudsim_assets.errors import ConfigError
from fraudsim_assets.streaming.events import Events
from fraudsim_assets.units import SECOND, Floats

MOST_AT_ONCE = 5_000
"""Most events handed to a target at a time, unless more are of one position. [count]"""

_TICK = 0.002
# events due within this time are sent together. [seconds]


@dataclass
class Lateness:
    """How late events were sent, as counts over a logarithmic scale that resolves a tenth.

    Attributes
    ----------
    counts
        Events by bin.
    """

    counts: np.ndarray = field(default_factory=lambda: np.zeros(_BINS + 1, dtype=np.int64))

    def add(self, seconds: Floats) -> None:
        """Count events."""
        place = np.floor(np.log(np.maximum(seconds, _LEAST) / _LEAST) / np.log(_RATIO)).astype(np.int64)
        self.counts += np.bincount(np.minimum(place, _BINS), minlength=_BINS + 1)

    def quantile(self, share: float) -> float | None:
        """Lateness that a share of the events does not exceed; None if there are no events. [seconds]"""
        total = int(self.counts.sum())
        if not total:
            return None
        place = int(np.searchsorted(np.cumsum(self.counts), share * total))
        return float(_LEAST * _RATIO ** (place + 1))


_LEAST, _RATIO, _BINS = 1e-5, 1.1, 220
# from 10 microseconds to three hours. [seconds]


@dataclass(frozen=True)
class Pace:
    """How fast a stream runs.

    Attributes
    ----------
    speed
        Seconds of the stream per second; None sends as fast as the target takes.
    live
        A position is due when the clock on the wall shows it. What lies behind is sent at once.
    clock
        Seconds since any moment; for ``live``, since 1970.
    """

    speed: float | None = None
    live: bool = False
    clock: Callable[[], float] = time.time

    @classmethod
    def of(cls, text: str) -> "Pace":
        """Read ``max``, ``live`` or a number.

        Raises
        ------
        ConfigError
            If it is none of them.
        """
        if text == "max":
            return cls()
        if text == "live":
            return cls(speed=1.0, live=True)
        try:
            speed = float(text)
        except ValueError:
            speed = 0.0
        if not 0.0 < speed < 1e9:
            raise ConfigError(f"speed is {text!r}; valid are max, live, or a number above 0 such as 60")
        return cls(speed=speed, clock=time.monotonic)

    def now(self) -> int:
        """Position that is due now on a live clock. [microseconds since 1970]"""
        return int(self.clock() * SECOND)

    def started(self, start: int) -> "Schedule":
        """Start the clock: a position is due now, unless the clock is live."""
        return Schedule(self, *((0.0, 0) if self.live else (self.clock(), start)))


@dataclass(frozen=True)
class Schedule:
    """A pace whose clock runs.

    Attributes
    ----------
    began, since
        A moment of the clock, and the position that is due then. [seconds], [microseconds]
    """

    pace: Pace
    began: float
    since: int

    def timed(self, events: Events, stop: Event) -> Iterator[tuple[Events, Floats | None]]:
        """Give events when they are due, together with when that was, until told to stop.

        Parameters
        ----------
        events
            Events in order.
        stop
            Ends it between two positions.

        Yields
        ------
        events, due : (n,)
            Events of whole positions; None where nothing is ever late. [seconds of the clock]
        """
        if self.pace.speed is None:
            for piece in events.pieces(MOST_AT_ONCE):
                if stop.is_set():
                    return
                yield piece, None
            return
        due = self.began + (events.position - self.since) / (SECOND * self.pace.speed)
        sent = 0
        while sent < len(events):
            if stop.wait(max(due[sent] - self.pace.clock(), 0.0)):
                return
            ready = int(np.searchsorted(due, max(self.pace.clock() + _TICK, due[sent]), side="right"))
            for piece in events.take(slice(sent, ready)).pieces(MOST_AT_ONCE):
                if stop.is_set():
                    return
                yield piece, due[sent : sent + len(piece)]
                sent += len(piece)
