"""Chains across days: the transaction before a card's first one of a day, computed, not read.

Belongs here: joining what ``last`` finds for all accounts with what ``trails`` finds for those that
met fraud. Does not belong here: how either looks back, and the order of rows within a day.
"""

import numpy as np

from fraudsim_assets.simulation.last import NONE, last_payments
from fraudsim_assets.simulation.refunds import Returns
from fraudsim_assets.simulation.trails import follow_trails
from fraudsim_assets.simulation.world import World
from fraudsim_assets.units import Ints


def previous_of_first(world: World, accounts: Ints, day: int, returns: Returns) -> Ints:
    """Find the transaction before the first one of a day.

    Parameters
    ----------
    accounts : (n,)
        Account indices, ascending, without repetition, each with a transaction on the day.
    day
        Day number.
    returns
        What is given back on the day, to them and to others.

    Returns
    -------
    (n,)
        Ids of the same card's transaction before; ``NONE`` if the card was new or rested for more
        than ``LOOK_BACK_DAYS``.
    """
    last = last_payments(world, accounts, day)
    ids = last.ids
    changed = np.flatnonzero(last.days >= 0)
    versions = world.entities.account_versions
    then, now = (versions.rows(accounts[changed], d) for d in (last.days[changed], day))
    ids[changed[then != now]] = NONE  # renewed since: a new card
    follow_trails(world, accounts, last, day, returns).apply(accounts, ids)
    return ids
