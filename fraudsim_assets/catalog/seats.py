"""Merchants as arrays: what a slot is for ever, and who occupies it on a day.

Belongs here: the shape of these arrays. Does not belong here: how they are read from the catalog
(``entities``).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fraudsim_assets.bit_layouts import OPENING_HOURS
from fraudsim_assets.maths.integers import packed, unpacked
from fraudsim_assets.units import DAY_MINUTES, AnyArray, Bools, Complexes32, Floats, Ints, Ints32

OCCUPANTS = ("merchant_id", "ticket_factor", "opens_minute", "closes_minute")
"""Columns of the catalog that say who occupies a slot."""


@dataclass(frozen=True)
class SeatCodes:
    """Codes of merchants, whoever they are, side by side in one word each.

    Attributes
    ----------
    words : (n,)
        The codes, 16 bits each.
    """

    words: Ints

    @classmethod
    def of(cls, *, zone: Ints, country: Ints, currency: Ints, mcc: Ints) -> "SeatCodes":
        """Join codes. (n,) each, below 2**15"""
        return cls(packed(zone, country, currency, mcc))

    def take(self, slots: Ints) -> "SeatCodes":
        """Look merchants up."""
        return SeatCodes(self.words.take(slots))

    def put(self, rows: Ints, some: "SeatCodes") -> None:
        """Replace the codes of some rows."""
        self.words[rows] = some.words

    @property
    def zone(self) -> AnyArray:
        """Zone indices. (n,) int16"""
        return unpacked(self.words)[:, 0]

    @property
    def country(self) -> AnyArray:
        """Country indices. (n,) int16"""
        return unpacked(self.words)[:, 1]

    @property
    def currency(self) -> AnyArray:
        """Currency indices. (n,) int16"""
        return unpacked(self.words)[:, 2]

    @property
    def mcc(self) -> AnyArray:
        """Indices of MCCs. (n,) int16"""
        return unpacked(self.words)[:, 3]


@dataclass(frozen=True)
class Seats:
    """Merchant slots, whoever occupies them. What every row asks for lies side by side, to be looked up at once.

    Attributes
    ----------
    category : (slots,)
        Category codes.
    online : (slots,)
        Web shops.
    codes : (slots,)
        Zone, country, currency and MCC, as indices of the lists of ``Entities``.
    positions : (slots,) complex64
        Latitude and longitude. [degrees]
    """

    category: Ints
    online: Bools
    codes: SeatCodes
    positions: Complexes32


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

    @classmethod
    def of(cls, merchant_id: AnyArray, ticket: AnyArray, opens: AnyArray, closes: AnyArray) -> "Occupants":
        """Set up from columns of the catalog, those that ``OCCUPANTS`` names. (n,) each"""
        hours = OPENING_HOURS.pack(opens.astype(np.int64), closes.astype(np.int64))
        distinct, which = np.unique(hours, return_inverse=True)
        return cls(
            merchant_id=merchant_id.astype(np.int64),
            ticket=ticket.astype(np.float64),
            hours=which.astype(np.min_scalar_type(len(distinct))),
            opening_hours=np.stack(OPENING_HOURS.unpack(distinct), axis=1),
        )

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
        What does not depend on the day.
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
