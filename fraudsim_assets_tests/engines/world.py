"""The world that engines make in tests, and what their rows must be equal to."""

from datetime import date
from functools import lru_cache
from typing import Any

import polars as pl
import pyarrow as pa

from fraudsim_assets.config import load_config
from fraudsim_assets.engines import world_table
from fraudsim_assets.simulation import scan_transactions
from fraudsim_assets.storage import content_digest

CONFIG = load_config("tiny", env={})
START, END = date(2025, 1, 10), date(2025, 1, 13)
PARTITIONS = (1, 3, 8)
TABLE = world_table(CONFIG, "transactions", START, END)


@lru_cache(maxsize=1)
def expected() -> pl.DataFrame:
    """Rows of ``scan_transactions`` with the day, in the types and the order of :func:`canonical`."""
    rows = scan_transactions(CONFIG, START, END).collect()
    return canonical(rows.with_columns(date=pl.col("timestamp").dt.date()))


def canonical(rows: pl.DataFrame | pa.Table) -> pl.DataFrame:
    """Rows in the types of the engines' table, in order of their ids."""
    frame = rows if isinstance(rows, pl.DataFrame) else pl.DataFrame(pl.from_arrow(rows))
    types: Any = dict(pl.DataFrame(pl.from_arrow(TABLE.schema.empty_table())).schema)
    return frame.select(TABLE.schema.names).cast(types).sort("transaction_id")


def digest(rows: pl.DataFrame) -> str:
    return content_digest(rows.to_arrow().cast(TABLE.schema))
