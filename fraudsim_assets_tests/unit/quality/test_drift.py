"""Drift is zero for equal mixes, and tells chance from change."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudsim_assets.quality.drift import WATCHED, drift, drift_results, population_stability
from fraudsim_assets.quality.results import Severity, failures
from fraudsim_assets.streams import Streams
from fraudsim_assets_tests.corruptions.sample_day import transaction_rows
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
