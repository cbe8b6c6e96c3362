"""Currencies: which one a country uses on a date, minor units, and rough worth.

Belongs here: facts about ISO 4217 currencies. Does not belong here: amounts, daily exchange
rates.
"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType

from babel.numbers import get_currency_precision, get_territory_currencies

from fraudsim_assets.errors import ConfigError

_EURO_ADOPTED: Mapping[str, date] = MappingProxyType({"BG": date(2026, 1, 1)})
# Council of the EU, 8 July 2025; CLDR 47, which babel carries, does not know it yet

REPLACED_BY_EURO: Mapping[str, float] = MappingProxyType(
    {
        "ATS": 13.7603,
        "BEF": 40.3399,
        "BGN": 1.95583,
        "CYP": 0.585274,
        "DEM": 1.95583,
        "EEK": 15.6466,
        "ESP": 166.386,
        "FIM": 5.94573,
        "FRF": 6.55957,
        "GRD": 340.75,
        "HRK": 7.5345,
        "IEP": 0.787564,
        "ITL": 1936.27,
        "LTL": 3.4528,
        "LUF": 40.3399,
        "LVL": 0.702804,
        "MTL": 0.4293,
        "NLG": 2.20371,
        "PTE": 200.482,
        "SIT": 239.64,
        "SKK": 30.126,
    }
)
"""Irrevocable conversion rates of currencies that the euro replaced. [units per EUR]

Source: Council regulations (EC) 2866/98 and its amendments.
"""

UNITS_PER_EURO: Mapping[str, float] = MappingProxyType(
    {
        "AED": 4.15,
        "ALL": 98.0,
        "AMD": 437.0,
        "AOA": 1040.0,
        "ARS": 1450.0,
        "AUD": 1.75,
        "AZN": 1.92,
        "BAM": 1.95583,
        "BBD": 2.26,
        "BDT": 138.0,
        "BHD": 0.426,
        "BMD": 1.13,
        "BOB": 7.8,
        "BRL": 6.3,
        "BSD": 1.13,
        "BWP": 15.3,
        "BYN": 3.5,
        "CAD": 1.58,
        "CHF": 0.94,
        "CLP": 1070.0,
        "CNY": 8.1,
        "COP": 4600.0,
        "CRC": 573.0,
        "CZK": 24.7,
        "DKK": 7.46,
        "DOP": 70.0,
        "DZD": 148.0,
        "EGP": 56.0,
        "ETB": 155.0,
        "EUR": 1.0,
        "FJD": 2.56,
        "GBP": 0.85,
        "GEL": 3.1,
        "GHS": 13.0,
        "GTQ": 8.7,
        "GYD": 236.0,
        "HKD": 8.8,
        "HNL": 29.3,
        "HUF": 398.0,
        "IDR": 18500.0,
        "ILS": 4.0,
        "INR": 97.0,
        "IQD": 1480.0,
        "ISK": 143.0,
        "JMD": 180.0,
        "JOD": 0.8,
        "JPY": 169.0,
        "KES": 146.0,
        "KGS": 98.5,
        "KHR": 4550.0,
        "KRW": 1600.0,
        "KWD": 0.345,
        "KZT": 590.0,
        "LAK": 24500.0,
        "LKR": 340.0,
        "MAD": 10.5,
        "MDL": 19.5,
        "MGA": 5090.0,
        "MKD": 61.5,
        "MMK": 2370.0,
        "MNT": 4030.0,
        "MOP": 9.05,
        "MUR": 51.8,
        "MWK": 1960.0,
        "MXN": 21.3,
        "MYR": 4.85,
        "MZN": 72.2,
        "NAD": 20.3,
        "NGN": 1750.0,
        "NIO": 41.5,
        "NOK": 11.7,
        "NPR": 155.0,
        "NZD": 1.92,
        "OMR": 0.435,
        "PAB": 1.13,
        "PEN": 4.15,
        "PGK": 4.65,
        "PHP": 65.0,
        "PKR": 319.0,
        "PLN": 4.25,
        "PYG": 8700.0,
        "QAR": 4.12,
        "RON": 5.05,
        "RSD": 117.1,
        "RUB": 94.0,
        "RWF": 1620.0,
        "SAR": 4.24,
        "SEK": 11.1,
        "SGD": 1.48,
        "THB": 37.0,
        "TJS": 11.3,
        "TND": 3.38,
        "TRY": 45.0,
        "TTD": 7.65,
        "TWD": 35.0,
        "TZS": 2950.0,
        "UAH": 47.5,
        "UGX": 4090.0,
        "USD": 1.13,
        "UYU": 46.0,
        "UZS": 14200.0,
        "VND": 29400.0,
        "XAF": 655.957,
        "XCD": 3.05,
        "XOF": 655.957,
        "XPF": 119.332,
        "ZAR": 20.3,
        "ZMW": 28.0,
        **REPLACED_BY_EURO,
    }
)
"""Rough worth of currencies, about the mean of 2025. [units per EUR]

ASSUMPTION: recalled and rounded. It sets the scale of limits and amounts, and claims nothing about
a day's market. Currencies that the euro replaced have their exact rates.
"""


@lru_cache(maxsize=1024)
def currency_of(country: str, day: date) -> str | None:
    """Legal tender of a country on a date, by ISO 4217; ``None`` where it has none.

    Source: CLDR territory currencies through babel, with later changes of currency added.
    """
    adopted = _EURO_ADOPTED.get(country)
    if adopted is not None and day >= adopted:
        return "EUR"
    currencies = get_territory_currencies(country, day)
    if "EUR" in currencies:
        return "EUR"  # for some days, the old currency was legal tender beside it
    return currencies[0] if currencies else None


@lru_cache(maxsize=256)
def minor_units(currency: str) -> int:
    """Decimal places of a currency: 2 for EUR, 0 for JPY, 3 for KWD (CLDR through babel). [digits]"""
    return get_currency_precision(currency)


def units_per_euro(currency: str) -> float:
    """Rough worth of a currency. [units per EUR]

    Raises
    ------
    ConfigError
        If the worth of the currency is not known here.
    """
    try:
        return UNITS_PER_EURO[currency]
    except KeyError:
        known = ", ".join(sorted(UNITS_PER_EURO))
        raise ConfigError(
            f"geography.countries leads to currency {currency!r}, whose worth is not known; known are {known}"
        ) from None
