"""Currencies: which one a country uses on a date, and their minor units.

Belongs here: what CLDR knows of ISO 4217 currencies. Does not belong here: their worth (``reference_data``),
amounts, daily exchange rates.
"""

from datetime import date, timedelta
from functools import lru_cache

from babel.numbers import get_currency_precision, get_territory_currencies

from fraudsim_assets.reference_data import Reference


@lru_cache(maxsize=1024)
def currency_of(reference: Reference, country: str, day: date) -> str | None:
    """Legal tender of a country on a date, by ISO 4217; ``None`` where it has none.

    Source: CLDR territory currencies through babel, with later changes of currency from the table of countries.
    """
    adopted = reference.country(country).euro_since
    if adopted is not None and day >= adopted:
        return "EUR"
    currencies = get_territory_currencies(country, day)
    if "EUR" in currencies:
        return "EUR"  # for some days, the old currency was legal tender beside it
    return currencies[0] if currencies else None


def first_day_of_worth(reference: Reference, country: str, day: date) -> date | None:
    """First day from some day on, on which a country's legal tender has a known worth; ``None`` if there is none."""
    spells = get_territory_currencies(country, day, date.max, include_details=True)
    turns = [turn for spell in spells for turn in (spell["from"], spell["to"]) if turn is not None]
    adopted = reference.country(country).euro_since
    days = {day, *turns, *(turn + timedelta(days=1) for turn in turns), *([adopted] if adopted else [])}
    known = (each for each in sorted(days) if each >= day)
    return next((each for each in known if currency_of(reference, country, each) in reference.currencies), None)


@lru_cache(maxsize=256)
def minor_units(currency: str) -> int:
    """Decimal places of a currency: 2 for EUR, 0 for JPY, 3 for KWD (CLDR through babel). [digits]"""
    return get_currency_precision(currency)
