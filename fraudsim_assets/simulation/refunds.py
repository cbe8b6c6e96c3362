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
from fraudsim_assets.simulation.keys import REFUND, REFUND_SLOT, TRIP, Cast, Keys, genuine_keys, transaction_ids
from fraudsim_assets.simulation.purchases import make_purchases
from fraudsim_assets.simulation.world import World
from fraudsim_assets.units import DAY, MINUTE, Floats, Ints

DELAY_EDGES = (1, 2, 3, 5, 8, 12, 18, 27, 46)
"""Delays of refunds fall into these strata; each day looks back by one delay of each. [days]"""

DELAY_SHARES = (0.10, 0.10, 0.17, 0.18, 0.17, 0.14, 0.09, 0.05)
"""Share of refunds by stratum: median about a week. ASSUMPTION. [share]"""

PARTIAL_SHARE = 0.25
"""Refunds of a part of the purchase. ASSUMPTION. [share]"""

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


def make_refunds(world: World, cast: Cast, keys: Keys) -> Refunds:
    """Work out the refunds of a block.

    Refunds reach an account on days on which it also pays, shortly before its first payment, so
    that they never are an account's last row.

    Parameters
    ----------
    keys
        Genuine keys of the block, in order.
    """
    at, first = _candidates(world, cast, keys)
    stratum = _strata(world, cast, at)
    parts = []
    for number, delay in enumerate(delays_on(world, cast.day)):
        chosen = np.flatnonzero(stratum == number)
        if chosen.size:
            parts.append(_originals(world, cast, at[chosen], first[chosen], cast.day - delay))
    if not parts:
        none = np.zeros(0, dtype=np.int64)
        return Refunds(_refund_keys(none, none), none, none, none, none, none)
    at, moment, kind, merchant, minor, original, bought = (np.concatenate(p) for p in zip(*parts, strict=True))
    order = np.argsort(at, kind="stable")
    refund_keys = _refund_keys(at[order], moment[order])
    return Refunds(refund_keys, kind[order], merchant[order], minor[order], original[order], bought[order])


def _candidates(world: World, cast: Cast, keys: Keys) -> tuple[Ints, Ints]:
    """Positions of accounts that may get a refund, and the moment before which it arrives."""
    trips = np.bincount(keys.at[keys.origin == TRIP], minlength=len(cast.accounts))
    active = -np.expm1(-cast.rates)
    with np.errstate(divide="ignore", invalid="ignore"):
        likely = np.where(trips > 0, world.config.spending.refund_rate * trips / active, 0.0)
    u = world.streams.draw("refund.any", cast.day).uniforms(cast.accounts)
    at = np.flatnonzero(u < np.minimum(likely, MOST_LIKELY))
    rows = np.bincount(keys.at, minlength=len(cast.accounts))
    first_row = (np.cumsum(rows) - rows).take(at)
    u = world.streams.draw("refund.moment", cast.day).uniforms(cast.accounts[at])
    moment = keys.moment.take(first_row) - ((2 + 38 * u) * MINUTE).astype(np.int64)
    return at[moment >= 0], moment[moment >= 0]


def _strata(world: World, cast: Cast, at: Ints) -> Ints:
    table = choice_table(DELAY_SHARES, 1024).astype(np.int64)
    words = world.streams.draw("refund.stratum", cast.day).words(cast.accounts[at])
    return table.take((words >> np.uint64(54)).view(np.int64))


def _originals(world: World, cast: Cast, at: Ints, moment: Ints, day: int) -> tuple[Ints, ...]:
    """Make the first purchase of each account's earlier day again; keep those that can be given back."""
    past = Cast.of(world, cast.accounts[at], day)
    keys = genuine_keys(world, past)
    keys = keys.take((keys.origin == TRIP) & (keys.code == 0) & ~keys.declined & ~keys.retry)
    bought = make_purchases(world, past, keys)
    versions = world.entities.merchant_versions
    same_shop = versions.rows(bought.merchant, day) == versions.rows(bought.merchant, cast.day)
    good = np.flatnonzero(world.kinds.refundable.take(bought.kind) & same_shop)
    keys, position = keys.take(good), keys.at[good]
    minor = _given_back(world, cast, past.accounts[position], bought.minor[good])
    original = transaction_ids(world, accounts=past.accounts[position], slots=keys.slot, day=day)
    when = day * DAY + keys.moment
    return at[position], moment[position], bought.kind[good], bought.merchant[good], minor, original, when


def _given_back(world: World, cast: Cast, accounts: Ints, minor: Ints) -> Ints:
    """Whole or partial amounts. (n,) [minor units]"""
    u: Floats = world.streams.draw("refund.part", cast.day).uniforms(accounts)
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
