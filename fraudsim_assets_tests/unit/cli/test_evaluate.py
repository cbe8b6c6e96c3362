"""``fraudsim evaluate`` and ``fraudsim benchmark``: what they print and write, and what they refuse."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from fraudsim_assets.config import load_config
from fraudsim_assets.decisions import DecisionLog
from fraudsim_assets.decisions.files import read_log, write_log
from fraudsim_assets.simulation import build_world, simulate_day
from fraudsim_assets.storage import content_digest

TINY = ("-c", "tiny", "-s", "policies.memory_days=1", "-s", "fraud.rate=0.03")
SAMPLES = "fraudsim_assets_tests.unit.cli.samples"
DAYS = ("--start", "2025-01-03", "--end", "2025-01-04")


def test_policies_are_evaluated_with_a_page_and_their_decisions(run, tmp_path):
    places = ("--html", str(tmp_path / "saved.html"), "--log", str(tmp_path / "log"))
    ran = run("evaluate", *TINY, *DAYS, "-p", "oracle", "--capacity", "7", *places, "--json")
    assert ran.code == 0, ran.err
    told = ran.json
    assert list(told["policies"]) == ["nothing", "oracle"]
    oracle = told["policies"]["oracle"]
    assert oracle["net"] == pytest.approx(sum(oracle["gains"].values()))
    assert oracle["net"] == pytest.approx(sum(oracle["net_by_day"]))
    assert oracle["net"] > 0
    page = (tmp_path / "saved.html").read_text()
    assert page.count("<svg") == 1, "without insults there is no picture of them"
    assert 'policies.reviews.capacity</code></td><td class="n">7<' in page
    days_are_made_under_the_log(run, tmp_path / "log" / "oracle")


def test_two_processes_come_to_the_same(run):
    mine, found = f"{SAMPLES}:some", []
    for count in (1, 2):
        ran = run("evaluate", *TINY, "--scale", "0.3", *DAYS, "-p", "oracle", "-p", mine, "-w", str(count), "--json")
        assert ran.code == 0, ran.err
        told = ran.json
        told.pop("warm_up_seconds")
        assert all(policy.pop("seconds") > 0 for policy in told["policies"].values())
        found.append(told)
    assert list(found[0]["policies"]) == ["nothing", "oracle", mine]
    assert found[0] == found[1]


def days_are_made_under_the_log(run, log: Path) -> None:
    """What follows from a log, in the store, in exports and when a file is made again."""
    here = (*TINY, "-s", "storage.base_dir=store")
    made = run("generate", *here, "--date", "2025-01-04", "--decisions", str(log), "--json")
    assert made.code == 0, made.err
    stored = {done["table"]: done for done in made.json["days"]}["transactions"]
    world = build_world(load_config("tiny", overrides={"fraud.rate": 0.03}, env={}))
    under = simulate_day(world.under(read_log(log, world.config)), date(2025, 1, 4)).read()
    assert stored["content_digest"] == content_digest(under)
    assert stored["content_digest"] != content_digest(simulate_day(world, date(2025, 1, 4)).read())
    # a store never holds days with decisions and without them
    without = run("generate", *here, "--date", "2025-01-03")
    assert without.code != 0
    assert "decisions is" in " ".join((without.out + without.err).split())
    # what is not stored is made under the log as well
    asked = ("--date", "2025-01-04", "--decisions", str(log))
    for place in ("store", "nothing_there"):
        exported = run("export", "bank", f"{place}.parquet", *TINY, "-s", f"storage.base_dir={place}", *asked)
        assert exported.code == 0, exported.err
        refused = pl.read_parquet(f"{place}.parquet")["response_code"].cast(pl.String)
        assert refused.eq("59").sum() == under["response_code"].to_pylist().count("59") > 0
    assert run("replay", stored["uri"]).code != 0
    assert run("replay", stored["uri"], "--decisions", str(log), "--json").json["identical"]
    assert run("validate", str(log)).code == 0


def test_a_log_of_another_world_makes_no_day_and_no_store(run, tmp_path):
    config = load_config("tiny", overrides={"fraud.rate": 0.03}, env={})
    write_log(DecisionLog.empty(), tmp_path / "nothing", config, policy="nothing", days=[date(2025, 1, 3)])
    ran = run("generate", "-c", "tiny", "--date", "2025-01-04", "--decisions", str(tmp_path / "nothing"))
    assert ran.code != 0
    assert "fraud.rate is 0.03 in the log and" in " ".join((ran.out + ran.err).split())
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("-p", "tree", *DAYS), "policy 'tree' is none; valid are nothing, rules, trees, oracle"),
        (("-p", "rules"), "no days given"),
        (("-p", f"{SAMPLES}:bound_here", *DAYS, "-w", "2"), "cannot be handed to another process"),
        (("-p", "rules", "--start", "2024-01-01", "--end", "2024-01-02"), "are outside the world"),
        (("-p", "rules", *DAYS, "--html", "no/such/folder/page.html"), "there is no folder"),
        (("-p", "rules", *DAYS, "-s", "policies.costs.review=-1"), "policies.costs.review"),
        (("-p", "rules", *DAYS, "-s", "policies.reviews.first_hour=22"), "valid are hours before last_hour"),
    ],
)
def test_what_cannot_be_evaluated_is_refused_before_any_day_is_made(run, arguments, told):
    ran = run("evaluate", *TINY, *arguments)
    assert ran.code != 0
    assert told in " ".join((ran.out + ran.err).split())


def test_the_benchmark_lists_its_commitments_and_refuses_another_seed(run):
    listed = run("benchmark", "list", "--json").json
    assert all(len(world["sha256"]) == 64 for world in listed.values())
    ran = run("benchmark", "reveal", "amber", "1:00000000")
    assert ran.code != 0
    assert listed["amber"]["sha256"] in " ".join((ran.out + ran.err).split())
