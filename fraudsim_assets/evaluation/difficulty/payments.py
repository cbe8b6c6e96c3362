"""Payments as a detector sees them: one table of all that ships in the bank's view, day after day.

Belongs here: the table of all days, with the versions of the catalogs that held on the day and the moment a fraud
became known. Does not belong here: what follows from a single row (``evaluation.rows``) and from other rows
(``groups``).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl
import pyarrow as pa

from fraudsim_assets.errors import ContractError
from fraudsim_assets.evaluation.days import DaySource, rows_of
from fraudsim_assets.evaluation.rows import DOMESTIC, Rows
from fraudsim_assets.simulation import World, simulate_labels, with_reissues
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

JOINED = {
    "customers": ("birth_date", "opened_on", "segment", "income_band", "home_country", "home_lat", "home_lon"),
    "cards": ("product", "network", "credit_limit", "card_from", "card_to"),
    "merchants": ("is_online", "shop_lat", "shop_lon"),
}
"""Columns of the catalogs, in the version of the day."""

DERIVED = ("hour", "weekday")
SEEN = tuple(name for name in RAW_COLUMNS if name not in DERIVED)
NEEDED = (*SEEN, "timestamp", "local_time", "is_fraud", "fraud_scenario", "campaign_id")
"""Columns of the transactions table that the detector, or the account of it, looks at."""

_EXACT = ("amount", "billing_amount")
_NAMES = {
    "home_country": "country",
    "home_lat": "latitude",
    "home_lon": "longitude",
    "card_from": "valid_from",
    "card_to": "valid_to",
    "shop_lat": "latitude",
    "shop_lon": "longitude",
}
"""What some of them are called in their catalog."""


@dataclass
class Payments:
    """Columns of all days collected so far, in the order of days, and what became known on them."""

    world: World
    frames: list[pl.DataFrame] = field(default_factory=list)
    known: list[pl.DataFrame] = field(default_factory=list)

    def add_day(self, day: date, source: DaySource) -> None:
        """Collect one UTC day; days come in their order.

        Raises
        ------
        ContractError
            If a column is missing.
        StorageError
            If a path holds no Parquet file.
        """
        frames = [_narrow(rows) for rows in rows_of(self.world, day, source, NEEDED)]
        if frames:
            self.frames.append(pl.concat(frames, how="vertical_relaxed").with_row_index("position"))
        labels = pl.DataFrame(simulate_labels(self.world, day).read())
        self.known.append(labels.select("transaction_id", "known_at", "labelled_fraud"))

    def table(self) -> pl.DataFrame:
        """All rows, in the order of time.

        Returns
        -------
        pl.DataFrame
            ``RAW_COLUMNS`` and ``JOINED``, ``card_is_over`` for ``card_to``; ``time`` [microseconds since 1970];
            ``position`` in its day as it ships; ``euros``; ``foreign``; ``fraud_known`` and ``cleared``, the moments
            at which the bank first holds the row for fraud and no longer does, null where that is not in the days
            collected; ``is_fraud``; ``scenario`` and ``campaign``.

        Raises
        ------
        ContractError
            If there are no rows at all.
        """
        if not self.frames:
            raise ContractError("there are no days to measure the difficulty of")
        table = pl.concat(self.frames, how="vertical_relaxed")
        day = pl.col("time") // DAY
        table = table.with_columns(day=(day - day.min()).cast(pl.Int32)).join(self._labels(), "transaction_id", "left")
        return self._with_catalogs(table).sort("time", "transaction_id")

    def _labels(self) -> pl.DataFrame:
        """Moments at which transactions became known as fraud, or were cleared."""
        moment, fraud = pl.col("known_at").dt.epoch("us"), pl.col("labelled_fraud")
        return (
            pl.concat(self.known)
            .group_by("transaction_id")
            .agg(
                fraud_known=moment.filter(fraud).min(),
                # a label that is restored later was never lifted for good
                cleared=pl.when(fraud.sort_by(moment).last().not_()).then(moment.filter(~fraud).max()),
            )
        )

    def _with_catalogs(self, table: pl.DataFrame) -> pl.DataFrame:
        """Join the latest version that had begun by the day: that of a blocked card too, which some still try."""
        catalogs = with_reissues(self.world)
        rows = table.with_columns(date=pl.from_epoch(pl.col("time"), "us").dt.date()).sort("date")
        for name, wanted in JOINED.items():
            key = f"{name[:-1]}_id"
            spans = pl.DataFrame(getattr(catalogs, name)).sort("valid_from").with_columns(begun="valid_from")
            chosen = [pl.col(_NAMES.get(column) or column).alias(column) for column in wanted]
            rows = rows.join_asof(
                spans.select(key, "begun", *chosen), left_on="date", right_on="begun", by=key, check_sortedness=False
            )
            if rows["begun"].null_count():
                raise ContractError(f"{rows['begun'].null_count():,} rows are of {name} that are not listed")
            rows = rows.drop("begun")
        over = (pl.col("card_to") <= pl.col("date")).fill_null(value=False)
        made = rows.with_columns(pl.col("credit_limit").cast(pl.Float64), card_is_over=over).drop("date", "card_to")
        texts = [name for name, kind in made.schema.items() if isinstance(kind, (pl.Categorical, pl.Enum))]
        return made.with_columns(pl.col(texts).cast(pl.String).cast(pl.Categorical))


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
