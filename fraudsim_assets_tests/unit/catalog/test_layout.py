"""The merchant landscape."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudsim_assets.catalog.layout import (
    Layout,
    apportion,
    build_layout,
    customers_per_city,
)
from fraudsim_assets.config.model import Geography
from fraudsim_assets.errors import ConfigError
from fraudsim_assets.reference_data import packaged
from fraudsim_assets_tests.unit.catalog.small_world import config_of

CATEGORIES = packaged().categories
SIZES = (200, 1_200, 3_000, 20_000)
EVERYDAY = [i for i, c in enumerate(CATEGORIES) if c.everyday and c.is_sold_in_shops]
EVERYDAY_ONLINE = [i for i, c in enumerate(CATEGORIES) if c.everyday and not c.is_sold_in_shops]


@pytest.fixture(scope="module", params=SIZES)
def layout(request) -> Layout:
    return build_layout(config_of(merchants=request.param))


@given(st.lists(st.floats(0.001, 1e6), min_size=1, max_size=40), st.integers(0, 100_000), st.integers(0, 20))
def test_apportionment_gives_everything_away_and_respects_the_floor(weights, total, at_least):
    counts = apportion(np.array(weights), total, at_least)
    assert counts.sum() == total
    assert counts.min() >= min(at_least, total // len(weights))


@given(st.lists(st.floats(0.001, 1e6), min_size=1, max_size=40), st.integers(0, 100_000))
def test_apportionment_is_within_one_of_proportion(weights, total):
    array = np.array(weights)
    assert np.all(np.abs(apportion(array, total) - array / array.sum() * total) < 1 + 1e-6)


def test_cells_tile_the_slots_without_gap(layout):
    assert layout.first_slot[0] == 0
    assert np.array_equal(layout.first_slot[1:], np.cumsum(layout.size)[:-1])
    assert layout.size.min() >= 1
    assert layout.n_slots in SIZES


def test_cells_are_in_the_documented_order(layout):
    keys = zip(layout.is_online, layout.country, layout.city, layout.category, strict=True)
    listed = [tuple(int(part) for part in key) for key in keys]
    assert listed == sorted(listed)
    assert len(set(listed)) == len(listed)


def test_every_category_is_somewhere(layout):
    for code, category in enumerate(CATEGORIES):
        online = layout.category[layout.is_online] == code
        shops = layout.category[~layout.is_online] == code
        assert shops.any() == category.is_sold_in_shops
        assert category.is_sold_online or not online.any()
        assert online.any() or shops.any()


def test_every_home_country_has_each_everyday_category(layout):
    for country in range(layout.places.n_home_countries):
        here = layout.country == country
        assert set(EVERYDAY) <= set(layout.category[here & ~layout.is_online].tolist())
        assert set(EVERYDAY_ONLINE) <= set(layout.category[here & layout.is_online].tolist())


def test_every_city_with_shops_has_a_few_of_the_everyday_ones(layout):
    for city in np.unique(layout.city[~layout.is_online]):
        categories = set(layout.category[(layout.city == city)].tolist())
        assert len(categories) >= min(packaged().cities.least_shops, len(EVERYDAY)) - 1


def test_shops_stand_in_the_country_of_their_city(layout):
    shops = ~layout.is_online
    assert np.array_equal(layout.places.country[layout.city[shops]], layout.country[shops])
    assert np.all(layout.city[layout.is_online] == -1)


def test_the_foreign_share_is_met(layout):
    foreign = layout.size[layout.country >= layout.places.n_home_countries].sum()
    assert foreign == round(layout.n_slots * config_of().geography.foreign_share_of_merchants)


def test_customers_live_only_where_there_are_shops_and_in_proportion_to_people(layout):
    config = config_of(merchants=layout.n_slots)
    counts = customers_per_city(config, layout)
    assert counts.sum() == config.population.customers
    with_shops = set(layout.city[~layout.is_online].tolist())
    assert set(layout.home_cities.tolist()) <= with_shops
    for country in range(layout.places.n_home_countries):
        here = layout.places.country[layout.home_cities] == country
        people = layout.places.population[layout.home_cities[here]]
        expected = counts[here].sum() * people / people.sum()
        assert np.all(np.abs(counts[here] - expected) <= 1)


def test_no_foreign_merchants_where_none_are_wanted():
    layout = build_layout(config_of(geography=Geography(foreign_share_of_merchants=0.0)))
    assert np.all(layout.country < layout.places.n_home_countries)


def test_too_few_merchants_for_the_home_countries_is_an_error_that_says_how_many_are_needed():
    many = Geography(countries=dict.fromkeys(packaged().destinations[:20], 1.0))
    with pytest.raises(ConfigError, match=r"merchants is 200 .* at least 180 shops or \d+ merchants") as error:
        build_layout(config_of(merchants=200, geography=many))
    needed = int(re.findall(r"or (\d+) merchants", str(error.value))[0])
    assert build_layout(config_of(merchants=needed, geography=many)).n_slots == needed
    with pytest.raises(ConfigError, match="at least 72 shops are needed"):
        build_layout(config_of(geography=Geography(foreign_share_of_merchants=1.0)))


@pytest.mark.parametrize("country", ["US", "JP", "IS", "SG", "IN", "CH"])
def test_any_single_country_can_be_a_world(country):
    layout = build_layout(config_of(merchants=200, geography=Geography(countries={country: 1.0})))
    assert layout.n_slots == 200
    assert len(layout.home_cities) >= 1
