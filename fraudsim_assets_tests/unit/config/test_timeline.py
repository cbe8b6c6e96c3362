"""Changes of the timeline: what is wrong with them is told before anything is made."""

import pytest

from fraudsim_assets.config import config_digest, load_config
from fraudsim_assets.config.scenarios import packaged, resolved_scenarios
from fraudsim_assets.errors import ConfigError

MARCH = {"start": "2025-03-01"}
WRONG = {
    "nothing changes": ({"a": MARCH}, "timeline.a: changes nothing"),
    "no start": ({"a": {"difficulty": "hard"}}, "timeline.a.start"),
    "unknown scenario": (
        {"a": MARCH | {"scenarios": {"stolen_cmp": {"share": 0.3}}}},
        "timeline.a.scenarios.stolen_cmp: no scenario 'stolen_cmp' in this world; did you mean 'stolen_cnp'?",
    ),
    "unknown parameter": (
        {"a": MARCH | {"scenarios": {"stolen_cnp": {"parameters": {"abroat": 0.3}}}}},
        "timeline.a.scenarios.stolen_cnp.parameters.abroat: no such parameter; did you mean 'abroad'?",
    ),
    "value out of range": (
        {"a": MARCH | {"scenarios": {"stolen_cnp": {"parameters": {"abroad": 3}}}}},
        "timeline.a.scenarios.stolen_cnp.parameters.abroad: 3 is not valid; valid is a number from 0 to 1",
    ),
    "negative share": ({"a": MARCH | {"scenarios": {"stolen_cnp": {"share": -1}}}}, "a number from 0"),
    "end before start": (
        {"a": MARCH | {"end": "2025-02-01", "difficulty": "hard"}},
        "timeline.a: end 2025-02-01 is before start 2025-03-01",
    ),
    "after the world": (
        {"a": {"start": "2026-03-01", "difficulty": "hard"}},
        "timeline.a.start: is 2026-03-01; the world ends on 2025-12-31",
    ),
    "before the world": (
        {"a": {"start": "2023-03-01", "end": "2023-04-01", "difficulty": "hard"}},
        "timeline.a.end: is 2023-04-01; the world starts on 2025-01-01",
    ),
    "two rule one thing": (
        {"a": MARCH | {"rules": {"three_ds_share": 0.7}}, "b": MARCH | {"rules": {"three_ds_share": 0.9}}},
        "timeline.b: is about rules.three_ds_share from 2025-03-01 on, as timeline.a is then",
    ),
    "difficulty of all and parameters of one": (
        {
            "a": MARCH | {"difficulty": "hard"},
            "b": {"start": "2025-05-01", "scenarios": {"skimming": {"parameters": {"abroad": 0.1}}}},
        },
        "timeline.b: is about scenarios.skimming from 2025-05-01 on",
    ),
    "unknown category": (
        {"a": MARCH | {"breach": {"category": "electronicx"}}},
        "timeline.a.breach.category: no such category; did you mean 'electronics'?",
    ),
    "a scenario that copies no cards": (
        {"a": MARCH | {"breach": {"category": "electronics", "scenario": "stolen_cnp"}}},
        "timeline.a.breach.scenario: stolen_cnp has no parameter copied_at; valid are skimming",
    ),
    "unknown shock": (
        {"a": MARCH | {"shock": {"shape": "lockdown"}}},
        "timeline.a.shock.shape: no shock 'lockdown'; did you mean 'lockdown_2020'?",
    ),
    "a country that is no home": (
        {"a": MARCH | {"shock": {"shape": "lockdown_2020", "countries": ["XX"]}}},
        "timeline.a.shock.countries: 'XX' is no home country",
    ),
    "unknown setting": ({"a": MARCH | {"ramp_dayz": 3}}, "did you mean timeline.a.ramp_days?"),
}


def load(timeline, **more):
    return load_config("tiny", overrides={"timeline": timeline, "end_date": "2025-12-31", **more}, env={})


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_with_a_change_is_told_with_its_place(case):
    timeline, told = WRONG[case]
    with pytest.raises(ConfigError) as caught:
        load(timeline)
    assert told in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize(
    "second",
    [
        {"start": "2025-05-01", "rules": {"three_ds_share": 0.9}},
        {"start": "2025-04-01", "rules": {"tap_limit_euros": 80}},
        {"start": "2025-04-01", "scenarios": {"skimming": {"share": 0.4}}},
        {"start": "2025-04-01", "breach": {"category": "electronics"}},
    ],
)
def test_changes_of_other_things_or_times_get_along(second):
    load({"a": {"start": "2025-03-01", "end": "2025-04-30", "rules": {"three_ds_share": 0.7}}, "b": second})


def test_shocks_of_different_countries_get_along():
    one, two = ({"shape": "lockdown_2020", "countries": [code]} for code in ("DE", "NL"))
    load({"a": MARCH | {"shock": one}, "b": MARCH | {"shock": two}})


def test_a_change_that_is_off_is_not_looked_at():
    load({"a": MARCH | {"enabled": False, "scenarios": {"nobody": {"share": 1}}}})


def test_a_change_is_part_of_the_digest_and_of_no_catalog():
    plain, changed = load({}), load({"a": MARCH | {"difficulty": "hard"}})
    assert config_digest(plain) != config_digest(changed)
    assert config_digest(plain, scope="catalogs") == config_digest(changed, scope="catalogs")


def test_shifts_of_a_scenario_take_nothing_from_its_own_way_while_there_is_more_of_it():
    own = {name: packaged()[name].share for name in ("stolen_cnp", "skimming")}
    shares = {"stolen_cnp": {"share": 2 * own["stolen_cnp"]}, "skimming": {"share": own["skimming"] / 2}}
    config = load({"a": MARCH | {"scenarios": shares}})
    found = {each.name: each.tactics for each in resolved_scenarios(config)}
    *usual, more = found["stolen_cnp"]
    assert not any(way.terms for way in usual)
    assert [term.weight for term in more.terms] == pytest.approx([sum(way.weight for way in usual)])
    for way in found["skimming"]:
        assert [term.weight / way.weight for term in way.terms] == pytest.approx([-0.5])


def test_a_kind_of_fraud_that_does_not_exist_before_needs_no_share():
    scenarios = {"ticket_resale": {"extends": "stolen_cnp", "share": 0.0}}
    change = {"july": MARCH | {"ramp_days": 60, "scenarios": {"ticket_resale": {"share": 0.1}}}}
    without = {each.name: each.enabled for each in resolved_scenarios(load({}, fraud={"scenarios": scenarios}))}
    with_it = {each.name: each.enabled for each in resolved_scenarios(load(change, fraud={"scenarios": scenarios}))}
    assert (without["ticket_resale"], with_it["ticket_resale"]) == (False, True)


def test_one_setting_of_a_change_can_be_set_alone():
    config = load_config("tiny", overrides=["timeline.a.start=2025-03-01", "timeline.a.bin_attack.share=0.2"], env={})
    assert config.timeline["a"].bin_attack.share == 0.2
