"""Chains across days: the transaction before an account's first one of a day, computed, not read.

Belongs here: looking back from a day to earlier ones. Does not belong here: the order of rows
within a day.
"""

import numpy as np

from fraudsim_assets.simulation.keys import any_payment, transaction_ids
from fraudsim_assets.simulation.world import World
from fraudsim_assets.units import Ints

LOOK_BACK_DAYS = 365
"""A card that rested longer starts a new chain. [days]"""

NONE = -1
"""Stands for no previous transaction."""

_AT_ONCE = 1 << 17


def last_payments(world: World, accounts: Ints, day: int) -> tuple[Ints, Ints]:
    """Find each account's last genuine transaction before a day.

    Parameters
    ----------
    accounts : (n,)
        Account indices.
    day
        Day number.

    Returns
    -------
    (n,), (n,)
        Transaction ids and their days; ``NONE`` where there is none in ``LOOK_BACK_DAYS`` or since
        the card was issued.
    """
    ids = np.full(len(accounts), NONE, dtype=np.int64)
    days = np.full(len(accounts), NONE, dtype=np.int64)
    issued = world.entities.account_issued.take(accounts)
    for start in range(0, len(accounts), _AT_ONCE):
        pending = np.arange(start, min(start + _AT_ONCE, len(accounts)))
        for back in range(1, LOOK_BACK_DAYS + 1):
            past = day - back
            pending = pending[issued[pending] <= past]
            if pending.size == 0:
                break
            hit = any_payment(world, accounts[pending], past)
            found = pending[hit]
            ids[found] = transaction_ids(world, accounts=accounts[found], slots=0, day=past)
            days[found] = past
            pending = pending[~hit]
    return ids, days
