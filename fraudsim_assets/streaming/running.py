"""`run`: a feed to a target at a pace, until it ends or is told to.

Belongs here: the loop, and what it tells about itself. Does not belong here: which events there
are, when they are due, and how they are sent.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from queue import Full, Queue
from threading import Event, Thread
from types import TracebackType
from typing import Self

from fraudsim_assets.streaming.events import Events
from fraudsim_assets.streaming.feed import Feed, Span
from fraudsim_assets.streaming.pace import Lateness, Pace
from fraudsim_assets.streaming.targets.target import Target

AHEAD_CELLS = 2
"""Cells that are made and encoded before they are due. [count]"""


@dataclass
class Report:
    """What a run has done so far.

    Attributes
    ----------
    start
        Position at which it started. [microseconds since 1970]
    position
        Position of the last event that was sent; None if there was none.
    counts
        Events sent, by topic.
    lateness
        How late they were sent.
    seconds, cpu_seconds
        Time and processor time since the start.
    ended
        Whether all there is was sent.
    """

    start: int
    position: int | None = None
    counts: Counter[str] = field(default_factory=Counter)
    lateness: Lateness = field(default_factory=Lateness)
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    ended: bool = False

    @property
    def total(self) -> int:
        """Events sent."""
        return self.counts.total()


def run(
    feed: Feed,
    target: Target,
    pace: Pace,
    *,
    resume: bool = False,
    stop: Event | None = None,
    tell: Callable[[Report], None] = lambda _: None,
) -> Report:
    """Send a feed.

    Parameters
    ----------
    feed
        What to send.
    target
        Where to.
    pace
        How fast.
    resume
        Start where the target says that this producer got to, if it got anywhere.
    stop
        Ends the run between two events when it is set.
    tell
        Called after every piece that was sent.

    Raises
    ------
    StorageError
        If the target fails; what was confirmed stays, and a resumed run sends the rest.
    """
    stop = stop or Event()
    with target:
        reached = target.reached() if resume else None
        if reached is not None and reached >= feed.span.end:
            return Report(start=reached, ended=True)
        if reached is not None and reached > feed.span.start:
            feed = replace(feed, span=Span(reached, feed.span.end), snapshot=False)
        return _sent(feed, target, pace, stop, tell)


def _sent(feed: Feed, target: Target, pace: Pace, stop: Event, tell: Callable[[Report], None]) -> Report:
    report, begun, cpu = Report(feed.span.start), time.monotonic(), time.process_time()
    schedule = None
    with Ahead(feed.cells) as cells:
        for cell in cells:
            schedule = schedule or pace.started(feed.span.start)
            for events, due in schedule.timed(cell, stop):
                target.send(events)
                if due is not None:
                    report.lateness.add(pace.clock() - due)
                report.position = int(events.position[-1])
                report.counts.update(events.counts())
                report.seconds, report.cpu_seconds = time.monotonic() - begun, time.process_time() - cpu
                tell(report)
            target.settle()
            if stop.is_set():
                break
    report.ended = not stop.is_set()
    report.seconds, report.cpu_seconds = time.monotonic() - begun, time.process_time() - cpu
    return report


class Ahead:
    """What a thread makes ahead of its use; a context manager that ends the thread.

    Parameters
    ----------
    make
        Gives one thing after the other.
    most
        Things that wait at most. [count]
    """

    def __init__(self, make: Callable[[], Iterator[Events]], most: int = AHEAD_CELLS) -> None:
        self._make = make
        self._waiting: Queue[Events | BaseException | None] = Queue(most)
        self._over = Event()
        self._thread = Thread(target=self._work, name="cells", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def __iter__(self) -> Iterator[Events]:
        while (made := self._waiting.get()) is not None:
            if isinstance(made, BaseException):
                raise made
            yield made

    def _work(self) -> None:
        try:
            for made in self._make():
                if not self._hand_over(made):
                    return
            self._hand_over(None)
        except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
            self._hand_over(error)

    def _hand_over(self, made: Events | BaseException | None) -> bool:
        while not self._over.is_set():
            try:
                self._waiting.put(made, timeout=0.1)
            except Full:
                continue
            return True
        return False
