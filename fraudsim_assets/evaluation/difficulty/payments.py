"""Payments as a detector sees them: one table of the columns it may use, day after day.

Belongs here: the narrow table of all days. Does not belong here: what follows from a single row
(``evaluation.rows``) and rolling features (``features``).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl
import pyarrow as pa

from fraudsim_assets.errors import ContractError
from fraudsim_assets.evaluation.days import DaySource, rows_of
from fraudsim_assets.evaluation.rows import DOMESTIC, Rows
from fraudsim_assets.simulation import World
from fraudsim_assets.units import DAY

RAW_COLUMNS = (
    "transaction_id",
    "previous_txn_id",
    "card_id",
    "customer_id",
    "merchant_id",
    "transaction_type",
    "original_txn_id",
    "amount",
    "currency",
    "billing_amount",
    "billing_currency",
    "mcc",
    "merchant_country",
    "latitude",
    "longitude",
    "channel",
    "entry_mode",
    "three_ds",
    "device_id",
    "ip_address",
    "response_code",
    "is_approved",
    "hour",
    "weekday",
)
"""Columns whose separate power is measured: all that a bank sees, and the clock's hour and weekday."""

DERIVED = ("hour", "weekday")
SEEN = tuple(name for name in RAW_COLUMNS if name not in DERIVED)
NEEDED = (*SEEN, "timestamp", "local_time", "is_fraud", "fraud_scenario", "campaign_id")
"""Columns of the transactions table that the detector, or the account of it, looks at."""

_EXACT = ("amount", "billing_amount")


@dataclass
class Payments:
    """Narrow columns of all days collected so far, in the order of days."""

    world: World
    frames: list[pl.DataFrame] = field(default_factory=list)

    def add_day(self, day: date, source: DaySource) -> None:
        """Collect one UTC day; days come in their order.

        Raises
        ------
        ContractError
            If a column is missing.
        StorageError
            If a path holds no Parquet file.
        """
        self.frames += [_narrow(rows) for rows in rows_of(self.world, day, source, NEEDED)]

    def table(self) -> pl.DataFrame:
        """All rows.

        Returns
        -------
        pl.DataFrame
            ``RAW_COLUMNS``; ``time`` [microseconds since 1970]; ``day`` [day from the first]; ``euros``;
            ``foreign``; ``is_fraud``; ``scenario`` and ``campaign``. In the order of days.

        Raises
        ------
        ContractError
            If there are no rows at all.
        """
        if not self.frames:
            raise ContractError("there are no days to measure the difficulty of")
        table = pl.concat(self.frames, how="vertical_relaxed")
        day = pl.col("time") // DAY
        return table.with_columns(day=(day - day.min()).cast(pl.Int32))


def _narrow(rows: Rows) -> pl.DataFrame:
    frame = pl.DataFrame(pa.Table.from_batches([rows.batch]).select(_without_clocks(rows.batch.schema.names)))
    texts = [name for name, kind in frame.schema.items() if isinstance(kind, (pl.Categorical, pl.Enum))]
    return frame.with_columns(
        pl.col(texts).cast(pl.String).cast(pl.Categorical), pl.col(_EXACT).cast(pl.Float64)
    ).select(
        *SEEN,
        "is_fraud",
        hour=pl.Series(rows.clock_hour).cast(pl.Int8),
        weekday=pl.Series(rows.weekday).cast(pl.Int8),
        time=pl.Series(rows.moment),
        euros=pl.Series(rows.billed_euros).cast(pl.Float32),
        foreign=pl.Series(rows.region != DOMESTIC),
        scenario="fraud_scenario",
        campaign="campaign_id",
    )


def _without_clocks(names: Sequence[str]) -> list[str]:
    return [name for name in names if name in NEEDED and name not in {"timestamp", "local_time"}]
