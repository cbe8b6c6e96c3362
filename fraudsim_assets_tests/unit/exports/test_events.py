"""Events of accounts in the shapes of payments: as the bank sees them, for a model, and joined by the same ids."""

from datetime import date

import polars as pl
import pytest

from fraudsim_assets import build_world, load
from fraudsim_assets.errors import CatalogMismatchError, ConfigError
from fraudsim_assets.exports import events_table, export
from fraudsim_assets.exports.events import IDS, NONE, OPTIONAL_IDS, SCHEMA
from fraudsim_assets.simulation import scan_events, simulate_events
from fraudsim_assets.tables import AccountEvents, columns, truth_columns
from fraudsim_assets_tests.unit.exports.conftest import made

FIRST, LAST = date(2025, 3, 1), date(2025, 3, 2)


@pytest.fixture(scope="module")
def table(sample):
    return events_table(sample.events.lazy(), sample.catalogs).collect()


@pytest.fixture(scope="module")
def world():
    return build_world("tiny")


@pytest.mark.parametrize("fmt", ["parquet", "csv"])
def test_the_bank_sees_every_event_and_column_but_ground_truth(sample, tmp_path, fmt):
    target = tmp_path / f"events.{fmt}"
    export("account_events", transactions=sample.events.lazy(), catalogs={}, target=target, fmt=fmt)
    found = pl.read_parquet(target) if fmt == "parquet" else pl.read_csv(target, infer_schema_length=None)
    assert found.columns == [name for name in columns(AccountEvents) if name not in truth_columns(AccountEvents)]
    for name in ("event_id", "customer_id", "account_id", "device_id"):
        assert found[name].equals(sample.events[name]), name


def test_a_model_gets_numbers_and_categories_with_the_customer_of_the_day(sample, table):
    assert table.columns == list(SCHEMA)
    assert all(kind == SCHEMA[name] and (kind.is_numeric() or kind == pl.Enum) for name, kind in table.schema.items())
    assert not sum(table.select(pl.exclude("country")).null_count().row(0))
    for name in IDS:
        assert table[name].equals(sample.events[name]), name
    for name in OPTIONAL_IDS:
        assert table[name].equals(sample.events[name].cast(pl.Int64).fill_null(NONE)), name
    assert table["country"].cast(pl.String).equals(sample.events["country"].cast(pl.String))
    assert table["is_fraud"].cast(pl.Boolean).equals(sample.events["is_fraud"])
    spans = sample.tables["customers"].select(
        "customer_id", "version", "valid_from", "valid_to", home=pl.col("country").cast(pl.String)
    )
    held = table.with_columns(day=sample.events["timestamp"].dt.date()).join(
        spans, left_on=["customer_id", "customer_version"], right_on=["customer_id", "version"], maintain_order="left"
    )
    assert held.height == table.height
    assert (held["valid_from"] <= held["day"]).all()
    assert (held["day"] < held["valid_to"].fill_null(date(9999, 1, 1))).all()
    assert held["home"].equals(held["home_country"].cast(pl.String), check_names=False)


def test_days_that_were_never_written_are_those_that_are_made_one_by_one(world):
    both = pl.concat([made(simulate_events(world, day)) for day in (FIRST, LAST)])
    rows = scan_events(world, FIRST, LAST)
    assert rows.collect().equals(both)
    assert rows.filter(pl.col("channel") == "phone").select("event_id").collect()["event_id"].to_list() == (
        both.filter(pl.col("channel") == "phone")["event_id"].to_list()
    )
    assert rows.head(7).collect().equals(both.head(7))
    with pytest.raises(ConfigError, match="end 2025-03-01 is before start 2025-03-02"):
        scan_events(world, LAST, FIRST)


@pytest.mark.parametrize("frame", ["pandas", "polars"])
def test_a_notebook_loads_them_as_it_loads_payments(world, frame):
    got = load(world, FIRST, LAST, table="account_events", frame=frame)
    assert list(got.columns) == list(SCHEMA)
    assert list(got["event_id"]) == scan_events(world, FIRST, LAST).collect()["event_id"].to_list()
    with pytest.raises(ConfigError, match="known_on and keep_genuine are of payments"):
        load(world, FIRST, LAST, table="account_events", known_on=LAST)
    with pytest.raises(ConfigError, match="table is 'cards'; valid are transactions and account_events"):
        load(world, FIRST, LAST, table="cards")


def test_payments_are_not_taken_for_events_and_strangers_not_for_customers(sample, tmp_path):
    with pytest.raises(ConfigError, match="give rows of the table account_events"):
        export("account_events", transactions=sample.rows, catalogs={}, target=tmp_path / "e.csv", fmt="csv")
    few = sample.catalogs | {"customers": sample.catalogs["customers"].filter(pl.col("customer_id") < 0)}
    given = {"transactions": sample.events.lazy(), "catalogs": few, "target": tmp_path / "e.csv", "fmt": "csv"}
    with pytest.raises(CatalogMismatchError, match="the view 'model_events' cannot be made"):
        export("model_events", **given)
    assert list(tmp_path.iterdir()) == []
