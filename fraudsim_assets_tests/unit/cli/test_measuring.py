"""Measuring through the command line."""

import pytest


@pytest.fixture
def card(run):
    return run("scorecard", "-c", "tiny", "--days", "7", "--json")


def test_each_target_has_a_verdict(card):
    assert card.code == 0, card.err
    told = card.json
    assert told["days"] == 7
    assert told["region"] == "eea"
    statuses = [verdict["status"] for verdict in told["verdicts"]]
    assert set(statuses) <= {"pass", "fail", "not measurable"}
    assert statuses.count("pass") == told["targets_met"]
    assert all(verdict["low"] <= verdict["high"] for verdict in told["verdicts"])


def test_a_miss_is_exit_code_1_only_when_strict(run, card):
    strict = run("scorecard", "-c", "tiny", "--days", "7", "--strict")
    assert strict.code == (1 if card.json["targets_missed"] else 0)
    assert "measurable targets met" in strict.out


def test_days_that_are_stored_are_read_and_give_the_same(made, run):
    asked = ("scorecard", "-c", "tiny", "--start", "2025-01-10", "--days", "7", "--json")
    assert run(*asked).json == run(*asked, "-s", "storage.base_dir=nowhere").json


def test_days_outside_the_world_are_told(run):
    ran = run("scorecard", "-c", "tiny", "--days", "400")
    assert ran.code == 2
    assert "outside the world" in ran.err
