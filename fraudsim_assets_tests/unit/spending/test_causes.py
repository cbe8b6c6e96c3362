"""Causes: refusals have a state behind them, and states are windows that are looked up."""

import numpy as np
import pytest

from fraudsim_assets.reference_data import packaged
from fraudsim_assets.spending.causes import issuer_out, money_left, noticed_at, short_share, terminal_out
from fraudsim_assets.streams import Streams

STREAMS, TABLE = Streams(6), packaged().declines
N = 4_000
PEOPLE = np.arange(N)


PERIODS = {"monthly": 30, "fortnightly": 14}


@pytest.fixture(scope="module", params=PERIODS)
def period(request) -> int:
    """Days from one pay day to the next."""
    return PERIODS[request.param]


@pytest.fixture(scope="module")
def left(period) -> np.ndarray:
    """What is left of money, by day of a year and person, of people who are paid so often."""

    def on(day: int) -> np.ndarray:
        last = (day + PEOPLE) // period * period - PEOPLE
        pays = {"next_pay": last + period, "last_pay": last}
        return money_left(TABLE, STREAMS, holder=PEOPLE, tight=np.full(N, TABLE.tight), **pays, day=day)

    return np.stack([on(20_000 + d) for d in range(365)])


@pytest.fixture(scope="module")
def short(left) -> np.ndarray:
    """Whether money is short, by day of a year and person."""
    return left < np.inf


def test_money_is_short_as_often_as_declared(short):
    assert short.mean() == pytest.approx(short_share(TABLE, TABLE.tight), rel=0.06)


def test_money_is_short_to_the_same_people_month_after_month(short):
    months = short[:360].reshape(12, 30, N).any(axis=1).sum(axis=0)
    assert (months >= 6).mean() > 0.15
    assert (months <= 2).mean() > 0.5


def test_money_is_short_for_days_in_a_row_and_enough_on_pay_day(short, period):
    runs = (~short[:-1] & short[1:]).sum()
    assert 4 < short.sum() / runs * 30 / period < 12


def test_less_is_left_from_day_to_day_until_pay_day_and_half_of_the_most_on_the_mean(left, short):
    both = short[:-1] & short[1:]

    assert (left[1:] < left[:-1])[both].mean() > 0.97

    runs = (~short[:-1] & short[1:]).sum()
    assert np.sqrt(left[short]).mean() == pytest.approx(0.5, abs=4.5 * 0.35 / np.sqrt(runs))


def test_who_pays_more_often_knows_sooner_that_money_is_short():
    last, period = np.full(N, 20_000), 30
    near = {"holder": PEOPLE, "next_pay": last + period, "last_pay": last}
    first = min(TABLE.short_days)
    usual, busy = (noticed_at(TABLE, STREAMS, **near, activity=np.full(N, level)) for level in (1.0, 4.0))
    began = last + period - sum(TABLE.short_days) / 2

    assert (usual > last + period - TABLE.short_days[1] - 1).all()
    assert (busy < usual).all()
    for known, level in ((usual, 1.0), (busy, 4.0)):
        mean = TABLE.unaware_days / level
        spread = np.hypot(mean, TABLE.short_days[1] - first)
        assert (known - began).mean() == pytest.approx(mean, abs=4.5 * spread / np.sqrt(N))


def test_outages_of_the_issuer_last_minutes_and_strike_all_of_a_network():
    minute = np.arange(1440.0)
    hit, lasted = 0, []
    for day in range(400):
        out = issuer_out(TABLE, STREAMS, network=np.zeros(1440, dtype=int), minute=minute, day=day)
        if out.any():
            hit += 1
            lasted.append(out.sum())
    assert hit / 400 == pytest.approx(1 - (1 - TABLE.outages / 4) ** 4, abs=4.5 * np.sqrt(0.12 / 400))
    assert max(lasted) <= 2 * sum(TABLE.outage_minutes)


def test_terminals_fail_seldom_and_for_a_while():
    noon = np.full(N, 720.0)
    share = np.mean([terminal_out(TABLE, STREAMS, merchant=PEOPLE, minute=noon, day=d).mean() for d in range(50)])
    assert 0.02 * TABLE.terminal_outages < share < 0.2 * TABLE.terminal_outages
