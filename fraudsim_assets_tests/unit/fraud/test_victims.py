"""Who is struck: exposure by product and use, and an exact account of the choice by rejection."""

from dataclasses import replace

import numpy as np
import pytest

from fraudsim_assets.catalog.accounts import LONG_OPEN
from fraudsim_assets.catalog.entities import codes_of
from fraudsim_assets.fraud.campaigns import Campaigns, Steps, rank_within
from fraudsim_assets.fraud.schedule import PILOTS, FraudSchedule
from fraudsim_assets.fraud.victims import CANDIDATES
from fraudsim_assets.reference_data import packaged
from fraudsim_assets.streams import Streams
from fraudsim_assets.tables.codes import PRODUCTS
from fraudsim_assets_tests.unit.fraud import worlds

N = 60_000
THIEVES, HABITS = packaged().thieves, packaged().habits


@pytest.fixture(scope="module")
def victims():
    return worlds.world().fraud.victims


@pytest.fixture(scope="module")
def chosen(victims):
    numbers = np.arange(N)
    return victims.choose(Campaigns.alone(numbers, numbers * 0.0, "some_kind", Streams(9)))


def product_of_accounts() -> np.ndarray:
    world = worlds.world()
    return codes_of(world.catalogs.cards["product"], PRODUCTS).take(world.entities.account_versions.first)


def test_exposure_grows_with_use_and_is_larger_for_credit(victims):
    activity, rests = worlds.world().entities.account_activity, worlds.world().habits.dormancy.rests
    product = product_of_accounts()
    risk = {name: product.risk for name, product in packaged().products.items()}
    for one, code in ((risk[name], code) for code, name in enumerate(PRODUCTS)):
        mine = (product == code) & (activity < THIEVES.most_use)
        expected = (
            one
            * (activity[mine] / THIEVES.most_use) ** THIEVES.use_exponent
            * np.minimum(activity[mine] / THIEVES.seldom_used, 1)
        )
        expected *= np.where(rests[mine], THIEVES.resting, 1.0)
        assert victims.weight[mine] == pytest.approx(np.clip(expected, THIEVES.least_risk, 1.0))
    assert risk["credit"] > 2 * risk["debit"]
    assert (victims.weight > 0).all()
    assert (victims.weight <= 1).all()


def test_accounts_are_struck_in_proportion_to_exposure(victims, chosen):
    # all campaigns start before any line of credit of the era is opened
    weight = np.where(victims.dormancy.opened > LONG_OPEN, 0.0, victims.weight)
    assert (weight == 0).any()
    mean = weight.mean()
    # every candidate is accepted with its weight; whoever is looked at last is taken anyway
    tries = np.arange(CANDIDATES)
    accepted = ((1 - mean) ** tries).sum() * weight / len(weight)
    last = (1 - mean) ** (CANDIDATES - 1) * (1 - weight) / len(weight)
    expected = accepted + last
    assert expected.sum() == pytest.approx(1.0)
    bins = np.argsort(np.argsort(weight)) * 20 // len(weight)
    counts = np.bincount(bins.take(chosen), minlength=20)
    shares = np.bincount(bins, expected, minlength=20)
    chi_square = (((counts - N * shares) ** 2) / (N * shares)).sum()
    # 19 degrees of freedom: above 50 once in ten thousand
    assert chi_square < 50
    assert (1 - mean) ** CANDIDATES < 0.1, "hardly anybody is taken without regard to exposure"


def test_a_victim_follows_from_the_campaigns_number(victims, chosen):
    some = np.array([7, 59_999, 0])
    again = victims.choose(Campaigns.alone(some, some * 0.0, "some_kind", Streams(9)))
    assert np.array_equal(again, chosen[some])
    other = victims.choose(Campaigns.alone(some, some * 0.0, "other_kind", Streams(9)))
    assert not np.array_equal(other, chosen[some])


def test_credit_cards_are_struck_more_than_their_share(chosen):
    credit = product_of_accounts() == PRODUCTS.index("credit")
    assert credit.take(chosen).mean() > 1.3 * credit.mean()


def test_cards_that_rest_are_seldom_struck(chosen):
    rests = worlds.world().habits.dormancy.rests
    assert rests.mean() > 0.2
    # they are used less, too; some are taken because they were looked at last
    assert rests.take(chosen).mean() < 0.6 * rests.mean()


def test_an_account_bears_two_weeks_of_its_own_rows(victims):
    world = worlds.world()
    rows = world.entities.account_activity * np.where(
        world.habits.dormancy.rests, HABITS.rest_awake / HABITS.rest_cycle, 1.0
    )
    expected = rows / rows.sum() * world.config.activity.transactions_per_day * THIEVES.bearable_days
    assert np.array_equal(victims.bears, np.clip(np.floor(expected), *THIEVES.bearable_rows))


def rows_of_accounts(steps: Steps) -> np.ndarray:
    """Steps of the same campaign and account, for each step. (n,)"""
    _, inverse, counts = np.unique(
        np.stack([steps.campaign, steps.account]), axis=1, return_inverse=True, return_counts=True
    )
    return counts[inverse.ravel()]


@pytest.mark.parametrize("name", sorted(worlds.castings()))
def test_no_campaign_takes_more_of_an_account_than_it_bears(name, victims):
    schedule, casting = worlds.world().fraud, worlds.castings()[name]
    for table in schedule.spans(casting, worlds.DAY, worlds.DAY + 60):
        steps = table.plan.steps
        assert (rows_of_accounts(steps) <= victims.bears.take(steps.account)).all()


def test_without_the_limit_campaigns_would_take_more(victims):
    steps = worlds.plan_of("lost_stolen", worlds.campaigns_of("lost_stolen")).steps
    assert (rows_of_accounts(steps) > victims.bears.take(steps.account)).any()
    within = rank_within(steps)
    assert within.min() == 0
    assert within.max() + 1 == rows_of_accounts(steps).max()
    one_account = np.diff(steps.campaign) == 0
    assert (np.diff(within)[one_account] == 1).all(), "the first rows stay"


@pytest.mark.parametrize("name", ["lost_stolen", "stolen_cnp"])
def test_the_number_of_campaigns_makes_up_for_rows_that_are_cut_off(name, victims):
    world = worlds.world()
    code = worlds.castings()[name].code
    boundless = FraudSchedule(world)
    boundless.scene.__dict__["victims"] = replace(
        victims, bears=np.full_like(victims.bears, np.iinfo(victims.bears.dtype).max)
    )
    # the same pilots have fewer rows, so there are more campaigns
    assert world.fraud.densities[code] > 1.005 * boundless.densities[code]
    campaigns = worlds.campaigns_of(name, 4_000)
    whole = worlds.plan_of(name, campaigns).steps
    kept = np.bincount(whole.campaign[rank_within(whole) < victims.bears.take(whole.account)], minlength=4_000)
    per_campaign = world.fraud.rows_per_day * worlds.castings()[name].share / world.fraud.densities[code]
    assert per_campaign == pytest.approx(kept.mean(), abs=4 * kept.std() * np.sqrt(1 / 4_000 + 1 / PILOTS))
