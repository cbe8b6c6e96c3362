"""Who learns from what: labels as known on the split day, and ranks within each split."""

import numpy as np
import polars as pl
import pytest

from fraudsim_assets.evaluation.difficulty.exam import Exam
from fraudsim_assets.evaluation.difficulty.features import build_features
from fraudsim_assets.evaluation.difficulty.protocol import Protocol
from fraudsim_assets.simulation import simulate_labels
from fraudsim_assets.units import DAY
from fraudsim_assets_tests.unit.evaluation import samples

PROTOCOL = Protocol(history=6, train=9, gap=3, test=6, folds=2)


def test_a_split_knows_what_had_become_known_by_its_first_test_day_and_no_more():
    table = samples.collected()
    exam = Exam.of(table, PROTOCOL)
    starts = [18, 21]
    first_day = table["time"][0] // DAY
    for fold, start in zip(exam.folds, starts, strict=True):
        moment = (first_day + start) * DAY
        known = table["fraud_known"].fill_null(2**62).to_numpy() < moment
        assert np.array_equal(fold.known & ~known, np.zeros(len(known), dtype=bool))
        days = table["day"].to_numpy()
        assert set(days[fold.test]) == set(range(start, start + 3))
        assert set(days[fold.train]) == set(range(start - 12, start - 3))
        missed = exam.fraud[fold.train] & ~fold.known[fold.train]
        assert missed.any()  # some fraud had not been noticed
    assert exam.folds[1].known.sum() > exam.folds[0].known.sum()


def test_moments_at_which_fraud_became_known_are_those_of_the_labels():
    table = samples.collected()
    labels = pl.concat([pl.DataFrame(simulate_labels(samples.world(), day).read()) for day in samples.dates()])
    first = labels.filter("labelled_fraud").group_by("transaction_id").agg(pl.col("known_at").min())
    rows = table.select("transaction_id", "fraud_known").drop_nulls().join(first, on="transaction_id")
    assert rows.height == table["fraud_known"].count() > 100
    assert rows["fraud_known"].to_list() == rows["known_at"].dt.epoch("us").to_list()


def test_a_row_that_was_cleared_is_genuine_to_learn_from():
    table = samples.payments(days=24)
    late = table.with_columns(fraud_known=pl.col("time") + 1, cleared=pl.col("time") + 2, is_fraud=True)
    with pytest.raises(Exception, match="0 frauds known in the training days"):
        Exam.of(late, PROTOCOL)
    held = Exam.of(late.with_columns(cleared=pl.lit(None, dtype=pl.Int64)), PROTOCOL)
    assert all(fold.known[fold.train].all() for fold in held.folds)


def test_scores_are_ranks_within_each_split_with_ties_in_the_middle():
    table = samples.relabelled(samples.collected(), pl.col("euros") > 60)
    exam = Exam.of(table, PROTOCOL)
    features = build_features(table, ["reference"])
    made = [
        np.round(table["euros"].to_numpy()[fold.test] * scale) for fold, scale in zip(exam.folds, (1, 9), strict=True)
    ]
    given = iter(made)
    ranks = exam.scores(lambda *_: next(given), features)
    at = 0
    for score in made:
        part = ranks[at : at + len(score)]
        below, same = (score[:, None] > score).sum(1), (score[:, None] == score).sum(1)
        assert part == pytest.approx((below + (same + 1) / 2) / len(score))
        at += len(score)
