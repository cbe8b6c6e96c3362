"""Currencies: exchange rates by day, price levels, and amounts in minor units.

Belongs here: what depends on a currency or a country's prices. Does not belong here: how much a
purchase costs (``amount``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fraudsim_assets.catalog.currencies import minor_units
from fraudsim_assets.reference_data import Reference
from fraudsim_assets.reference_data.markets import Exchange
from fraudsim_assets.streams import Streams, name_ids
from fraudsim_assets.units import AMOUNT_SCALE, AnyArray, Floats, Ints


@dataclass(frozen=True)
class Money:
    """Currencies of a world, with what amounts need to know about them.

    Attributes
    ----------
    reference
        What currencies are worth and held to.
    currencies : (m,)
        ISO 4217 codes; array indices below refer to this order.
    base : (m,)
        Units per euro before drift. [units/EUR]
    digits : (m,)
        Decimal places. [count]
    """

    reference: Reference
    currencies: tuple[str, ...]
    base: Floats
    digits: Ints

    @classmethod
    def of(cls, reference: Reference, currencies: tuple[str, ...]) -> "Money":
        """Look the currencies up."""
        base = np.array([_base(reference, c) for c in currencies])
        digits = np.array([min(minor_units(c), AMOUNT_SCALE) for c in currencies], dtype=np.int64)
        return cls(reference, currencies, base, digits)

    @cached_property
    def note(self) -> Floats:
        """Smallest banknote that machines give: about ten euros' worth where nothing else is known. (m,) [units]"""
        usual = 10.0 * np.power(10.0, np.rint(np.log10(self.base)))
        given = [self.reference.currency(code).note for code in self.currencies]
        return np.array([ten if own is None else own for own, ten in zip(given, usual, strict=True)])

    @cached_property
    def scale(self) -> Floats:
        """Minor units in a unit. (m,) [1]"""
        return np.power(10.0, self.digits)

    def rates(self, streams: Streams, day: int) -> Floats:
        """Units per euro on a day: the base rate, wandering smoothly, never drawn from history. (m,) [units/EUR]

        The rate of a currency is a function of its code, the seed and the day, whatever other currencies a
        world has. A pegged currency goes where its anchor goes and strays from its parity within its band.
        """
        waves = dict(zip(self._wandering, _waves(self.reference.exchange, streams, self._wandering, day), strict=True))
        return self.base * np.exp([self._drift(waves, code) for code in self.currencies])

    @cached_property
    def _wandering(self) -> tuple[str, ...]:
        """Currencies whose waves rates follow: those of the world, and what they are pegged to."""
        found: dict[str, None] = {}
        for code in self.currencies:
            anchor: str | None = code
            while anchor is not None:
                found[anchor] = None
                anchor = self.reference.currency(anchor).anchor
        return tuple(found)

    def _drift(self, waves: Mapping[str, float], code: str) -> float:
        """How far a currency is from its base rate on a day, given the waves of all. [log units]"""
        currency = self.reference.currency(code)
        if code == "EUR":
            return 0.0
        if currency.anchor is None or currency.band is None:
            return waves[code]
        strayed = currency.band * waves[code] / sum(self.reference.exchange.wave_sizes)
        return self._drift(waves, currency.anchor) + strayed

    def stored(self, minor: Ints, currency: AnyArray) -> Ints:
        """Amounts in minor units as integers of the stored scale (thousandths). (n,)"""
        factors = np.array([10 ** (AMOUNT_SCALE - d) for d in self.digits], dtype=np.int64)
        return minor * factors.take(currency)


def price_levels(reference: Reference, countries: tuple[str, ...]) -> Floats:
    """Price level of every country. (c,) [unitless]"""
    return np.array([reference.country(code).price_level for code in countries])


def _base(reference: Reference, code: str) -> float:
    """Units per euro before drift, by the parity of a pegged currency. [units/EUR]"""
    currency = reference.currency(code)
    if currency.anchor is None or currency.parity is None:
        return currency.units_per_euro
    return currency.parity * _base(reference, currency.anchor)


def _waves(table: Exchange, streams: Streams, currencies: tuple[str, ...], day: int) -> list[float]:
    """Smooth waves of each currency's own, at most the sum of their sizes either way. (m,) [log units]"""
    numbers = name_ids(currencies)
    total = np.zeros(len(numbers))
    for period, size in zip(table.wave_days, table.wave_sizes, strict=True):
        knot, rest = divmod(day, period)
        left, right = (streams.draw("money.drift", period, k).uniforms(numbers) for k in (knot, knot + 1))
        share = rest / period
        smooth = share * share * (3 - 2 * share)
        total += size * 2 * (left * (1 - smooth) + right * smooth - 0.5)
    return total.tolist()
