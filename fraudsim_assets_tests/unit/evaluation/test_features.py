"""Features against a slow reading of their definition, and against what a bank could know in time."""

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from fraudsim_assets.errors import ContractError
from fraudsim_assets.evaluation.difficulty.features import build_features
from fraudsim_assets.evaluation.difficulty.groups import GROUPS
from fraudsim_assets.evaluation.difficulty.groups.labels import SPANS
from fraudsim_assets.evaluation.difficulty.payments import NEEDED, Payments
from fraudsim_assets.evaluation.difficulty.protocol import WINDOWS
from fraudsim_assets.units import DAY, HOUR
from fraudsim_assets_tests.unit.evaluation import samples


def column(features, name):
    return features.values[:, features.names.index(name)]


def test_habits_of_card_and_merchant_count_and_average_their_payments_up_to_the_row():
    table = samples.payments()
    features = build_features(table, ["reference"])
    for key in ("card", "merchant"):
        rows = table.select(f"{key}_id", "time", "euros").rows()
        for days in WINDOWS:
            mine = [[e for c, t, e in rows if c == which and time - days * DAY < t <= time] for which, time, _ in rows]
            assert list(column(features, f"{key}_count_{days}d")) == [len(m) for m in mine]
            if key == "card":
                means = [sum(m) / len(m) for m in mine]
                assert column(features, f"card_mean_{days}d") == pytest.approx(means, rel=1e-5)


def test_a_report_counts_from_the_moment_the_bank_learned_of_it():
    table = samples.payments()
    features = build_features(table, ["labels"])
    for name, key in (("merchant", "merchant_id"), ("card", "card_id"), ("device", "device_id")):
        rows = table.select(key, "time", "fraud_known").rows()
        reports = [(which, known) for which, _, known in rows if known is not None]
        for days in SPANS:
            expected = [
                sum(which == other and time - days * DAY <= known < time for other, known in reports)
                if which is not None
                else np.nan
                for which, time, _ in rows
            ]
            found = column(features, f"{name}_reports_{days}d")
            assert np.array_equal(found, np.array(expected, dtype=np.float32), equal_nan=True)
            assert np.nanmax(expected) > 0


@pytest.mark.parametrize("name", [name for name in GROUPS if name != "labels"])
def test_without_the_group_of_labels_no_label_matters_at_all(name):
    table = samples.payments()
    blind = table.with_columns(is_fraud=False, fraud_known=pl.lit(None, dtype=pl.Int64))
    seen, unseen = (build_features(frame, [name]).values for frame in (table, blind))
    assert np.array_equal(seen, unseen, equal_nan=True)


@pytest.mark.parametrize("name", list(GROUPS))
def test_nothing_that_comes_later_changes_a_feature(name):
    table = samples.payments()
    n = table.height // 2
    moment = table["time"][n]
    early = table.head(n).with_columns(pl.when(pl.col("fraud_known") < moment).then("fraud_known").alias("fraud_known"))
    whole, half = GROUPS[name](table).head(n), GROUPS[name](early)
    assert_frame_equal(whole, half, rel_tol=1e-3, abs_tol=1e-3)  # sums over windows are differences of long sums


@pytest.mark.parametrize("name", list(GROUPS))
def test_the_answer_to_a_row_is_no_feature_of_it(name):
    """Each card's last row answered otherwise: nothing before it may change, nor the row itself."""
    table = samples.payments()
    last = pl.int_range(pl.len()) == pl.len() - 1
    other = table.with_columns(
        is_approved=pl.col("is_approved") ^ last,
        response_code=pl.when(last).then(pl.lit("05")).otherwise("response_code").cast(pl.Categorical),
    )
    assert GROUPS[name](table).equals(GROUPS[name](other))


def test_first_times_declines_and_pauses_are_those_of_a_slow_reading():
    table = samples.payments()
    features = build_features(table, ["sequence"])
    seen, refused, last = set(), [], {}
    news, declines, pauses = [], [], []
    for card, merchant, time, approved in table.select("card_id", "merchant_id", "time", "is_approved").rows():
        news.append((card, merchant) not in seen)
        seen.add((card, merchant))
        declines.append(sum(c == card and time - 7 * DAY < t for c, t in refused))
        if not approved:
            refused.append((card, time))
        pauses.append((time - last[card]) / HOUR if card in last else np.nan)
        last[card] = time
    assert list(column(features, "new_merchant_of_card")) == news
    assert list(column(features, "card_declines_7d")) == declines
    assert column(features, "hours_since_card") == pytest.approx(pauses, rel=1e-5, nan_ok=True)


def test_customers_of_a_device_are_counted_as_of_the_row():
    table = samples.payments()
    features = build_features(table, ["graph"])
    met: dict[int, set[int]] = {}
    expected = []
    for device, customer in table.select("device_id", "customer_id").rows():
        if device is None:
            expected.append(np.nan)
            continue
        met.setdefault(device, set()).add(customer)
        expected.append(len(met[device]))
    assert np.array_equal(column(features, "device_customers"), np.array(expected, np.float32), equal_nan=True)
    assert np.nanmax(expected) > 1


def test_codes_are_expanded_into_one_column_each():
    table = samples.payments()
    features = build_features(table, ["reference"])
    rows = np.array([3, 1, 200])
    expanded = features.expanded(rows)
    assert set(features.levels) == {"mcc", "channel", "hour", "weekday"}
    assert expanded.shape == (3, len(features.names) - len(features.levels) + sum(features.levels.values()))
    only = features.columns(("mcc",)).expanded(rows)
    kinds = sorted(table["mcc"].cast(pl.String).unique())
    assert only.tolist() == [[float(table["mcc"][int(row)] == kind) for kind in kinds] for row in rows]


def test_groups_add_up_and_each_column_is_in_one():
    features = build_features(samples.payments())
    assert set(features.groups.values()) == set(GROUPS)
    assert len(set(features.names)) == len(features.names) == features.values.shape[1]
    part = features.within(["request", "graph"])
    assert set(part.groups.values()) == {"request", "graph"}
    assert np.array_equal(column(part, "device_customers"), column(features, "device_customers"), equal_nan=True)


def test_collected_payments_say_what_the_transactions_say():
    table = samples.collected()
    frame = pl.concat(samples.days(), how="vertical_relaxed").sort("timestamp", "transaction_id")
    assert table["transaction_id"].to_list() == frame["transaction_id"].to_list()
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
