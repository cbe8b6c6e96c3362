"""What pandas makes of written days and exports by its defaults: ids stay whole, links find their payment."""

import duckdb
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest

from fraudsim_assets.storage import LocalStore, PartKey, StoreOptions, content_digest
from fraudsim_assets.tables import Transactions, arrow_schema, polars_schema

LINKS = ("previous_txn_id", "original_txn_id")


@pytest.fixture
def days(made):
    folder, _ = made
    return folder / "transactions"


def exact(days, column):
    return pl.scan_parquet(days, hive_partitioning=True).select(column).collect().to_series()


@pytest.mark.parametrize("column", LINKS)
def test_links_between_payments_survive_the_defaults_of_pandas(days, column):
    read, wanted = pd.read_parquet(days)[column], exact(days, column)
    assert str(read.dtype) == "Int64"
    assert wanted.max() > 2**53, "ids that floating point would keep prove nothing"
    assert read.dropna().tolist() == wanted.drop_nulls().to_list()


def test_every_whole_number_that_may_be_missing_is_read_as_one(days):
    read = pd.read_parquet(days)
    whole = {name for name, kind in polars_schema(Transactions).items() if kind.is_integer()}
    assert {name: str(read[name].dtype).lower() for name in whole} == {
        name: str(polars_schema(Transactions)[name]).lower() for name in whole
    }


def test_a_link_within_the_day_finds_its_payment_by_a_join_of_pandas(days):
    read = pd.read_parquet(next(days.glob("date=2025-01-15/*.parquet")))
    linked = read[read["previous_txn_id"].isin(read["transaction_id"])]
    joined = linked.merge(read, left_on="previous_txn_id", right_on="transaction_id", suffixes=("", "_before"))
    assert len(joined) == len(linked) > 100
    assert (joined["card_id"] == joined["card_id_before"]).all()
    assert (joined["timestamp_before"] <= joined["timestamp"]).all()


def test_other_readers_and_the_digest_see_no_difference(days):
    store = LocalStore(days.parent, StoreOptions())
    key = PartKey("transactions", "2025-01-15")
    path = store.uri(key)
    assert pq.read_schema(path).equals(arrow_schema(Transactions), check_metadata=False)
    assert pl.read_parquet(path, hive_partitioning=False).schema == polars_schema(Transactions)
    described = duckdb.sql(f"select column_name, column_type from (describe from '{path}')").fetchall()  # noqa: S608
    assert dict(described) | dict.fromkeys(LINKS, "BIGINT") == dict(described)
    assert content_digest(pq.ParquetFile(path).read()) == store.metadata(key).content_digest


@pytest.mark.parametrize("view", ["bank", "training"])
def test_links_survive_in_exports_too(run, days, view):
    done = run("export", view, "out.parquet", "-c", "tiny", "--start", "2025-01-15", "--end", "2025-01-16")
    assert done.code == 0, done.err
    read = pd.read_parquet("out.parquet")["previous_txn_id"]
    assert str(read.dtype) == "Int64"
    assert read.dropna().tolist() == pl.read_parquet("out.parquet")["previous_txn_id"].drop_nulls().to_list()


def test_links_in_csv_survive_with_the_backend_that_the_documentation_names(run, days):
    done = run("export", "bank", "out.csv", "-c", "tiny", "--start", "2025-01-15", "--end", "2025-01-16")
    assert done.code == 0, done.err
    read = pd.read_csv("out.csv", dtype_backend="numpy_nullable")["previous_txn_id"]
    assert sorted(read.dropna().tolist()) == sorted(exact(days, "previous_txn_id").drop_nulls().to_list())
