"""Partitions open in every reader that people use, with the types they should have."""

import struct
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from fraudsim_assets.frames import FrameStream
from fraudsim_assets.storage import LocalStore, PartKey
from fraudsim_assets.tables import TABLES, arrow_schema, polars_schema
from fraudsim_assets_tests.storage.samples import options, payments

DAYS = ["2025-01-01", "2025-01-02"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a daily table of two days."""
    store = LocalStore(tmp_path_factory.mktemp("data"), options(row_group_rows=97))
    for day in DAYS:
        store.write(PartKey("payments", day), FrameStream.of(payments()))
    return store.base_dir / "payments"


@pytest.fixture(scope="module")
def first(folder: Path) -> str:
    """One file."""
    return str(folder / f"date={DAYS[0]}" / "part-0.parquet")


def test_polars_reads_types_and_values(folder: Path, first: str) -> None:
    frame = pl.scan_parquet(folder, hive_partitioning=True)
    assert dict(frame.collect_schema()) == {
        "transaction_id": pl.Int64(),
        "previous_txn_id": pl.Int64(),
        "timestamp": pl.Datetime("us", "UTC"),
        "local_time": pl.Datetime("us"),
        "amount": pl.Decimal(18, 3),
        "currency": pl.Categorical(),
        "channel": pl.Categorical(),
        "entry_mode": pl.Categorical(),
        "latitude": pl.Float32(),
        "ip_address": pl.UInt32(),
        "campaign_step": pl.Int16(),
        "is_fraud": pl.Boolean(),
        "name": pl.String(),
        "valid_from": pl.Date(),
        "income_factor": pl.Float64(),
        "date": pl.Date(),
    }
    assert frame.select(pl.len()).collect().item() == 600
    assert pl.read_parquet(first, hive_partitioning=False).equals(pl.from_arrow(payments()))


def test_polars_skips_row_groups_and_days_and_still_finds_the_row(folder: Path) -> None:
    frame = pl.scan_parquet(folder, hive_partitioning=True)
    wanted = (1 << 50) + 977 * 250
    found = frame.filter(pl.col("transaction_id") == wanted, pl.col("date") == pl.date(2025, 1, 2)).collect()
    assert found["ip_address"].to_list() == [4_026_531_840 + 250]
    assert frame.filter(pl.col("currency") == "SEK").collect().height == 200


def test_arrow_reads_types_and_values(folder: Path, first: str) -> None:
    assert pq.ParquetFile(first).read().equals(payments())
    assert pq.read_schema(first).remove_metadata().equals(payments().schema)
    partitioned = ds.dataset(folder, partitioning=ds.partitioning(pa.schema([("date", pa.date32())]), flavor="hive"))
    assert partitioned.schema.field("date").type == pa.date32()
    assert partitioned.count_rows() == 600
    assert pq.read_table(first, partitioning=None, page_checksum_verification=True).num_rows == 300


def test_duckdb_reads_types_and_values(folder: Path) -> None:
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        source = f"read_parquet('{folder}/*/*.parquet', hive_partitioning = true)"
        described = connection.sql(f"select column_name, column_type from (describe from {source})")  # noqa: S608
        types = dict(described.fetchall())
        assert types == {
            "transaction_id": "BIGINT",
            "previous_txn_id": "BIGINT",
            "timestamp": "TIMESTAMP WITH TIME ZONE",
            "local_time": "TIMESTAMP",
            "amount": "DECIMAL(18,3)",
            "currency": "VARCHAR",
            "channel": "VARCHAR",
            "entry_mode": "VARCHAR",
            "latitude": "FLOAT",
            "ip_address": "UINTEGER",
            "campaign_step": "SMALLINT",
            "is_fraud": "BOOLEAN",
            "name": "VARCHAR",
            "valid_from": "DATE",
            "income_factor": "DOUBLE",
            "date": "DATE",
        }
        query = f"from {source} where date = '2025-01-02' order by transaction_id"
        read = connection.sql(query).to_arrow_table().drop_columns(["date"])
    expected = payments()
    for name in expected.column_names:
        assert _plain(read[name]) == _plain(expected[name]), name


def test_pandas_reads_types_and_values(folder: Path, first: str) -> None:
    frame = pd.read_parquet(first, partitioning=None, dtype_backend="pyarrow")
    for name, column in zip(payments().column_names, payments().columns, strict=True):
        assert pa.array(frame[name]).to_pylist() == _plain(column), name
    frame = pd.read_parquet(folder)
    assert str(frame["timestamp"].dtype) == "datetime64[us, UTC]"
    assert str(frame["currency"].dtype) == "category"
    assert str(frame["latitude"].dtype) == "float32"
    assert frame["amount"].iloc[1] == Decimal("12.346")
    assert len(frame) == 600


def test_what_is_embedded_for_arrow_is_readable_by_old_versions_of_it(first: str) -> None:
    """Arrow before version 18 cannot open a file whose embedded schema has decimals of 64 bits."""
    assert pq.read_schema(first).field("amount").type == pa.decimal128(18, 3)


def test_every_declared_table_comes_back_with_the_schema_that_readers_are_promised(tmp_path: Path) -> None:
    store = LocalStore(tmp_path, options())
    for name, model in TABLES.items():
        schema = arrow_schema(model)
        store.write(PartKey(name), FrameStream(schema, lambda: iter(()), {"seed": "7"}))
        assert store.scan([PartKey(name)]).collect_schema() == polars_schema(model)
        stored = pq.read_schema(store.uri(PartKey(name)))
        assert stored.equals(schema, check_metadata=False)
        assert stored.field(0).metadata[b"description"], "a file explains its own columns"


def test_enum_columns_of_polars_come_back_as_enums(tmp_path: Path) -> None:
    table = pl.DataFrame({"e": ["b", "a", None]}, schema={"e": pl.Enum(["a", "b", "c"])}).to_arrow()
    store = LocalStore(tmp_path, options())
    store.write(PartKey("enums"), FrameStream.of(table))
    assert store.scan([PartKey("enums")]).collect_schema()["e"] == pl.Enum(["a", "b", "c"])


def test_the_file_says_for_itself_that_it_is_parquet(first: str) -> None:
    content = Path(first).read_bytes()
    assert content[:4] == content[-4:] == b"PAR1"
    footer = struct.unpack("<I", content[-8:-4])[0]
    assert 0 < footer < len(content)


def _plain(column: pa.ChunkedArray) -> list[object]:
    """Python values; instants in UTC."""
    return [value.astimezone(UTC) if _is_aware(value) else value for value in column.to_pylist()]


def _is_aware(value: object) -> bool:
    return isinstance(value, datetime) and value.tzinfo is not None


def test_streams_of_large_strings_and_lists_are_written_too(tmp_path: Path) -> None:
    table = pa.table(
        {
            "quantiles": pa.array([[1.0, 2.0], None, []], pa.list_(pa.float64())),
            "text": pa.array(["a", None, "c"], pa.large_string()),
        }
    )

    def batches() -> Iterator[pa.RecordBatch]:
        yield from table.to_batches(max_chunksize=2)

    store = LocalStore(tmp_path, options())
    store.write(PartKey("profile"), FrameStream(table.schema, batches))
    assert store.scan([PartKey("profile")]).collect().to_dict(as_series=False) == table.to_pydict()
