"""The language of rules: what it says, and how it refuses what it does not understand."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from fraudsim_assets.errors import ConfigError
from fraudsim_assets.policies.baselines import rules
from fraudsim_assets.policies.rules import Rules
from fraudsim_assets.policies.sight import Sight

FEATURES = pl.DataFrame(
    {
        "amount": [10.0, 300.0, 300.0, 20.0],
        "channel": ["ecommerce", "ecommerce", "pos", "atm"],
        "device_customers": [1.0, 4.0, None, None],
        "foreign": [False, True, True, None],
    }
)


def decided(path: Path, text: str) -> list[str]:
    """Actions that rules in YAML choose for ``FEATURES``."""
    path = path / "mine.yaml"
    path.write_text(text)
    sight = Sight(date(2025, 4, 1), pl.DataFrame({"transaction_id": range(4)}), pl.DataFrame(), lambda _names: FEATURES)
    return [str(action) for action in Rules.read(path).decide(sight).actions]


@pytest.mark.parametrize(
    ("when", "held"),
    [
        ("{amount: {at_least: 300}}", [1, 2]),
        ("{amount: {above: 10, below: 300}}", [3]),
        ("{amount: {at_most: 20}}", [0, 3]),
        ("{channel: ecommerce}", [0, 1]),
        ("{channel: [pos, atm]}", [2, 3]),
        ("{channel: {none_of: [pos]}, amount: {at_least: 300}}", [1]),
        ("{foreign: true}", [1, 2]),
        ("{device_customers: {known: false}}", [2, 3]),
        ("{device_customers: {at_least: 0}}", [0, 1]),
    ],
)
def test_a_rule_holds_where_all_its_conditions_do(tmp_path, when, held):
    found = decided(tmp_path, f"rules:\n  - {{name: one, when: {when}, action: decline}}\n")
    assert [row for row, action in enumerate(found) if action == "decline"] == held


def test_the_first_rule_that_holds_decides_and_otherwise_the_last_word_does(tmp_path):
    text = """
    rules:
      - {name: shops, when: {channel: pos}, action: review}
      - {name: dear, when: {amount: {above: 100}}, action: block}
    otherwise: step_up
    """
    assert decided(tmp_path, text) == ["step_up", "block", "review", "step_up"]


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("{name: a, when: {amuont: 3}, action: decline}", "'amuont' is no feature; did you mean 'amount'"),
        ("{name: a, when: {amount: {over: 3}}, action: decline}", "no such key"),
        ("{name: a, when: {amount: {at_least: much}}, action: decline}", "'much' is not valid"),
        ("{name: a, when: {amount: much}, action: decline}", "amount is a number, not 'much'"),
        ("{name: a, when: {channel: {above: 3}}, action: decline}", "channel is a category and has no above"),
        ("{name: a, when: {channel: web}, action: decline}", "channel is never 'web'; known are pos, ecommerce, atm"),
        ("{name: a, when: {channel: {}}, action: decline}", "says nothing; valid are at_least"),
        ("{name: a, when: {}, action: decline}", "rules.0.when"),
        ("{name: a, when: {amount: 3}, action: refuse}", "'approve', 'step_up', 'decline', 'block' or 'review'"),
        ("{name: a, when: {amount: 3}}", "rules.0.action: is missing"),
    ],
)
def test_what_is_not_understood_is_named_with_what_would_be_valid(tmp_path, rule, told):
    with pytest.raises(ConfigError) as error:
        decided(tmp_path, f"rules:\n  - {rule}\n")
    assert told in str(error.value)
    assert "mine.yaml" in str(error.value)


@pytest.mark.parametrize("text", ["", "rules: []", "[1, 2]", "rules: {a: [}", "7"])
def test_a_file_that_holds_no_rules_is_refused(tmp_path, text):
    with pytest.raises(ConfigError, match=r"mine\.yaml"):
        decided(tmp_path, text)


def test_the_rules_of_the_baseline_are_rules():
    assert len(rules().rules) >= 5
