"""A world in Apache Spark: the same rows on any number of partitions, filters that reach the generator, and streams.

``TEST_SERVERS=1 make test-servers`` installs Spark and a Java.
"""

import json

import polars as pl
import pyarrow as pa
import pytest

from fraudsim_assets_tests.engines.world import CONFIG, END, PARTITIONS, START, TABLE, canonical, digest, expected
from fraudsim_assets_tests.spark import IF_INSTALLED, local_session

pytestmark = IF_INSTALLED


@pytest.fixture(scope="module")
def notes(tmp_path_factory):
    """File in which workers note what they have made."""
    return tmp_path_factory.mktemp("notes") / "made.jsonl"


@pytest.fixture(scope="module")
def spark(tmp_path_factory):
    from fraudsim_assets.engines.spark import register
    from fraudsim_assets_tests.engines.counting import CountingSource

    session = local_session(tmp_path_factory.mktemp("warehouse"))
    register(session)
    session.dataSource.register(CountingSource)
    yield session
    session.stop()


def _read(spark, source="fraudsim", **options):
    reader = spark.read.format(source).option("config", "tiny")
    for name, value in ({"start": START, "end": END} | options).items():
        reader = reader.option(name, str(value))
    return reader


@pytest.mark.parametrize("partitions", PARTITIONS)
def test_any_number_of_partitions_gives_what_a_scan_gives(spark, partitions):
    frame, wanted = _read(spark, partitions=partitions).load(), expected()
    assert frame.rdd.getNumPartitions() == partitions
    rows = canonical(frame.toArrow())
    assert (rows.height, rows["amount"].sum()) == (wanted.height, wanted["amount"].sum())
    assert digest(rows) == digest(wanted)


def test_filters_reach_the_generator_and_a_world_is_made_once_per_worker(spark, notes):
    wanted = expected()
    card, customer = wanted["card_id"][0], wanted["customer_id"][-1]
    cases = {
        f"card_id = {card}": (pl.col("card_id") == card, 0.05),
        f"customer_id = {customer}": (pl.col("customer_id") == customer, 0.05),
        "is_fraud": (pl.col("is_fraud"), 0.6),
        "date = '2025-01-11'": (pl.col("date") == START.replace(day=11), 0.4),
        "date >= '2025-01-12' and is_fraud": ((pl.col("date") >= START.replace(day=12)) & pl.col("is_fraud"), 0.4),
        "date = '2031-01-01'": (pl.col("date") > END, 0.0),
    }
    for condition, (same, most) in cases.items():
        notes.unlink(missing_ok=True)
        rows = _read(spark, "counted", partitions=3, notes=notes).load().where(condition).toArrow()
        told = [json.loads(line) for line in notes.read_text().splitlines()] if notes.exists() else []
        made = sum(one["made"] for one in told)
        assert digest(canonical(rows)) == digest(wanted.filter(same)), condition
        assert rows.num_rows <= made <= most * wanted.height, condition
        assert len({one["process"] for one in told}) <= 1, "one worker, used again by its tasks"


def test_columns_that_are_named_are_the_only_ones_made(spark):
    named = _read(spark, columns="card_id, amount").load()
    assert named.columns == ["card_id", "amount"]
    wanted = expected()
    assert named.agg({"amount": "sum"}).collect()[0][0] == wanted["amount"].sum()
    by_schema = _read(spark).schema("card_id bigint").load()
    assert by_schema.agg({"card_id": "sum"}).collect()[0][0] == wanted["card_id"].sum()


@pytest.mark.parametrize("table", ["labels", "truth", "customers", "cards", "merchants"])
def test_every_table_can_be_read(spark, table):
    from fraudsim_assets.engines import world_table

    wanted = world_table(CONFIG, table, START, END).read()
    rows = _read(spark, table=table, partitions=2).load().toArrow()
    assert (rows.num_rows, rows.schema.names) == (wanted.num_rows, wanted.schema.names)


def test_a_wrong_option_is_told(spark):
    for options, text in (({"table": "payments"}, "table is 'payments'"), ({"strat": str(START)}, "option 'strat'")):
        with pytest.raises(Exception, match=text):
            _read(spark, **options).load()


def test_a_stream_gives_each_day_once_and_goes_on_where_it_stopped(spark, tmp_path):
    def days(end):
        stream = spark.readStream.format("fraudsim").option("config", "tiny").option("start", str(START))
        return stream.option("end", str(end)).option("partitions", "2").load()

    def run(end):
        query = (
            days(end)
            .writeStream.format("parquet")
            .option("path", str(tmp_path / "rows"))
            .option("checkpointLocation", str(tmp_path / "checkpoint"))
        )
        query = query.start()
        query.processAllAvailable()
        batches = [progress["numInputRows"] for progress in query.recentProgress if progress["numInputRows"]]
        query.stop()
        return batches

    first = run(START.replace(day=11))
    assert len(first) == 2, "a day is a batch"
    run(END)
    rows = spark.read.parquet(str(tmp_path / "rows")).toArrow()
    assert digest(canonical(rows)) == digest(expected())
    assert TABLE.schema.names == rows.schema.names


def test_a_stream_reader_cuts_days_by_its_limit_and_ends_with_the_last():
    from pyspark.sql.pandas.types import from_arrow_schema
    from pyspark.sql.streaming.datasource import ReadAllAvailable, ReadMaxRows

    from fraudsim_assets.engines.spark import StreamReader

    reader, per_day = (
        StreamReader(TABLE, from_arrow_schema(TABLE.schema), 2, None),
        CONFIG.activity.transactions_per_day,
    )
    offset, frames = reader.initialOffset(), []
    assert reader.latestOffset(offset, ReadAllAvailable()) == {"date": "2025-01-14"}
    assert reader.latestOffset(offset, ReadMaxRows(int(3 * per_day))) == {"date": "2025-01-13"}
    while (after := reader.latestOffset(offset, reader.getDefaultReadLimit())) != offset:
        tasks = reader.partitions(offset, after)
        assert len(tasks) == 2
        frames += [batch for task in tasks for batch in reader.read(task)]
        offset = after
    assert reader.partitions(offset, offset) == []
    assert digest(canonical(pa.Table.from_batches(frames))) == digest(expected())


def test_filters_are_taken_only_where_they_mean_the_same():
    from pyspark.sql import datasource as api
    from pyspark.sql.pandas.types import from_arrow_schema

    from fraudsim_assets.engines.spark import Reader

    def rows(*filters):
        reader = Reader(TABLE, from_arrow_schema(TABLE.schema), 4)
        given_back = list(reader.pushFilters(list(filters)))
        tasks = reader.partitions()
        return (
            given_back,
            len(tasks),
            canonical(pa.Table.from_batches((b for task in tasks for b in reader.read(task)), schema=TABLE.schema)),
        )

    wanted = expected()
    card, amount = wanted["card_id"][0], wanted["amount"][0]
    contains = api.StringContains(("channel",), "pos")
    cases = [
        ((api.EqualTo(("card_id",), card),), pl.col("card_id") == card),
        ((api.In(("customer_id",), (1, 2, 3)),), pl.col("customer_id").is_in([1, 2, 3])),
        (
            (api.EqualTo(("date",), START), api.EqualTo(("is_fraud",), value=True)),
            (pl.col("date") == START) & pl.col("is_fraud"),
        ),
        ((api.IsNotNull(("fraud_scenario",)),), pl.col("fraud_scenario").is_not_null()),
        (
            (api.Not(api.IsNull(("latitude",))), api.GreaterThan(("amount",), amount)),
            pl.col("latitude").is_not_null() & (pl.col("amount") > amount),
        ),
    ]
    for filters, same in cases:
        given_back, _, found = rows(*filters)
        assert given_back == []
        assert digest(found) == digest(wanted.filter(same)), filters
    given_back, _, found = rows(contains)
    assert (given_back, found.height) == ([contains], wanted.height), "what cannot be said is left to Spark"
    assert rows(api.GreaterThan(("date",), END))[1] == 0
