"""Estimators: against closed forms and samples of known laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudsim_assets.maths.estimation import (
    burstiness,
    distance_from_uniform,
    gini,
    hill_exponent,
    histogram_moments,
    histogram_quantiles,
    jackknife_error,
    kolmogorov_p,
    log_slope,
)
from fraudsim_assets.streams import Streams

N = 100_000
amounts = st.lists(st.floats(0.01, 1e4), min_size=2, max_size=60).map(np.array)


def drawn(name: str, n: int = N) -> np.ndarray:
    return Streams(3).draw(name).uniforms(np.arange(n))


def test_equal_shares_have_no_inequality_and_one_owner_has_almost_all():
    assert gini(np.ones(50)) == pytest.approx(0.0, abs=1e-12)
    assert gini(np.append(np.zeros(99), 1.0)) == pytest.approx(0.99)


@given(amounts, st.floats(0.1, 100))
def test_inequality_does_not_depend_on_the_unit_and_is_between_0_and_1(values, unit):
    assert 0 <= gini(values) < 1
    assert gini(values * unit) == pytest.approx(gini(values), abs=1e-9)


@given(amounts)
def test_inequality_is_the_mean_difference_over_twice_the_mean(values):
    difference = np.abs(values[:, None] - values[None, :]).mean()
    assert gini(values) == pytest.approx(difference / (2 * values.mean()), abs=1e-9)


def test_inequality_of_nothing_is_refused():
    with pytest.raises(ValueError, match="positive"):
        gini(np.zeros(3))


def test_a_clock_is_not_bursty_and_a_poisson_process_is_zero():
    clock = burstiness(np.array([10]), np.array([10.0]), np.array([10.0]))
    assert clock[0] == pytest.approx(-1.0)
    gaps = -np.log(drawn("gaps"))
    poisson = burstiness(np.array([N]), np.array([gaps.sum()]), np.array([(gaps**2).sum()]))
    assert poisson[0] == pytest.approx(0.0, abs=4 / np.sqrt(N))


def test_quantiles_of_a_histogram_are_straight_within_bins():
    counts, edges = np.array([1.0, 0.0, 3.0]), np.array([0.0, 1.0, 2.0, 3.0])
    assert np.allclose(histogram_quantiles(counts, edges, np.array([0.125, 0.625])), [0.5, 2.5])


@given(st.lists(st.floats(0, 100), min_size=3, max_size=30).map(np.array), st.lists(st.floats(0.01, 0.99), min_size=2))
def test_quantiles_of_a_histogram_do_not_fall(counts, shares):
    if counts.sum() > 0:
        quantiles = histogram_quantiles(counts, np.arange(len(counts) + 1.0), np.sort(shares))
        assert np.all(np.diff(quantiles) >= 0)


@pytest.mark.parametrize("estimate", [histogram_moments, lambda c, x: histogram_quantiles(c, np.append(x, 9), x)])
def test_an_empty_histogram_says_nothing(estimate):
    with pytest.raises(ValueError, match="empty"):
        estimate(np.zeros(3), np.array([0.1, 0.2, 0.3]))


@pytest.mark.parametrize("exponent", [1.1, 2.5, 4.0])
def test_hills_estimator_finds_the_exponent_of_a_pareto_tail(exponent):
    logs = -np.log(drawn("tail")) / exponent
    edges = np.linspace(0, 12, 2401)
    counts, _ = np.histogram(logs, edges)
    centres = (edges[1:] + edges[:-1]) / 2
    n = 0.1 * N
    assert hill_exponent(counts, centres, 0.1) == pytest.approx(exponent, rel=4 / np.sqrt(n) + 0.02)


@given(st.floats(-3, 3), st.floats(0.1, 10))
def test_the_slope_of_a_power_law_is_its_exponent(exponent, factor):
    x = np.arange(1.0, 20.0)
    assert log_slope(x, factor * x**exponent) == pytest.approx(exponent, abs=1e-9)


def test_uniforms_are_near_the_uniform_law_and_their_squares_are_not():
    u = drawn("uniforms")
    assert kolmogorov_p(distance_from_uniform(u), N) > 0.001
    assert kolmogorov_p(distance_from_uniform(u**1.05), N) < 1e-6


def test_kolmogorovs_law_has_its_textbook_quantiles():
    n = 10_000
    for distance, probability in ((1.3581, 0.05), (1.6276, 0.01)):
        assert kolmogorov_p(distance / np.sqrt(n), n) == pytest.approx(probability, rel=0.05)


def test_the_jackknife_finds_the_error_of_a_mean():
    groups = drawn("groups", 20_000).reshape(20, -1)
    means = groups.mean(axis=1)
    left_out = (means.sum() - means) / 19
    assert jackknife_error(left_out) == pytest.approx(means.std(ddof=1) / np.sqrt(20))
