"""Prices: what a payment costs where, and what it is worth in euros on a day.

Belongs here: factors on tickets by merchant and customer, and exchange rates by day. Does not belong here: the tickets
of kinds of purchase (``kinds``, ``amount``).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fraudsim_assets.caching import DayCache
from fraudsim_assets.catalog.entities import Entities
from fraudsim_assets.spending.money import Money, price_levels
from fraudsim_assets.spending.trades import trade_factors, trade_leasts
from fraudsim_assets.streams import Streams
from fraudsim_assets.units import AnyArray, Floats, Ints


@dataclass(frozen=True, eq=False)
class Prices:
    """Price levels and currencies of a world.

    Attributes
    ----------
    streams
        Randomness of the world.
    entities
        Customers and merchants.
    """

    streams: Streams
    entities: Entities

    @cached_property
    def money(self) -> Money:
        """Currencies."""
        return Money.of(self.entities.reference, self.entities.currencies)

    @cached_property
    def customer_ticket(self) -> Floats:
        """Factor on tickets by customer row. [unitless]"""
        return self.entities.customer_income**self.entities.reference.shopping.income_elasticity

    def shop_levels_on(self, day: int) -> Floats:
        """Factor on the median ticket by merchant slot: its own, its trade's and its country's. (slots,) [unitless]"""
        return self._shop_levels.get(day)

    def shop_levels(self, merchant: Ints, day: Ints | int) -> Floats:
        """What :func:`shop_levels_on` has for merchants, on a day or on one each. (n,) [unitless]"""
        rows = self.entities.merchant_versions.rows(merchant, day)
        return self.entities.occupants.ticket.take(rows) * self._slot_levels.take(merchant)

    def rates_on(self, day: int) -> Floats:
        """Units of each currency per euro on a day. (currencies,) [units/EUR]"""
        return self._rates.get(day)

    def in_euros(self, minor: Ints, currency: AnyArray, day: int) -> Floats:
        """Amounts in minor units of their currencies, at the day's rates. (n,) [EUR]"""
        return minor / (self.money.scale * self.rates_on(day)).take(currency)

    def cheapest(self, least: Floats, merchant: Ints) -> Floats:
        """Cheapest tickets at merchants: what their trade asks at least, if that is more. (n,) [EUR]

        Parameters
        ----------
        least : (n,)
            Cheapest tickets of their kinds. [EUR]
        merchant : (n,)
            Merchant slots.
        """
        return np.maximum(least, self._slot_least.take(merchant))

    @cached_property
    def _slot_least(self) -> Floats:
        """What trades ask for at least in shops; nought on the web. (slots,) [EUR]"""
        seats, entities = self.entities.seats, self.entities
        trades = trade_leasts(entities.reference)[seats.category, seats.codes.mcc]
        countries = price_levels(entities.reference, entities.countries)
        return np.where(seats.online, 0.0, trades * countries.take(seats.codes.country))

    @cached_property
    def _slot_levels(self) -> Floats:
        """What of a shop's level does not depend on who occupies the slot. (slots,) [unitless]"""
        seats = self.entities.seats
        trades = trade_factors(self.entities.reference)
        countries = price_levels(self.entities.reference, self.entities.countries)
        return trades[seats.category, seats.codes.mcc] * countries.take(seats.codes.country)

    @cached_property
    def _shop_levels(self) -> DayCache[Floats]:
        return DayCache(lambda day: self.entities.merchants_on(day).ticket * self._slot_levels, most=4)

    @cached_property
    def _rates(self) -> DayCache[Floats]:
        return DayCache(lambda day: self.money.rates(self.streams, day), most=64)
