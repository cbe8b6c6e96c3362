"""Activity and slumber: how many trips accounts make, and when cards rest."""

from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudsim_assets.config.model import Config
from fraudsim_assets.spending.activity import MOST_EXTRA, ActivityModel, mean_extra
from fraudsim_assets.spending.slumber import CYCLE_DAYS, Slumber, resting_chances
from fraudsim_assets.streams import Streams
from fraudsim_assets.units import day_number

N = 20_000
STREAMS = Streams(11)
ACCOUNTS = np.arange(N)
FIRST = day_number(date(2025, 1, 1))


def activities() -> np.ndarray:
    u = STREAMS.draw("test.activity").uniforms(ACCOUNTS)
    return -np.log(u)


def model(**settings) -> ActivityModel:
    config = Config(seed=1, activity={"transactions_per_day": 15_000.0} | settings)
    slumber = Slumber.of(STREAMS, activity=activities(), dormant_share=config.activity.dormant_share)
    return ActivityModel.of(config, slumber, accounts=N, decline_rate=0.04, subscriptions_per_day=0.03)


def rates_on(activity: ActivityModel, day: int, accounts: np.ndarray = ACCOUNTS) -> np.ndarray:
    return activity.rates(
        STREAMS,
        accounts=accounts,
        activity=activities()[accounts],
        people=accounts,
        volume=np.ones(len(accounts)),
        day=day,
    )


@given(st.floats(0.0, 5.0))
def test_the_mean_of_further_purchases_is_that_of_the_cut_geometric_law(mean):
    q = mean / (1 + mean)
    slow = sum(k * (q**k - (q ** (k + 1) if k < MOST_EXTRA else 0)) for k in range(1, MOST_EXTRA + 1))
    assert mean_extra(mean) == pytest.approx(slow)


def test_trips_make_the_configured_number_of_rows():
    activity = model()
    trips = np.mean([rates_on(activity, FIRST + 7 * i).sum() for i in range(60)])
    rows = trips * (1 + mean_extra(0.55)) * (1 + 0.04 * 0.45) + 0.03 * N
    assert rows == pytest.approx(15_000, rel=0.03)


def test_counts_have_the_mean_of_their_rates_and_any_agrees():
    activity, day = model(), FIRST + 40
    rates = rates_on(activity, day)
    counts = activity.counts(STREAMS, accounts=ACCOUNTS, rates=rates, day=day)
    assert counts.sum() == pytest.approx(rates.sum(), abs=5 * np.sqrt(rates.sum()))
    assert np.array_equal(activity.any(STREAMS, accounts=ACCOUNTS, rates=rates, day=day), counts > 0)


@given(st.integers(-3_000, 30_000), st.lists(st.integers(0, N - 1), min_size=1, max_size=20, unique=True))
def test_the_rate_of_an_account_does_not_depend_on_the_others(day, some):
    activity = _shared_model()
    chosen = np.array(some)
    assert np.array_equal(rates_on(activity, day, chosen), rates_on(activity, day)[chosen])


_MODELS: list[ActivityModel] = []


def _shared_model() -> ActivityModel:
    if not _MODELS:
        _MODELS.append(model())
    return _MODELS[0]


@pytest.mark.parametrize("share", [0.0, 0.2, 0.45, 0.7])
def test_the_wanted_share_of_cards_is_asleep_every_day(share):
    slumber = Slumber.of(STREAMS, activity=activities(), dormant_share=share)
    for day in range(FIRST, FIRST + 700, 90):
        asleep = 1 - slumber.awake(ACCOUNTS, day).mean()
        assert asleep == pytest.approx(share, abs=4.5 * np.sqrt(0.25 / N) + 0.004)


def test_less_active_cards_rest_more():
    chances = resting_chances(activities(), 0.3)
    assert np.corrcoef(chances, activities())[0, 1] < -0.5


@given(st.integers(0, N - 1), st.integers(-1_000, 40_000))
def test_a_resting_card_wakes_once_per_cycle_for_consecutive_days(account, day):
    slumber = _shared_model().slumber
    days = [bool(slumber.awake(np.array([account]), day + i)[0]) for i in range(2 * CYCLE_DAYS)]
    changes = sum(a != b for a, b in pairwise(days))
    assert changes in ((0,) if not slumber.rests[account] else (3, 4))
    assert days[:CYCLE_DAYS] == days[CYCLE_DAYS:]


@given(st.integers(-1_000, 40_000))
def test_sleep_is_counted_from_the_day_after_the_last_one_awake(day):
    slumber = _shared_model().slumber
    slept = np.zeros(N, dtype=np.int64)
    for past in range(day - CYCLE_DAYS, day + 1):
        slept = np.where(slumber.awake(ACCOUNTS, past), 0, slept + 1)
    assert np.array_equal(np.maximum(slumber.asleep_since(ACCOUNTS, day), 0), slept)
    assert np.all(slumber.asleep_since(ACCOUNTS, day)[~slumber.rests] <= 0)
