"""A world in DuckDB, Dask and Ray: the same rows on any number of partitions, and no more made than is asked for."""

import polars as pl
import pyarrow as pa
import pytest

from fraudsim_assets_tests.engines.world import PARTITIONS, TABLE, canonical, digest, expected


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
