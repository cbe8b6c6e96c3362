"""`Catalogs`: the three slowly changing tables of a world, together.

Belongs here: the bundle that later layers read. Does not belong here: how a table is made.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa

from fraudsim_assets.catalog.cards import build_cards, card_batches
from fraudsim_assets.catalog.customers import build_customers, customer_batches
from fraudsim_assets.catalog.entities import NEEDED
from fraudsim_assets.catalog.merchants import build_merchants, merchant_batches
from fraudsim_assets.config import Config, as_config


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

    def as_of(self, day: date) -> "Catalogs":
        """The tables as they were known at the end of a UTC day: nothing in them is dated later.

        Versions that began later are left out, cards issued later among them, and ``valid_to`` is null where it lies
        after the day.
        """
        return Catalogs(**{name: _known(getattr(self, name), day) for name in ("customers", "cards", "merchants")})


def _known(table: pa.Table, day: date) -> pa.Table:
    import polars as pl

    from fraudsim_assets.tables.versions import as_of

    frame = as_of(pl.DataFrame(table.select(["valid_from", "valid_to"])).with_row_index("row").lazy(), day).collect()
    kept = table.take(frame["row"].to_arrow())  # keeps the types that were declared
    at = table.schema.get_field_index("valid_to")
    return kept.set_column(at, table.schema.field(at), frame["valid_to"].to_arrow())


def build_catalogs(config: Config | str | Path) -> Catalogs:
    """Make all three tables.

    Parameters
    ----------
    config
        With a seed, or the name or path of one, as :func:`load_config` takes it.

    Raises
    ------
    ConfigError
        If there is no such configuration, the seed is missing or the geography cannot be laid out.
    """
    config = as_config(config)
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
    tables = {
        name: pa.Table.from_batches([batch.select(list(NEEDED[name])) for batch in batches(config)])
        for name, batches in BATCHES.items()
    }
    return Catalogs(**tables)


BATCHES: Mapping[str, Callable[[Config], Iterator[pa.RecordBatch]]] = {
    "customers": customer_batches,
    "cards": card_batches,
    "merchants": merchant_batches,
}
"""What makes each catalog piece by piece; cards without those issued after fraud."""
