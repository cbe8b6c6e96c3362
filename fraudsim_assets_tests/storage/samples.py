"""Small tables and streams that storage tests write, and how to tell that one came back whole."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

import numpy as np
import pyarrow as pa

from fraudsim_assets.frames import FrameStream
from fraudsim_assets.storage import ParquetOptions, PartKey, RetryPolicy, StoreOptions
from fraudsim_assets.storage.policy import IfExists

KEY = PartKey("transactions", "2025-01-01")
FACTS = {"seed": "7", "config_digest": "abc"}
VERSIONED = pa.schema([pa.field("version", pa.int64()), pa.field("row", pa.int64()), pa.field("mixed", pa.int64())])
QUICK = RetryPolicy(max_attempts=4, deadline_seconds=30.0, first_wait_seconds=0.001, longest_wait_seconds=0.01)

_MOMENT = datetime(2025, 1, 1, 12, 30, 15, 123456, tzinfo=UTC)


def options(
    if_exists: IfExists = "overwrite",
    *,
    row_group_rows: int = 1_000,
    retry: RetryPolicy = QUICK,
    stale_seconds: float = 86_400.0,
) -> StoreOptions:
    """Options with short waits and small row groups."""
    parquet = ParquetOptions(row_group_rows=row_group_rows)
    return StoreOptions(if_exists=if_exists, parquet=parquet, retry=retry, stale_seconds=stale_seconds)


def versioned(
    version: int, *, rows: int = 5_000, batch_rows: int = 500, facts: Mapping[str, str] | None = None
) -> FrameStream:
    """Stream whose every row says which version it belongs to; ``mixed`` does not compress."""

    def batches() -> Iterator[pa.RecordBatch]:
        for start in range(0, rows, batch_rows):
            row = np.arange(start, min(start + batch_rows, rows), dtype=np.int64)
            columns = [np.full(row.size, version), row, mixed(version, row)]
            yield pa.record_batch([pa.array(values) for values in columns], schema=VERSIONED)

    return FrameStream(VERSIONED, batches, FACTS if facts is None else facts)


def mixed(version: int, row: np.ndarray) -> np.ndarray:
    """Values that look like noise and can be computed again."""
    start = (version + 1) * 0x9E3779B97F4A7C15 % 2**64
    word = (row.astype(np.uint64) + np.uint64(start)) * np.uint64(0xBF58476D1CE4E5B9)
    word ^= word >> np.uint64(31)
    return (word * np.uint64(0x94D049BB133111EB)).view(np.int64)


def version_if_whole(table: pa.Table, *, rows: int = 5_000) -> int:
    """Version of a table that holds all rows of one version and nothing else; fails otherwise."""
    versions = set(table["version"].unique().to_pylist())
    assert len(versions) == 1, f"rows of versions {versions} in one file"
    version = versions.pop()
    row = table["row"].to_numpy()
    assert np.array_equal(row, np.arange(rows)), f"{row.size} of {rows} rows"
    assert np.array_equal(table["mixed"].to_numpy(), mixed(version, row))
    return version


def payments(rows: int = 300) -> pa.Table:
    """Table with every column type of the payment tables, nulls included."""
    number = np.arange(rows, dtype=np.int64)
    third = number % 3 == 0

    def enum(values: list[str], index: pa.DataType, *, nulls: bool = False) -> pa.Array:
        codes = pa.array(number % len(values), index, mask=third if nulls else None)
        return pa.DictionaryArray.from_arrays(codes, pa.array(values))

    amounts = [Decimal(int(n) * 12_345 + 1).scaleb(-3) for n in number]
    instants = pa.array(int(_MOMENT.timestamp()) * 10**6 + 123_456 + number * 1_000_003, pa.int64())
    return pa.table(
        {
            "transaction_id": pa.array(number * 977 + (1 << 50)),
            "previous_txn_id": pa.array(number, pa.int64(), mask=third),
            "timestamp": instants.cast(pa.timestamp("us", "UTC")),
            "local_time": instants.cast(pa.timestamp("us")),
            "amount": pa.array(amounts, pa.decimal128(18, 3)),
            "currency": enum(["EUR", "SEK", "PLN"], pa.int16()),
            "channel": enum(["pos", "ecommerce"], pa.int8()),
            "entry_mode": enum(["chip", "contactless"], pa.int8(), nulls=True),
            "latitude": pa.array(number / 7, pa.float32(), mask=third),
            "ip_address": pa.array(4_026_531_840 + number, pa.uint32(), mask=third),
            "campaign_step": pa.array(number % 7, pa.int16(), mask=third),
            "is_fraud": pa.array(number % 5 == 0),
            "name": pa.array([f"Müller & Søn {n}" if n % 4 else None for n in number]),
            "valid_from": pa.array([date(2025, 1, 1)] * rows, pa.date32()),
            "income_factor": pa.array(np.sqrt(number + 0.5), pa.float64()),
        }
    )
