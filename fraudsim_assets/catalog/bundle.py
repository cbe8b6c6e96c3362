"""`Catalogs`: the three slowly changing tables of a world, together.

Belongs here: the bundle that later layers read. Does not belong here: how a table is made.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa

from fraudsim_assets.catalog.cards import build_cards, card_batches
from fraudsim_assets.catalog.customers import build_customers, customer_batches
from fraudsim_assets.catalog.entities import NEEDED
from fraudsim_assets.catalog.merchants import build_merchants, merchant_batches
from fraudsim_assets.config import Config


@dataclass(frozen=True)
class Catalogs:
    """Customers, cards and merchants of one configuration and seed.

    Attributes
    ----------
    customers, cards, merchants
        Tables that honour the contracts of the same names, with one row per version.
    """

    customers: pa.Table
    cards: pa.Table
    merchants: pa.Table


def build_catalogs(config: Config) -> Catalogs:
    """Make all three tables.

    Parameters
    ----------
    config
        With a seed.

    Raises
    ------
    ConfigError
        If the seed is missing or the geography cannot be laid out.
    """
    customers = build_customers(config)
    return Catalogs(customers=customers, cards=build_cards(config, customers), merchants=build_merchants(config))


def catalogs_for_days(config: Config) -> Catalogs:
    """Make all three tables with no more columns than days are made from, in half the memory.

    Parameters
    ----------
    config
        With a seed.

    Raises
    ------
    ConfigError
        If the seed is missing or the geography cannot be laid out.
    """
    return Catalogs(
        customers=_some_columns(customer_batches(config), "customers"),
        cards=_some_columns(card_batches(config), "cards"),
        merchants=_some_columns(merchant_batches(config), "merchants"),
    )


def _some_columns(batches: Iterable[pa.RecordBatch], name: str) -> pa.Table:
    return pa.Table.from_batches([batch.select(list(NEEDED[name])) for batch in batches])
