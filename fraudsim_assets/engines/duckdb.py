"""A world in DuckDB, through Arrow: a stream of record batches that is made while the query reads it.

DuckDB tells an Arrow stream neither filters nor columns, so say them here; what they rule out is not made.

Belongs here: the stream. Does not belong here: pieces and rows (``table``).
"""

import polars as pl
import pyarrow as pa

from fraudsim_assets.engines.table import WorldTable


def reader(
    table: WorldTable, predicate: pl.Expr | None = None, *, partitions: int | None = None
) -> pa.RecordBatchReader:
    """Stream a table, once.

    Parameters
    ----------
    predicate
        Rows to make; any expression over columns of the table.
    partitions
        How the work is cut; it changes no row. [count]

    Returns
    -------
    pa.RecordBatchReader
        For ``duckdb.sql("select ... from rows")``, which finds the variable ``rows`` by its name, or for
        ``connection.register("transactions", rows)``.

    Examples
    --------
    >>> rows = reader(world_table("demo", start="2025-01-01"), pl.col("is_fraud"))  # doctest: +SKIP
    >>> duckdb.sql("select channel, sum(billing_amount) from rows group by channel")  # doctest: +SKIP
    """
    batches = (batch for pieces in table.cut(partitions) for batch in table.batches(pieces, predicate))
    return pa.RecordBatchReader.from_batches(table.schema, batches)
