"""No ground truth leaves the house."""

import polars as pl

from fraudsim_assets.exports import bank_labels, bank_view
from fraudsim_assets.tables import FraudLabels, Transactions, polars_schema, truth_columns


def test_truth_columns_are_those_described_as_ground_truth():
    assert truth_columns(Transactions) == (
        "is_fraud",
        "fraud_scenario",
        "campaign_id",
        "campaign_step",
        "ring_id",
        "compromise_merchant_id",
    )
    assert truth_columns(FraudLabels) == ("fraud_scenario",)


def test_the_bank_sees_every_other_column_and_row(sample):
    seen = bank_view(sample.rows).collect()
    assert seen.equals(sample.transactions.drop(truth_columns(Transactions)))
    assert bank_labels(sample.labels.lazy()).collect().equals(sample.labels.drop("fraud_scenario"))


def test_columns_that_nobody_declared_stay_inside(sample):
    with_more = sample.rows.with_columns(is_fraud_too=pl.col("is_fraud"), date=pl.col("timestamp").dt.date())
    seen = bank_view(with_more).collect_schema()
    assert set(seen) == set(polars_schema(Transactions)) - set(truth_columns(Transactions)) | {"date"}


def test_a_choice_of_columns_stays_a_choice(sample):
    some = sample.rows.select("is_fraud", "amount", "card_id")
    assert bank_view(some).collect_schema().names() == ["card_id", "amount"]


def test_the_view_reads_no_truth(sample):
    without = sample.rows.drop(truth_columns(Transactions))
    assert bank_view(without).collect().equals(bank_view(sample.rows).collect())
