"""Rows of a day before their columns are worked out, and their numbering.

The one idea: a row's id is a function of (day, account, slot). The last genuine payment of an account's
day always has slot 0, so the id of the payment before is known once its day is.

Belongs here: the shape of rows, their order, slots and ids. Does not belong here: who pays what
(``keys``, ``purchases``).
"""

from dataclasses import dataclass, fields, replace

import numpy as np

from fraudsim_assets.bit_layouts import ROW_ORDER, TRANSACTION
from fraudsim_assets.catalog.seats import SeatCodes
from fraudsim_assets.decisions.verdicts import parts_of_ids
from fraudsim_assets.simulation.world import World
from fraudsim_assets.streams import scramble_ids
from fraudsim_assets.units import AnyArray, Bools, Floats, Ints

OCCASION, ENCORE, SUBSCRIPTION, REFUND, FRAUD = range(5)
"""Where a row comes from."""

NONE = -1
"""Stands for no transaction."""


@dataclass(frozen=True)
class Rows:
    """Rows-to-be. All arrays have one entry per row.

    Attributes
    ----------
    at
        Position of the account in the block.
    moment
        Time of the request since midnight UTC. [microseconds]
    origin : int8
        OCCASION, ENCORE, SUBSCRIPTION, REFUND or FRAUD.
    code
        What was intended: need and number of an occasion, number of a subscription. A retry shares it with its first
        attempt; an encore has the occasion's and its own number above. Of fraud, the row of the table that it came
        from.
    slot
        Number of the row within (account, day), part of its id.
    response : int8
        Code of ``RESPONSE_CODES``; 0 approves.
    retry
        Asked for again after a refusal.
    kind, merchant
        Kind of purchase; merchant slot.
    codes
        Words of ``SeatCodes``.
    minor, euros
        Amount. [minor units of the merchant's currency], [EUR]
    original
        Transaction id that is given back; ``NONE`` for all but refunds.
    """

    at: Ints
    moment: Ints
    origin: AnyArray
    code: Ints
    slot: Ints
    response: AnyArray
    retry: Bools
    kind: Ints
    merchant: Ints
    codes: Ints
    minor: Ints
    euros: Floats
    original: Ints

    def __len__(self) -> int:
        return len(self.at)

    def take(self, rows: AnyArray) -> "Rows":
        """Choose rows by index or mask."""
        rows = np.flatnonzero(rows) if rows.dtype == np.bool_ else rows
        return Rows(*(getattr(self, f.name).take(rows) for f in fields(self)))

    @classmethod
    def join(cls, parts: list["Rows"]) -> "Rows":
        """Concatenate."""
        if len(parts) == 1:
            return parts[0]
        return cls(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(cls)))

    def codes_of(self) -> SeatCodes:
        """Codes of the merchants."""
        return SeatCodes(self.codes)

    def order(self) -> Ints:
        """Rows in the order of account, then time; ties keep the order they had. (n,)"""
        return np.argsort(ROW_ORDER.pack(self.at, self.moment), kind="stable")

    def in_order(self, n_accounts: int) -> "Rows":
        """Rows in order, genuine payments numbered down to 0 at each account's last one."""
        order = self.order()
        return replace(self.take(order), slot=self.slots_of(order, n_accounts))

    def slots_of(self, order: Ints, n_accounts: int) -> Ints:
        """Slots of rows in a known order: as numbered by :meth:`in_order`. (n,)"""
        at, own = self.at.take(order), self.origin.take(order) < REFUND
        so_far = np.cumsum(own, dtype=np.int64)
        ends = np.cumsum(np.bincount(at, minlength=n_accounts)) - 1
        slot = so_far.take(ends, mode="clip").take(at) if len(at) else so_far
        slot -= so_far
        others = np.flatnonzero(~own)
        slot[others] = self.slot.take(order.take(others))
        return slot


def transaction_ids(world: World, *, accounts: Ints, slots: Ints | int, day: Ints | int) -> Ints:
    """Ids of transactions: opaque, but a function of (day, account, slot) alone. (n,) int64"""
    number = TRANSACTION.pack(np.asarray(day, dtype=np.int64), accounts, slots)
    return scramble_ids(number, world.streams.draw("transaction.id").key)


def parse_transaction_ids(world: World, ids: Ints) -> tuple[Ints, Ints, Ints]:
    """Recover (day, account, slot) from ids. Three of (n,)"""
    return parts_of_ids(world.streams, ids)
