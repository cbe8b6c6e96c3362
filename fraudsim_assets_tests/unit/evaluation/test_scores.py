"""Scores against definitions written out slowly, and against the learning library's own."""

import numpy as np
import pytest
from sklearn import metrics

from fraudsim_assets.evaluation.difficulty.scores import (
    average_precision,
    card_precision,
    compromised_per_day,
    recall_at,
    roc_auc,
)
from fraudsim_assets.streams import Streams


def ranking(seed: int, n: int = 400, levels: int = 1 << 30) -> tuple[np.ndarray, np.ndarray]:
    """Labels and scores that know something, with ties where there are few levels."""
    draw = Streams(seed).draw
    fraud = draw("test.fraud").uniforms(np.arange(n)) < 0.1
    score = np.floor((draw("test.score").uniforms(np.arange(n)) + 0.6 * fraud) * levels) / levels
    return fraud, score


@pytest.mark.parametrize("levels", [4, 17, 1 << 30])
@pytest.mark.parametrize("seed", range(4))
def test_area_and_average_precision_are_those_of_the_library(seed, levels):
    fraud, score = ranking(seed, levels=levels)
    assert roc_auc(fraud, score) == pytest.approx(metrics.roc_auc_score(fraud, score), abs=1e-12)
    assert average_precision(fraud, score) == pytest.approx(metrics.average_precision_score(fraud, score), abs=1e-12)


def test_area_counts_pairs():
    fraud = np.array([True, False, True, False, False])
    score = np.array([0.9, 0.1, 0.4, 0.4, 0.7])
    # of six pairs, four are in order and one is a tie
    assert roc_auc(fraud, score) == pytest.approx(4.5 / 6)


def test_recall_is_read_off_the_curve_at_a_rate_of_false_alarms():
    fraud = np.array([True] * 10 + [False] * 100)
    score = np.concatenate([np.full(6, 3.0), np.full(4, 1.0), np.full(10, 2.0), np.full(90, 0.0)])
    assert recall_at(fraud, score, 0.0) == pytest.approx(0.6)
    assert recall_at(fraud, score, 0.10) == pytest.approx(1.0)
    assert recall_at(fraud, -score, 0.05) < 0.2


def test_scores_of_a_ranking_without_fraud_are_not_numbers():
    nothing = np.zeros(5, dtype=bool)
    assert np.isnan(roc_auc(nothing, np.arange(5.0)))
    assert np.isnan(average_precision(nothing, np.arange(5.0)))
    assert np.isnan(recall_at(nothing, np.arange(5.0), 0.01))


def test_card_precision_looks_at_each_cards_best_row_and_forgets_cards_found_before():
    card = np.array([1, 1, 2, 3, 1, 2, 4])
    day = np.array([0, 0, 0, 0, 1, 1, 1])
    fraud = np.array([False, True, False, True, True, True, False])
    score = np.array([0.1, 0.9, 0.8, 0.2, 0.9, 0.7, 0.6])
    # day 0: cards 1 (bad) and 2; day 1 without card 1: cards 2 (bad) and 4
    assert card_precision(fraud, score, card=card, day=day, k=2) == pytest.approx((0.5 + 0.5) / 2)
    # card 1 heads day 0 and is found; day 1 is headed by card 2
    assert card_precision(fraud, score, card=card, day=day, k=1) == pytest.approx((1 + 1) / 2)


def test_compromised_cards_are_counted_once_a_day():
    card, day = np.array([1, 1, 2, 1, 5]), np.array([0, 0, 0, 1, 2])
    fraud = np.array([True, True, True, True, False])
    assert compromised_per_day(fraud, card=card, day=day) == pytest.approx(3 / 3)
