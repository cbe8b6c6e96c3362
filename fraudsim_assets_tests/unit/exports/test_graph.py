"""A graph holds the payments and their ends, in Neo4j's words and as arrays."""

import re

import numpy as np
import polars as pl
import pytest

from fraudsim_assets.errors import CatalogMismatchError, ConfigError, StorageError
from fraudsim_assets.exports import export_graph, load_graph, training_set
from fraudsim_assets.exports.graph import EDGES, NODES, TRUTH
from fraudsim_assets_tests.unit.exports.conftest import DAYS

HEADER = re.compile(
    r"^(\w*):(ID|START_ID|END_ID)\((\w+)\)$|^(\w+):(string|long|int|double|float|boolean|date|datetime)$"
)
"""Headers that ``neo4j-admin database import`` reads."""


def written(sample, folder, fmt, **changes):
    given = {"transactions": sample.rows, "catalogs": sample.catalogs, "labels": sample.labels.lazy(), "end": DAYS[-1]}
    given["events"] = sample.events.lazy()
    return export_graph(folder=folder, fmt=fmt, **(given | changes))


@pytest.fixture(scope="module")
def folder(sample, tmp_path_factory):
    made = tmp_path_factory.mktemp("graph") / "graph"
    report = written(sample, made, "parquet")
    assert sorted(path.name for path in report.files) == sorted(f"{name}.parquet" for name in (*NODES, *EDGES))
    assert report.rows_read == report.rows_written == sample.transactions.height
    return made


def test_payments_are_the_transactions_with_labels_as_known(sample, folder):
    shown = pl.read_parquet(folder / "payments.parquet")
    known = training_set(sample.rows, sample.labels.lazy(), DAYS[-1]).collect()
    assert shown["known_fraud"].to_list() == known["known_fraud"].to_list()
    for name in (*TRUTH, "transaction_id", "card_id", "merchant_id", "device_id", "timestamp"):
        told = sample.transactions[name]
        assert shown[name].to_list() == told.cast(shown[name].dtype).to_list()


def test_every_edge_joins_nodes_that_are_there_once(folder):
    nodes = {name: pl.read_parquet(folder / f"{name}.parquet")[of.key] for name, of in NODES.items()}
    assert all(ids.n_unique() == len(ids) > 0 for ids in nodes.values())
    for name, edges in EDGES.items():
        rows = pl.read_parquet(folder / f"{name}.parquet")
        for end in (edges.source, edges.target):
            assert rows[NODES[end].key].is_in(nodes[end].implode()).all(), (name, end)


def test_no_node_is_of_the_future_and_facts_are_those_of_the_last_day(sample, folder):
    cards, people = sample.tables["cards"], sample.tables["customers"]
    shown = pl.read_parquet(folder / "cards.parquet")
    assert shown["card_id"].to_list() == sorted(set(cards.filter(pl.col("valid_from") <= DAYS[-1])["card_id"]))
    assert shown.height < cards["card_id"].n_unique()
    assert not {"valid_to", "replaces_card_id", "activity"} & set(shown.columns)
    latest = people.filter(pl.col("valid_from") <= DAYS[-1]).sort("valid_from").unique("customer_id", keep="last")
    told = pl.read_parquet(folder / "people.parquet")
    assert told["city"].to_list() == latest.sort("customer_id")["city"].cast(pl.String).to_list()


def test_a_pair_of_card_and_device_counts_its_payments(sample, folder):
    wanted = sample.transactions.drop_nulls("device_id").group_by("card_id", "device_id").agg(pl.len().cast(pl.Int64))
    shown = pl.read_parquet(folder / "ordered_on.parquet")
    assert shown.select("card_id", "device_id", "payments").rows() == wanted.sort("card_id", "device_id").rows()
    assert (shown["first_at"] <= shown["last_at"]).all()


@pytest.mark.parametrize(
    ("name", "key"),
    [("met_on", "device_id"), ("met_from", "ip_address"), ("moved_to", "address_id"), ("reached_on", "phone_id")],
)
def test_a_customer_and_what_the_bank_was_met_with_count_their_events(sample, folder, name, key):
    failed = (pl.col("outcome") == "failed").sum().cast(pl.Int64)
    by = ("customer_id", pl.col(key).cast(pl.Int64))
    wanted = sample.events.drop_nulls(key).group_by(by).agg(pl.len().cast(pl.Int64), failed=failed)
    shown = pl.read_parquet(folder / f"{name}.parquet")
    assert shown.select("customer_id", key, "events", "failed").rows() == wanted.sort("customer_id", key).rows()
    assert shown["events"].sum() > 0
    assert name in {"moved_to", "reached_on"} or 0 < shown["failed"].sum() < shown["events"].sum()


def test_customers_whose_post_goes_to_one_address_are_joined_by_its_dwelling(sample, tmp_path):
    drop = 41
    moved = sample.events.group_by("customer_id", maintain_order=True).first().head(5).select(sample.events.columns)
    moved = moved.with_columns(address_id=pl.Series([drop, drop, drop, None, 7], dtype=pl.Int64))
    written(sample, tmp_path / "graph", "parquet", events=moved.lazy())
    graph = load_graph(tmp_path / "graph")
    dwellings, edges = graph.nodes["dwellings"], graph.edges["people", "moved_to", "dwellings"]
    assert dwellings.ids.tolist() == [7, drop]
    joined = edges.index[0, edges.index[1] == dwellings.ids.tolist().index(drop)]
    assert graph.nodes["people"].ids[joined].tolist() == sorted(moved["customer_id"].to_list()[:3])


def test_csv_has_the_headers_and_values_that_neo4j_reads(sample, tmp_path, folder):
    written(sample, tmp_path / "graph", "csv")
    labels = {of.label for of in NODES.values()}
    for name in (*NODES, *EDGES):
        rows = pl.read_csv(tmp_path / "graph" / f"{name}.csv", infer_schema=False)
        heads = [HEADER.match(head) for head in rows.columns]
        assert all(heads), rows.columns
        assert {head[3] for head in heads if head and head[3]} <= labels
        kinds = [head[2] for head in heads if head and head[2]]
        assert kinds == (["ID"] if name in NODES else ["START_ID", "END_ID"])
        assert rows.height == pl.read_parquet(folder / f"{name}.parquet").height
    payments = pl.read_csv(tmp_path / "graph" / "payments.csv", infer_schema=False)
    assert payments["timestamp:datetime"].str.contains(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$").all()
    assert set(payments["is_fraud:boolean"]) == {"true", "false"}
    amounts = payments["billing_amount:double"].cast(pl.Float64)
    assert amounts.to_list() == sample.transactions["billing_amount"].cast(pl.Float64).to_list()


def test_arrays_number_nodes_by_row_and_lead_back_to_ids(folder):
    graph = load_graph(folder)
    for (source, _, target), edges in graph.edges.items():
        assert edges.index.dtype == np.int64
        assert edges.index.shape == (2, edges.rows.height)
        for end, numbers in zip((source, target), edges.index, strict=True):
            assert graph.nodes[end].ids[numbers].tolist() == edges.rows[NODES[end].key].to_list()
    for arrays in (*graph.nodes.values(), *graph.edges.values()):
        assert arrays.x.dtype == np.float32
        assert arrays.x.flags.c_contiguous
        assert arrays.x.shape[1] == len(arrays.columns)
        assert np.isfinite(arrays.x).all()
    payments = graph.payments
    assert not {*TRUTH, "known_fraud", "transaction_id"} & set(payments.columns)
    channels = payments.x[:, payments.columns.index("channel")].astype(int)
    assert [payments.words["channel"][number] for number in channels] == payments.rows["channel"].to_list()


def test_a_folder_that_holds_something_is_left_alone_and_a_failure_leaves_nothing(sample, tmp_path):
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "mine.txt").write_text("mine")
    with pytest.raises(StorageError, match="holds something already"):
        written(sample, kept, "csv")
    assert [path.name for path in kept.iterdir()] == ["mine.txt"]
    few = sample.catalogs | {"merchants": sample.catalogs["merchants"].head(3)}
    with pytest.raises(CatalogMismatchError, match="values of merchant_id that the catalogs do not list"):
        written(sample, tmp_path / "new", "csv", catalogs=few)
    stranger = sample.events.head(1).with_columns(customer_id=pl.lit(10**9, pl.Int64)).lazy()
    with pytest.raises(
        CatalogMismatchError, match="1 values of customer_id that the catalogs do not list, such as 1000000000"
    ):
        written(sample, tmp_path / "new", "csv", events=stranger)
    with pytest.raises(ConfigError, match="a graph is written as csv or parquet"):
        written(sample, tmp_path / "new", "pickle")
    with pytest.raises(StorageError, match=r"people\.parquet is not there"):
        load_graph(tmp_path / "new")
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
