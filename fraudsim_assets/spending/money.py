"""Currencies: exchange rates by day, price levels, and amounts in minor units.

Belongs here: what depends on a currency or a country's prices. Does not belong here: how much a
purchase costs (``amount``).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fraudsim_assets.catalog.currencies import minor_units, units_per_euro
from fraudsim_assets.catalog.pegs import pegs
from fraudsim_assets.streams import Streams, name_id
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
        base = np.array([_base(c) for c in currencies])
        return cls(currencies, base, np.array([min(minor_units(c), AMOUNT_SCALE) for c in currencies], dtype=np.int64))

    @cached_property
    def scale(self) -> Floats:
        """Minor units in a unit. (m,) [1]"""
        return np.power(10.0, self.digits)

    def rates(self, streams: Streams, day: int) -> Floats:
        """Units per euro on a day: the base rate, wandering smoothly, never drawn from history. (m,) [units/EUR]

        The rate of a currency is a function of its code, the seed and the day, whatever other currencies a
        world has. A pegged currency goes where its anchor goes and strays from its parity within its band.
        """
        return self.base * np.exp([_drift(streams, code, day) for code in self.currencies])

    def stored(self, minor: Ints, currency: AnyArray) -> Ints:
        """Amounts in minor units as integers of the stored scale (thousandths). (n,)"""
        factors = np.array([10 ** (AMOUNT_SCALE - d) for d in self.digits], dtype=np.int64)
        return minor * factors.take(currency)


def price_levels(countries: tuple[str, ...]) -> Floats:
    """Price level of every country. (c,) [unitless]"""
    return np.array([PRICE_LEVEL.get(c, OTHER_PRICE_LEVEL) for c in countries])


def _base(currency: str) -> float:
    """Units per euro before drift, by the parity of a pegged currency. [units/EUR]"""
    peg = pegs().get(currency)
    return units_per_euro(currency) if peg is None else peg.parity * _base(peg.anchor)


def _drift(streams: Streams, currency: str, day: int) -> float:
    """How far a currency is from its base rate on a day. [log units]"""
    if currency == "EUR":
        return 0.0
    peg = pegs().get(currency)
    if peg is None:
        return _wave(streams, currency, day)
    return _drift(streams, peg.anchor, day) + peg.band * _wave(streams, currency, day) / sum(DRIFT_SIZES)


def _wave(streams: Streams, currency: str, day: int) -> float:
    """Smooth waves of a currency's own, at most the sum of ``DRIFT_SIZES`` either way. [log units]"""
    number, total = name_id(currency), 0.0
    for period, size in zip(DRIFT_DAYS, DRIFT_SIZES, strict=True):
        knot, rest = divmod(day, period)
        left = streams.draw("money.drift", period, knot).uniform(number)
        right = streams.draw("money.drift", period, knot + 1).uniform(number)
        share = rest / period
        smooth = share * share * (3 - 2 * share)
        total += size * 2 * (left * (1 - smooth) + right * smooth - 0.5)
    return total
