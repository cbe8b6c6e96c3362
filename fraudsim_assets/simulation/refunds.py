"""Refunds: money that flows back for a purchase of an earlier day.

The one idea: on any one day, refunds look back to a handful of earlier days only, which differ
from day to day; the purchase they give back is made again from its key, not read.

Belongs here: which refunds a day has and their originals. Does not belong here: chargebacks,
which are labels.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from fraudsim_assets.bit_layouts import REFUND_SLOT
from fraudsim_assets.maths.ordered import places_of
from fraudsim_assets.maths.sampling import choice_table
from fraudsim_assets.simulation.keys import (
    AT_ONCE,
    REFUND,
    Cast,
    Keys,
    any_trip,
    first_purchases,
    minutes_of,
    slots_of_first,
    transaction_ids,
)
from fraudsim_assets.simulation.purchases import first_choices, make_purchases
from fraudsim_assets.simulation.world import World
from fraudsim_assets.units import DAY, MINUTE, Bools, Floats, Ints

DELAY_EDGES = (1, 2, 3, 5, 8, 12, 18, 27, 46)
"""Delays of refunds fall into these strata; each day looks back by one delay of each. [days]"""

DELAY_SHARES = (0.10, 0.10, 0.17, 0.18, 0.17, 0.14, 0.09, 0.05)
"""Share of refunds by stratum: median about a week. ASSUMPTION. [share]"""

PARTIAL_SHARE = 0.25
"""Refunds of a part of the purchase. ASSUMPTION. [share]"""

WEB_FACTOR, STORE_SHARE = 1.30, 0.70
"""Likelier refunds all round, of which those in shops are thinned: 5.7 % online and 4.2 % in shops. Source:
mastercard_2024 (target D08). [unitless], [share]"""

MOST_LIKELY = 0.95


@dataclass(frozen=True)
class Refunds:
    """Refunds of a block on a day, one entry per refund.

    Attributes
    ----------
    keys
        Rows-to-be, origin REFUND; ``code`` numbers the entries below.
    kind, merchant, minor
        Facts of the original, with the refunded amount. [-], slot, [minor units]
    original
        Transaction id of the original purchase.
    bought
        When the original was bought. [microseconds since 1970]
    """

    keys: Keys
    kind: Ints
    merchant: Ints
    minor: Ints
    original: Ints
    bought: Ints


def delays_on(world: World, day: int) -> list[int]:
    """Delay of each stratum on a day. [days]"""
    draw = world.streams.draw("refund.delay", day)
    return [low + draw.word(i) % (high - low) for i, (low, high) in enumerate(pairwise(DELAY_EDGES))]


@dataclass(frozen=True)
class Returns:
    """Purchases that are given back on a day, sorted by account. One entry per refund.

    Attributes
    ----------
    account
        Account index.
    kind, merchant, minor, original, bought
        As in :class:`Refunds`.
    """

    account: Ints
    kind: Ints
    merchant: Ints
    minor: Ints
    original: Ints
    bought: Ints

    def of_accounts(self, low: int, high: int) -> "Returns":
        """Those of a range of accounts, the last one excluded."""
        return self._take(slice(*np.searchsorted(self.account, (low, high))))

    def among(self, accounts: Ints) -> "Returns":
        """Those of some accounts, ascending."""
        return self._take(np.flatnonzero(places_of(accounts, self.account)[1]))

    def _take(self, rows: Ints | slice) -> "Returns":
        return Returns(*(column[rows] for column in vars(self).values()))


def likely_refunds(world: World, accounts: Ints, *, rates: Floats, trips: Ints, day: int) -> Ints:
    """Positions of the accounts that may get a refund on a day.

    Refunds reach an account on days on which it goes shopping, so their number follows that of purchases.

    Parameters
    ----------
    accounts, rates, trips : (n,)
        Account indices, the trips expected of them, and those they make. [-], [1/day], [count]
    """
    out = np.flatnonzero(trips > 0)
    purchases = trips[out] * world.habits.activity.rows_per_trip
    likely = world.config.spending.refund_rate * WEB_FACTOR * purchases / -np.expm1(-rates[out])
    u = world.streams.draw("refund.any", day).uniforms(accounts[out])
    return out[u < np.minimum(likely, MOST_LIKELY)]


def find_returns(world: World, accounts: Ints, day: int) -> Returns:
    """Work out what is given back on a day to the accounts that may get a refund.

    Every earlier day that is looked at has a fixed cost, so this is best done for many accounts at once.

    Parameters
    ----------
    accounts : (n,)
        Account indices, ascending: those of :func:`likely_refunds`.
    """
    stratum = _strata(world, day, accounts)
    parts = [Returns(*(np.zeros((6, 0), dtype=np.int64)))]
    for number, delay in enumerate(delays_on(world, day)):
        chosen = accounts[stratum == number]
        blocks = (chosen[start : start + AT_ONCE] for start in range(0, len(chosen), AT_ONCE))
        parts += [_originals(world, some, day=day, past=day - delay) for some in blocks]
    columns = [np.concatenate(column) for column in zip(*(vars(part).values() for part in parts), strict=True)]
    order = np.argsort(columns[0], kind="stable")
    return Returns(*(column[order] for column in columns))


def make_refunds(world: World, cast: Cast, keys: Keys, returns: Returns) -> Refunds:
    """Rows of a block's refunds: shortly before an account's first payment, so that none is an account's last row.

    Parameters
    ----------
    cast, keys
        A block of accounts, ascending, and its genuine payments.
    returns
        What is given back to accounts of the block, or to some of them.
    """
    at, moment = refund_moments(world, cast, keys, returns.account)
    good = np.flatnonzero(moment >= 0)
    _, *facts = (column[good] for column in vars(returns).values())
    return Refunds(_refund_keys(at[good], moment[good]), *facts)


def refund_moments(world: World, cast: Cast, keys: Keys, accounts: Ints) -> tuple[Ints, Ints]:
    """When refunds arrive at some accounts of a block: shortly before an account's first genuine payment.

    Returns
    -------
    (n,), (n,)
        Positions of the accounts in the block; microseconds since midnight UTC, negative where there is no time.
    """
    at = np.searchsorted(cast.accounts, accounts)
    first = np.full(len(cast.accounts), -1)
    first[at] = DAY
    rows = np.flatnonzero(first.take(keys.at) >= 0)
    np.minimum.at(first, keys.at[rows], keys.moment[rows])
    u = world.streams.draw("refund.moment", cast.day).uniforms(accounts)
    return at, first[at] - ((2 + 38 * u) * MINUTE).astype(np.int64)


def _strata(world: World, day: int, accounts: Ints) -> Ints:
    table = choice_table(DELAY_SHARES, 1024).astype(np.int64)
    words = world.streams.draw("refund.stratum", day).words(accounts)
    return table.take((words >> np.uint64(54)).view(np.int64))


def _originals(world: World, accounts: Ints, *, day: int, past: int) -> Returns:
    """Make the first purchase of each account's earlier day again; keep those that can be given back."""
    accounts = accounts[any_trip(world, accounts, past)]
    cast = Cast.of(world, accounts, past)
    keys = first_purchases(world, cast)
    keys = keys.take(~keys.declined)
    kept = world.streams.draw("refund.store", day).uniforms(accounts[keys.at]) < STORE_SHARE
    # what was first thought of decides, and what was bought in its place
    wanted = _is_given_back(world, first_choices(world, cast, keys), kept)
    keys, kept = keys.take(wanted), kept[wanted]
    bought = make_purchases(world, cast, keys)
    versions = world.entities.merchant_versions
    same_shop = versions.rows(bought.merchant, past) == versions.rows(bought.merchant, day)
    good = np.flatnonzero(_is_given_back(world, bought.kind, kept) & same_shop)
    at, moment = keys.at[good], keys.moment[good]
    buyers = accounts[at]
    minor = _given_back(world, day, buyers, bought.minor[good])
    original = transaction_ids(world, accounts=buyers, slots=slots_of_first(world, cast.take(at)), day=past)
    return Returns(buyers, bought.kind[good], bought.merchant[good], minor, original, past * DAY + moment)


def _is_given_back(world: World, kind: Ints, kept: Bools) -> Bools:
    """Whether kinds of purchase are given back: goods, but in shops only where they passed the thinning. (n,)"""
    return world.habits.kinds.refundable.take(kind) & (kept | world.habits.kinds.is_remote.take(kind))


def _given_back(world: World, day: int, accounts: Ints, minor: Ints) -> Ints:
    """Whole or partial amounts. (n,) [minor units]"""
    u: Floats = world.streams.draw("refund.part", day).uniforms(accounts)
    share = np.where(u < PARTIAL_SHARE, 0.15 + 0.75 * u / PARTIAL_SHARE, 1.0)
    return np.maximum((minor * share).astype(np.int64), 1)


def _refund_keys(at: Ints, moment: Ints) -> Keys:
    n = len(at)
    no = np.zeros(n, dtype=bool)
    return Keys(
        at,
        moment,
        minutes_of(moment),
        np.arange(n, dtype=np.int64),
        no,
        no.copy(),
        np.full(n, REFUND, dtype=np.int8),
        np.full(n, REFUND_SLOT, dtype=np.int64),
    )
