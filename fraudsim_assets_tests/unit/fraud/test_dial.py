"""``fraud.difficulty`` orders what it should: how much fraud looks like the holder's own payments."""

from functools import lru_cache

import numpy as np
import pytest

from fraudsim_assets.fraud.campaigns import SPEND
from fraudsim_assets.fraud.deeds import AS_USUAL
from fraudsim_assets.fraud.scene import STEALTH
from fraudsim_assets_tests.unit.fraud import worlds

SETTINGS = ("easy", "realistic", "hard")


@lru_cache(maxsize=3)
def purchases(difficulty: str) -> dict[str, np.ndarray]:
    """Purchases of stolen numbers under a setting, all else equal."""
    schedule = worlds.make_world(difficulty=difficulty).fraud
    casting = next(c for c in schedule.castings if c.name == "stolen_cnp")
    campaigns = worlds.campaigns_of("stolen_cnp", 2_500, schedule)
    plan = casting.plan(campaigns, schedule.scene)
    steps = plan.steps
    deeds = casting.deeds(campaigns.take(steps.campaign), steps, schedule.scene, worlds.DAY)
    bought = steps.phase == SPEND
    usual = np.bincount(schedule.scene.usual_kinds(remote=True), minlength=deeds.kind.max() + 1) / 1024
    kinds = np.bincount(deeds.kind[bought], minlength=len(usual)) / bought.sum()
    ratio = np.log(deeds.euros[bought] / schedule.society.kinds.median.take(deeds.kind[bought]))
    return {
        "own device": (deeds.device[bought] == AS_USUAL).mean(),
        "usual kinds": np.minimum(kinds, usual[: len(kinds)]).sum(),
        "usual amounts": -np.abs(ratio).mean(),
        "declined": -steps.declined[bought].mean(),
        "undetected": 1 - plan.outcome.detected.mean(),
    }


@pytest.mark.parametrize("what", ["own device", "usual kinds", "usual amounts", "declined", "undetected"])
def test_the_harder_the_more_fraud_looks_usual(what):
    easy, realistic, hard = (purchases(setting)[what] for setting in SETTINGS)
    # about 8,000 purchases, the same campaigns each time: differences far beyond their errors
    assert easy + 0.01 < realistic
    assert realistic + 0.01 < hard


def test_stealth_grows_with_the_setting():
    assert list(STEALTH) == list(SETTINGS)
    assert 0 <= STEALTH["easy"] < STEALTH["realistic"] < STEALTH["hard"] <= 1


def test_a_scenarios_own_mimicry_overrules_the_dial():
    changed = {"scenarios": {"stolen_cnp": {"parameters": {"mimicry": 0.0}}}}
    schedule = worlds.make_world(difficulty="hard", **changed).fraud
    casting = next(c for c in schedule.castings if c.name == "stolen_cnp")
    campaigns = worlds.campaigns_of("stolen_cnp", 300, schedule)
    steps = casting.plan(campaigns, schedule.scene).steps
    deeds = casting.deeds(campaigns.take(steps.campaign), steps, schedule.scene, worlds.DAY)
    assert (deeds.device != AS_USUAL).all()
