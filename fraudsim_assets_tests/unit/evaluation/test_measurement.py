"""The harness as a whole on a small world, and on worlds where the answer is known."""

import json
from functools import lru_cache

import numpy as np
import polars as pl
import pytest

from fraudsim_assets.cli.output import plain
from fraudsim_assets.errors import ContractError
from fraudsim_assets.evaluation.difficulty.bands import QUANTITIES, UNJUDGED, targets
from fraudsim_assets.evaluation.difficulty.groups import GROUPS
from fraudsim_assets.evaluation.difficulty.measurement import Difficulty, measure
from fraudsim_assets.evaluation.difficulty.protocol import Protocol
from fraudsim_assets.evaluation.difficulty.worlds import Judgement
from fraudsim_assets.evaluation.difficulty.writing import as_dict, as_markdown, documents
from fraudsim_assets.streams import Streams
from fraudsim_assets_tests.unit.evaluation import samples

PROTOCOL = Protocol(history=6, train=9, gap=3, test=6)


@lru_cache(maxsize=1)
def measured() -> Difficulty:
    return measure(samples.collected(), protocol=PROTOCOL)


def alone(result: Difficulty) -> Judgement:
    return Judgement.of({1: result})


def relabelled(fraud: pl.Expr) -> Difficulty:
    """What would be measured if other rows were the fraud."""
    return measure(samples.relabelled(samples.collected(), fraud), protocol=PROTOCOL)


def test_a_small_world_has_every_score():
    result = measured()
    assert set(result.scores) == set(QUANTITIES)
    assert result.rows["train_fraud"] > 300
    assert result.rows["test_fraud"] > 200
    assert set(result.detectors) == {"boosted_trees", "linear", "sequences", "depth_2_tree"}
    assert len(result.groups) == len(GROUPS)
    assert list(result.groups)[-1] == " + ".join(GROUPS)
    assert list(result.groups.values())[-1] == result.detectors["boosted_trees"]
    frauds = sum(scores["frauds"] for scores in result.scenarios.values())
    assert frauds == result.rows["test_fraud"]
    assert "stolen_cnp" in result.scenarios
    assert list(result.columns.values()) == sorted(result.columns.values(), reverse=True)


def test_fraud_of_a_small_world_is_neither_plain_nor_hidden():
    result = measured()
    # an area over n frauds in clusters of about four has a standard error below 0.5 / sqrt(n / 4)
    error = 0.5 / np.sqrt(result.rows["test_fraud"] / 4)
    assert 0.90 - 4 * error < result.scores["roc_auc"] < 0.97 + 4 * error
    assert result.scores["best_column_roc_auc"] < 0.75 + 4 * error
    assert result.detectors["boosted_trees"]["roc_auc"] > result.detectors["depth_2_tree"]["roc_auc"]


def test_labels_that_follow_the_amount_are_found_at_once():
    found = relabelled(pl.col("billing_amount").cast(pl.Float64) > 150)
    assert found.scores["roc_auc"] > 0.99
    assert found.scores["best_column_roc_auc"] > 0.99
    assert found.scores["amount_overlap"] < 0.2


def test_labels_by_chance_are_not_found():
    u = Streams(1).draw("test.label")
    marks = pl.col("transaction_id").map_batches(
        lambda ids: pl.Series(u.uniforms(ids.to_numpy()) < 0.02), return_dtype=pl.Boolean
    )
    found = relabelled(marks)
    error = 0.5 / np.sqrt(found.rows["test_fraud"])
    assert abs(found.scores["roc_auc"] - 0.5) < 4 * error
    assert found.scores["best_column_roc_auc"] < 0.5 + 4 * error


def test_the_measuring_repeats_itself():
    again = measure(samples.collected(), protocol=PROTOCOL)
    assert json.dumps(as_dict(alone(again)), default=plain) == json.dumps(as_dict(alone(measured())), default=plain)


def test_too_little_fraud_is_an_error():
    with pytest.raises(ContractError, match="0 frauds known in the training days are too few"):
        relabelled(pl.lit(value=False))


def test_the_report_says_the_same_in_tables_in_json_and_on_the_page():
    text, written = as_markdown(alone(measured())), documents(alone(measured()), "some days")
    content, page = json.loads(written["difficulty.json"]), written["difficulty.html"]
    for band in content["bands"]:
        line = next(row for row in text.splitlines() if f"| {band['meaning']} |" in row)
        assert f"| {band['measured']:.3f} |" in line
        assert line.endswith("| yes |" if band["inside"] else "| NO |")
        assert band["inside"] == (band["low"] <= band["measured"] <= band["high"])
        assert f"<td>{band['meaning']}" in page
    for name in content["scenarios"]:
        assert f"| {name} |" in text
        assert f"<td>{name}</td>" in page
    assert content["detectors"]["linear"]["roc_auc"] == measured().detectors["linear"]["roc_auc"]
    assert "http-equiv" not in page
    assert "<script" not in page


def test_bands_cover_the_targets_of_difficulty():
    assert {f"K{n:02d}" for n in range(1, 11)} <= {target.number for target in targets()}
    assert {target.quantity for target in targets()} | set(UNJUDGED) == set(QUANTITIES)
