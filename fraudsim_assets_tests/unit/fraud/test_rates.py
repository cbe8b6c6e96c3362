"""The configured rate holds, on every day and overall, and the mix is the configured one."""

from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from fraudsim_assets.catalog import build_catalogs
from fraudsim_assets.config import load_config
from fraudsim_assets.fraud.schedule import FraudSchedule
from fraudsim_assets.simulation import World, simulate_day
from fraudsim_assets_tests.unit.fraud import worlds

RATES = (0.00015, 0.0025, 0.05)


def rows_of(schedule: FraudSchedule, first: int, days: int) -> list:
    return [schedule.rows_on(first + n) for n in range(days)]


def clustered_error(campaigns: np.ndarray) -> float:
    """Standard error of a number of rows that come in campaigns: the root of the sum of squared sizes."""
    return float(np.sqrt((np.bincount(np.unique(campaigns, return_inverse=True)[1]) ** 2.0).sum()))


@pytest.mark.parametrize(
    ("name", "rate", "days"), [("demo", RATES[0], 300), ("tiny", RATES[1], 120), ("tiny", RATES[2], 40)]
)
def test_fraud_keeps_the_configured_rate_overall_and_over_days(name, rate, days):
    world = worlds.make_world(name, rate=rate)
    schedule, first = world.fraud, worlds.DAY
    rows = rows_of(schedule, first, days)
    counts = np.array([len(r) for r in rows])
    length = np.diff(schedule.clock.starts(first, first + days))
    expected = schedule.rows_per_day * length
    campaigns = np.concatenate([r.campaign for r in rows])
    # pilots know the rows of a campaign to about 1.5 %
    error = clustered_error(campaigns) + 0.02 * expected.sum()
    assert counts.sum() == pytest.approx(expected.sum(), abs=3.5 * error)
    # spans of days long enough for a normal law
    span = max(int(np.ceil(12 / expected.mean())), 1)
    counts, expected = (v[: len(v) // span * span].reshape(-1, span).sum(axis=1) for v in (counts, expected))
    size = (np.bincount(np.unique(campaigns, return_inverse=True)[1]) ** 2.0).sum() / len(campaigns)
    z = (counts - expected) / np.sqrt(size * expected)
    assert len(z) >= 4
    assert np.abs(z).max() < 5
    # one campaign starts in each cell of time, so counts vary less than those of independent starts
    assert z.std() < 1.3


def test_the_rate_is_that_of_the_rows_that_are_made():
    world = worlds.make_world(rate=RATES[2])
    first = world.config.start_date + timedelta(days=40)
    frames = [pl.DataFrame(simulate_day(world, first + timedelta(days=n)).read()) for n in range(14)]
    made = pl.concat(frames).select("is_fraud", "campaign_id")
    fraud = made.filter("is_fraud")
    error = clustered_error(fraud["campaign_id"].to_numpy()) / made.height
    assert fraud.height / made.height == pytest.approx(RATES[2], abs=4.5 * error)


@pytest.mark.parametrize("cards", [450, 20])
def test_at_the_highest_rate_there_is_as_much_fraud_as_blocked_cards_leave_genuine_rows_for(cards):
    size = {"population": {"customers": min(cards, 300), "cards": cards}}
    size["activity"] = {"transactions_per_day": 2.2 * cards}
    config = load_config("tiny", overrides={"fraud": {"rate": RATES[2]}} | size, env={})
    world = World(config, catalogs := build_catalogs(config))
    calm = World(config.model_copy(update={"fraud": config.fraud.model_copy(update={"rate": 0.0})}), catalogs)
    days = [config.start_date + timedelta(days=40 + 4 * n) for n in range(40)]
    left = sum((~pl.DataFrame(simulate_day(world, day).read())["is_fraud"]).sum() for day in days)
    whole = sum(pl.DataFrame(simulate_day(calm, day).read()).height for day in days)
    # the rest is the same life: only spells of blocked cards differ, of which there are some dozens in so many days
    assert left / whole == pytest.approx(0.95 * world.fraud.rows_per_day / (0.05 * world.habits.rows_per_day), abs=0.05)
    assert world.fraud.rows_per_day < 0.95 * RATES[2] / (1 - RATES[2]) * world.habits.rows_per_day


def test_every_scenario_has_its_share_of_the_rows():
    schedule = worlds.world().fraud
    rows = rows_of(schedule, worlds.DAY, 60)
    scenario = np.concatenate([r.scenario for r in rows])
    campaign = np.concatenate([r.campaign for r in rows])
    for name, shares in schedule.courses.shares(np.arange(worlds.DAY, worlds.DAY + 60)).items():
        mine, share = scenario == schedule.scenario_names.index(name), float(shares.mean())
        # campaigns take days, so the mixture of a span is partly that of the time before it
        error = clustered_error(campaign[mine]) / len(scenario) + 0.05 * share
        assert mine.mean() == pytest.approx(share, abs=3.5 * error), name


def test_more_fraud_strikes_more_cards_in_proportion():
    struck = []
    for rate in RATES[1:]:
        schedule = worlds.make_world(rate=rate).fraud
        footsteps = schedule.footsteps(worlds.DAY, worlds.DAY + 60)
        struck.append(len(np.unique(footsteps.account)))
    # twenty times the fraud, less what falls on accounts that were struck before
    assert 4 < struck[1] / struck[0] <= 25


def test_shares_and_tactics_wander_smoothly_and_all_shares_sum_to_one():
    courses, days = worlds.world().fraud.courses, np.arange(worlds.DAY, worlds.DAY + 365)
    shares = np.stack(list(courses.shares(days).values()))
    assert shares.sum(axis=0) == pytest.approx(np.ones(365))
    assert np.abs(np.diff(shares, axis=1)).max() < 0.03
    assert (shares.max(axis=1) / shares.min(axis=1)).min() > 1.3
    (scenario,) = (each for each in courses.scenarios if each.name == "stolen_cnp")
    ways = courses.weights(scenario, days)
    part = ways[0] / ways.sum(axis=0)
    assert part.max() - part.min() > 0.4


def test_a_world_without_drift_has_the_same_mixture_every_day():
    courses = worlds.make_world(drift={"shares": 0.0, "tactics": 0.0}).fraud.courses
    shares = courses.shares(np.arange(worlds.DAY, worlds.DAY + 200))
    assert all(np.ptp(share) < 1e-12 for share in shares.values())


def test_drift_on_a_day_depends_on_no_other_day():
    courses = worlds.world().fraud.courses
    span, one = (courses.shares(np.arange(worlds.DAY - n, worlds.DAY + n + 1)) for n in (200, 0))
    assert all(span[name][200] == one[name][0] for name in one)
