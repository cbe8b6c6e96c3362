"""Currencies: exchange rates by day, price levels, and amounts in minor units.

Belongs here: what depends on a currency or a country's prices. Does not belong here: how much a
purchase costs (``amount``).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fraudsim_assets.catalog.currencies import minor_units, units_per_euro
from fraudsim_assets.streams import Streams
from fraudsim_assets.units import AMOUNT_SCALE, AnyArray, Floats, Ints

PRICE_LEVEL: dict[str, float] = {
    "CH": 1.55, "NO": 1.25, "IS": 1.35, "DK": 1.28, "IE": 1.25, "LU": 1.2, "SE": 1.08, "FI": 1.15, "NL": 1.1,
    "GB": 1.12, "US": 1.2, "AU": 1.12, "CA": 1.05, "DE": 1.03, "AT": 1.05, "BE": 1.08, "FR": 1.05, "IT": 0.95,
    "ES": 0.90, "PT": 0.82, "GR": 0.80, "CZ": 0.80, "PL": 0.68, "HU": 0.68, "RO": 0.58, "BG": 0.56, "TR": 0.45,
    "JP": 0.85, "KR": 0.85, "SG": 1.1, "HK": 1.0, "AE": 0.9, "TH": 0.45, "VN": 0.38, "ID": 0.38, "IN": 0.32,
    "CN": 0.62, "MX": 0.62, "BR": 0.52, "ZA": 0.5, "EG": 0.3, "MA": 0.42,
}  # fmt: skip
"""Consumer prices against the mean of the European Union. ASSUMPTION, after Eurostat price level indices."""

OTHER_PRICE_LEVEL = 0.7
"""Price level of a country not listed. ASSUMPTION. [unitless]"""

DRIFT_DAYS = (11, 47, 190, 760)
DRIFT_SIZES = (0.003, 0.008, 0.02, 0.04)
"""Waves that sum to a smooth wandering of exchange rates. ASSUMPTION. [days], [log units]"""


@dataclass(frozen=True)
class Money:
    """Currencies of a world, with what amounts need to know about them.

    Attributes
    ----------
    currencies : (m,)
        ISO 4217 codes; array indices below refer to this order.
    base : (m,)
        Units per euro before drift. [units/EUR]
    digits : (m,)
        Decimal places. [count]
    """

    currencies: tuple[str, ...]
    base: Floats
    digits: Ints

    @classmethod
    def of(cls, currencies: tuple[str, ...]) -> "Money":
        """Look the currencies up."""
        base = np.array([units_per_euro(c) for c in currencies])
        return cls(currencies, base, np.array([min(minor_units(c), AMOUNT_SCALE) for c in currencies], dtype=np.int64))

    @cached_property
    def scale(self) -> Floats:
        """Minor units in a unit. (m,) [1]"""
        return np.power(10.0, self.digits)

    def rates(self, streams: Streams, day: int) -> Floats:
        """Units per euro on a day: the base rate, wandering smoothly, never drawn from history. (m,) [units/EUR]"""
        drift = np.zeros(len(self.currencies))
        ids = np.arange(len(self.currencies))
        for period, size in zip(DRIFT_DAYS, DRIFT_SIZES, strict=True):
            knot, rest = divmod(day, period)
            left = streams.draw("money.drift", period, knot).uniforms(ids)
            right = streams.draw("money.drift", period, knot + 1).uniforms(ids)
            share = rest / period
            smooth = share * share * (3 - 2 * share)
            drift += size * 2 * (left * (1 - smooth) + right * smooth - 0.5)
        drift[self.base == 1.0] = 0.0
        return self.base * np.exp(drift)

    def stored(self, minor: Ints, currency: AnyArray) -> Ints:
        """Amounts in minor units as integers of the stored scale (thousandths). (n,)"""
        factors = np.array([10 ** (AMOUNT_SCALE - d) for d in self.digits], dtype=np.int64)
        return minor * factors.take(currency)


def price_levels(countries: tuple[str, ...]) -> Floats:
    """Price level of every country. (c,) [unitless]"""
    return np.array([PRICE_LEVEL.get(c, OTHER_PRICE_LEVEL) for c in countries])
