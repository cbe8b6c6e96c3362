"""Currencies by country and date."""

from datetime import date

import pytest

from fraudsim_assets.catalog.currencies import currency_of, minor_units
from fraudsim_assets.errors import ConfigError
from fraudsim_assets.reference_data import packaged


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
