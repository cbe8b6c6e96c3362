"""The harness as a whole on a small world, and on worlds where the answer is known."""

import json
from functools import lru_cache

import numpy as np
import polars as pl
import pytest

from fraudsim_assets.difficulty import BANDS, Difficulty, Protocol, measure
from fraudsim_assets.difficulty.__main__ import main
from fraudsim_assets.difficulty.bands import Band
from fraudsim_assets.difficulty.report import as_json, as_text
from fraudsim_assets.errors import ContractError
from fraudsim_assets.streams import Streams
from fraudsim_assets_tests.unit.difficulty import samples

PROTOCOL = Protocol(history=6, train=9, gap=3, test=6)


@lru_cache(maxsize=1)
def measured() -> Difficulty:
    return measure(samples.days(), samples.customers(), protocol=PROTOCOL)


def relabelled(fraud: pl.Expr) -> Difficulty:
    """What would be measured if other rows were the fraud."""
    days = [day.with_columns(is_fraud=fraud) for day in samples.days()]
    return measure(days, samples.customers(), protocol=PROTOCOL)


def test_a_small_world_has_every_score():
    result = measured()
    assert {band.score for band in BANDS} <= set(result.scores)
    assert result.rows["train_fraud"] > 300
    assert result.rows["test_fraud"] > 200
    assert set(result.detectors) >= {"boosted_trees", "boosted_trees_without_risk", "linear", "depth_2_tree"}
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
    again = measure(samples.days(), samples.customers(), protocol=PROTOCOL)
    assert as_json(again) == as_json(measured())


def test_too_little_fraud_is_an_error():
    with pytest.raises(ContractError, match="0 frauds in the training days are too few"):
        relabelled(pl.lit(value=False))


def test_the_report_says_the_same_in_text_and_in_json():
    text, content = as_text(measured()), json.loads(as_json(measured()))
    for band in content["bands"]:
        line = next(row for row in text.splitlines() if band["meaning"] in row)
        assert f"{band['value']:.3f}" in line
        assert line.endswith("yes" if band["accepted"] else "NO")
        assert band["accepted"] == (band["low"] <= band["value"] <= band["high"])
    for name in content["scenarios"]:
        assert name in text
    assert content["detectors"]["linear"]["roc_auc"] == pytest.approx(
        measured().detectors["linear"]["roc_auc"], abs=1e-5
    )


def test_bands_include_their_ends_and_nothing_unknown():
    band = Band("X", "score", "a score", 0.2, 0.4, "nowhere")
    assert [band.accepts(value) for value in (0.19, 0.2, 0.4, 0.41, float("nan"))] == [False, True, True, False, False]


def test_bands_cover_the_targets_of_difficulty():
    assert {f"K{n:02d}" for n in range(1, 11)} <= {band.target for band in BANDS}


def test_the_command_measures_a_world_and_says_whether_it_fits(tmp_path, capsys):
    file = tmp_path / "difficulty.json"
    command = [
        "--config",
        "tiny",
        "--days",
        "18",
        "--start",
        "2025-03-01",
        "--json",
        str(file),
        "-s",
        "fraud.rate=0.05",
    ]
    code = main(command)
    content = json.loads(file.read_text())
    assert code == (0 if all(band["accepted"] for band in content["bands"]) else 1)
    assert "ROC-AUC of boosted trees" in capsys.readouterr().out
    assert content["rows"]["all"] > 14_000


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--days", "5"], "5 days are too few"),
        (["-s", "fraud.rate=0.9"], "fraud.rate"),
        (["-s", "fraud.rate=0", "--days", "18"], "0 frauds"),
    ],
)
def test_the_command_explains_what_is_wrong(arguments, message, capsys):
    assert main(["--config", "tiny", *arguments]) == 2
    assert message in capsys.readouterr().err
