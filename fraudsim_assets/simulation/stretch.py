"""Stretches: what many accounts' day owes to other days, found for all of them at once.

The one idea: every other day that is looked at has a fixed cost, whether for ten accounts or for a
million. So refunds and the payments before a day's first ones are found for a long stretch of
accounts, a few bytes for each, before the rows are made block by block.

Belongs here: what is known of accounts before any of their rows is made. Does not belong here:
rows, and how one looks back (``refunds``, ``previous``).
"""

from dataclasses import dataclass

import numpy as np

from fraudsim_assets.maths.ordered import mask_of_members
from fraudsim_assets.simulation.keys import AT_ONCE, NONE, rates_on
from fraudsim_assets.simulation.previous import previous_of_first
from fraudsim_assets.simulation.refunds import Returns, find_returns, likely_refunds
from fraudsim_assets.simulation.world import World
from fraudsim_assets.units import AnyArray, Bools, Ints


@dataclass(frozen=True)
class Stretch:
    """Accounts of a day, with what is known of them before their rows are made.

    Attributes
    ----------
    day
        Day number.
    accounts : (n,)
        Account indices, ascending.
    trips : (n,) int16
        Trips of the day. [count]
    previous : (n,)
        Id of the transaction before the day's first one, ``NONE`` where there is none; anything where the account
        has no transaction on the day.
    returns
        What is given back on the day.
    """

    day: int
    accounts: Ints
    trips: AnyArray
    previous: Ints
    returns: Returns

    @classmethod
    def of(cls, world: World, accounts: Ints, day: int, *, chained: bool) -> "Stretch":
        """Look accounts up.

        Parameters
        ----------
        accounts : (n,)
            Account indices, ascending.
        day
            Day number.
        chained
            Whether anybody wants the transactions before the day's first ones.
        """
        trips = np.zeros(len(accounts), dtype=np.int16)
        refunded = [accounts[:0]]
        for start in range(0, len(accounts), AT_ONCE):
            here = slice(start, start + AT_ONCE)
            some = accounts[here]
            rates = rates_on(world, some, day)
            counts = world.habits.activity.counts(world.streams, accounts=some, rates=rates, day=day)
            refunded.append(some[likely_refunds(world, some, rates=rates, trips=counts, day=day)])
            trips[here] = counts
        returns = find_returns(world, np.concatenate(refunded), day)
        previous = np.full(len(accounts), NONE, dtype=np.int64)
        if chained:
            rows = np.flatnonzero(_paying(world, accounts, trips, day))
            previous[rows] = previous_of_first(world, accounts[rows], day, returns)
        return cls(day, accounts, trips, previous, returns)


def _paying(world: World, accounts: Ints, trips: AnyArray, day: int) -> Bools:
    """Which accounts may have a transaction on a day. (n,)"""
    paying = trips > 0
    paying |= world.habits.subscriptions.any_due(accounts, day)
    return paying | mask_of_members(accounts, world.history.rows_on(day).account)
