"""Analysts: who is looked at when, and how often they are right."""

import numpy as np
import pytest

from fraudsim_assets.config.policies import Reviews
from fraudsim_assets.policies.reviews import Waiting, shift, work
from fraudsim_assets.streams import Streams
from fraudsim_assets.units import DAY, HOUR, MINUTE

STREAMS = Streams(1)
REVIEWS = Reviews(capacity=4, first_hour=8, last_hour=12, minutes=10.0, missed=0.0, mistaken=0.0)


def queue(since: list[float], urgency: list[float], fraud: list[bool] | None = None) -> Waiting:
    """Payments sent to review at hours of day 100."""
    n = len(since)
    times = 100 * DAY + (np.array(since) * HOUR).astype(np.int64)
    return Waiting(np.arange(n), times, np.array(urgency), np.array(fraud or [False] * n))


def test_the_most_urgent_that_is_there_is_taken_up_first_and_the_rest_waits():
    verdicts, rest, free = work(queue([1, 9.5, 2, 3, 4], [1, 9, 2, 3, 4]), shift(100, REVIEWS), REVIEWS, STREAMS)
    assert verdicts.about.transaction.tolist() == [4, 3, 1, 2]  # at 8, 9, 10 and 11 h
    assert ((verdicts.ended - 100 * DAY) / MINUTE).tolist() == [490, 550, 610, 670]
    assert rest.transaction.tolist() == [0]
    assert free.size == 0


def test_an_analyst_without_work_is_free_for_what_comes_later_on():
    verdicts, rest, free = work(queue([10.5], [1]), shift(100, REVIEWS), REVIEWS, STREAMS)
    assert verdicts.ended.tolist() == [100 * DAY + 11 * HOUR + 10 * MINUTE]
    assert len(rest) == 0
    assert ((free - 100 * DAY) / HOUR).tolist() == [8, 9, 10]


def test_without_capacity_everything_waits_until_patience_ends():
    no_analysts = REVIEWS.model_copy(update={"capacity": 0})
    verdicts, rest, _ = work(queue([1, 2], [1, 1]), shift(100, no_analysts), no_analysts, STREAMS)
    assert len(verdicts.about) == 0
    assert len(rest.still_there(103, no_analysts)) == 2
    assert len(rest.still_there(104, no_analysts)) == 0


def test_analysts_err_at_the_given_rates_and_always_the_same_way():
    n = 4000
    many = Reviews(capacity=2 * n, missed=0.2, mistaken=0.05)
    waiting = queue([1.0] * 2 * n, [1.0] * 2 * n, [True] * n + [False] * n)
    verdicts, _, _ = work(waiting, shift(100, many), many, STREAMS)
    missed, mistaken = ~verdicts.found[verdicts.about.fraud], verdicts.found[~verdicts.about.fraud]
    for share, rate in ((missed.mean(), 0.2), (mistaken.mean(), 0.05)):
        assert share == pytest.approx(rate, abs=4.5 * np.sqrt(rate * (1 - rate) / n))
    again, _, _ = work(waiting.take(np.arange(n)), shift(101, many), many, STREAMS)
    assert np.array_equal(again.found, verdicts.found[np.argsort(verdicts.about.transaction)][:n])
