"""Refunds: money that flows back for a purchase of an earlier day.

The one idea: on any one day, refunds look back to a handful of earlier days only, which differ
from day to day; the purchase they give back is made again from its key, not read.

Belongs here: which refunds a day has and their originals. Does not belong here: chargebacks,
which are labels.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from fraudsim_assets.maths.sampling import choice_table
from fraudsim_assets.simulation.keys import (
    REFUND,
    REFUND_SLOT,
    TRIP,
    Cast,
    Keys,
    first_purchases,
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
        Rows-to-be, origin REFUND; ``ref`` numbers the entries below.
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


def make_refunds(
    world: World, casts: list[Cast], keys: list[Keys], *, among: list[Bools] | None = None
) -> list[Refunds]:
    """Work out the refunds of some blocks of a day.

    Refunds reach an account on days on which it also pays, shortly before its first payment, so
    that they never are an account's last row.

    Parameters
    ----------
    casts
        Blocks of accounts, ascending.
    keys
        Genuine keys of each block.
    among
        Accounts of each block to look at; None looks at all.
    """
    among = among or [np.ones(len(cast.accounts), dtype=bool) for cast in casts]
    found = [_candidates(world, *block) for block in zip(casts, keys, among, strict=True)]
    accounts, moments = (np.concatenate(column) for column in zip(*found, strict=True))
    made = _of_accounts(world, casts[0].day, accounts, moments)
    bounds = np.searchsorted(made.account, [c.accounts[0] if len(c.accounts) else 0 for c in casts] + [1 << 60])
    return [_of_block(cast, made, slice(bounds[i], bounds[i + 1])) for i, cast in enumerate(casts)]


@dataclass(frozen=True)
class _Made:
    """Refunds of a day, sorted by account. One entry per refund."""

    account: Ints
    moment: Ints
    kind: Ints
    merchant: Ints
    minor: Ints
    original: Ints
    bought: Ints


def _of_block(cast: Cast, made: _Made, rows: slice) -> Refunds:
    at = np.searchsorted(cast.accounts, made.account[rows])
    keys = _refund_keys(at, made.moment[rows])
    return Refunds(keys, made.kind[rows], made.merchant[rows], made.minor[rows], made.original[rows], made.bought[rows])


def _of_accounts(world: World, day: int, accounts: Ints, moments: Ints) -> _Made:
    """Refunds of the accounts that may get one; every earlier day is looked at once."""
    stratum = _strata(world, day, accounts)
    parts = []
    for number, delay in enumerate(delays_on(world, day)):
        chosen = np.flatnonzero(stratum == number)
        if chosen.size:
            parts.append(_originals(world, accounts[chosen], moments[chosen], day=day, past=day - delay))
    if not parts:
        none = np.zeros(0, dtype=np.int64)
        return _Made(*([none] * 7))
    columns = [np.concatenate(p) for p in zip(*parts, strict=True)]
    order = np.argsort(columns[0], kind="stable")
    return _Made(*(column[order] for column in columns))


def _candidates(world: World, cast: Cast, keys: Keys, among: Bools) -> tuple[Ints, Ints]:
    """Accounts that may get a refund, and the moment at which it arrives."""
    n = len(cast.accounts)
    trips = np.bincount(keys.at[keys.origin == TRIP], minlength=n)
    active = -np.expm1(-cast.rates)
    rate = world.config.spending.refund_rate * WEB_FACTOR
    with np.errstate(divide="ignore", invalid="ignore"):
        likely = np.where(trips > 0, rate * trips / active, 0.0)
    u = world.streams.draw("refund.any", cast.day).uniforms(cast.accounts)
    at = np.flatnonzero(among & (u < np.minimum(likely, MOST_LIKELY)))
    first = np.full(n, DAY)
    np.minimum.at(first, keys.at, keys.moment)
    u = world.streams.draw("refund.moment", cast.day).uniforms(cast.accounts[at])
    moment = first[at] - ((2 + 38 * u) * MINUTE).astype(np.int64)
    return cast.accounts[at[moment >= 0]], moment[moment >= 0]


def _strata(world: World, day: int, accounts: Ints) -> Ints:
    table = choice_table(DELAY_SHARES, 1024).astype(np.int64)
    words = world.streams.draw("refund.stratum", day).words(accounts)
    return table.take((words >> np.uint64(54)).view(np.int64))


def _originals(world: World, accounts: Ints, moments: Ints, *, day: int, past: int) -> tuple[Ints, ...]:
    """Make the first purchase of each account's earlier day again; keep those that can be given back."""
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
    return buyers, moments[at], bought.kind[good], bought.merchant[good], minor, original, past * DAY + moment


def _is_given_back(world: World, kind: Ints, kept: Bools) -> Bools:
    """Whether kinds of purchase are given back: goods, but in shops only where they passed the thinning. (n,)"""
    return world.kinds.refundable.take(kind) & (kept | world.kinds.is_remote.take(kind))


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
        moment.copy(),
        np.zeros(n, dtype=np.int64),
        no,
        no.copy(),
        np.full(n, REFUND, dtype=np.int8),
        np.full(n, REFUND_SLOT, dtype=np.int64),
        np.arange(n, dtype=np.int64),
    )
