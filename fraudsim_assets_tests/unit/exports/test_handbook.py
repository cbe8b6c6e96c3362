"""The Handbook's format, value by value."""

from datetime import UTC, date, datetime

import polars as pl
import pytest

from fraudsim_assets.config import load_config
from fraudsim_assets.exports import handbook, handbook_web
from fraudsim_assets.exports.handbook import OTHER_SCENARIO, SCENARIOS, SCHEMA


@pytest.fixture(scope="module")
def shown(sample):
    return handbook(sample.rows, sample.catalogs, currency="USD").collect()


@pytest.fixture(scope="module")
def paid(sample):
    kept = (
        (pl.col("billing_currency").cast(pl.String) == "USD")
        & pl.col("is_approved")
        & (pl.col("transaction_type").cast(pl.String) != "refund")
    )
    return sample.transactions.filter(kept).sort("timestamp", "transaction_id")


def test_columns_and_types_are_those_of_the_format(shown):
    assert dict(shown.schema) == dict(SCHEMA)


def test_rows_are_the_approved_payments_of_one_currency_in_order_of_time(shown, paid, sample):
    customers, terminals = (
        {entity: number for number, entity in enumerate(sorted(set(sample.tables[f"{name}s"][f"{name}_id"])))}
        for name in ("customer", "merchant")
    )
    start = datetime(2025, 3, 1, tzinfo=UTC)
    both = zip(shown.iter_rows(named=True), paid.iter_rows(named=True), strict=True)
    for number, (made, row) in enumerate(both):
        whole = row["timestamp"].replace(microsecond=0)
        assert made == {
            "TRANSACTION_ID": number,
            "TX_DATETIME": whole.replace(tzinfo=None),
            "CUSTOMER_ID": customers[row["customer_id"]],
            "TERMINAL_ID": terminals[row["merchant_id"]],
            "TX_AMOUNT": float(row["billing_amount"]),
            "TX_TIME_SECONDS": int((whole - start).total_seconds()),
            "TX_TIME_DAYS": (whole - start).days,
            "TX_FRAUD": int(row["is_fraud"]),
            "TX_FRAUD_SCENARIO": SCENARIOS[row["fraud_scenario"]] if row["is_fraud"] else 0,
        }
    assert shown["TX_FRAUD"].sum() > 20


def test_web_orders_are_shown_whatever_the_issuer_answered_and_nothing_else_is(sample):
    orders = handbook_web(sample.rows, sample.catalogs, currency="USD").collect()
    assert dict(orders.schema) == dict(SCHEMA)
    text = {name: pl.col(name).cast(pl.String) for name in ("channel", "transaction_type", "billing_currency")}
    asked = sample.transactions.filter(
        text["channel"] == "ecommerce", text["transaction_type"] != "refund", text["billing_currency"] == "USD"
    ).sort("timestamp", "transaction_id")
    assert orders["TX_AMOUNT"].to_list() == [float(amount) for amount in asked["billing_amount"]]
    assert orders["TX_FRAUD"].to_list() == asked["is_fraud"].cast(pl.Int64).to_list()
    assert orders["TRANSACTION_ID"].to_list() == list(range(asked.height))
    assert 0 < (~asked["is_approved"]).sum() < asked.height


def test_days_count_from_the_day_given(sample):
    shifted = handbook(sample.rows, sample.catalogs, first_day=date(2025, 2, 1)).collect()
    assert set(shifted["TX_TIME_DAYS"]) == {28, 29, 30}
    assert shifted["TX_TIME_SECONDS"].min() >= 28 * 86_400


def test_every_scenario_of_the_default_world_has_its_number(sample):
    assert len(set(SCENARIOS.values())) == len(SCENARIOS)
    assert set(load_config("tiny").fraud.scenarios) <= set(SCENARIOS)


def test_scenarios_of_plugins_share_a_number(sample):
    other = sample.rows.with_columns(fraud_scenario=pl.when("is_fraud").then(pl.lit("of_a_plugin")))
    assert set(handbook(other, sample.catalogs).collect()["TX_FRAUD_SCENARIO"]) == {0, OTHER_SCENARIO}
