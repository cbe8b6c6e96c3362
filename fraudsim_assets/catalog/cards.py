"""Cards: the plastics of card accounts, renewed before they expire.

Belongs here: validity, expiry, limits and identity of plastics. Does not belong here: accounts
(``accounts``), and cards reissued after fraud, which the fraud layer appends.
"""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
import pyarrow as pa

from fraudsim_assets.catalog.accounts import CHUNK, Accounts, account_chunks
from fraudsim_assets.catalog.columns import Coded, money, record_batch, table
from fraudsim_assets.catalog.layout import Layout, build_layout
from fraudsim_assets.catalog.lifetimes import Window, expand, listing_window, period_of
from fraudsim_assets.catalog.people import LEVEL_SHIFT
from fraudsim_assets.catalog.plastics import ALL_BINS, TEST_BINS, last_4, tokens
from fraudsim_assets.catalog.randomness import streams_of
from fraudsim_assets.config import Config
from fraudsim_assets.errors import CatalogMismatchError
from fraudsim_assets.maths.sampling import choice_table, normal_quantiles
from fraudsim_assets.reference_data import Reference
from fraudsim_assets.reference_data.holders import Plastics
from fraudsim_assets.streams import Streams, combine
from fraudsim_assets.tables import NETWORKS, PRODUCTS, Cards
from fraudsim_assets.units import AnyArray, Bools, Floats, Ints


def build_cards(config: Config, customers: pa.Table) -> pa.Table:
    """Make the table of cards.

    Parameters
    ----------
    config
        With a seed.
    customers
        Customers of the same configuration.

    Returns
    -------
    pa.Table
        Rows that honour ``Cards``, by account and version.

    Raises
    ------
    CatalogMismatchError
        If the customers were made from another configuration.
    """
    _check_same_world(config, customers)
    return table(Cards, list(card_batches(config)))


def card_batches(config: Config, chunk: int = CHUNK) -> Iterator[pa.RecordBatch]:
    """Make the table of cards piece by piece, each with all cards of ``chunk`` customers."""
    layout = build_layout(config)
    for accounts in account_chunks(config, chunk):
        yield _batch(config, layout, accounts)


def _check_same_world(config: Config, customers: pa.Table) -> None:
    last = customers["customer_id"][-1].as_py() if customers.num_rows else 0
    if last != config.population.customers:
        raise CatalogMismatchError(
            f"customers has {last} customers, but population.customers is {config.population.customers}; "
            "make the customers from the same configuration"
        )


PLASTICS_PER_TERM = 1024
"""Numbers set aside for one regular plastic and those that replace it before it expires."""


def plastic_ids(account_id: Ints, version: Ints, replacement: Ints | int = 0, *, n_accounts: int) -> Ints:
    """Card ids: one number for every plastic that an account ever has.

    Parameters
    ----------
    account_id : (n,)
        Account ids, from 1.
    version : (n,)
        Number of the regular plastic, from 1.
    replacement : (n,)
        0 for the regular plastic, else a number below ``PLASTICS_PER_TERM`` for one that replaces it.
    n_accounts
        Number of accounts.

    Returns
    -------
    (n,)
        Distinct ids; the account id for its first plastic.
    """
    return account_id + n_accounts * ((version - 1) * PLASTICS_PER_TERM + replacement)


def _batch(config: Config, layout: Layout, accounts: Accounts) -> pa.RecordBatch:
    streams = streams_of(config)
    who, starts, ends, expiry, version = _validity(layout.reference, streams, listing_window(config), accounts)
    account_id = accounts.ordinal[who] + 1
    card_id = plastic_ids(account_id, version, n_accounts=config.population.cards)
    places = layout.places
    country = places.country[accounts.origin]
    limit, has_limit = _credit_limits(streams, layout, accounts, country)
    return record_batch(
        Cards,
        {
            "card_id": card_id,
            "account_id": account_id,
            "customer_id": accounts.customer[who] + 1,
            "version": version,
            "valid_from": starts,
            "valid_to": ends,
            "product": Coded(accounts.product[who], PRODUCTS),
            "network": Coded(accounts.network[who], NETWORKS),
            "bin": Coded(_bins(streams, accounts)[who], ALL_BINS),
            "last4": last_4(streams, card_id),
            "token": tokens(streams, card_id),
            "expiry": expiry,
            "credit_limit": money(limit[who], has_limit[who]),
            "currency": Coded(country[who], places.currency),
            "activity": accounts.activity[who],
            "replaces_card_id": _nulls(max(len(who), _NULLS)).slice(0, len(who)),
        },
    )


_NULLS = 1 << 20
# more than a batch of the usual size has


@lru_cache(maxsize=1)
def _nulls(count: int) -> pa.Array:
    """Nulls for all batches to share: as numbers they take eight bytes each."""
    return pa.nulls(count, pa.int64())


def _validity(
    reference: Reference, streams: Streams, window: Window, accounts: Accounts
) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """Plastics in use on some day of the window, and first ones after it: whose, first day, end, expiry, version."""
    table = reference.plastics
    months, phase = _rhythm(reference, streams, accounts.ordinal, accounts.product)
    opened_in = period_of(_month_of(accounts.opened_day), phase, months)
    too_late = accounts.opened_day >= _in_use_until(table, streams, accounts.ordinal, opened_in, months, phase)
    opened_in = opened_in + too_late
    first = np.maximum(period_of(_month_of(window.first), phase, months), opened_in)
    # of accounts that are opened later the first plastic is known all the same
    last = np.maximum(period_of(_month_of(window.last + table.renewal[1]), phase, months), opened_in)
    who, period = expand(first, last)
    until = _in_use_until(table, streams, accounts.ordinal[who], period, months[who], phase[who])
    since = _in_use_until(table, streams, accounts.ordinal[who], period - 1, months[who], phase[who])
    opens = period == opened_in[who]
    since = np.where(opens, accounts.opened_day[who], since)
    expiry = _period_end(period, months[who], phase[who]) - 1
    listed = (opens | (since <= window.last)) & (until > window.first)
    version = period - opened_in[who] + 1
    return who[listed], since[listed], until[listed], expiry[listed], version[listed]


def last_issued(reference: Reference, streams: Streams, ordinal: Ints, product: AnyArray, day: Ints) -> Ints:
    """Day on which the plastic in use on a day was issued, by the rhythm of its account. (n,) [day numbers]

    Known for any day, whatever days the catalog covers; blocks are not looked at.
    """
    table = reference.plastics
    months, phase = _rhythm(reference, streams, ordinal, product)
    period = period_of(_month_of(day), phase, months)
    this, before = (_in_use_until(table, streams, ordinal, period - k, months, phase) for k in (0, 1))
    return np.where(this <= day, this, before)


def _rhythm(reference: Reference, streams: Streams, ordinal: Ints, product: AnyArray) -> tuple[Ints, Ints]:
    """Months of validity and their phase. (n,), (n,) [months]"""
    tables = np.concatenate([choice_table(np.array(reference.products[name].validity), 256) for name in PRODUCTS])
    level = streams.draw("catalog.card.validity").words(ordinal) >> np.uint64(56)
    months = np.array(reference.plastics.validity)[tables.take(product.astype(np.int64) * 256 + level.astype(np.int64))]
    u = streams.draw("catalog.card.validity.phase").uniforms(ordinal)
    return months, np.floor(u * months).astype(np.int64)


def _period_end(period: Ints, months: Ints, phase: Ints) -> Ints:
    """First day after a period of validity. (n,) [day numbers]"""
    return _month_start((period + 1) * months - phase)


def _in_use_until(table: Plastics, streams: Streams, ordinal: Ints, period: Ints, months: Ints, phase: Ints) -> Ints:
    """Day on which the next plastic takes over, some days before expiry. (n,) [day numbers]"""
    u = streams.draw("catalog.card.renewal").uniforms(combine(ordinal, period & 0xFFFFF))
    least, most = table.renewal
    span = most - least + 1
    return _period_end(period, months, phase) - least - np.floor(u * span).astype(np.int64)


def _month_of(days: AnyArray | int) -> Ints:
    """Months since January 1970 of day numbers."""
    return np.asarray(days).astype("M8[D]").astype("M8[M]").astype(np.int64)


def _month_start(months: Ints) -> Ints:
    """Day numbers of the first days of months since January 1970."""
    return months.astype("M8[M]").astype("M8[D]").astype(np.int64)


def _bins(streams: Streams, accounts: Accounts) -> Ints:
    """Leading digits, as positions in ``ALL_BINS``. (n,)"""
    words = streams.draw("catalog.card.bin").words(accounts.ordinal) >> LEVEL_SHIFT
    result = np.zeros(len(words), dtype=np.int64)
    for (network, product), numbers in TEST_BINS.items():
        held = (accounts.network == NETWORKS.index(network)) & (accounts.product == PRODUCTS.index(product))
        codes = np.array([ALL_BINS.index(number) for number in numbers])
        result[held] = codes[(words[held] % np.uint64(len(codes))).astype(np.int64)]
    return result


def _credit_limits(streams: Streams, layout: Layout, accounts: Accounts, country: AnyArray) -> tuple[Ints, Bools]:
    """Credit line in thousandths of the card's currency, and whether there is one. (n,), (n,)"""
    facts = layout.reference.credit_lines
    rates = np.array([layout.reference.currency(code).units_per_euro for code in layout.places.currency])
    levels = streams.draw("catalog.card.limit").words(accounts.ordinal) >> LEVEL_SHIFT
    z = normal_quantiles().take(levels.astype(np.int64)).astype(np.float64)
    income = accounts.people.income_factor[accounts.holder].astype(np.float64)
    activity = np.bincount(accounts.holder, accounts.activity).take(accounts.holder)
    limit = facts.median * income**facts.by_income * activity**facts.by_activity * np.exp(facts.spread * z)
    least = facts.least * income**facts.least_by_income * activity**facts.least_by_activity
    limit = np.clip(np.maximum(limit, least), *facts.bounds) * rates[country]
    return _rounded(limit) * 1000, accounts.product == PRODUCTS.index("credit")


def _rounded(amounts: Floats) -> Ints:
    """Round to a half of the leading power of ten, as credit lines are. (n,) [currency units]"""
    step = 10.0 ** np.floor(np.log10(amounts)) / 2
    return np.maximum(np.rint(amounts / step) * step, 1.0).astype(np.int64)
