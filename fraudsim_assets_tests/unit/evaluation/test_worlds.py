"""Several worlds judged together, with seeds that follow from the configuration."""

from dataclasses import replace

import pytest

from fraudsim_assets.config import load_config
from fraudsim_assets.evaluation.difficulty.bands import QUANTITIES, targets
from fraudsim_assets.evaluation.difficulty.measurement import Difficulty
from fraudsim_assets.evaluation.difficulty.worlds import FAR, Judgement, drawn_seeds

AIMS = {target.quantity: target.any for target in targets() if target.any is not None}
QUIET = dict.fromkeys(QUANTITIES, 0.5) | {name: aim.value for name, aim in AIMS.items()}
EMPTY = Difficulty(
    rows={"train": 10},
    scores=QUIET,
    detectors={"linear": {"roc_auc": 0.8}},
    groups={},
    scenarios={},
    columns={"mcc": 0.7},
    depths={2: 0.1},
    mix={},
    errors={},
)
AIM = AIMS["recall_at_1pct"]
WIDTH = AIM.high - AIM.low


def judged(*values):
    worlds = {seed: replace(EMPTY, scores={**QUIET, "recall_at_1pct": v}) for seed, v in enumerate(values)}
    return Judgement.of(worlds)


def is_met(*values):
    (verdict,) = (v for v in judged(*values).verdicts if v.target.quantity == "recall_at_1pct")
    return verdict.is_met


def test_one_of_five_worlds_may_be_out_a_little():
    middle, out = AIM.value, AIM.high + 0.4 * FAR * WIDTH
    assert is_met(middle, middle, middle, middle, middle)
    assert is_met(out, middle, middle, middle, middle)
    assert not is_met(out, out, middle, middle, middle)
    assert not is_met(out)


def test_no_world_may_be_far_out_and_the_mean_may_not_be_out():
    far = AIM.high + 1.1 * FAR * WIDTH
    assert not is_met(far, AIM.low, AIM.low, AIM.low, AIM.low)
    edge, out = AIM.high, AIM.high + 0.4 * FAR * WIDTH
    assert not is_met(out, edge, edge, edge, edge)


def test_a_score_that_is_not_a_number_is_not_met():
    assert not is_met(float("nan"), *[AIM.value] * 4)


def test_means_are_over_worlds_and_errors_are_those_of_the_mean():
    both = judged(0.4, 0.6).mean
    assert both.scores["recall_at_1pct"] == pytest.approx(0.5)
    assert both.errors["recall_at_1pct"] == pytest.approx(0.1)  # sd 0.1414 over the root of two
    assert both.rows == {"train": 10}
    assert both.detectors["linear"]["roc_auc"] == pytest.approx(0.8)


def test_seeds_follow_from_every_setting_but_the_seed_and_the_first_ones_stay():
    config = load_config("tiny", env={})
    seeds = drawn_seeds(config, 5)
    assert len(set(seeds)) == 5
    assert drawn_seeds(config, 3) == seeds[:3]
    assert drawn_seeds(config.model_copy(update={"seed": 99}), 5) == seeds
    other = load_config("tiny", overrides=["fraud.scenarios.stolen_cnp.share=0.5"], env={})
    assert not set(drawn_seeds(other, 5)) & set(seeds)
    assert all(0 <= seed < 2**31 for seed in seeds)
