"""Who is struck: exposure by product and use, and an exact account of the choice by rejection."""

import numpy as np
import pytest

from fraudsim_assets.catalog.entities import codes_of
from fraudsim_assets.fraud.campaigns import Campaigns
from fraudsim_assets.fraud.victims import ACTIVITY_EXPONENT, CANDIDATES, MOST_ACTIVITY, PRODUCT_RISK, SELDOM
from fraudsim_assets.streams import Streams
from fraudsim_assets.tables.codes import PRODUCTS
from fraudsim_assets_tests.unit.fraud import worlds

N = 60_000


@pytest.fixture(scope="module")
def victims():
    return worlds.world().fraud.victims


@pytest.fixture(scope="module")
def chosen(victims):
    numbers = np.arange(N)
    return victims.choose(Campaigns(numbers, numbers * 0.0, numbers * 0, "some_kind", Streams(9)))


def product_of_accounts() -> np.ndarray:
    entities = worlds.world().entities
    return codes_of(entities.first_plastics["product"], PRODUCTS).take(entities.account_versions.first)


def test_exposure_grows_with_use_and_is_larger_for_credit(victims):
    activity = worlds.world().entities.account_activity
    product = product_of_accounts()
    for one, code in ((PRODUCT_RISK[name], code) for code, name in enumerate(PRODUCTS)):
        mine = (product == code) & (activity < MOST_ACTIVITY)
        expected = one * (activity[mine] / MOST_ACTIVITY) ** ACTIVITY_EXPONENT * np.minimum(activity[mine] / SELDOM, 1)
        assert victims.weight[mine] == pytest.approx(np.clip(expected, 0.01, 1.0))
    assert PRODUCT_RISK["credit"] > 2 * PRODUCT_RISK["debit"]
    assert (victims.weight > 0).all()
    assert (victims.weight <= 1).all()


def test_accounts_are_struck_in_proportion_to_exposure(victims, chosen):
    weight = victims.weight
    mean = weight.mean()
    # every candidate is accepted with its weight; whoever is looked at last is taken anyway
    tries = np.arange(CANDIDATES)
    accepted = ((1 - mean) ** tries).sum() * weight / len(weight)
    last = (1 - mean) ** (CANDIDATES - 1) * (1 - weight) / len(weight)
    expected = accepted + last
    assert expected.sum() == pytest.approx(1.0)
    bins = np.digitize(weight, np.quantile(weight, np.linspace(0, 1, 21)[1:-1]))
    counts = np.bincount(bins.take(chosen), minlength=20)
    shares = np.bincount(bins, expected, minlength=20)
    chi_square = (((counts - N * shares) ** 2) / (N * shares)).sum()
    # 19 degrees of freedom: above 50 once in ten thousand
    assert chi_square < 50
    assert (1 - mean) ** CANDIDATES < 0.1, "hardly anybody is taken without regard to exposure"


def test_a_victim_follows_from_the_campaigns_number(victims, chosen):
    some = np.array([7, 59_999, 0])
    again = victims.choose(Campaigns(some, some * 0.0, some * 0, "some_kind", Streams(9)))
    assert np.array_equal(again, chosen[some])
    other = victims.choose(Campaigns(some, some * 0.0, some * 0, "other_kind", Streams(9)))
    assert not np.array_equal(other, chosen[some])


def test_credit_cards_are_struck_more_than_their_share(chosen):
    credit = product_of_accounts() == PRODUCTS.index("credit")
    assert credit.take(chosen).mean() > 1.3 * credit.mean()
