"""Catalogs beside transactions: that they are there, and list everybody who pays.

Belongs here: checks of the catalogs a view joins. Does not belong here: joins by version (``tables.versions``), and
what views make of the result.
"""

from collections.abc import Mapping

import polars as pl

from fraudsim_assets.errors import CatalogMismatchError, ConfigError

Catalogs = Mapping[str, pl.LazyFrame]
"""Lazy frames by table name: ``customers``, ``cards`` and ``merchants``, as far as a view needs them."""


def catalog(catalogs: Catalogs, name: str) -> pl.LazyFrame:
    """Take one catalog.

    Raises
    ------
    CatalogMismatchError
        If it is not there.
    """
    if name not in catalogs:
        raise CatalogMismatchError(f"catalogs has no {name}; it holds {', '.join(sorted(catalogs)) or 'nothing'}")
    return catalogs[name]


def billing_currency(catalogs: Catalogs, wanted: str | None) -> str:
    """Currency that cards are billed in: the one wanted, or that of most cards.

    Raises
    ------
    ConfigError
        If no card is billed in it.
    """
    counts = catalog(catalogs, "cards").group_by(pl.col("currency").cast(pl.String)).len()
    found = counts.sort("len", "currency", descending=[True, False]).collect(engine="streaming")["currency"].to_list()
    if wanted is not None and wanted not in found:
        raise ConfigError(f"currency is {wanted!r}; cards of this world are billed in {', '.join(sorted(found))}")
    return wanted or found[0]


def check_complete(before: int, after: int, *, view: str) -> None:
    """Make sure that every row found its entities.

    Raises
    ------
    CatalogMismatchError
        If rows were lost.
    """
    if before != after:
        raise CatalogMismatchError(
            f"{before - after:,} of {before:,} rows are of customers, cards or merchants that the catalogs do not list "
            f"on that day, so the view {view!r} cannot be made; give the catalogs of the same world, cards reissued "
            "after fraud included"
        )
