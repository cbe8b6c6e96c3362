"""Trails: the transaction before a card's first one of a day, for the few accounts that met fraud.

The one idea: where nothing happened since an account's last genuine payment, that payment is the
answer. Only accounts struck since then are followed back in full, all of a day together, because
every earlier day that is looked at has a fixed cost.

Belongs here: following accounts through fraudulent steps, silent spells and reissued cards. Does
not belong here: accounts that met none of it (``last``).
"""

from dataclasses import dataclass

import numpy as np

from fraudsim_assets.fraud.history import LOOK_BACK_DAYS
from fraudsim_assets.maths.ordered import places_of, ranges_of
from fraudsim_assets.simulation.composition import compose, genuine_on_cards
from fraudsim_assets.simulation.keys import Cast, transaction_ids, trips_on
from fraudsim_assets.simulation.last import AT_ONCE, NONE, Last, last_payments
from fraudsim_assets.simulation.plastics import cards_in_use
from fraudsim_assets.simulation.refunds import Returns
from fraudsim_assets.simulation.world import World
from fraudsim_assets.units import DAY, Bools, Ints


@dataclass(frozen=True)
class Trails:
    """Accounts that met fraud, and what came before their first transaction of a day.

    Attributes
    ----------
    accounts : (n,)
        Account indices, ascending.
    ids : (n,)
        Transaction ids; ``NONE`` where the card was new or rested for more than ``LOOK_BACK_DAYS``.
    """

    accounts: Ints
    ids: Ints

    def apply(self, accounts: Ints, ids: Ints) -> None:
        """Put the ids of followed accounts in their places. Two of (m,), accounts ascending"""
        at, here = places_of(accounts, self.accounts)
        ids[at[here]] = self.ids[here]


def follow_trails(world: World, accounts: Ints, last: Last, day: int, returns: Returns) -> Trails:
    """Follow the accounts that met fraud back from their first transaction of a day.

    Parameters
    ----------
    accounts : (n,)
        Indices of accounts with a transaction on the day, ascending.
    last
        Their last genuine payments before the day.
    day
        Day number.
    returns
        What is given back on the day, to them and to others.
    """
    met = np.flatnonzero(_met_fraud(world, day).take(accounts))
    since = last.days[met]
    met = met[world.history.struck_between(accounts[met], np.where(since >= 0, since, day - LOOK_BACK_DAYS), day)]
    if met.size == 0:
        return Trails(met, met)
    cast = Cast.of(world, accounts[met], day)
    block = compose(world, cast, trips_on(world, cast), returns.among(cast.accounts))
    at, first = np.unique(block.keys.at, return_index=True)
    chosen = met[at]
    ids = _followed(world, accounts[chosen], block.card[first], last.days[chosen], day)
    return Trails(accounts[chosen], ids)


def _met_fraud(world: World, day: int) -> Bools:
    """Whether accounts saw fraud or a silent spell in the ``LOOK_BACK_DAYS`` before the end of a day. (accounts,)"""
    steps, blocks = world.history.footsteps_around(day), world.history.blocks_around(day).blocks
    since, until = (day - LOOK_BACK_DAYS) * DAY, (day + 1) * DAY
    met = np.zeros(world.entities.n_accounts, dtype=bool)
    met[steps.account[(steps.when >= since) & (steps.when < until)]] = True
    met[blocks.account[(blocks.reissued >= since) & (blocks.blocked < until)]] = True
    return met


def _followed(world: World, accounts: Ints, cards: Ints, days: Ints, day: int) -> Ints:
    """Follow accounts back in full: fraudulent steps, silent spells and reissued cards included."""
    ids, when = _last_steps(world, accounts, cards, day)
    pending = np.flatnonzero(days >= 0)
    days = days.copy()
    # where nothing happened on the day of the last payment, that payment has slot 0 and the day's one card
    calm = pending[~world.history.struck_between(accounts[pending], days[pending], days[pending])]
    noon = days[calm] * DAY + DAY // 2
    card, _ = cards_in_use(world, account=accounts[calm], when=noon)
    better = calm[(card == cards[calm]) & (noon > when[calm])]
    ids[better] = transaction_ids(world, accounts=accounts[better], slots=0, day=days[better])
    days[calm] = NONE
    pending = np.flatnonzero(days >= 0)
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
        silent = np.flatnonzero(np.bincount(keys.at, minlength=len(here)) == 0)
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
    steps = world.history.footsteps_around(day)
    at, rows = ranges_of(steps.account, accounts)
    inside = np.flatnonzero((steps.when[rows] < day * DAY) & (steps.when[rows] >= (day - LOOK_BACK_DAYS) * DAY))
    at, rows = at[inside], rows[inside]
    for start in range(0, len(rows), AT_ONCE):
        owner, some = at[start : start + AT_ONCE], rows[start : start + AT_ONCE]
        card, _ = cards_in_use(world, account=steps.account[some], when=steps.when[some])
        mine = np.flatnonzero(card == cards[owner])
        owner, some = owner[mine], some[mine]
        # steps are sorted by time within an account: the last one stays
        when[owner] = steps.when[some]
        past = steps.when[some] // DAY
        ids[owner] = transaction_ids(world, accounts=steps.account[some], slots=steps.slot[some], day=past)
    return ids, when
