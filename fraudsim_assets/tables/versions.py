"""Versions of entities: which of them holds on a day, and which of them were known on it.

The one idea: a catalog lists the whole of a world's time, also what has not happened yet on the day of a row. A reader
who joins it picks the version of the row's day (:func:`valid`); a reader who looks at the catalog itself cuts it at the
day first (:func:`as_of`), or learns the future from it.

Belongs here: reading ``valid_from`` and ``valid_to``. Does not belong here: what is joined, and how versions arise.
"""

from collections.abc import Iterable
from datetime import date

import polars as pl

DAY = pl.col("timestamp").dt.date()
"""UTC day of a row, by which versions are valid."""


def as_of(table: pl.LazyFrame, day: date) -> pl.LazyFrame:
    """A catalog as it was known at the end of a day.

    Parameters
    ----------
    table
        With ``valid_from`` and ``valid_to``: any of the catalogs.
    day
        The day D. [UTC]

    Returns
    -------
    pl.LazyFrame
        Versions that had begun by D, in their order. ``valid_to`` is null where it lies after D: that a card will be
        replaced, a customer move or a shop close, was not known on D.
    """
    known = pl.when(pl.col("valid_to") <= day).then(pl.col("valid_to"))
    return table.filter(pl.col("valid_from") <= day).with_columns(valid_to=known)


def versions(table: pl.LazyFrame, key: str, columns: Iterable[pl.Expr | str]) -> pl.LazyFrame:
    """Columns of all versions of an entity, ready for :func:`valid`.

    A version of a card stands until the next one begins: a blocked card is still tried by whoever has its number.
    """
    until = pl.col("valid_to")
    if key == "card_id":
        until = pl.col("valid_from").shift(-1).over(key, order_by="valid_from")
    return table.select(key, pl.col("valid_from").alias("_from"), until.alias("_to"), *columns)


def valid(rows: pl.LazyFrame, table: pl.LazyFrame, key: str) -> pl.LazyFrame:
    """Join the version in force on the UTC day of each row; rows from before the first one fall out.

    Parameters
    ----------
    rows
        With ``timestamp`` and ``key``.
    table
        From :func:`versions`.
    """
    joined = rows.join(table, on=key, how="inner", maintain_order="left")
    begun, not_over = pl.col("_from") <= DAY, pl.col("_to").is_null() | (pl.col("_to") > DAY)
    return joined.filter(begun & not_over).drop("_from", "_to")
