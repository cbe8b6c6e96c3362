"""Scenarios that are data: the files that travel with the package, and new ones from a configuration."""

import re
from pathlib import Path

import pytest

from fraudsim_assets.config import config_digest, load_config
from fraudsim_assets.config.scenarios import packaged, resolved_scenarios, scenario_code
from fraudsim_assets.config.scenarios.files import FOLDER
from fraudsim_assets.errors import ConfigError

FILES = sorted(FOLDER.glob("*.toml"))
GOOD = 'summary = "x"\nmechanism = "stolen_card"\nshare = 0.1\n[parameters]\nsteps = 2.0\n'


def scenarios(**given):
    config = load_config("tiny", overrides={"fraud": {"scenarios": given}}, env={})
    return {each.name: each for each in resolved_scenarios(config)}


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_every_number_in_a_file_says_where_it_comes_from(file):
    remark = ""
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith(("#", "[")) or not line:
            remark = "" if not line else f"{remark} {line}"
        elif re.search(r"= *\[?[\d\"-]", line) and not line.startswith(("summary", "mechanism")):
            own = line.partition("#")[2] or remark
            assert re.search(r"ASSUMPTION|Source: ", own), line


def test_the_weights_of_the_packaged_scenarios_sum_to_one():
    assert sum(file.share for file in packaged().values()) == pytest.approx(1.0, abs=0.025)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("share = 0.1", "shaer = 0.1", r":3: shaer: no such key; did you mean 'share'\?"),
        ("share = 0.1\n", "", r": share: is missing"),
        ("share = 0.1", "share = -1", r":3: share: -1 is not valid"),
        ('"stolen_card"', '"stolen_crad"', r":2: mechanism: 'stolen_crad' is no mechanism; did you mean 'stolen_card'"),
        ("steps = 2.0", "stepz = 2.0", r":5: parameters.stepz: no such key; did you mean 'steps'\?"),
        ("steps = 2.0", "steps = 0.5", r":5: parameters.steps: 0.5 is not valid"),
        ("steps = 2.0", "steps = ", r":5: not valid TOML"),
    ],
)
def test_what_is_wrong_in_a_file_is_told_with_its_line(tmp_path: Path, old, new, complaint):
    (tmp_path / "mine.toml").write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigError, match=complaint):
        packaged(tmp_path)


def test_a_new_scenario_begins_as_a_copy_of_the_one_it_extends():
    found = scenarios(mine={"extends": "skimming", "parameters": {"points": 3}})
    mine, skimming = found["mine"], found["skimming"]
    assert mine.parameters == skimming.parameters.model_copy(update={"points": 3})
    assert (mine.share, mine.mechanism, mine.enabled) == (skimming.share, "skimming", True)
    assert mine.code == scenario_code("mine") != skimming.code


def test_a_scenario_may_extend_one_that_extends_another():
    found = scenarios(
        first={"extends": "stolen_cnp", "share": 0.5, "parameters": {"steps": 3.0, "gang": 0.1}},
        second={"extends": "first", "parameters": {"gang": 0.9}},
    )
    assert (found["second"].parameters.steps, found["second"].parameters.gang) == (3.0, 0.9)
    total = sum(entry.share for entry in packaged().values()) + 2 * 0.5
    assert found["second"].share == found["first"].share == pytest.approx(0.5 / total)
    assert found["first"].parameters.gang == 0.1


def test_what_a_new_scenario_sets_does_not_move_with_the_dial_and_the_rest_does():
    given = {"mine": {"extends": "stolen_cnp", "parameters": {"gang": 0.5}}}
    hard = {"scenarios": given, "difficulty": "hard"}
    config = load_config("tiny", overrides={"fraud": hard}, env={})
    found = {each.name: each.parameters for each in resolved_scenarios(config)}
    assert found["mine"].gang == 0.5
    assert found["mine"].night == found["stolen_cnp"].night < packaged()["stolen_cnp"].parameters["night"]


def test_settings_that_say_what_is_so_anyway_are_in_the_digest_by_what_they_come_to():
    one = load_config("tiny", env={})
    other = load_config("tiny", overrides=["fraud.scenarios.skimming.parameters.points=5"], env={})
    assert config_digest(one) != config_digest(other)
    assert config_digest(one, scope="catalogs") == config_digest(other, scope="catalogs")


def test_two_names_with_one_code_are_refused():
    one, other = "s_925", "s_1396"  # found by trying
    assert scenario_code(one) == scenario_code(other)
    with pytest.raises(ConfigError, match="s_925: the name has the same code as"):
        scenarios(**{name: {"extends": "skimming"} for name in (one, other)})
