"""``fraud.difficulty`` orders what it should: how much fraud looks like the holder's own payments."""

from functools import lru_cache

import numpy as np
import pytest

from fraudsim_assets.config.fraud import Fraud, ScenarioSettings
from fraudsim_assets.config.model import Config
from fraudsim_assets.config.scenarios import packaged
from fraudsim_assets.fraud.campaigns import LURE, SPEND
from fraudsim_assets.fraud.cast import cast_scenarios
from fraudsim_assets.fraud.deeds import AS_USUAL
from fraudsim_assets.fraud.scenario import Casting
from fraudsim_assets.reference_data import packaged as reference_tables
from fraudsim_assets_tests.unit.fraud import worlds

SETTINGS = ("easy", "realistic", "hard")


def cast_at(difficulty: str, scenarios: dict[str, ScenarioSettings] | None = None) -> dict[str, Casting]:
    """The scenarios in their own ways at a setting, by name."""
    settings = Fraud(difficulty=difficulty, scenarios=scenarios or {})  # pyright: ignore[reportArgumentType]
    return {casting.name: casting for casting in reversed(cast_scenarios(Config(fraud=settings)))}


CAST = cast_at("realistic")


@lru_cache(maxsize=9)
def purchases(difficulty: str, name: str = "stolen_cnp") -> dict[str, np.ndarray]:
    """Purchases of a kind of fraud under a setting, all else equal."""
    schedule = worlds.make_world(difficulty=difficulty).fraud
    casting = next(c for c in schedule.castings if c.name == name)
    campaigns = worlds.campaigns_of(name, 2_500, schedule)
    plan = casting.plan(campaigns, schedule.scene)
    steps = plan.steps
    deeds = casting.deeds(campaigns.take(steps.campaign), steps, schedule.scene, worlds.DAY)
    bought = np.isin(steps.phase, [SPEND, LURE])
    seats, scene = schedule.society.entities.seats, schedule.scene
    home = scene.country_of(scene.home_city(steps.account, worlds.DAY))
    usual = np.bincount(schedule.scene.wares.usual_kinds(remote=True), minlength=deeds.kind.max() + 1) / 1024
    kinds = np.bincount(deeds.kind[bought], minlength=len(usual)) / bought.sum()
    ratio = np.log(deeds.euros[bought] / schedule.society.habits.kinds.median.take(deeds.kind[bought]))
    return {
        "at home": (seats.codes.take(deeds.merchant).country == home)[bought].mean(),
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


@pytest.mark.parametrize("name", ["friendly_fraud", "refund_abuse"])
@pytest.mark.parametrize("what", ["at home", "usual kinds"])
def test_bad_faith_follows_the_dial_in_what_it_buys_and_where(name, what):
    easy, realistic, hard = (purchases(setting, name)[what] for setting in SETTINGS)
    # 2,500 purchases or more, the same campaigns each time
    assert easy + 0.01 < realistic
    assert realistic + 0.01 < hard


@pytest.mark.parametrize("name", sorted(CAST))
def test_every_kind_of_fraud_follows_the_dial(name):
    """Shares that hide it rise with the setting and those that reveal it fall, but never leave 0 to 1."""
    told = {setting: cast_at(setting)[name].parameters for setting in SETTINGS}
    own = CAST[name].scenario.parameters_model(**packaged()[name].parameters)
    assert told["realistic"] == own, "realistic is the default itself"
    moved = 0
    for parameter, movement in told["realistic"].movements.items():
        easy, realistic, hard = (getattr(told[setting], parameter) for setting in SETTINGS)
        if realistic is None:
            assert (easy, hard) == (None, None)
        elif realistic == 0 or (realistic == 1 and movement in {"hides", "reveals"}):
            assert easy == realistic == hard, "what never or always happens stays so"
        elif movement in {"hides", "longer"}:
            assert easy < realistic < hard
            moved += 1
        else:
            assert easy > realistic > hard
            moved += 1
        if movement in {"hides", "reveals"} and realistic is not None:
            assert 0 <= min(easy, hard) <= max(easy, hard) <= 1
    assert moved >= 4


def test_what_somebody_sets_does_not_move():
    chosen = {"stolen_cnp": ScenarioSettings(parameters={"abroad": 0.2, "declined": 0.6})}
    at = cast_at("hard", chosen)["stolen_cnp"].parameters
    assert (at.abroad, at.declined) == (0.2, 0.6)
    assert at.night == cast_at("hard")["stolen_cnp"].parameters.night < CAST["stolen_cnp"].parameters.night


def test_stealth_grows_with_the_setting():
    stealth = dict(reference_tables().thieves.stealth)
    assert list(stealth) == list(SETTINGS)
    assert 0 <= stealth["easy"] < stealth["realistic"] < stealth["hard"] <= 1


def test_a_scenarios_own_mimicry_overrules_the_dial():
    changed = {"scenarios": {"stolen_cnp": {"parameters": {"mimicry": 0.0}}}}
    schedule = worlds.make_world(difficulty="hard", **changed).fraud
    casting = next(c for c in schedule.castings if c.name == "stolen_cnp")
    campaigns = worlds.campaigns_of("stolen_cnp", 300, schedule)
    steps = casting.plan(campaigns, schedule.scene).steps
    deeds = casting.deeds(campaigns.take(steps.campaign), steps, schedule.scene, worlds.DAY)
    assert (deeds.device != AS_USUAL).all()
