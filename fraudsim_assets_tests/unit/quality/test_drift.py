"""Drift is zero for equal mixes, and tells chance from change."""

import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudsim_assets.quality.drift import (
    AMOUNTS,
    RATES,
    WATCHED,
    day_drift,
    described,
    drift,
    drift_results,
    population_stability,
)
from fraudsim_assets.quality.results import Severity, failures
from fraudsim_assets.streams import Streams
from fraudsim_assets_tests.corruptions.sample_day import DAY, transaction_rows
from fraudsim_assets_tests.unit.quality.test_profile import profile_of

HISTOGRAMS = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 10_000), max_size=6)


@given(HISTOGRAMS, HISTOGRAMS)
def test_the_index_is_symmetric_and_never_negative(before, now):
    there, back = population_stability(before, now), population_stability(now, before)
    assert there.index >= 0.0
    assert there.index == pytest.approx(back.index)


@given(HISTOGRAMS)
def test_a_mix_compared_with_itself_has_not_moved(histogram):
    assert population_stability(histogram, histogram).index == 0.0


def test_the_index_is_that_of_its_formula():
    found = population_stability({"a": 700_000, "b": 300_000}, {"a": 600_000, "b": 400_000})
    assert found.index == pytest.approx(0.1 * math.log(7 / 6) + 0.1 * math.log(4 / 3), rel=1e-4)
    assert found.bucket == "b"


def test_samples_of_one_mix_stay_within_chance():
    shares = np.array([0.5, 0.3, 0.15, 0.05])
    for day in range(50):
        samples = []
        for side in (0, 1):
            u = Streams(side).draw("test.drift", day).uniforms(np.arange(5_000))
            counts = np.bincount(np.searchsorted(shares.cumsum()[:-1], u), minlength=4)
            samples.append(dict(zip("abcd", counts.tolist(), strict=True)))
        found = population_stability(*samples)
        assert found.index <= found.chance


def test_a_histogram_without_rows_or_choice_is_not_judged():
    assert population_stability({}, {"a": 5, "b": 6}).chance == math.inf
    assert population_stability({"a": 5}, {"a": 50}).index == 0.0


def test_equal_days_do_not_drift():
    profile = profile_of(transaction_rows())
    assert failures(drift_results(profile, profile)) == []
    assert list(drift(profile, profile)) == list(WATCHED)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("response_code", "05"),
        ("merchant_country", "FR"),
        ("mcc", "7995"),
        ("channel", "ecommerce"),
        ("entry_mode", "chip"),
        ("three_ds", "failed"),
        ("transaction_type", "refund"),
        ("currency", "USD"),
    ],
)
def test_a_mix_that_moves_is_named_and_no_other(column, value):
    rows = transaction_rows()
    for row in rows:
        row[column] = value
    results = drift_results(profile_of(transaction_rows()), profile_of(rows))
    assert failures(results) == [f"{column}_mix_is_stable"]
    assert all(result.severity is Severity.WARN for result in results)


def test_moved_hours_and_amounts_are_named():
    rows = transaction_rows()
    for row in rows:
        row["local_time"] = row["local_time"].replace(hour=3)
        row["billing_amount"] *= 50
    results = drift_results(profile_of(transaction_rows()), profile_of(rows))
    assert failures(results) == ["hour_local_mix_is_stable", "billing_amount_mix_is_stable"]


def test_every_watched_mix_is_in_a_profile():
    assert set(WATCHED) <= set(profile_of(transaction_rows()).histograms)


def day(rows=None, *, times=1):
    """What the stored profile of some rows tells, of as many times the rows."""
    found = described(pl.DataFrame(profile_of((transaction_rows() if rows is None else rows) * times).table(DAY)))
    assert list(found) == [DAY]
    return found[DAY]


def test_a_stored_profile_tells_what_the_profile_told():
    profile, told = profile_of(transaction_rows()), day()
    assert told.metrics == pytest.approx(profile.metrics())
    assert told.histograms == profile.histograms


def test_a_day_like_those_before_it_has_not_drifted():
    results = day_drift([day(times=7)] * 5, day())
    assert failures(results) == []
    assert [result.name for result in results] == [
        *(f"{name}_mix_is_stable" for name in WATCHED),
        *(f"{name}_share_is_stable" for name in RATES),
        *(f"amount_{name}_is_stable" for name in AMOUNTS),
    ]
    assert {result.metrics["days_before"] for result in results} == {5}


@pytest.mark.parametrize("before", [[], [day([])]], ids=["no day", "a day without rows"])
def test_without_rows_to_compare_with_nothing_is_judged(before):
    results = day_drift(before, day())
    assert failures(results) == []
    assert {result.metrics["days_before"] for result in results} == {0}
    assert failures(day_drift([day()], day([]))) == []


@pytest.mark.parametrize(
    ("column", "value", "drifted"),
    [
        ("is_approved", False, "approved"),
        ("is_fraud", True, "fraud"),
        ("entry_mode", None, "null_entry_mode"),
        ("device_id", None, "null_device_id"),
        ("ip_address", None, "null_ip_address"),
        ("latitude", None, "null_latitude"),
    ],
)
def test_a_rate_that_moves_is_named_and_no_other(column, value, drifted):
    rows = [row | {column: value} for row in transaction_rows()]
    results = day_drift([day(times=10)] * 3, day(rows, times=10))
    failed = {name for name in failures(results) if name.endswith("_share_is_stable")}
    assert failed == {f"{drifted}_share_is_stable"}


def test_few_days_before_leave_more_room_than_many():
    room = {}
    for days in (1, 3, 1000):
        (rate,) = [r.metrics for r in day_drift([day()] * days, day(), z=0.0) if r.name == "approved_share_is_stable"]
        assert rate["usual"] == pytest.approx(rate["rate"])
        room[days] = (rate["highest"] - rate["usual"]) / (1 - rate["usual"])
    assert room == pytest.approx({n: 0.25 * math.sqrt(1 + 1 / n) for n in room})


def test_amounts_that_double_are_named_at_every_quantile_and_small_changes_are_not():
    def dearer(factor):
        return [row | {"billing_amount": row["billing_amount"] * factor} for row in transaction_rows()]

    results = {factor: day_drift([day(times=10)] * 3, day(dearer(factor), times=10)) for factor in (1, 2)}
    amounts = [f"amount_{name}_is_stable" for name in AMOUNTS]
    assert [name for name in failures(results[2]) if name in amounts] == amounts
    assert not set(failures(results[1])) & set(amounts)
    (median,) = [r.metrics["change"] for r in results[2] if r.name == "amount_p50_is_stable"]
    assert median == pytest.approx(math.log(2), abs=0.07)  # bins of a sketch are 3 % wide
