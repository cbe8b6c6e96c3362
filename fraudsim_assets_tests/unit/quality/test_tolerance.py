"""Tolerances from the number of rows, without special cases for few."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudsim_assets.quality.tolerance import allowed_surprise, surprise, tolerance_band, within_chance


def exact_tail(k: int, n: int, p: float) -> float:
    """Chance of an outcome at least as far out as k, on k's side of the mean."""
    side = range(k, n + 1) if k >= n * p else range(k + 1)
    return sum(math.comb(n, i) * p**i * (1 - p) ** (n - i) for i in side)


@given(st.integers(1, 60), st.data(), st.floats(0.001, 0.999))
def test_the_bound_is_never_below_the_exact_tail(n, data, p):
    k = data.draw(st.integers(0, n))
    assert exact_tail(k, n, p) <= math.exp(-surprise(k, n, p)) * (1 + 1e-9)


@pytest.mark.parametrize("z", [2.0, 3.0, 4.5])
def test_for_many_trials_the_tolerance_approaches_z_standard_errors(z):
    n, p = 10_000_000, 0.02
    low, high = tolerance_band(n, p, z=z)
    error = math.sqrt(p * (1 - p) / n)
    assert (high - p) / error == pytest.approx(math.sqrt(2 * allowed_surprise(z)), rel=0.01)
    assert (p - low) / error == pytest.approx(math.sqrt(2 * allowed_surprise(z)), rel=0.01)
    # the bound costs at most about a fifth more than the normal tail
    assert z * 0.9 < (high - p) / error < z * 1.25


def test_no_trials_never_fail():
    assert within_chance(0, 0, 0.5, z=4.5)


@pytest.mark.parametrize("p", [1e-4, 0.003, 0.5])
def test_a_single_row_is_judged_only_by_what_is_impossible(p):
    assert within_chance(0, 1, p, z=4.5)
    assert within_chance(1, 1, p, z=4.5)


def test_what_must_never_happen_fails_at_the_first_time():
    assert not within_chance(1, 1_000_000, 0.0, z=4.5)
    assert within_chance(0, 1_000_000, 0.0, z=4.5)


def test_what_must_always_happen_fails_at_the_first_miss():
    assert not within_chance(999_999, 1_000_000, 1.0, z=4.5)
    assert within_chance(1_000_000, 1_000_000, 1.0, z=4.5)


def test_clustering_widens_the_tolerance_by_the_root_of_the_design_effect():
    plain = tolerance_band(1_000_000, 0.01, z=4.5)
    wide = tolerance_band(1_000_000, 0.01, z=4.5, design_effect=4.0)
    assert (wide[1] - 0.01) / (plain[1] - 0.01) == pytest.approx(2.0, rel=0.03)


@given(st.integers(1, 10_000), st.floats(0.0, 1.0), st.floats(1.0, 6.0))
def test_the_band_is_where_the_test_holds(n, p, z):
    low, high = tolerance_band(n, p, z=z)
    assert 0.0 <= low <= p <= high <= 1.0
    assert within_chance(low * n, n, p, z=z)
    assert within_chance(high * n, n, p, z=z)


def test_an_extreme_width_does_not_overflow():
    assert allowed_surprise(60.0) == pytest.approx(1800.0)
