"""Previous transactions: which one came before each row on the same card, computed, not read.

The one idea: an account's last genuine payment of a day always has slot 0, so only the day must be found, by asking
day after day whether there was any payment. Where nothing happened since, that payment is the answer; only accounts
struck by fraud since then are followed back in full, card by card and all of a day together, because every earlier day
that is looked at has a fixed cost.

Belongs here: everything about ``previous_txn_id``, within a day and across days. Does not belong here: which rows a
day has (``composition``), and which card is in use when (``plastics``).
"""

from dataclasses import dataclass

import numpy as np

from fraudsim_assets.fraud.history import FEW, LOOK_BACK_DAYS
from fraudsim_assets.fraud.schedule import Footsteps
from fraudsim_assets.maths.ordered import places_of, ranges_of
from fraudsim_assets.simulation.cast import Cast
from fraudsim_assets.simulation.composition import Composition, compose, genuine_on_cards
from fraudsim_assets.simulation.keys import any_payment
from fraudsim_assets.simulation.lookback import payments_on
from fraudsim_assets.simulation.plastics import cards_in_use
from fraudsim_assets.simulation.recharges import recharges_between
from fraudsim_assets.simulation.recollection import Quiet
from fraudsim_assets.simulation.refunds import AT_ONCE, Returns
from fraudsim_assets.simulation.rows import NONE, transaction_ids
from fraudsim_assets.simulation.world import World
from fraudsim_assets.spending.lives import SPAN_DAYS
from fraudsim_assets.units import DAY, Bools, Ints

_BLOCK = 1 << 13
# accounts times days that are looked at together


@dataclass(frozen=True)
class Struck:
    """Cards of accounts that met fraud, and what came before their first transaction of a day.

    Attributes
    ----------
    accounts, cards : (n,)
        Account indices and card ids: every card that an account pays with on the day; ascending by both.
    ids : (n,)
        Transaction ids; ``NONE`` where the card was new or rested for more than ``LOOK_BACK_DAYS``.
    """

    accounts: Ints
    cards: Ints
    ids: Ints

    @classmethod
    def none(cls) -> "Struck":
        """No account met fraud."""
        return cls(*(np.zeros((3, 0), dtype=np.int64)))

    def apply(self, accounts: Ints, cards: Ints, ids: Ints) -> None:
        """Put ids in the places of first rows of cards. Three of (m,), accounts ascending"""
        at, rows = ranges_of(accounts, self.accounts)
        same = cards.take(rows) == self.cards.take(at)
        ids[rows[same]] = self.ids.take(at[same])


def previous_of_first(world: World, accounts: Ints, day: int, returns: Returns) -> tuple[Ints, Struck]:
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
    (n,), Struck
        Ids of the same card's transaction before; ``NONE`` if the card was new or rested for more
        than ``LOOK_BACK_DAYS``. What was found card by card of accounts that met fraud, which may pay with several
        cards on the day.
    """
    last = last_payments(world, accounts, day)
    ids = last.ids
    changed = np.flatnonzero(last.days >= 0)
    versions = world.entities.account_versions
    then, now = (versions.rows(accounts[changed], d) for d in (last.days[changed], day))
    ids[changed[then != now]] = NONE  # renewed since: a new card
    return ids, follow_struck(world, accounts, last, day, returns)


def previous_in_block(block: Composition, ids: Ints, *, first: int, previous: Ints, struck: Struck) -> Ints:
    """Find the transaction before each row: the row above of the same card, or the card's last one of an earlier day.

    Parameters
    ----------
    block
        Rows in order.
    ids : (n,)
        Their ids.
    first, previous
        What :func:`previous_of_first` found, by account from ``first`` on.
    struck
        The same of accounts that met fraud, by card.

    Returns
    -------
    (n,)
        Ids; ``NONE`` where there is no such transaction.
    """
    owners = block.cast.accounts.take(block.rows.at)
    chain = np.empty(len(ids), dtype=np.int64)
    chain[1:] = ids[:-1]
    changed = _changes(owners)
    opens = np.flatnonzero(changed)
    openers = opens
    several = np.flatnonzero(_changes(block.card) & ~changed)
    if several.size:
        # some accounts pay with several cards: row by row of each card
        place, mixed = np.cumsum(changed) - 1, np.zeros(len(opens), dtype=bool)
        mixed[place[several]] = True
        some = np.flatnonzero(mixed.take(place))
        order = some[np.lexsort((some, block.card[some], owners[some]))]
        chain[order[1:]] = ids[order[:-1]]
        begins = order[_changes(owners[order]) | _changes(block.card[order])]
        chain[begins] = NONE
        openers = np.sort(np.concatenate([opens[~mixed], begins]))
    chain[opens] = previous.take(owners[opens] - first)
    if len(struck.accounts):
        values = chain[openers]
        struck.apply(owners[openers], block.card[openers], values)
        chain[openers] = values
    return chain


def _changes(values: Ints) -> Bools:
    """True where a value differs from the one before it, and at the first. (n,)"""
    changed = np.ones(len(values), dtype=bool)
    changed[1:] = values[1:] != values[:-1]
    return changed


@dataclass(frozen=True)
class LastPayments:
    """Last transactions of accounts before a day; ``NONE`` where there is none.

    Attributes
    ----------
    ids, days
        Transaction ids and their days.
    """

    ids: Ints
    days: Ints


def last_payments(world: World, accounts: Ints, day: int, *, most: int = LOOK_BACK_DAYS) -> LastPayments:
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
    days = np.full(len(accounts), NONE, dtype=np.int64)
    earliest, known = day - most, world.recollection.recall(accounts)
    told = known.last_before(day)
    days[told] = known.since[told]
    pending = np.flatnonzero(~told)
    end = day
    while pending.size and end > earliest:
        begin = max(_block_start(world, end, len(pending)), earliest)
        last = _last_of_days(world, accounts[pending], known.take(pending), range(begin, end))
        days[pending] = last
        left = last < 0
        if len(pending) <= AT_ONCE:  # among many, next to none sleep so long
            left &= ~_rested(world, accounts[pending], earliest, begin - 1)
        pending, end = pending[left], begin
    days[days < earliest] = NONE
    ids = np.full(len(accounts), NONE, dtype=np.int64)
    found = np.flatnonzero(days >= 0)
    ids[found] = transaction_ids(world, accounts=accounts[found], slots=0, day=days[found])
    return LastPayments(ids, days)


def _block_start(world: World, end: int, n_accounts: int) -> int:
    """First of the days, ended by one, that are looked at together: one day of many accounts or of a shock, or more."""
    days = max(_BLOCK // max(n_accounts, 1), 1)
    start = max(end - days, (end - 1) // SPAN_DAYS * SPAN_DAYS)
    return end - 1 if any(world.epochs.shock_on(day) for day in range(start, end)) else start


def _last_of_days(world: World, accounts: Ints, known: Quiet, days: range) -> Ints:
    """Last of some days in a row on which accounts have genuine payments; ``NONE`` without any. (n,)"""
    since = known.since[:, None] - days[0]
    column = np.arange(len(days))
    paid = known.paid[:, None] & (since == column) & (column < known.until[:, None] - days[0])
    asked = ((column <= since) | (column >= known.until[:, None] - days[0])) & ~paid
    if len(days) > 1:
        paid |= payments_on(world, accounts, days, asked)
    else:
        some = np.flatnonzero(asked)
        for start in range(0, len(some), AT_ONCE):
            few = some[start : start + AT_ONCE]
            paid[few, 0] = any_payment(world, accounts[few], days[0])
    last = len(days) - 1 - np.argmax(paid[:, ::-1], axis=1)
    return np.where(paid.any(axis=1), days[0] + last, NONE)


def _rested(world: World, accounts: Ints, first: int, last: int) -> Bools:
    """Whether accounts cannot have paid from one day to another: asleep all the time, without subscriptions. (n,)"""
    rested = world.habits.dormancy.asleep_since(accounts, last) > last - first
    asleep = np.flatnonzero(rested)
    rested[asleep] = world.habits.subscriptions.held.take(accounts[asleep]) == 0
    return rested


def follow_struck(world: World, accounts: Ints, last: LastPayments, day: int, returns: Returns) -> Struck:
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
    # of few accounts what comes next is known as fast
    met = np.flatnonzero(_met_fraud(world, day).take(accounts)) if len(accounts) > FEW else np.arange(len(accounts))
    since = last.days[met]
    met = met[world.history.struck_between(accounts[met], np.where(since >= 0, since, day - LOOK_BACK_DAYS), day)]
    if met.size == 0:
        return Struck.none()
    cast = Cast.of(world, accounts[met], day)
    block = compose(world, cast, None, returns.among(cast.accounts))
    account = cast.accounts.take(block.rows.at)
    at, there = places_of(accounts[met], account)
    pairs = np.unique(np.stack([account[there], block.card[there], met[at[there]]]), axis=1)
    account, card, place = (np.ascontiguousarray(column) for column in pairs)
    return Struck(account, card, _followed(world, account, card, last.days[place], day))


def _met_fraud(world: World, day: int) -> Bools:
    """Whether accounts met what sets days apart in the ``LOOK_BACK_DAYS`` before the end of a day. (accounts,)"""
    since, until = (day - LOOK_BACK_DAYS) * DAY, (day + 1) * DAY
    met = np.zeros(world.entities.n_accounts, dtype=bool)
    for account, begins, ends in world.history.incidents_around(day):
        met[account[(ends >= since) & (begins < until)]] = True
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
        cast, rows, card = genuine_on_cards(world, accounts[here], past)
        at, row = ranges_of(cast.accounts.take(rows.at), accounts[here])
        mine = card.take(row) == cards[here].take(at)
        found = np.full(len(here), NONE, dtype=np.int64)
        found[at[mine]] = row[mine]  # rows are in order of time: the last one stays
        hit = np.flatnonzero(found >= 0)
        row_of = found[hit]
        later = past * DAY + rows.moment[row_of] > when[here[hit]]
        better = transaction_ids(world, accounts=accounts[here[hit]], slots=rows.slot[row_of], day=past)
        ids[here[hit]] = np.where(later, better, ids[here[hit]])
        days[here] = NONE
        # rows of an older card end the search; none at all, or those of a later card alone, send it further back
        ended = np.zeros(len(here), dtype=bool)
        ended[at[card.take(row) <= cards[here].take(at)]] = True
        silent = np.flatnonzero(~ended)
        if silent.size:
            earlier = last_payments(world, accounts[here[silent]], past, most=max(LOOK_BACK_DAYS - (day - past), 0))
            days[here[silent]] = earlier.days
        pending = np.flatnonzero(days >= 0)
    return ids


def _steps_before(world: World, day: int) -> Footsteps:
    """Steps of fraud before a day and around it, and charges tried again because of decisions."""
    steps = world.history.footsteps_around(day)
    again = recharges_between(world, day - LOOK_BACK_DAYS, day)
    return steps.and_also(Footsteps(again.account, again.when, again.slot, again.when)) if len(again.account) else steps


def _last_steps(world: World, accounts: Ints, cards: Ints, day: int) -> tuple[Ints, Ints]:
    """Last row of each account's card before a day that no need of its holder brings about: its id and time."""
    ids = np.full(len(accounts), NONE, dtype=np.int64)
    when = np.full(len(accounts), NONE, dtype=np.int64)
    if len(accounts) == 0:
        return ids, when
    steps = _steps_before(world, day)
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
