"""A world in DuckDB, Dask and Ray: the same rows on any number of partitions, and no more made than is asked for."""

from decimal import Decimal

import polars as pl
import pyarrow as pa
import pytest

from fraudsim_assets.config import Config
from fraudsim_assets.decisions import DecisionLog, decisions_schema
from fraudsim_assets.decisions.files import write_log
from fraudsim_assets.engines import world_table
from fraudsim_assets.errors import StorageError, WorldMismatchError
from fraudsim_assets.simulation import scan_transactions
from fraudsim_assets_tests.engines.world import CONFIG, PARTITIONS, START, TABLE, canonical, digest, expected


@pytest.mark.parametrize("partitions", PARTITIONS)
def test_duckdb_counts_and_adds_what_a_scan_gives(partitions):
    duckdb = pytest.importorskip("duckdb")
    from fraudsim_assets.engines.duckdb import reader

    rows, wanted = reader(TABLE, partitions=partitions), expected()
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")
    query = "select * from rows"
    whole = canonical(connection.register("rows", rows).sql(query).to_arrow_table())
    assert (whole.height, whole["amount"].sum()) == (wanted.height, wanted["amount"].sum())
    assert digest(whole) == digest(wanted)
    fraud = reader(TABLE.select(["billing_amount"]), pl.col("is_fraud"))
    assert fraud.read_all().num_rows == wanted["is_fraud"].sum()


@pytest.mark.parametrize("partitions", PARTITIONS)
def test_dask_counts_and_adds_what_a_scan_gives(partitions):
    pytest.importorskip("dask.dataframe")
    from fraudsim_assets.engines.dask import dataframe

    frame, wanted = dataframe(TABLE, partitions=partitions), expected()
    assert frame.npartitions == partitions
    rows = canonical(pa.Table.from_pandas(frame.compute(scheduler="sync"), preserve_index=False))
    assert (rows.height, rows["amount"].sum()) == (wanted.height, wanted["amount"].sum())
    assert digest(rows) == digest(wanted)
    fraud = dataframe(TABLE, pl.col("is_fraud"), partitions=partitions)["card_id"].sum().compute(scheduler="threads")
    assert fraud == wanted.filter("is_fraud")["card_id"].sum()


@pytest.fixture(scope="module")
def ray():
    ray = pytest.importorskip("ray")
    ray.init(num_cpus=1, include_dashboard=False, logging_level="error", log_to_driver=False)
    yield ray
    ray.shutdown()


@pytest.mark.parametrize("partitions", PARTITIONS)
def test_ray_counts_and_adds_what_a_scan_gives(ray, partitions):
    from fraudsim_assets.engines.ray import dataset

    wanted = expected()
    rows = canonical(pa.concat_tables(ray.get(dataset(TABLE, partitions=partitions).to_arrow_refs())))
    assert (rows.height, rows["amount"].sum()) == (wanted.height, wanted["amount"].sum())
    assert digest(rows) == digest(wanted)
    assert dataset(TABLE, pl.col("is_fraud"), partitions=partitions).count() == wanted["is_fraud"].sum()


@pytest.fixture(scope="module")
def decided(tmp_path_factory) -> Config:
    """The world under a log in a folder: all that is granted at its first hours is refused."""
    rows = expected().filter("is_approved").sort("timestamp").head(200)
    when = rows["timestamp"].to_arrow()
    columns = [rows["transaction_id"].to_arrow(), when, when, pa.array(["decline"] * 200), pa.array([Decimal(0)] * 200)]
    table = pa.table(dict(zip(decisions_schema().names, columns, strict=True))).cast(decisions_schema())
    folder = tmp_path_factory.mktemp("logs") / "early"
    write_log(DecisionLog.empty().adding(table), folder, CONFIG, policy="early", days=[START])
    return CONFIG.model_copy(update={"decisions": str(folder)})


@pytest.mark.parametrize("engine", ["duckdb", "dask"])
def test_engines_make_the_world_under_the_log_that_they_are_given(decided, engine):
    pytest.importorskip(engine)
    table = world_table(CONFIG, "transactions", START, START, decisions=decided.decisions)
    assert table.config == world_table(decided, "transactions", START, START).config
    if engine == "duckdb":
        from fraudsim_assets.engines.duckdb import reader

        rows = canonical(reader(table, partitions=3).read_all())
    else:
        from fraudsim_assets.engines.dask import dataframe

        made = dataframe(table, partitions=3).compute(scheduler="sync")
        rows = canonical(pa.Table.from_pandas(made, preserve_index=False))
    under = scan_transactions(decided, START, START).collect()
    assert digest(rows) == digest(canonical(under.with_columns(date=pl.col("timestamp").dt.date())))
    refused = rows.filter(pl.col("response_code").cast(pl.String) == "59").height
    assert refused >= 200 > expected().filter(pl.col("response_code").cast(pl.String) == "59").height


def test_a_log_of_another_world_or_none_is_refused_before_an_engine_starts(decided):
    other = CONFIG.model_copy(update={"seed": 8})
    with pytest.raises(WorldMismatchError, match="seed is 7 in the log and 8"):
        world_table(other, decisions=decided.decisions)
    with pytest.raises(StorageError, match="nowhere"):
        world_table(CONFIG, decisions="nowhere")
