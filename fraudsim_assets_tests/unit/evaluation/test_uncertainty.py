"""Standard errors against formulas and against weights written out as rows."""

import numpy as np
import pytest

from fraudsim_assets.evaluation.difficulty.scores import Ranking
from fraudsim_assets.evaluation.difficulty.uncertainty import (
    REPLICATES,
    Clusters,
    bootstrap_errors,
    group_errors,
    share_error,
)
from fraudsim_assets.streams import Streams

RELATIVE = 4.5 / np.sqrt(2 * (REPLICATES - 1))
"""A standard deviation of so many replicates is known to within this, relatively."""


def sample(n: int = 3_000) -> tuple[np.ndarray, np.ndarray]:
    draw = Streams(3).draw
    fraud = draw("test.fraud").uniforms(np.arange(n)) < 0.1
    return fraud, draw("test.score").uniforms(np.arange(n)) + 0.4 * fraud


def test_weights_count_rows_as_often_as_they_say():
    fraud, score = sample(400)
    score = np.round(score, 2)
    times = (Streams(4).draw("test.times").uniforms(np.arange(400)) * 4).astype(np.int64)
    repeated = Ranking.of(np.repeat(fraud, times), np.repeat(score, times)).scores()
    weighted = Ranking.of(fraud, score).scores(times.astype(float))
    assert weighted == pytest.approx(repeated)


def test_replicates_weigh_one_on_average_and_whole_clusters_alike():
    clusters = Clusters.of(np.zeros(6_000, dtype=bool), card=np.repeat(np.arange(2_000), 3), campaign=np.zeros(6_000))
    weights = clusters.weights(0)
    assert np.array_equal(weights.reshape(-1, 3).min(axis=1), weights.reshape(-1, 3).max(axis=1))
    assert weights.mean() == pytest.approx(1.0, abs=4.5 / np.sqrt(2_000))
    assert weights.var() == pytest.approx(1.0, abs=0.25)
    assert not np.array_equal(weights, clusters.weights(1))


def test_the_error_of_an_area_is_that_of_the_formula():
    fraud, score = sample()
    alone = Clusters(np.arange(len(fraud)))
    found = bootstrap_errors(fraud, {"a": score}, alone, against="a")["a"]
    # Hanley and McNeil 1982
    area, bad, good = Ranking.of(fraud, score).scores()["roc_auc"], fraud.sum(), (~fraud).sum()
    both, other = area / (2 - area), 2 * area**2 / (1 + area)
    variance = (area * (1 - area) + (bad - 1) * (both - area**2) + (good - 1) * (other - area**2)) / (bad * good)
    assert found["roc_auc"] == pytest.approx(np.sqrt(variance), rel=RELATIVE)
    assert found["gain"] == 0.0


def test_rows_that_come_together_say_less():
    fraud, score = sample(1_000)
    fraud, score = np.repeat(fraud, 4), np.repeat(score, 4)
    together = Clusters(np.repeat(np.arange(1_000), 4))
    apart = Clusters(np.arange(4_000))
    errors = [bootstrap_errors(fraud, {"a": score}, c, against="a")["a"]["recall_at_5pct"] for c in (together, apart)]
    assert errors[0] > 1.3 * errors[1]


def test_the_error_of_a_share_is_binomial_for_single_rows_and_larger_for_clusters():
    hits = Streams(6).draw("test.hit").uniforms(np.arange(500)) < 0.3
    p = hits.mean()
    assert share_error(hits, np.arange(500)) == pytest.approx(np.sqrt(p * (1 - p) / 500))
    assert share_error(np.repeat(hits, 4), np.repeat(np.arange(500), 4)) == pytest.approx(np.sqrt(p * (1 - p) / 500))


def test_the_error_of_a_mean_from_groups_of_cards():
    values = Streams(7).draw("test.value").uniforms(np.arange(20_000))
    found = group_errors(lambda rows: {"mean": float(values[rows].mean())}, np.arange(20_000))
    expected = np.sqrt(1 / 12 / 20_000)
    assert found["mean"] == pytest.approx(expected, rel=4.5 / np.sqrt(2 * 9))
