"""A world as a Dask dataframe: every partition is made by the worker that needs it.

Belongs here: the dataframe. Does not belong here: pieces and rows (``table``).
"""

from collections.abc import Sequence
from typing import Any

import dask.dataframe as dd
import pandas as pd
import polars as pl
import pyarrow as pa

from fraudsim_assets.engines.table import Piece, WorldTable


def dataframe(table: WorldTable, predicate: pl.Expr | None = None, *, partitions: int | None = None) -> Any:
    """See a table as a Dask dataframe whose columns are Arrow's; nothing is made yet.

    Parameters
    ----------
    predicate
        Rows to make; Dask does not tell a source what a later filter wants.
    partitions
        How many; None is one for each day. [count]

    Returns
    -------
    dask.dataframe.DataFrame
        Rows in the order of the table. Columns that a later step does not use are not made.
    """
    return dd.from_map(
        _Made(table, predicate), table.cut(partitions), meta=_frame(table.schema.empty_table()), enforce_metadata=False
    )


class _Made:
    """Makes a partition, with the columns that are wanted of it."""

    def __init__(self, table: WorldTable, predicate: pl.Expr | None) -> None:
        self._table, self._predicate = table, predicate

    def __call__(self, pieces: Sequence[Piece], columns: Sequence[str] | None = None) -> pd.DataFrame:
        table = self._table if columns is None else self._table.select(list(columns))
        return _frame(pa.Table.from_batches(table.batches(pieces, self._predicate), schema=table.schema))


def _frame(rows: pa.Table) -> pd.DataFrame:
    return rows.to_pandas(types_mapper=pd.ArrowDtype)
