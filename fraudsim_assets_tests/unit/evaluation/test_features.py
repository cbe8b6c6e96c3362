"""Features against a slow reading of their definition, and against what a bank could know in time."""

import numpy as np
import polars as pl
import pytest

from fraudsim_assets.errors import ContractError
from fraudsim_assets.evaluation.difficulty.features import CATEGORICAL, RISK, build_features
from fraudsim_assets.evaluation.difficulty.payments import NEEDED, Payments
from fraudsim_assets.evaluation.difficulty.protocol import WINDOWS, Protocol
from fraudsim_assets.units import DAY
from fraudsim_assets_tests.unit.evaluation import samples

PROTOCOL = Protocol(history=10, train=15, gap=5, test=10)


def column(features, name):
    return features.values[:, features.names.index(name)]


def test_habits_of_the_card_count_and_average_its_payments_up_to_the_row():
    table = samples.payments()
    features = build_features(table, PROTOCOL)
    rows = table.select("card_id", "time", "euros").rows()
    for days in WINDOWS:
        mine = [[e for c, t, e in rows if c == card and time - days * DAY < t <= time] for card, time, _ in rows]
        assert list(column(features, f"card_count_{days}d")) == [len(m) for m in mine]
        assert column(features, f"card_mean_{days}d") == pytest.approx([sum(m) / len(m) for m in mine], rel=1e-5)


def test_a_merchants_risk_is_known_after_the_gap_only():
    table = samples.payments()
    features = build_features(table, PROTOCOL)
    rows = table.select("merchant_id", "time", "is_fraud").rows()
    for days, name in zip(WINDOWS, RISK, strict=True):
        expected = []
        for merchant, time, _ in rows:
            until = time - PROTOCOL.gap * DAY
            known = [f for m, t, f in rows if m == merchant and until - days * DAY < t <= until]
            expected.append(sum(known) / len(known) if known else 0.0)
        assert column(features, name) == pytest.approx(expected)
        assert max(expected) > 0
        counts = [
            sum(m == merchant and time - days * DAY < t <= time for m, t, _ in rows) for merchant, time, _ in rows
        ]
        assert list(column(features, f"merchant_count_{days}d")) == counts


def test_labels_of_the_last_days_change_no_feature():
    table = samples.payments()
    last = pl.col("time") > table["time"].max() - PROTOCOL.gap * DAY
    forgotten = table.with_columns(is_fraud=pl.when(last).then(statement=False).otherwise("is_fraud"))
    assert forgotten["is_fraud"].sum() < table["is_fraud"].sum()
    assert np.array_equal(build_features(table, PROTOCOL).values, build_features(forgotten, PROTOCOL).values)


def test_without_risk_no_label_matters_at_all():
    table = samples.payments()
    blind = build_features(table.with_columns(is_fraud=pl.lit(value=False)), PROTOCOL)
    features = build_features(table, PROTOCOL)
    assert np.array_equal(features.without_risk().values, blind.without_risk().values)
    assert not np.array_equal(features.values, blind.values)
    assert set(features.names) - set(features.without_risk().names) == set(RISK)


def test_codes_are_expanded_into_one_column_each():
    table = samples.payments()
    features = build_features(table, PROTOCOL)
    rows = np.array([3, 1, 200])
    expanded = features.expanded(rows)
    assert expanded.shape == (3, len(features.names) - len(CATEGORICAL) + sum(features.levels.values()))
    only = features.columns(("mcc",)).expanded(rows)
    kinds = sorted(table["mcc"].unique())
    assert only.tolist() == [[float(table["mcc"][int(row)] == kind) for kind in kinds] for row in rows]


def test_collected_payments_say_what_the_transactions_say():
    table = samples.collected()
    frame = pl.concat(samples.days(), how="vertical_relaxed")
    assert table.height == frame.height
    assert table["time"].to_list() == frame["timestamp"].dt.epoch("us").to_list()
    assert table["hour"].to_list() == frame["local_time"].dt.hour().to_list()
    assert table["day"].unique().sort().to_list() == list(range(24))
    euro = (frame["billing_currency"].cast(pl.String) == "EUR").to_numpy()
    assert euro.all()
    assert table["euros"].to_numpy() == pytest.approx(frame["billing_amount"].cast(pl.Float64).to_numpy(), rel=1e-6)
    customers = pl.DataFrame(pl.from_arrow(samples.world().catalogs.customers))
    home = customers.group_by("customer_id").agg(pl.col("country").cast(pl.String).unique())
    moved = home.filter(pl.col("country").list.len() > 1)["customer_id"].implode()
    settled = frame.with_columns(foreign=table["foreign"]).join(home, on="customer_id")
    settled = settled.filter(~pl.col("customer_id").is_in(moved))
    abroad = settled["merchant_country"].cast(pl.String) != settled["country"].list.first()
    assert settled["foreign"].to_list() == abroad.to_list()
    assert 0 < settled["foreign"].sum() < settled.height


@pytest.mark.parametrize("name", ["is_fraud", "merchant_country", "local_time"])
def test_a_missing_column_is_named(name):
    assert name in NEEDED
    with pytest.raises(ContractError, match=name):
        samples.table_of([samples.days()[0].drop(name)])


def test_no_days_are_an_error():
    with pytest.raises(ContractError, match="no days"):
        Payments(samples.world()).table()
