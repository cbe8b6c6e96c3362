"""Inverse transforms: against closed forms and slow readings of their definitions."""

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudsim_assets.maths.sampling import (
    bounded_zipf,
    bounded_zipf_masses,
    choice_table,
    geometric_extra,
    great_circle_km,
    inverse_table,
    lognormal_mean_one,
    midpoints,
    normal_quantiles,
    pareto_ranks,
    poisson_counts,
)
from fraudsim_assets.streams import Streams

uniforms = st.floats(1e-12, 1 - 1e-12)
several_uniforms = st.lists(uniforms, min_size=1, max_size=40).map(lambda us: np.sort(np.array(us)))
N = 200_000


def drawn(name: str, seed: int = 1) -> np.ndarray:
    return Streams(seed).draw(name).uniforms(np.arange(N))


def slow_poisson(u: float, mean: float) -> int:
    """Smallest k with P(N <= k) >= u, by the definition."""
    k, term = 0, math.exp(-mean)
    total = term
    while total < u and (term > 1e-18 or k < mean):
        k += 1
        term *= mean / k
        total += term
    return k


def test_normal_quantiles_are_the_textbooks():
    table = normal_quantiles(8)
    expected = [NormalDist().inv_cdf(float(u)) for u in midpoints(256)]
    assert np.allclose(table, expected, atol=1e-6)
    assert np.array_equal(table, -table[::-1])


@pytest.mark.parametrize("sigma", [0.0, 0.3, 0.9, 1.5])
def test_lognormal_factors_have_mean_one_and_grow(sigma):
    levels = np.arange(65_536, dtype=np.uint16)
    factors = lognormal_mean_one(levels, sigma)
    assert factors.astype(np.float64).mean() == pytest.approx(1.0, abs=1e-6)
    assert np.all(np.diff(factors) >= 0)
    assert np.log(factors.astype(np.float64)).std() == pytest.approx(sigma, abs=2e-3)


@given(several_uniforms, st.floats(0.0, 400.0))
def test_poisson_counts_agree_with_the_definition(us, mean):
    fast = poisson_counts(us, np.full(len(us), mean))
    assert [int(k) for k in fast] == [slow_poisson(float(u), mean) for u in us]


@given(uniforms, st.floats(0.0, 200.0))
def test_poisson_counts_are_zero_exactly_where_the_uniform_says_so(u, mean):
    count = poisson_counts(np.array([u]), np.array([mean]))[0]
    assert (count == 0) == (u <= math.exp(-mean))


@pytest.mark.parametrize("mean", [0.05, 1.3, 12.0, 300.0])
def test_poisson_counts_have_the_mean_and_variance_of_the_law(mean):
    counts = poisson_counts(drawn("poisson"), np.full(N, mean))
    assert counts.mean() == pytest.approx(mean, abs=5 * math.sqrt(mean / N))
    spread = math.sqrt((mean + 2 * mean**2) / N)
    assert counts.var() == pytest.approx(mean, abs=5 * spread)


@given(several_uniforms, st.floats(0.01, 5.0), st.integers(0, 9))
def test_geometric_counts_fall_with_the_uniform_and_stay_below_the_cut(us, mean, most):
    counts = geometric_extra(us, mean, most)
    assert np.all(np.diff(counts) <= 0)
    assert counts.min() >= 0
    assert counts.max() <= most


def test_geometric_counts_have_the_declared_mean():
    mean = 0.55
    counts = geometric_extra(drawn("geometric"), mean, 10_000)
    assert counts.mean() == pytest.approx(mean, abs=5 * math.sqrt(mean * (1 + mean) / N))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("exponent", [1.1, 1.2, 1.5, 2.5])
def test_ranks_have_the_zipf_tail_whatever_the_seed(exponent, seed):
    ranks = pareto_ranks(drawn("ranks", seed), exponent)
    for k in (2, 5, 20, 100):
        expected = k ** -(exponent - 1)
        assert (ranks >= k).mean() == pytest.approx(expected, abs=5 * math.sqrt(expected / N))


@given(several_uniforms, st.floats(1.02, 4.0))
def test_ranks_fall_with_the_uniform_and_start_at_one(us, exponent):
    ranks = pareto_ranks(us, exponent)
    assert np.all(np.diff(ranks) <= 0)
    assert ranks.min() >= 1


@given(several_uniforms, st.integers(1, 5000), st.floats(0.2, 3.0))
def test_bounded_zipf_grows_with_the_uniform_and_stays_inside(us, n, exponent):
    positions = bounded_zipf(us, np.full(len(us), n), exponent)
    assert np.all(np.diff(positions) >= 0)
    assert positions.min() >= 0
    assert positions.max() < n


@pytest.mark.parametrize("exponent", [0.5, 1.0, 1.06, 2.0])
def test_bounded_zipf_has_the_masses_it_declares(exponent):
    n = 40
    counts = np.bincount(bounded_zipf(drawn("bounded"), np.full(N, n), exponent), minlength=n)
    masses = bounded_zipf_masses(n, exponent)
    chi_square = float(((counts - N * masses) ** 2 / (N * masses)).sum())
    assert masses.sum() == pytest.approx(1.0)
    assert np.all(np.diff(masses) < 0)
    assert chi_square < (n - 1) + 5 * math.sqrt(2 * (n - 1))


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=60).filter(lambda w: sum(w) > 0), st.integers(1, 4096))
def test_a_choice_table_gives_each_code_its_share_of_cells(weights, size):
    table = choice_table(weights, size)
    assert len(table) == size
    cells = np.bincount(table, minlength=len(weights))
    shares = np.array(weights) / sum(weights) * size
    assert np.all(np.abs(cells - shares) < 1 + 1e-6)
    assert not cells[np.array(weights) == 0].any()
    assert np.all(np.diff(table.astype(np.int64)) >= 0)


@pytest.mark.parametrize("weights", [[0.0, 0.0], [1.0, -0.1], []])
def test_a_choice_table_refuses_weights_that_choose_nothing(weights):
    with pytest.raises(ValueError, match="weights must be non-negative with a positive sum"):
        choice_table(weights, 16)


@given(st.lists(st.floats(0, 10), min_size=2, max_size=40))
def test_inverse_tables_are_monotone_from_zero_to_one_and_invert_the_density(density):
    table = inverse_table(np.array([density]), 64)[0]
    assert np.all(np.diff(table) >= 0)
    assert table[0] >= 0
    assert table[-1] <= 1 + 1e-12
    if sum(density) == 0:
        assert np.allclose(table, np.linspace(0, 1, 65))
        return
    cumulative = np.concatenate([[0], np.cumsum(density)]) / sum(density)
    back = np.interp(table, np.linspace(0, 1, len(density) + 1), cumulative)
    assert np.allclose(back, np.linspace(0, 1, 65), atol=1e-9)


def test_great_circle_distances_are_those_of_an_atlas():
    # Paris to London 344 km, Berlin to Madrid 1870 km, around the date line
    assert great_circle_km(48.8566, 2.3522, 51.5074, -0.1278) == pytest.approx(343.6, abs=1.0)
    assert great_circle_km(52.52, 13.405, 40.4168, -3.7038) == pytest.approx(1869, abs=5)
    assert great_circle_km(0.0, 179.5, 0.0, -179.5) == pytest.approx(111.2, abs=0.2)


@given(*[st.floats(-89, 89), st.floats(-180, 180)] * 2)
def test_distances_are_symmetric_and_at_most_half_around_the_earth(lat1, lon1, lat2, lon2):
    there, back = great_circle_km(lat1, lon1, lat2, lon2), great_circle_km(lat2, lon2, lat1, lon1)
    assert there == pytest.approx(back, abs=1e-6)
    assert 0 <= there <= 20_016
