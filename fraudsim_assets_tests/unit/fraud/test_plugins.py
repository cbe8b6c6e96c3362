"""Scenarios from other packages: found, configured, used, and named when they are broken."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from fraudsim_assets.catalog import build_catalogs
from fraudsim_assets.config import load_config
from fraudsim_assets.errors import ScenarioError
from fraudsim_assets.fraud.scenario import MOST_SCENARIOS, installed
from fraudsim_assets.simulation import World, simulate_day
from fraudsim_assets_tests.unit.fraud.plugin_home import EXAMPLE, install, install_module

DAY = date(2025, 3, 10)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder on the path of imports into which plugins are installed."""
    target = tmp_path / "site"
    target.mkdir()
    monkeypatch.syspath_prepend(str(target))
    known = set(sys.modules)
    installed.cache_clear()
    yield target
    for name in set(sys.modules) - known:
        if getattr(sys.modules[name], "__file__", None) and str(target) in str(sys.modules[name].__file__):
            del sys.modules[name]
    installed.cache_clear()


def world_with(**scenarios) -> World:
    others = {name: {"enabled": False} for name in installed() if name not in scenarios}
    config = load_config("tiny", overrides={"fraud": {"rate": 0.05, "scenarios": others | scenarios}}, env={})
    return World(config, build_catalogs(config))


def frauds_of(world: World, days: int = 4) -> pl.DataFrame:
    frames = [pl.DataFrame(pl.from_arrow(simulate_day(world, DAY + timedelta(days=i)).read())) for i in range(days)]
    return pl.concat(frames).filter("is_fraud").with_columns(pl.col("fraud_scenario", "three_ds").cast(pl.String))


def test_the_example_is_found_by_its_entry_point_and_commits_its_fraud(home):
    install(EXAMPLE, home)
    assert list(installed())[-1] == "sim_swap"
    frauds = frauds_of(world_with(sim_swap={"share": 5.0, "parameters": {"most_payments": 3}}))
    assert set(frauds["fraud_scenario"]) == {"sim_swap"}
    assert set(frauds["three_ds"]) == {"challenge"}
    assert frauds["campaign_step"].max() == 2
    assert frauds.group_by("campaign_id").agg(pl.col("device_id").drop_nulls().n_unique())["device_id"].max() == 1
    assert frauds["is_approved"].any()
    assert not frauds["is_approved"].all()


def test_the_example_changes_nothing_while_it_is_not_installed(home):
    before = list(installed())
    install(EXAMPLE, home)
    installed.cache_clear()
    assert list(installed()) == [*before, "sim_swap"]


def test_the_example_is_found_by_a_new_process(tmp_path):
    install(EXAMPLE, tmp_path)
    code = "from fraudsim_assets.fraud.scenario import installed; print(installed()['sim_swap'].share)"
    done = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "0.03"


GOOD = """
    import numpy as np
    from fraudsim_assets.fraud.campaigns import Outcome, Plan, Steps
    from fraudsim_assets.fraud.deeds import AS_USUAL, Deeds
    from fraudsim_assets.fraud.scenario import ScenarioParameters

    class Mine:
        name = "mine"
        parameters_model = ScenarioParameters
        share = 1.0
        horizon = 2.0

        def campaigns(self, parameters, campaigns, scene):
            n = len(campaigns)
            no = np.zeros(n, dtype=bool)
            steps = Steps.lay_out(campaigns, np.full(n, 3))
            return self.planned(Plan(steps, Outcome(no, no, np.zeros(n), no)))

        def events(self, parameters, campaigns, steps, scene, day):
            n = len(steps)
            kind = np.full(n, int(scene.kind_table({"marketplace": 1}, remote=True)[0]))
            country = scene.country_of(scene.home_city(steps.account, day))
            merchant = scene.merchants(
                persona=campaigns.number, place=scene.place(kind=kind, city=country, web_country=country),
                kind=kind, u=np.full(n, 0.5), own=np.zeros(n, dtype=bool),
            )
            minus = np.full(n, -1)
            return self.done(Deeds(
                kind=kind, merchant=merchant, minor=np.full(n, 1999), euros=np.full(n, 19.99),
                entry=minus - 1, three_ds=minus - 1, device=minus - 1, address=minus + 1,
                source=minus, refunds=minus,
            ))

        def planned(self, plan):
            return plan

        def done(self, deeds):
            return deeds

    MINE = Mine()
"""


def installed_with(home: Path, change: str = "") -> None:
    """Install a good scenario, changed by lines of code."""
    install_module(home, "my_fraud", GOOD + "\n" + change, {"mine": "my_fraud:MINE"})


def test_a_scenario_of_few_lines_works(home):
    installed_with(home)
    frauds = frauds_of(world_with(mine={}))
    assert frauds.height > 50
    assert set(frauds["fraud_scenario"]) == {"mine"}
    assert set(frauds["campaign_step"]) == {0, 1, 2}


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ("import no_such_module", "cannot be loaded: ModuleNotFoundError: No module named 'no_such_module'"),
        ("1 / 0", "cannot be loaded: ZeroDivisionError"),
        ("  del MINE", "cannot be loaded: IndentationError"),
        ("del MINE", "cannot be loaded: AttributeError"),
        ("MINE = 7", "is no scenario but 7: it must be an object with name, parameters_model"),
        ("MINE = Mine", "is no scenario but <class"),
        ("del Mine.events", "is no scenario"),
        ("Mine.name = 'Mine!'", "is called 'Mine!'; valid are small letters"),
        ("Mine.name = 'skimming'", "is called 'skimming', a name that another scenario has"),
        ("Mine.parameters_model = dict", "has parameters_model <class 'dict'>; valid are subclasses of Scenario"),
        ("Mine.share = float('nan')", "has share nan; valid are numbers from 0"),
        ("Mine.share = 'much'", "has share 'much'; valid are numbers"),
        ("Mine.horizon = 1000", "has horizon 1000; valid are numbers from 0 to 120"),
        ("Mine.hours = 'noon'", "has hours 'noon'; valid are after_dark, billing, "),
    ],
)
def test_a_plugin_that_is_no_scenario_is_named(home, change, complaint):
    installed_with(home, f"    {change}")
    with pytest.raises(ScenarioError) as error:
        installed()
    assert str(error.value).startswith("scenario plugin 'mine' (my_fraud:MINE) ")
    assert complaint in str(error.value)


def test_two_plugins_may_not_share_a_name(home):
    installed_with(home)
    install_module(home, "other_fraud", GOOD, {"other": "other_fraud:MINE"})
    with pytest.raises(ScenarioError, match=r"plugin 'other' \(other_fraud:MINE\) is called 'mine', a name that"):
        installed()


def test_there_is_room_for_so_many_scenarios_and_no_more(home):
    free = MOST_SCENARIOS - len(installed())
    installed.cache_clear()
    copies = "\n".join(f"    M{i} = Mine(); M{i}.name = 'm{i:02d}'" for i in range(free + 1))
    points = {f"m{i:02d}": f"my_fraud:M{i}" for i in range(free + 1)}
    install_module(home, "my_fraud", GOOD + copies, points)
    with pytest.raises(ScenarioError, match=f"{MOST_SCENARIOS + 1} fraud scenarios are installed"):
        installed()


IN_CAMPAIGNS = {
    "raise KeyError('x')": "failed: KeyError: 'x'",
    "return None": "gave NoneType, not a Plan",
    "return replace(plan, steps=replace(s, minute=s.minute[1:]))": "values of steps.minute where",
    "return replace(plan, steps=replace(s, order=s.order * 1.0))": "float64 for steps.order, which holds whole numbers",
    "return replace(plan, steps=replace(s, order=s.order + 254))": "256 for steps.order",
    "return replace(plan, steps=replace(s, campaign=s.campaign - 1))": "-1 for steps.campaign",
    "return replace(plan, steps=replace(s, campaign=s.campaign[::-1].copy()))": "not in the order of",
    "return replace(plan, steps=replace(s, order=s.order * 0))": "not in the order of",
    "return replace(plan, steps=replace(s, account=s.account + 10**9))": "for steps.account; valid are 0 to",
    "return replace(plan, steps=replace(s, offset=s.offset + 2.5))": "2.5 for steps.offset; valid are 0 to 2",
    "return replace(plan, steps=replace(s, minute=s.minute * np.nan))": "nan for steps.minute",
    "return replace(plan, steps=replace(s, phase=s.phase + 9))": "for steps.phase",
    "return replace(plan, steps=replace(s, blocked=~s.blocked))": "a step after the block that is not declined",
    "return replace(plan, steps=replace(s, declined=list(s.declined)))": "list for steps.declined, which is an array",
    "return replace(plan, outcome=replace(o, delay=o.delay - 1))": "-1.0 for outcome.delay",
    "return replace(plan, outcome=replace(o, blocks=o.blocks[:1]))": "1 values of outcome.blocks where",
    "return replace(plan, outcome=replace(o, reported=o.delay))": "float64 for outcome.reported, which holds true or",
}

IN_EVENTS = {
    "raise RuntimeError('no luck')": "failed: RuntimeError: no luck",
    "return 3": "gave int, not Deeds",
    "return replace(d, minor=d.minor[1:])": "values of minor where",
    "return replace(d, minor=d.minor * 0)": "0 for minor",
    "return replace(d, minor=d.minor * 0.5)": "float64 for minor, which holds whole numbers",
    "return replace(d, euros=d.euros * np.inf)": "inf for euros",
    "return replace(d, kind=d.kind + 900)": "for kind",
    "return replace(d, kind=d.kind - 1)": ", which sells kind",
    "return replace(d, merchant=d.merchant + 10**6)": "for merchant",
    "return replace(d, entry=d.entry + 50)": "for entry",
    "return replace(d, three_ds=d.three_ds - 1)": "-3 for three_ds",
    "return replace(d, address=d.address + 2**33)": "for address",
    "return replace(d, source=d.source - 1)": "-2 for source",
    "return replace(d, refunds=d.refunds + 3)": "a refund of a step that is not before it",
}


def broken(function: str, name: str, line: str) -> str:
    return f"""
    from dataclasses import replace

    def broken(self, {name}):
        {"s, o = plan.steps, plan.outcome" if name == "plan" else "pass"}
        {line}

    Mine.{function} = broken
    """


@pytest.mark.parametrize(("line", "complaint"), IN_CAMPAIGNS.items())
def test_a_broken_plan_names_its_scenario(home, line, complaint):
    installed_with(home, broken("planned", "plan", line))
    with pytest.raises(ScenarioError) as error:
        frauds_of(world_with(mine={}), days=1)
    assert str(error.value).startswith("campaigns() of scenario 'mine' ")
    assert complaint in str(error.value)


@pytest.mark.parametrize(("line", "complaint"), IN_EVENTS.items())
def test_broken_deeds_name_their_scenario(home, line, complaint):
    installed_with(home, broken("done", "d", line))
    with pytest.raises(ScenarioError) as error:
        frauds_of(world_with(mine={}), days=1)
    assert str(error.value).startswith("events() of scenario 'mine' ")
    assert complaint in str(error.value)


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ("return scene.any_account(campaigns.draw('x').words(campaigns.number))", None),
        ("return campaigns.number[1:]", "values of accounts where"),
        ("return campaigns.number * 0 - 1", "-1 for accounts"),
        ("raise OSError('gone')", "failed: OSError: gone"),
    ],
)
def test_a_scenario_may_choose_its_victims_if_they_exist(home, body, complaint):
    installed_with(
        home, f"\n    def strike(self, parameters, campaigns, scene):\n        {body}\n    Mine.strike = strike"
    )
    world = world_with(mine={})
    if complaint is None:
        assert frauds_of(world, days=1).height > 0
        return
    with pytest.raises(ScenarioError) as error:
        frauds_of(world, days=1)
    assert str(error.value).startswith("strike() of scenario 'mine' ")
    assert complaint in str(error.value)


def refuse(scenarios: dict) -> str:
    config = load_config("tiny", overrides={"fraud": {"scenarios": scenarios}}, env={})
    with pytest.raises(ScenarioError) as error:
        World(config, build_catalogs(config)).history.rows_on(20_000)
    return str(error.value)


@pytest.mark.parametrize(
    ("scenarios", "parts"),
    [
        ({"no_such": {}}, ["fraud.scenarios.no_such is not a known scenario; known are ", "skimming"]),
        (
            {"stolen_cnp": {"parameters": {"steps": -1}}},
            ["fraud.scenarios.stolen_cnp.parameters.steps is -1", "parameters of stolen_cnp are abroad, "],
        ),
        ({"stolen_cnp": {"parameters": {"stepz": 1}}}, ["stolen_cnp.parameters.stepz is 1", "not permitted"]),
        ({"skimming": {"parameters": {"points": "many"}}}, ["skimming.parameters.points is 'many'"]),
        ({"card_testing": {"parameters": {"cards": 5000}}}, ["card_testing.parameters.cards is 5000", "200"]),
    ],
)
def test_wrong_settings_are_named_with_what_is_valid(scenarios, parts):
    message = refuse(scenarios)
    for part in parts:
        assert part in message
