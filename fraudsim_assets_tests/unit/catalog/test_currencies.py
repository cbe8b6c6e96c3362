"""Currencies by country and date."""

from datetime import date, timedelta

import pytest

from fraudsim_assets.catalog.currencies import currency_of, minor_units
from fraudsim_assets.catalog.places import build_places
from fraudsim_assets.config import Config
from fraudsim_assets.errors import ConfigError
from fraudsim_assets.reference_data import packaged
from fraudsim_assets.spending.money import Money
from fraudsim_assets.streams import Streams


@pytest.mark.parametrize(
    ("country", "day", "currency"),
    [
        ("DE", date(2025, 1, 1), "EUR"),
        ("HR", date(2022, 12, 31), "HRK"),
        ("HR", date(2023, 1, 1), "EUR"),
        ("BG", date(2025, 12, 31), "BGN"),
        ("BG", date(2026, 1, 1), "EUR"),
        ("SE", date(2025, 1, 1), "SEK"),
        ("US", date(2025, 1, 1), "USD"),
    ],
)
def test_the_currency_of_a_country_follows_the_date(country, day, currency):
    assert currency_of(packaged(), country, day) == currency


def test_a_place_without_legal_tender_has_no_currency():
    assert currency_of(packaged(), "AQ", date(2025, 1, 1)) is None


@pytest.mark.parametrize(("currency", "digits"), [("EUR", 2), ("JPY", 0), ("KWD", 3), ("ISK", 0), ("KRW", 0)])
def test_minor_units_are_those_of_the_standard(currency, digits):
    assert minor_units(currency) == digits


def test_every_worth_is_positive_and_the_euro_is_the_unit():
    assert min(currency.units_per_euro for currency in packaged().currencies.values()) > 0
    assert packaged().currency("EUR").units_per_euro == 1.0


def test_an_unknown_worth_is_an_error_that_names_the_currency():
    with pytest.raises(ConfigError, match="'XXX'"):
        packaged().currency("XXX")


@pytest.mark.parametrize(
    ("country", "last", "old", "new", "rate"),
    [
        ("PL", date(1994, 12, 31), "PLZ", "PLN", 10_000),
        ("MX", date(1992, 12, 31), "MXP", "MXN", 1_000),
        ("BG", date(1999, 7, 4), "BGL", "BGN", 1_000),
        ("CZ", date(1992, 12, 31), "CSK", "CZK", 1),
    ],
)
def test_a_redenominated_currency_is_worth_what_replaced_it(country, last, old, new, rate):
    reference = packaged()
    assert currency_of(reference, country, last) == old
    assert currency_of(reference, country, date(last.year + 1, 6, 1)) == new
    rates = dict(zip((old, new), Money.of(reference, (old, new)).rates(Streams(7), 7300), strict=True))
    assert rates[old] == pytest.approx(rate * rates[new])


def home(country: str, day: date) -> Config:
    return Config(geography={"countries": {country: 1.0}}, start_date=day)


@pytest.mark.parametrize("year", [1990, 1995, 2000, 2005, 2010, 2020])
def test_every_listed_country_can_be_home_at_any_start_or_is_refused_with_its_first_valid_day(year):
    reference, day = packaged(), date(year, 1, 1)
    listed = set(reference.countries) - {"other"}
    refused = {country: first for country, first in REFUSED.items() if first > day}
    for country in listed - set(refused):
        assert build_places(home(country, day)).currency[0] in reference.currencies
    for country, first in refused.items():
        with pytest.raises(ConfigError, match=f"valid for {country} is a start_date from {first} on"):
            build_places(home(country, day))
        assert build_places(home(country, first)).currency[0] in reference.currencies
        assert currency_of(reference, country, first - timedelta(days=1)) not in reference.currencies


REFUSED = {
    "AR": date(1992, 1, 2),
    "BR": date(1994, 7, 2),
    "HR": date(1995, 1, 2),
    "RO": date(2007, 1, 1),
    "TR": date(2006, 1, 1),
}
"""First days of listed countries on which CLDR knows no older tender, whose worth is not known, beside the new one."""


def test_a_country_without_legal_tender_and_one_whose_worth_is_never_known_are_refused_with_what_is_valid():
    with pytest.raises(ConfigError, match=r"pays in .*valid are countries whose currency is one of"):
        build_places(home("IR", date(2020, 1, 1)))
