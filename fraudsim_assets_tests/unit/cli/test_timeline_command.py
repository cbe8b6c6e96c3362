"""``fraudsim inspect --timeline`` tells change points and shares, to people and machines."""

import json
from itertools import pairwise

import pytest
from typer.testing import CliRunner

from fraudsim_assets.cli.app import app
from fraudsim_assets.cli.timeline_page import BOTTOM, HEIGHT, LABELLED, TOP, _apart
from fraudsim_assets.config.scenarios import packaged

SET = [
    *("--set", "timeline.resale.start=2025-02-01", "--set", "timeline.resale.end=2025-02-28"),
    *("--set", "timeline.resale.scenarios.stolen_cnp.share=0.45", "--set", "end_date=2025-03-31"),
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
    more = 0.45 / packaged()["stolen_cnp"].share
    wanted = more / (1 + (more - 1) * share["2025-01"])
    assert share["2025-02"] / share["2025-01"] == pytest.approx(wanted, rel=0.03)
    assert all(sum(shares.values()) == pytest.approx(1, abs=0.01) for shares in found["shares"].values())


def test_people_get_tables():
    shown = run().output
    assert "2025-02-01" in shown
    assert "stolen_cnp" in shown


def test_a_timeline_is_of_a_world_and_not_of_a_day():
    result = run("--date", "2025-01-02")
    assert result.exit_code != 0
    assert "--timeline" in str(result.exception) + result.output


def test_a_page_draws_every_kind_of_fraud_every_change_and_the_payments_of_a_shock(tmp_path):
    shock = ["--set", "timeline.closed.start=2025-03-03", "--set", "timeline.closed.shock.shape=lockdown_2020"]
    page = tmp_path / "year.html"
    assert run("--html", str(page), *shock).exit_code == 0
    text = page.read_text(encoding="utf-8")
    assert text.count("<polygon") == len(packaged())
    for name in (*packaged(), "resale", "closed"):
        assert f">{name}</text>" in text
    assert "lockdown_2020" in text
    assert "http" not in text.replace("http://www.w3.org", "")


def test_names_beside_the_areas_keep_their_order_and_do_not_cover_each_other():
    crowded = [420.0, 300.0, 299.0, 298.0, 80.0, 60.0, 59.0, 58.0, 57.5]
    found = _apart(crowded)
    assert all(above <= below - LABELLED for below, above in pairwise(found))
    assert found[:2] == [min(420.0, HEIGHT - BOTTOM), 300.0]
    assert found[-1] >= TOP
