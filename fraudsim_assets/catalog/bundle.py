"""`Catalogs`: the three slowly changing tables of a world, together.

Belongs here: the bundle that later layers read. Does not belong here: how a table is made.
"""

from dataclasses import dataclass

import pyarrow as pa

from fraudsim_assets.catalog.cards import build_cards
from fraudsim_assets.catalog.customers import build_customers
from fraudsim_assets.catalog.merchants import build_merchants
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
