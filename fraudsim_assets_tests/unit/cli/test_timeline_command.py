"""``fraudsim inspect --timeline`` tells change points and shares, to people and machines."""

import json

import pytest
from typer.testing import CliRunner

from fraudsim_assets.cli.app import app

SET = [
    *("--set", "timeline.resale.start=2025-02-01", "--set", "timeline.resale.end=2025-02-28"),
    *("--set", "timeline.resale.scenarios.stolen_cnp.share=0.56", "--set", "end_date=2025-03-31"),
    *("--set", "fraud.drift.shares=0"),
]


def run(*arguments: str):
    return CliRunner().invoke(app, ["inspect", "-c", "tiny", "--timeline", *SET, *arguments])


def test_machines_get_change_points_and_shares_by_month():
    found = json.loads(run("--json").stdout)
    (change,) = found["changes"]
    assert (change["change"], change["begins"], change["over"]) == ("resale", "2025-02-01", "2025-03-01")
    assert change["about"] == "scenarios.stolen_cnp"
    share = {month: shares["stolen_cnp"] for month, shares in found["shares"].items()}
    assert share["2025-02"] / share["2025-01"] == pytest.approx(2 / (1 + share["2025-01"]), rel=0.03)  # shares drift
    assert all(sum(shares.values()) == pytest.approx(1, abs=0.01) for shares in found["shares"].values())


def test_people_get_tables():
    shown = run().output
    assert "2025-02-01" in shown
    assert "stolen_cnp" in shown


def test_a_timeline_is_of_a_world_and_not_of_a_day():
    result = run("--date", "2025-01-02")
    assert result.exit_code != 0
    assert "--timeline" in str(result.exception) + result.output
