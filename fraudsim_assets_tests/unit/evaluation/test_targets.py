"""Targets as files: what is wrong is told with file and line, and every target has its measure."""

import numpy as np
import pytest

from fraudsim_assets.config import load_config
from fraudsim_assets.errors import ConfigError
from fraudsim_assets.evaluation.difficulty import handbook
from fraudsim_assets.evaluation.difficulty.bands import targets
from fraudsim_assets.evaluation.realism.measures import themes
from fraudsim_assets.evaluation.targets import DATA, Aim, Target, Theme, Verdict, region_of

FILE = """theme = "Somewhere"

[C01]
quantity = "payments"
name = "Payments per month"
unit = "count"
us = { value = 34.6, percent = 15, mark = "primary", source = "pulse_2024" }
any = { low = 15.0, high = 45.0, mark = "judged" }

["C01.cash"]
quantity = "withdrawals"
name = "Withdrawals per month"
unit = "count"
any = { value = 2.0, factor = 2, mark = "derived", source = ["pulse_2024", "rba_2024"] }
remark = "Few."
"""


@pytest.fixture
def written(tmp_path):
    """A file of targets, with something replaced."""

    def _written(old="", new=""):
        assert old in FILE
        file = tmp_path / "somewhere.toml"
        file.write_text(FILE.replace(old, new, 1) if old else FILE)
        return file

    return _written


def test_a_band_is_two_ends_or_a_value_and_a_width(written):
    first, second = Theme.read(written()).measured_by(["payments", "withdrawals"]).targets
    assert first.aim("eea") == Aim(value=30.0, low=15.0, high=45.0, mark="judged")
    assert first.aim("us").low == pytest.approx(34.6 * 0.85)
    assert first.aim("us").high == pytest.approx(34.6 * 1.15)
    assert (second.any.low, second.any.high, second.any.source) == (1.0, 4.0, ("pulse_2024", "rba_2024"))
    assert (second.id, second.number, second.remark) == ("C01.cash", "C01", "Few.")


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ('mark = "judged"', 'mark = "guessed"', 8, "'guessed' is not valid"),
        ("low = 15.0", "low = 55.0", 8, "outside the band from 55 to 45"),
        ("low = 15.0, high", "high", 8, "a band is low and high, or a value with one of within, factor, percent"),
        ("percent = 15", "percent = 15, within = 1", 7, "a band is low and high, or a value with one of"),
        ("percent = 15", 'percent = "15"', 7, "percent '15' is not a number"),
        ("pulse_2024", "puls_2024", 7, "source 'puls_2024' is not in the bibliography; did you mean 'pulse_2024'?"),
        (', source = "pulse_2024" }', " }", 7, "a number that is primary names its source"),
        ("remark", "note", 15, "no such key"),
        ('unit = "count"', 'unit = "pounds"', 6, "'pounds' is not valid"),
        ('unit = "count"\n', "", 3, "is missing"),
        ("[C01]", "[first]", 3, "'first' is not valid"),
        ("[C01]", '["C01.cash"]', 10, "not valid TOML"),
        ('theme = "Somewhere"', "", 1, "names its theme"),
        ('theme = "Somewhere"', 'theme = "Somewhere"\nother = 3', 2, "a file of targets has its theme"),
    ],
)
def test_what_is_wrong_with_a_file_is_told_with_its_line(written, old, new, line, told):
    file = written(old, new)
    with pytest.raises(ConfigError) as error:
        Theme.read(file)
    assert told in str(error.value)
    assert f"{file}:{line}:" in str(error.value)


def test_a_target_without_a_measure_and_a_measure_without_a_target_are_errors(written):
    file = written()
    theme = Theme.read(file)
    with pytest.raises(ConfigError, match=f"{file}:11: C01.cash.quantity: 'withdrawals' is not measured"):
        theme.measured_by(["payments", "withdrawal_rate"])
    with pytest.raises(ConfigError, match=f"{file}:1: theme: no target for what is measured: refunds"):
        theme.measured_by(["payments", "withdrawals", "refunds"])
    assert theme.measured_by(["payments", "withdrawals", "refunds"], spare=["refunds"]) == theme
    same = Theme.read(written('quantity = "withdrawals"', 'quantity = "payments"'))
    with pytest.raises(ConfigError, match="is the quantity of C01 already"):
        same.measured_by(["payments"])


def test_a_verdict_includes_the_ends_of_its_band_and_nothing_unknown():
    aim = Aim(value=0.3, low=0.2, high=0.4, mark="judged")
    target = Target(id="X01", quantity="score", name="a score", unit="share", any=aim)
    met = [Verdict.of(target, aim, value, 0.0).is_met for value in (0.19, 0.2, 0.4, 0.41, float("nan"))]
    assert met == [False, True, True, False, False]
    assert [Verdict.of(target, aim, value, 0.0, slack=0.1).is_met for value in (0.11, 0.49, 0.51)] == [
        True,
        True,
        False,
    ]


def test_every_target_of_the_project_is_named_once_and_measured():
    scorecard = [target for measures in themes().values() for target in measures]
    assert len(scorecard) == 175
    for group in (scorecard, targets(), handbook.targets()):
        assert len({target.id for target in group}) == len(group)
        assert all(target.any or any(target.aim(region) for region in ("eea", "uk", "us", "au")) for target in group)
    assert {path.stem for path in DATA.glob("*.toml")} >= {"difficulty", "sectors"}
    others = {"difficulty", "handbook", "account_events"}
    assert len(themes()) + len(others) == len(list(DATA.glob("*.toml")))


@pytest.mark.parametrize(("name", "region"), [("demo", "eea"), ("uk", "uk"), ("us_debit", "us"), ("au", "au")])
def test_a_world_is_held_against_the_numbers_of_its_homes(name, region):
    assert region_of(load_config(name, env={})) == region


def test_an_unknown_category_is_an_error_and_no_empty_sum(week):
    with pytest.raises(ConfigError, match="groceries"):
        week.view().category("grocery", "groceries")
    assert np.array_equal(week.view().category("grocery"), [0])
