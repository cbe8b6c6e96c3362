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
from fraudsim_assets.reference_data.holders import CardProduct
from fraudsim_assets.reference_data.people import People as Numbers
from fraudsim_assets.streams import Streams
from fraudsim_assets.tables import NETWORKS, PRODUCTS, SEGMENTS
from fraudsim_assets.units import AnyArray, Bools, Floats, Floats32, Ints

CHUNK = 1 << 18
"""Customers whose accounts are built at a time; no value depends on it. [count]"""

_APPETITE_UNIT = 1 << 16
# relative numbers of further cards are in whole units so that sums are exact

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
    streams, layout = streams_of(config), build_layout(config)
    further = config.population.cards - config.population.customers
    total = sum(int(weights.sum()) for _, weights in _appetites(config, chunk))
    phase = streams.draw("catalog.account.number").uniform()
    eaten = 0
    for people, weights in _appetites(config, chunk):
        edges = eaten + np.concatenate([[0], np.cumsum(weights)])
        dealt = np.floor(edges / total * further + phase).astype(np.int64)
        yield _accounts(config, streams, layout, people, 1 + np.diff(dealt), int(people.ordinal[0] + dealt[0]))
        eaten = int(edges[-1])


def _appetites(config: Config, chunk: int) -> Iterator[tuple[People, Ints]]:
    """Customers with their relative numbers of further cards, by segment and by person."""
    streams, era, reference = streams_of(config), era_of(config), config.reference.resolved
    by_segment = np.array([reference.segments[name].more_cards for name in SEGMENTS])
    n_customers, spread = config.population.customers, config.population.cards_spread
    for start in range(0, n_customers, chunk):
        people = build_people(reference, streams, era, np.arange(start, min(start + chunk, n_customers)))
        z = np.clip(_normals(streams, "catalog.account.appetite", people.ordinal), -3.0, 3.0)
        weights = by_segment[people.segment] * np.exp(spread * z)
        yield people, np.maximum(np.rint(weights * _APPETITE_UNIT), 1).astype(np.int64)


def _accounts(
    config: Config, streams: Streams, layout: Layout, people: People, counts: Ints, first_ordinal: int
) -> Accounts:
    holder = np.repeat(np.arange(len(counts)), counts)
    ordinal = first_ordinal + np.arange(len(holder))
    rank = np.arange(len(holder)) - np.repeat(np.cumsum(counts) - counts, counts)
    adult_day = people.birth_day + np.ceil(layout.reference.people.of_age * YEAR).astype(np.int64)
    era = era_of(config)
    products = [layout.reference.products[name] for name in PRODUCTS]
    product = _products(products, streams, ordinal, rank, (adult_day < era.first)[holder])
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
        network=_networks(products, streams, ordinal, product),
        opened_day=_opened(layout.reference.people, streams, era, ordinal, rank, earliest, product=product),
        activity=_activity(
            layout.reference.people,
            config.activity.card_sigma,
            streams,
            people.ordinal[holder],
            ordinal,
            counts=counts[holder],
            rank=rank,
        ),
    )


def _products(products: list[CardProduct], streams: Streams, ordinal: Ints, rank: Ints, is_adult: Bools) -> Ints:
    """Product of each account: the first is mostly debit, further ones mostly credit. (n,)"""
    kind = np.where(is_adult, np.minimum(rank, 1), 2)
    shares = [tuple(getattr(each, column) for each in products) for column in ("first", "further", "minor")]
    return _choose(streams, "catalog.account.product", ordinal, shares, kind)


def _networks(products: list[CardProduct], streams: Streams, ordinal: Ints, product: Ints) -> Ints:
    shares = [tuple(each.networks.get(name, 0.0) for name in NETWORKS) for each in products]
    return _choose(streams, "catalog.account.network", ordinal, shares, product)


def _choose(streams: Streams, decision: str, ordinal: Ints, shares: list[tuple[float, ...]], row: AnyArray) -> Ints:
    """Choose a code for each account by the shares in its row. (n,)"""
    tables = np.concatenate([choice_table(np.array(weights), _LEVELS) for weights in shares])
    return tables.take(row * _LEVELS + _levels(streams, decision, ordinal)).astype(np.int64)


def _opened(
    table: Numbers, streams: Streams, era: Era, ordinal: Ints, rank: Ints, earliest: Ints, *, product: AnyArray
) -> Ints:
    """Day of opening: the first account with the relationship, further ones evenly until the era or in it. (n,)"""
    u = streams.draw("catalog.account.opened").uniforms(ordinal)
    later = earliest + np.floor(u * np.maximum(era.first - earliest, 1)).astype(np.int64)
    lately = opened_lately(table, streams, era, ordinal=ordinal, further=rank > 0, product=product)
    return np.where(rank == 0, earliest, np.maximum(later, lately))


def opened_lately(
    table: Numbers, streams: Streams, era: Era, *, ordinal: Ints, further: Bools, product: AnyArray
) -> Ints:
    """Days on which lines of credit are opened in the era; ``LONG_OPEN`` for other accounts. (n,) [day numbers]

    Parameters
    ----------
    ordinal : (n,)
        Ordinals of accounts.
    further, product : (n,)
        False for the first account of a customer; position in ``PRODUCTS``.
    """
    draw = streams.draw("catalog.account.opened_lately")
    lately = further & (product == PRODUCTS.index("credit")) & (draw.uniforms(ordinal) < table.opened_lately)
    day = era.first + np.floor(draw.sub(1).uniforms(ordinal) * (era.last - era.first)).astype(np.int64)
    return np.where(lately, day, LONG_OPEN)


def _activity(
    table: Numbers, sigma: float, streams: Streams, customer: Ints, ordinal: Ints, *, counts: Ints, rank: Ints
) -> Floats32:
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
    z = np.sqrt(table.common_variance) * common + np.sqrt(1.0 - table.common_variance) * own
    first = table.first_card
    part = np.where(rank == 0, first * counts + 1.0 - first, 1.0 - first)
    part[counts == 1] = 1.0
    return (part * np.exp(sigma * z - sigma * sigma / 2.0)).astype(np.float32)


def _normals(streams: Streams, decision: str, ordinal: Ints) -> Floats:
    """Standard normals by 16-bit quantiles. (n,)"""
    return normal_quantiles().take(_levels(streams, decision, ordinal)).astype(np.float64)


def _levels(streams: Streams, decision: str, ordinal: Ints) -> Ints:
    return (streams.draw(decision).words(ordinal) >> LEVEL_SHIFT).astype(np.int64)
