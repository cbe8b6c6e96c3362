"""Chains across days: the transaction before a card's first one of a day, computed, not read.

The one idea: an account's last payment of an earlier day always has slot 0, so only the day must
be found, by asking day after day whether there was any payment. The few accounts that met fraud
since then are followed in full.

Belongs here: looking back from a day to earlier ones. Does not belong here: the order of rows
within a day.
"""

from dataclasses import dataclass

import numpy as np

from fraudsim_assets.simulation.composition import genuine_on_cards
from fraudsim_assets.simulation.keys import any_payment, transaction_ids
from fraudsim_assets.simulation.plastics import cards_in_use
from fraudsim_assets.simulation.world import LOOK_BACK_DAYS, World
from fraudsim_assets.units import DAY, Ints

NONE = -1
"""Stands for no previous transaction."""

_AT_ONCE = 1 << 17


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
    for start in range(0, len(accounts), _AT_ONCE):
        pending = np.arange(start, min(start + _AT_ONCE, len(accounts)))
        for past in range(day - 1, day - most - 1, -1):
            if pending.size == 0:
                break
            hit = any_payment(world, accounts[pending], past)
            found = pending[hit]
            ids[found] = transaction_ids(world, accounts=accounts[found], slots=0, day=past)
            days[found] = past
            pending = pending[~hit]
    return Last(ids, days)


def previous_of_first(world: World, accounts: Ints, cards: Ints, day: int) -> Ints:
    """Find the transaction before the first one of a day.

    Parameters
    ----------
    accounts : (n,)
        Account indices, ascending, without repetition.
    cards : (n,)
        Card of each account's first transaction of the day.
    day
        Day number.

    Returns
    -------
    (n,)
        Ids of the same card's transaction before; ``NONE`` if the card was new or rested for more
        than ``LOOK_BACK_DAYS``.
    """
    last = last_payments(world, accounts, day)
    ids = last.ids.copy()
    changed = np.flatnonzero(last.days >= 0)
    versions = world.entities.account_versions
    then, now = (versions.rows(accounts[changed], d) for d in (last.days[changed], day))
    ids[changed[then != now]] = NONE  # renewed since: a new card
    since = np.where(last.days >= 0, last.days, day - LOOK_BACK_DAYS)
    struck = world.struck_since(accounts, since, day)
    for position in np.array_split(struck, max(1, -(-len(struck) // 4096))):
        ids[position] = _followed(world, accounts[position], cards[position], last.days[position], day)
    return ids


def _followed(world: World, accounts: Ints, cards: Ints, days: Ints, day: int) -> Ints:
    """Follow accounts back in full: fraudulent steps, silent spells and reissued cards included."""
    ids, when = _last_steps(world, accounts, cards, day)
    pending = np.flatnonzero(days >= 0)
    days = days.copy()
    while pending.size:
        past = int(days[pending].max())
        here = pending[days[pending] == past]
        keys, card = genuine_on_cards(world, accounts[here], past)
        genuine = np.flatnonzero(card == cards[here].take(keys.at))
        found = np.full(len(here), NONE, dtype=np.int64)
        found[keys.at[genuine]] = genuine  # rows are in order of time: the last one stays
        hit = np.flatnonzero(found >= 0)
        row = found[hit]
        moment = past * DAY + keys.moment[row]
        later = moment > when[here[hit]]
        better = transaction_ids(world, accounts=accounts[here[hit]], slots=keys.slot[row], day=past)
        ids[here[hit]] = np.where(later, better, ids[here[hit]])
        days[here] = NONE
        # rows of an older card end the search; no rows at all send it further back
        silent = np.setdiff1d(np.arange(len(here)), keys.at)
        if silent.size:
            earlier = last_payments(world, accounts[here[silent]], past, most=max(LOOK_BACK_DAYS - (day - past), 0))
            days[here[silent]] = earlier.days
        pending = np.flatnonzero(days >= 0)
    return ids


def _last_steps(world: World, accounts: Ints, cards: Ints, day: int) -> tuple[Ints, Ints]:
    """Last fraudulent row of each account's card before a day: its id and time."""
    ids = np.full(len(accounts), NONE, dtype=np.int64)
    when = np.full(len(accounts), NONE, dtype=np.int64)
    if len(accounts) == 0:
        return ids, when
    steps = world.footsteps_around(day)
    at = np.minimum(np.searchsorted(accounts, steps.account), len(accounts) - 1)
    rows = np.flatnonzero((accounts[at] == steps.account) & (steps.when < day * DAY))
    rows = rows[steps.when[rows] >= (day - LOOK_BACK_DAYS) * DAY]
    for some in np.array_split(rows, max(1, -(-len(rows) // _AT_ONCE))):
        card, _ = cards_in_use(world, account=steps.account[some], when=steps.when[some])
        mine = some[card == cards[at[some]]]
        # steps are sorted by time within an account: the last one stays
        when[at[mine]] = steps.when[mine]
        past = steps.when[mine] // DAY
        ids[at[mine]] = transaction_ids(world, accounts=steps.account[mine], slots=steps.slot[mine], day=past)
    return ids, when
