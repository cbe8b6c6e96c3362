"""Last payments: the day and the id of an account's last genuine payment before a day.

The one idea: an account's last genuine payment of a day always has slot 0, so only the day must be
found, by asking day after day whether there was any payment.

Belongs here: looking back as if there were no fraud. Does not belong here: accounts that met fraud
(``trails``), and the order of rows within a day.
"""

from dataclasses import dataclass

import numpy as np

from fraudsim_assets.fraud.history import LOOK_BACK_DAYS
from fraudsim_assets.simulation.keys import any_payment, transaction_ids
from fraudsim_assets.simulation.world import World
from fraudsim_assets.units import Bools, Ints

NONE = -1
"""Stands for no previous transaction."""

AT_ONCE = 1 << 16
"""Accounts looked up at once. [count]"""


@dataclass(frozen=True)
class Last:
    """Last transactions of accounts before a day; ``NONE`` where there is none.

    Attributes
    ----------
    ids, days
        Transaction ids and their days.
    """

    ids: Ints
    days: Ints


def last_payments(world: World, accounts: Ints, day: int, *, most: int = LOOK_BACK_DAYS) -> Last:
    """Find each account's last genuine payment before a day, as if there were no fraud.

    Parameters
    ----------
    accounts : (n,)
        Account indices.
    day
        Day number.
    most
        How far to look back. [days]
    """
    ids = np.full(len(accounts), NONE, dtype=np.int64)
    days = np.full(len(accounts), NONE, dtype=np.int64)
    pending = np.arange(len(accounts))
    earliest = day - most
    for past in range(day - 1, earliest - 1, -1):
        missed = [pending[:0]]
        for start in range(0, len(pending), AT_ONCE):
            some = pending[start : start + AT_ONCE]
            hit = any_payment(world, accounts[some], past)
            found = some.take(np.flatnonzero(hit))
            ids[found] = transaction_ids(world, accounts=accounts[found], slots=0, day=past)
            days[found] = past
            missed.append(some.take(np.flatnonzero(~hit)))
        pending = np.concatenate(missed)
        if len(pending) <= AT_ONCE:  # among many, next to none sleep so long
            pending = pending[~_rested(world, accounts[pending], earliest, past)]
        if pending.size == 0:
            break
    return Last(ids, days)


def _rested(world: World, accounts: Ints, first: int, last: int) -> Bools:
    """Whether accounts cannot have paid from one day to another: asleep all the time, without subscriptions. (n,)"""
    rested = world.habits.dormancy.asleep_since(accounts, last) > last - first
    asleep = np.flatnonzero(rested)
    rested[asleep] = world.habits.subscriptions.count.take(accounts[asleep]) == 0
    return rested
