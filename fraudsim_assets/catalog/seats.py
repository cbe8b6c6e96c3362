"""Merchants as arrays: what a slot is for ever, and who occupies it on a day.

Belongs here: the shape of these arrays. Does not belong here: how they are read from the catalog
(``entities``).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fraudsim_assets.units import AnyArray, Bools, Floats, Floats32, Ints, Ints32


DAY_MINUTES = 1440


@dataclass(frozen=True)
class Seats:
    """Merchant slots, whoever occupies them. Codes of few bytes index the lists of ``Entities``."""

    category: Ints
    mcc: AnyArray
    country: AnyArray
    currency: AnyArray
    zone: AnyArray
    online: Bools
    latitude: Floats32
    longitude: Floats32


@dataclass(frozen=True)
class Occupants:
    """Everybody who ever occupies a slot, by merchant row.

    Attributes
    ----------
    merchant_id
        Merchant ids.
    ticket
        Factor on tickets. [unitless]
    hours
        Row of ``opening_hours``.
    opening_hours : (k, 2)
        When shops open, and when they close; beyond 1440 the next morning. [local minutes of the day]
    """

    merchant_id: Ints
    ticket: Floats
    hours: AnyArray
    opening_hours: Ints

    @cached_property
    def closed(self) -> Bools:
        """Whether shops are closed, by row of ``opening_hours`` and local minute of the day. Flat (k * 1440,)"""
        minute = np.arange(DAY_MINUTES)
        opens, closes = self.opening_hours[:, :1], self.opening_hours[:, 1:]
        closed = ((minute < opens) | (minute >= closes)) & (minute + DAY_MINUTES >= closes)
        return closed.ravel()


@dataclass(frozen=True)
class Merchants:
    """Merchants of one day; every array is indexed by slot, and looked up when first asked for.

    Attributes
    ----------
    seats
        What does not depend on the day; its arrays are reachable from here as well.
    rows
        Merchant row of each slot.
    occupants
        Arrays by merchant row.
    """

    seats: Seats
    rows: Ints32
    occupants: Occupants

    @cached_property
    def merchant_id(self) -> Ints:
        """Merchant ids."""
        return self.occupants.merchant_id.take(self.rows)

    @property
    def ticket(self) -> Floats:
        """Factors on tickets. [unitless]"""
        return self.occupants.ticket.take(self.rows)

    @cached_property
    def hours(self) -> AnyArray:
        """Rows of ``Occupants.opening_hours``."""
        return self.occupants.hours.take(self.rows)

    def closed(self, slots: Ints, minute: AnyArray) -> Bools:
        """Whether merchants are closed at local minutes of the day. (n,)"""
        return self.occupants.closed.take(self.hours.take(slots) * np.int64(DAY_MINUTES) + minute)

    @property
    def category(self) -> Ints:
        """Category codes."""
        return self.seats.category

    @property
    def mcc(self) -> AnyArray:
        """Codes of ``Entities.mccs``."""
        return self.seats.mcc

    @property
    def country(self) -> AnyArray:
        """Country indices."""
        return self.seats.country

    @property
    def currency(self) -> AnyArray:
        """Currency indices."""
        return self.seats.currency

    @property
    def zone(self) -> AnyArray:
        """Zone indices."""
        return self.seats.zone

    @property
    def online(self) -> Bools:
        """Web shops."""
        return self.seats.online

    @property
    def latitude(self) -> Floats32:
        """Latitudes. [degrees]"""
        return self.seats.latitude

    @property
    def longitude(self) -> Floats32:
        """Longitudes. [degrees]"""
        return self.seats.longitude
