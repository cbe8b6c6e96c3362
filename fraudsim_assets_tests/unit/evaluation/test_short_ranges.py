"""Whatever the range, the scorecard judges what it can and says why it cannot judge the rest."""

import json
import math
import warnings

import numpy as np
import pytest

from fraudsim_assets.catalog import build_catalogs
from fraudsim_assets.config import load_config
from fraudsim_assets.evaluation.days import collect
from fraudsim_assets.evaluation.realism.evidence import Evidence
from fraudsim_assets.evaluation.realism.pictures import draw
from fraudsim_assets.evaluation.realism.scorecard import evaluate
from fraudsim_assets.evaluation.realism.writing import write_report
from fraudsim_assets.evaluation.targets import NotMeasurableError
from fraudsim_assets.simulation import World
from fraudsim_assets_tests.unit.evaluation.conftest import days


@pytest.fixture(autouse=True)
def every_doubtful_number_is_an_error():
    with warnings.catch_warnings(), np.errstate(all="raise", under="ignore"):
        warnings.simplefilter("error")
        yield


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_a_few_days_are_judged_without_a_fault(tiny_world, count):
    evidence = collect(Evidence.empty(tiny_world), days(count))
    card = evaluate(evidence)
    assert card.n_days == count
    assert card.measured > 30
    assert draw(evidence.view())
    for verdict in card.verdicts:
        if verdict.status == "not measurable":
            assert verdict.reason
        else:
            assert math.isfinite(verdict.measured)
            assert math.isfinite(verdict.error)


def test_targets_on_the_week_need_a_week(tiny_world, week):
    reasons = {v.target.id: v.reason for v in evaluate(collect(Evidence.empty(tiny_world), days(3))).verdicts}
    assert reasons["E05.saturday"] == "the range is shorter than a week"
    assert "week" not in {v.target.id: v.reason for v in evaluate(week).verdicts}["E05.saturday"]


def test_pay_days_need_quieter_days_to_compare_with(tiny_world):
    # the 28th pays one group of people and is within three days of every pay day of the others
    verdict = evaluate(collect(Evidence.empty(tiny_world), days(1))).of("E13")
    assert verdict.status == "not measurable"
    assert "pay day" in verdict.reason


def test_a_world_without_fraud_has_no_fraud_targets_to_measure():
    config = load_config("tiny", overrides={"fraud.rate": 0.0}, env={})
    world = World(config, build_catalogs(config))
    card = evaluate(collect(Evidence.empty(world), days(2)))
    assert card.of("B01").status == "not measurable"
    assert card.of("C06").status != "not measurable"


def test_days_without_a_row_are_not_measurable_and_make_a_report(tiny_world, tmp_path):
    evidence = collect(Evidence.empty(tiny_world), days(8), sources={day: [] for day in days(8)})
    card = evaluate(evidence)
    unmeasured = {v.target.id for v in card.verdicts if v.status == "not measurable"}
    # what holds of the catalogs alone needs no payments
    assert {v.target.id for v in card.verdicts} - unmeasured <= {"C05", "G08.city"}
    assert card.n_rows == 0
    write_report(evidence, card, tmp_path)
    assert json.loads((tmp_path / "scorecard.json").read_text())["rows"] == 0


def test_nothing_collected_is_an_error_that_says_so(tiny_world):
    with pytest.raises(NotMeasurableError, match="no day"):
        evaluate(Evidence.empty(tiny_world))
