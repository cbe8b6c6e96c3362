"""The declared categories."""

import iso18245
import pytest

from fraudsim_assets.catalog.mccs import mcc_description
from fraudsim_assets.errors import ConfigError
from fraudsim_assets.reference_data import packaged

CATEGORIES, CATEGORY_NAMES = packaged().categories, packaged().category_names

SAMA_2025 = {
    # sector: (share of purchases, mean ticket over overall mean, categories)
    "restaurants": (0.2865, 0.51, ("restaurant", "fast_food", "cafe_bar")),
    "grocery": (0.2288, 0.65, ("grocery",)),
    "fuel": (0.0757, 0.93, ("fuel",)),
    "health": (0.0377, 1.61, ("pharmacy", "health_services")),
    "clothing": (0.0294, 2.16, ("clothing",)),
    "telecom": (0.0083, 0.98, ("telecom",)),
    "construction": (0.0081, 3.51, ("home_improvement",)),
    "furniture": (0.0065, 4.03, ("furniture",)),
    "electronics": (0.0054, 2.30, ("electronics",)),
    "utilities": (0.0035, 1.20, ("utilities",)),
    "hotels": (0.0033, 8.23, ("hotel",)),
    "recreation": (0.0130, 1.54, ("recreation",)),
    "jewelry": (0.0010, 22.7, ("jewelry",)),
    "education": (0.0007, 14.9, ("education",)),
}

by_name = {category.name: category for category in CATEGORIES}


def test_names_are_unique_and_codes_are_positions():
    assert len(set(CATEGORY_NAMES)) == len(CATEGORIES)
    assert tuple(category.name for category in CATEGORIES) == CATEGORY_NAMES


@pytest.mark.parametrize("category", CATEGORIES, ids=CATEGORY_NAMES)
def test_every_code_is_in_the_published_lists(category):
    for mcc in category.mccs:
        assert iso18245.get_mcc(mcc).mcc == mcc
        assert mcc_description(mcc).strip()
    assert sum(category.mcc_weights.values()) == pytest.approx(1.0)


@pytest.mark.parametrize("category", CATEGORIES, ids=CATEGORY_NAMES)
def test_the_numbers_of_a_category_are_possible(category):
    assert 0 < category.share < 0.25
    assert category.ticket_ratio > 0
    assert 0.45 <= category.sigma <= 1.0
    assert 0 <= category.online_share <= 1
    assert 0 < category.exploration < 1
    assert category.is_sold_in_shops or category.online_share == 1.0
    assert category.is_sold_online or category.online_share <= 0.05
    assert category.withdrawal == (set(category.mccs) == {"6011"})
    for variant in category.opening_hours:
        opens, closes = variant.minutes
        assert variant.weight > 0
        assert 0 <= opens < closes <= opens + 1440
    assert sum(variant.weight for variant in category.opening_hours) == pytest.approx(1.0)


def test_shares_sum_to_one_and_tickets_to_the_overall_mean():
    assert sum(category.share for category in CATEGORIES) == pytest.approx(1.0)
    assert sum(category.share * category.ticket_ratio for category in CATEGORIES) == pytest.approx(1.0, abs=0.03)


def test_remote_purchases_have_about_the_measured_share_of_value():
    remote = sum(category.share * category.ticket_ratio * category.online_share for category in CATEGORIES)
    assert remote == pytest.approx(0.28, abs=0.05)  # target A15


@pytest.mark.parametrize("sector", SAMA_2025)
def test_tickets_of_sectors_are_within_tolerance_of_the_national_bulletin(sector):
    _, ratio, names = SAMA_2025[sector]
    share = sum(by_name[name].share for name in names)
    ours = sum(by_name[name].share * by_name[name].ticket_ratio for name in names) / share
    assert ratio / 1.4 <= ours <= ratio * 1.4


@pytest.mark.parametrize("sector", SAMA_2025)
def test_shares_of_sectors_are_within_tolerance_of_the_national_bulletin(sector):
    share, _, names = SAMA_2025[sector]
    ours = sum(by_name[name].share for name in names)
    assert share / 2 <= ours <= share * 2


def test_food_comes_first_and_shares_fall_like_a_power_law():
    ranked = sorted((category.share for category in CATEGORIES), reverse=True)
    assert max(CATEGORIES, key=lambda category: category.share).name == "grocery"
    assert 1.5 <= ranked[0] / ranked[1] <= 3.0  # target F07


def test_an_unknown_code_is_an_error_that_names_it():
    with pytest.raises(ConfigError, match="'0001'"):
        mcc_description("0001")
