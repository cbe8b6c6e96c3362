"""Events are sent when they are due, by a clock of the test's own."""

import numpy as np
import pytest

from fraudsim_assets.errors import ConfigError
from fraudsim_assets.streaming.events import Events
from fraudsim_assets.streaming.pace import Lateness, Pace
from fraudsim_assets.units import SECOND


class Clock:
    """Time that passes only while somebody waits."""

    def __init__(self, now: float = 1_000.0) -> None:
        self.now = now
        self.stopped = False

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float) -> bool:
        self.now += seconds
        return self.stopped

    def is_set(self) -> bool:
        return self.stopped


def at(*seconds: float) -> Events:
    position = (np.array(seconds) * SECOND).astype(np.int64)
    blank = np.array([b""] * len(seconds), dtype=object)
    return Events(np.zeros(len(seconds), dtype=np.int64), position, position, blank, blank)


def sent(pace: Pace, clock: Clock, events: Events, start: float = 0.0) -> list[tuple[float, list[float]]]:
    schedule = pace.started(round(start * SECOND))
    return [(clock.now, (some.position / SECOND).tolist()) for some, _ in schedule.timed(events, clock)]  # pyright: ignore[reportArgumentType]


def test_at_a_speed_of_sixty_a_minute_takes_a_second():
    clock = Clock()
    assert sent(Pace(60.0, clock=clock), clock, at(0, 60, 120)) == [(1000, [0]), (1001, [60]), (1002, [120])]


def test_events_of_one_moment_are_sent_together():
    clock = Clock()
    assert sent(Pace(1.0, clock=clock), clock, at(5, 5, 7), start=5) == [(1000, [5, 5]), (1002, [7])]


def test_what_is_behind_is_sent_at_once():
    clock = Clock()
    schedule = Pace(1.0, clock=clock).started(0)
    clock.now += 100
    assert [(clock.now, len(some)) for some, _ in schedule.timed(at(1, 50, 99, 130), clock)] == [(1100, 3), (1130, 1)]  # pyright: ignore[reportArgumentType]


def test_a_live_clock_is_the_clock_on_the_wall():
    clock = Clock(now=500.0)
    pace = Pace(1.0, live=True, clock=clock)
    assert pace.now() == 500 * SECOND
    assert sent(pace, clock, at(400, 499, 503), start=400) == [(500, [400, 499]), (503, [503])]


def test_as_fast_as_possible_never_waits():
    clock = Clock()
    assert sent(Pace(clock=clock), clock, at(0, 1e6, 2e6)) == [(1000, [0, 1e6, 2e6])]


def test_a_stop_ends_the_wait_for_the_next_event():
    clock = Clock()
    given = []
    for some, _ in Pace(1.0, clock=clock).started(0).timed(at(0, 10, 20), clock):  # pyright: ignore[reportArgumentType]
        given.append(len(some))
        clock.stopped = True
    assert given == [1]


def test_lateness_is_told_to_a_tenth():
    lateness = Lateness()
    assert lateness.quantile(0.5) is None
    lateness.add(np.concatenate([np.full(990, 0.004), np.full(10, 3.0), [-1.0]]))
    assert lateness.quantile(0.5) == pytest.approx(0.004, rel=0.11)
    assert lateness.quantile(0.999) == pytest.approx(3.0, rel=0.11)
    assert lateness.counts.sum() == 1_001


@pytest.mark.parametrize("text", ["fast", "0", "-3", "nan", "1e10", ""])
def test_a_speed_that_is_none_is_refused(text):
    with pytest.raises(ConfigError, match="valid are max, live, or a number above 0"):
        Pace.of(text)


def test_speeds_are_read():
    assert Pace.of("max").speed is None
    assert Pace.of("60").speed == 60.0
    assert Pace.of("live").live
