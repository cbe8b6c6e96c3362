"""Partitions open in Apache Spark with the types they should have, wherever it is installed.

``TEST_SERVERS=1 make test-servers`` installs Spark and a Java.
"""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from fraudsim_assets.frames import FrameStream
from fraudsim_assets.storage import LocalStore, PartKey
from fraudsim_assets_tests.spark import IF_INSTALLED, local_session
from fraudsim_assets_tests.storage.samples import options, payments

pytestmark = IF_INSTALLED
DAYS = ["2025-01-01", "2025-01-02"]
TYPES = {
    "transaction_id": "bigint",
    "previous_txn_id": "bigint",
    "timestamp": "timestamp",
    "local_time": "timestamp_ntz",
    "amount": "decimal(18,3)",
    "currency": "string",
    "channel": "string",
    "entry_mode": "string",
    "latitude": "float",
    "ip_address": "bigint",
    "campaign_step": "smallint",
    "is_fraud": "boolean",
    "name": "string",
    "valid_from": "date",
    "income_factor": "double",
    "date": "date",
}


@pytest.fixture(scope="module")
def frame(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Spark's view of a daily table of two days."""
    store = LocalStore(tmp_path_factory.mktemp("data"), options(row_group_rows=97))
    for day in DAYS:
        store.write(PartKey("payments", day), FrameStream.of(payments()))
    session = local_session(tmp_path_factory.mktemp("warehouse"))
    yield session.read.parquet(str(store.base_dir / "payments"))
    session.stop()


def test_spark_reads_types(frame: Any) -> None:
    assert dict(frame.dtypes) == TYPES


def test_spark_reads_every_value(frame: Any) -> None:
    from pyspark.sql import functions

    # as microseconds, because Python's own conversion goes by the time zone of the machine
    instants = functions.unix_micros("timestamp").alias("timestamp")
    rows = frame.where("date = '2025-01-02'").orderBy("transaction_id").withColumn("timestamp", instants).collect()
    expected = payments()
    expected = expected.set_column(2, "timestamp", expected["timestamp"].cast("int64")).to_pylist()
    assert [{**row.asDict(), "date": None} for row in rows] == [{**row, "date": None} for row in expected]
    assert {row["date"] for row in rows} == {date(2025, 1, 2)}
    assert rows[0]["local_time"] == datetime(2025, 1, 1, 12, 30, 15, 123456)  # noqa: DTZ001 - a wall clock


def test_spark_adds_money_exactly_and_filters_by_words(frame: Any) -> None:
    from pyspark.sql import functions

    total = frame.agg(functions.sum("amount")).collect()[0][0]
    assert total == 2 * sum(payments()["amount"].to_pylist(), Decimal(0))
    assert frame.where("currency = 'SEK'").count() == 200
