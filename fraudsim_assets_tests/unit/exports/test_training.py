"""A training set knows what was known, and nothing else."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from fraudsim_assets.errors import ConfigError
from fraudsim_assets.exports import bank_view, training_set
from fraudsim_assets.exports.training import LABEL_COLUMNS, PRECEDENCE
from fraudsim_assets.tables import LABEL_TYPES, FraudLabels, Transactions, polars_schema, truth_columns

D = date(2025, 3, 2)


def labels(*rows):
    """Labels by hand: (transaction_id, label_date, label_type, labelled_fraud, reason)."""
    names = ("transaction_id", "label_date", "label_type", "labelled_fraud", "chargeback_reason")
    columns = {name: [row[i] for row in rows] for i, name in enumerate(names)}
    return (
        pl.DataFrame(columns, schema={name: polars_schema(FraudLabels)[name] for name in names})
        .with_columns(
            card_id=pl.lit(1, dtype=pl.Int64),
            transaction_date=pl.col("label_date"),
            known_at=pl.col("label_date").cast(pl.Datetime("us")).dt.replace_time_zone("UTC"),
            delay_days=pl.lit(0, dtype=pl.Int32),
            fraud_scenario=pl.lit("skimming").cast(pl.Categorical),
        )
        .select(polars_schema(FraudLabels).names())
        .lazy()
    )


def known(frame):
    shown = frame.filter("known_fraud").select("transaction_id", *LABEL_COLUMNS[1:3]).collect()
    return [(i, d, str(t)) for i, d, t in shown.iter_rows()]


@pytest.fixture
def ids(sample, days):
    return sample.transactions.filter(pl.col("timestamp").dt.date() == days[0])["transaction_id"].to_list()


def test_a_label_counts_from_its_day_on(sample, ids):
    told = labels((ids[3], D, "reported", True, None), (ids[5], D + timedelta(days=1), "reported", True, None))
    assert known(training_set(sample.rows, told, D - timedelta(days=1))) == []
    assert known(training_set(sample.rows, told, D)) == [(ids[3], D, "reported")]
    assert len(known(training_set(sample.rows, told, D + timedelta(days=1)))) == 2


def test_the_latest_of_several_labels_counts(sample, ids):
    told = labels(
        (ids[3], date(2025, 3, 1), "bank_detected", True, None),
        (ids[3], D, "friendly_fraud", False, None),
        (ids[3], D + timedelta(days=9), "chargeback", True, "10.4"),
    )
    assert known(training_set(sample.rows, told, D - timedelta(days=1))) == [
        (ids[3], date(2025, 3, 1), "bank_detected")
    ]
    assert known(training_set(sample.rows, told, D)) == []
    assert training_set(sample.rows, told, D).filter(pl.col("transaction_id") == ids[3]).select(
        "known_fraud", "label_date", "label_type"
    ).collect().row(0) == (False, D, "friendly_fraud")
    assert known(training_set(sample.rows, told, D + timedelta(days=9)))[0][2] == "chargeback"


def test_labels_of_one_day_count_by_precedence_in_any_order_of_rows(sample, ids):
    rows = [(ids[3], D, kind, kind not in {"friendly_fraud", "review"}, None) for kind in PRECEDENCE]
    for some in (rows[:2], rows[1::-1], rows[:3], rows[2::-1]):
        last = max(some, key=lambda row: PRECEDENCE.index(row[2]))
        assert known(training_set(sample.rows, labels(*some), D)) == [(ids[3], D, last[2])]
    assert known(training_set(sample.rows, labels(*rows), D)) == []


def test_precedence_ranks_every_label_type():
    assert set(PRECEDENCE) == set(LABEL_TYPES)


def test_the_reason_is_that_of_the_label_in_force(sample, ids):
    told = labels((ids[3], D, "chargeback", True, "10.4"), (ids[3], D, "reported", True, None))
    row = training_set(sample.rows, told, D).filter("known_fraud").select("chargeback_reason").collect()
    assert row.item() == "10.4"


def test_rows_are_the_banks_up_to_the_day_in_their_order(sample, days):
    made = training_set(sample.rows, sample.labels.lazy(), D).collect()
    before = bank_view(sample.rows).filter(pl.col("timestamp") < datetime(2025, 3, 3, tzinfo=UTC)).collect()
    assert made.drop(LABEL_COLUMNS).equals(before)
    assert made.columns[-4:] == list(LABEL_COLUMNS)
    assert made["known_fraud"].null_count() == 0


def test_the_gap_leaves_out_the_last_days(sample, days):
    made = training_set(sample.rows, sample.labels.lazy(), D, gap_days=1).collect()
    assert set(made["timestamp"].dt.date()) == {days[0]}
    assert training_set(sample.rows, sample.labels.lazy(), D, gap_days=2).collect().is_empty()


def test_a_negative_gap_is_refused(sample):
    with pytest.raises(ConfigError, match="gap_days is -1"):
        training_set(sample.rows, sample.labels.lazy(), D, gap_days=-1)


def test_no_column_of_truth_is_read(sample):
    blind = training_set(
        sample.rows.drop(truth_columns(Transactions)), sample.labels.lazy().drop("fraud_scenario"), date(2025, 3, 20)
    )
    told = training_set(sample.rows, sample.labels.lazy(), date(2025, 3, 20))
    assert blind.collect().equals(told.collect())
    assert not set(truth_columns(Transactions)) & set(told.collect_schema())


def test_what_becomes_known_later_changes_nothing(sample):
    early = sample.labels.filter(pl.col("label_date") <= D)
    assert early.height < sample.labels.height
    made = (training_set(sample.rows, some.lazy(), D).collect() for some in (early, sample.labels))
    assert next(made).equals(next(made))


def test_fraud_becomes_known_bit_by_bit_and_mistakes_of_the_bank_are_few_and_mostly_withdrawn(sample):
    counts, wrong = [], []
    for wait in (0, 5, 37):
        made = training_set(sample.rows, sample.labels.lazy(), D + timedelta(days=wait)).collect()
        made = made.filter(pl.col("timestamp") < datetime(2025, 3, 3, tzinfo=UTC))
        truth = made.join(sample.transactions.select("transaction_id", "is_fraud"), on="transaction_id")
        wrong.append(truth.filter(pl.col("known_fraud") & ~pl.col("is_fraud")).height)
        found = truth.filter(pl.col("known_fraud") & pl.col("is_fraud")).height
        counts.append((found, truth["is_fraud"].sum()))
    assert 0 < counts[0][0] < counts[-1][0] < counts[-1][1]
    assert [found for found, _ in counts] == sorted(found for found, _ in counts)
    few = counts[0][0] / 3
    assert wrong[0] < few + 2 * few**0.5
    assert wrong[-1] < min(wrong[0], counts[-1][0] / 10)


def test_a_partition_column_prunes_and_stays(sample):
    dated = sample.rows.with_columns(date=pl.col("timestamp").dt.date())
    made = training_set(dated, sample.labels.lazy(), D).collect()
    assert made.drop("date").equals(training_set(sample.rows, sample.labels.lazy(), D).collect())
