"""Card accounts: how many a customer has, of which kind, and how busy each is.

Belongs here: what is fixed about an account. Does not belong here: the plastics issued for it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from fraudsim_assets.catalog.customers import origin_cities
from fraudsim_assets.catalog.layout import Layout, build_layout
from fraudsim_assets.catalog.lifetimes import Era, era_of
from fraudsim_assets.catalog.people import LEVEL_SHIFT, YEAR, People, build_people
from fraudsim_assets.catalog.randomness import streams_of
from fraudsim_assets.config import Config
from fraudsim_assets.maths.sampling import choice_table, normal_quantiles
from fraudsim_assets.streams import Streams
from fraudsim_assets.tables import PRODUCTS, SEGMENTS
from fraudsim_assets.units import AnyArray, Bools, Floats, Floats32, Ints

CHUNK = 1 << 18
"""Customers whose accounts are built at a time; no value depends on it. [count]"""

PRIMARY_SHARE_LIMIT = 0.4
"""Share of a customer's payments on the first card, in the limit of many cards; 0.7 of two. ASSUMPTION. [share]"""

_COMMON_VARIANCE = 0.5
# share of the variance of log activity that all accounts of a customer have in common. ASSUMPTION.

_APPETITE = {
    "student": 0.35,
    "young_professional": 0.9,
    "family": 1.15,
    "affluent": 1.9,
    "mid_life": 1.1,
    "senior": 0.7,
}
_APPETITE_UNIT = 1 << 16
# relative number of further cards by segment, in whole units so that sums are exact. ASSUMPTION.

_ADULT_AGE = 18.0

_PRODUCT_SHARES = {
    "first": (0.88, 0.09, 0.03),
    "further": (0.28, 0.62, 0.10),
    "minor": (0.86, 0.0, 0.14),
}
# debit, credit, prepaid. ASSUMPTION: debit is the everyday card in the EEA, credit comes second.

_NETWORK_SHARES = {
    "debit": (0.48, 0.52, 0.0),
    "credit": (0.44, 0.51, 0.05),
    "prepaid": (0.45, 0.55, 0.0),
}
# visa, mastercard, amex. ASSUMPTION.

_OPENED_LATELY = 0.3
# further lines of credit that are opened in the course of the era, so that on any day some are new. ASSUMPTION.

LONG_OPEN = -(1 << 30)
"""Stands for the day of opening of accounts that were open before the era. [day number]"""

_LEVELS = 1 << 16


@dataclass(frozen=True)
class Accounts:
    """Some card accounts, in order.

    Attributes
    ----------
    ordinal, customer
        (n,) ordinals of account and customer.
    holder
        (n,) positions of the customers in ``people``.
    people
        The customers behind these accounts.
    origin
        (n,) positions in ``places`` of the customers' cities of origin.
    product, network
        (n,) positions in ``PRODUCTS`` and ``NETWORKS``.
    opened_day
        (n,) [day numbers]
    activity
        (n,) relative to the mean over accounts. [unitless]
    """

    ordinal: Ints
    customer: Ints
    holder: Ints
    people: People
    origin: Ints
    product: Ints
    network: Ints
    opened_day: Ints
    activity: Floats32


def account_chunks(config: Config, chunk: int = CHUNK) -> Iterator[Accounts]:
    """Build all accounts in order, those of ``chunk`` customers at a time."""
    streams, era, layout = streams_of(config), era_of(config), build_layout(config)
    n_customers, further = config.population.customers, config.population.cards - config.population.customers
    spread = config.population.cards_spread
    total = sum(int(weights.sum()) for _, weights in _appetites(streams, era, n_customers, chunk, spread=spread))
    phase = streams.draw("catalog.account.number").uniform()
    eaten = 0
    for people, weights in _appetites(streams, era, n_customers, chunk, spread=spread):
        edges = eaten + np.concatenate([[0], np.cumsum(weights)])
        dealt = np.floor(edges / total * further + phase).astype(np.int64)
        yield _accounts(config, streams, layout, people, 1 + np.diff(dealt), int(people.ordinal[0] + dealt[0]))
        eaten = int(edges[-1])


def _appetites(
    streams: Streams, era: Era, n_customers: int, chunk: int, *, spread: float
) -> Iterator[tuple[People, Ints]]:
    """Customers with their relative numbers of further cards, by segment and by person."""
    by_segment = np.array([_APPETITE[name] for name in SEGMENTS])
    for start in range(0, n_customers, chunk):
        people = build_people(streams, era, np.arange(start, min(start + chunk, n_customers)))
        z = np.clip(_normals(streams, "catalog.account.appetite", people.ordinal), -3.0, 3.0)
        weights = by_segment[people.segment] * np.exp(spread * z)
        yield people, np.maximum(np.rint(weights * _APPETITE_UNIT), 1).astype(np.int64)


def _accounts(
    config: Config, streams: Streams, layout: Layout, people: People, counts: Ints, first_ordinal: int
) -> Accounts:
    holder = np.repeat(np.arange(len(counts)), counts)
    ordinal = first_ordinal + np.arange(len(holder))
    rank = np.arange(len(holder)) - np.repeat(np.cumsum(counts) - counts, counts)
    adult_day = people.birth_day + np.ceil(_ADULT_AGE * YEAR).astype(np.int64)
    era = era_of(config)
    product = _products(streams, ordinal, rank, (adult_day < era.first)[holder])
    needs_adult = product == PRODUCTS.index("credit")
    opened = people.opened_day[holder]
    earliest = np.where(needs_adult, np.maximum(opened, adult_day[holder]), opened)
    return Accounts(
        ordinal=ordinal,
        customer=people.ordinal[holder],
        holder=holder,
        people=people,
        origin=origin_cities(config, layout, people.ordinal)[holder],
        product=product,
        network=_networks(streams, ordinal, product),
        opened_day=_opened(streams, era, ordinal, rank, earliest, product=product),
        activity=_activity(config.activity.card_sigma, streams, people.ordinal[holder], ordinal, counts[holder], rank),
    )


def _products(streams: Streams, ordinal: Ints, rank: Ints, is_adult: Bools) -> Ints:
    """Product of each account: the first is mostly debit, further ones mostly credit. (n,)"""
    kind = np.where(is_adult, np.minimum(rank, 1), 2)
    return _choose(streams, "catalog.account.product", ordinal, list(_PRODUCT_SHARES.values()), kind)


def _networks(streams: Streams, ordinal: Ints, product: Ints) -> Ints:
    shares = [_NETWORK_SHARES[name] for name in PRODUCTS]
    return _choose(streams, "catalog.account.network", ordinal, shares, product)


def _choose(streams: Streams, decision: str, ordinal: Ints, shares: list[tuple[float, ...]], row: AnyArray) -> Ints:
    """Choose a code for each account by the shares in its row. (n,)"""
    tables = np.concatenate([choice_table(np.array(weights), _LEVELS) for weights in shares])
    return tables.take(row * _LEVELS + _levels(streams, decision, ordinal)).astype(np.int64)


def _opened(streams: Streams, era: Era, ordinal: Ints, rank: Ints, earliest: Ints, *, product: AnyArray) -> Ints:
    """Day of opening: the first account with the relationship, further ones evenly until the era or in it. (n,)"""
    u = streams.draw("catalog.account.opened").uniforms(ordinal)
    later = earliest + np.floor(u * np.maximum(era.first - earliest, 1)).astype(np.int64)
    lately = opened_lately(streams, era, ordinal=ordinal, further=rank > 0, product=product)
    return np.where(rank == 0, earliest, np.maximum(later, lately))


def opened_lately(streams: Streams, era: Era, *, ordinal: Ints, further: Bools, product: AnyArray) -> Ints:
    """Days on which lines of credit are opened in the era; ``LONG_OPEN`` for other accounts. (n,) [day numbers]

    Parameters
    ----------
    ordinal : (n,)
        Ordinals of accounts.
    further, product : (n,)
        False for the first account of a customer; position in ``PRODUCTS``.
    """
    draw = streams.draw("catalog.account.opened_lately")
    lately = further & (product == PRODUCTS.index("credit")) & (draw.uniforms(ordinal) < _OPENED_LATELY)
    day = era.first + np.floor(draw.sub(1).uniforms(ordinal) * (era.last - era.first)).astype(np.int64)
    return np.where(lately, day, LONG_OPEN)


def _activity(sigma: float, streams: Streams, customer: Ints, ordinal: Ints, counts: Ints, rank: Ints) -> Floats32:
    r"""Relative activity with expectation one, most of it on the first card. (n,)

    A lognormal factor :math:`\exp(\sigma z - \sigma^2/2)`, whose normal *z* is partly the
    customer's and partly the account's, times the account's part: of *n* accounts the first has
    the share :math:`p = a + (1 - a)/n` of all payments and the others share the rest, in units of
    1/n, so that the parts of a customer have mean one.
    """
    common, own = (
        _normals(streams, "catalog.customer.activity", customer),
        _normals(streams, "catalog.account.activity", ordinal),
    )
    z = np.sqrt(_COMMON_VARIANCE) * common + np.sqrt(1.0 - _COMMON_VARIANCE) * own
    part = np.where(rank == 0, PRIMARY_SHARE_LIMIT * counts + 1.0 - PRIMARY_SHARE_LIMIT, 1.0 - PRIMARY_SHARE_LIMIT)
    part[counts == 1] = 1.0
    return (part * np.exp(sigma * z - sigma * sigma / 2.0)).astype(np.float32)


def _normals(streams: Streams, decision: str, ordinal: Ints) -> Floats:
    """Standard normals by 16-bit quantiles. (n,)"""
    return normal_quantiles().take(_levels(streams, decision, ordinal)).astype(np.float64)


def _levels(streams: Streams, decision: str, ordinal: Ints) -> Ints:
    return (streams.draw(decision).words(ordinal) >> LEVEL_SHIFT).astype(np.int64)
