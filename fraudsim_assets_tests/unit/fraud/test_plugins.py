"""Scenarios from other packages: off until named, found, configured, used, and named when they are broken."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from fraudsim_assets.catalog import build_catalogs
from fraudsim_assets.config import Config, config_digest, load_config, provenance
from fraudsim_assets.config.scenarios import packaged
from fraudsim_assets.errors import ConfigError, ScenarioError
from fraudsim_assets.simulation import World, build_world, simulate_day, simulate_events, simulate_labels
from fraudsim_assets.simulation.catalogs import complete_cards
from fraudsim_assets.storage import content_digest
from fraudsim_assets.units import day_number
from fraudsim_assets_tests.unit.fraud.plugin_home import EXAMPLE, install, install_module

DAY = date(2025, 3, 10)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder on the path of imports into which plugins are installed."""
    target = tmp_path / "site"
    target.mkdir()
    monkeypatch.syspath_prepend(str(target))
    known = set(sys.modules)
    yield target
    for name in set(sys.modules) - known:
        if getattr(sys.modules[name], "__file__", None) and str(target) in str(sys.modules[name].__file__):
            del sys.modules[name]


def world_with(**scenarios) -> World:
    others = {name: {"enabled": False} for name in packaged() if name not in scenarios}
    config = load_config("tiny", overrides={"fraud": {"rate": 0.05, "scenarios": others | scenarios}}, env={})
    return World(config, build_catalogs(config))


def frauds_of(world: World, days: int = 4) -> pl.DataFrame:
    frames = [pl.DataFrame(pl.from_arrow(simulate_day(world, DAY + timedelta(days=i)).read())) for i in range(days)]
    return pl.concat(frames).filter("is_fraud").with_columns(pl.col("fraud_scenario", "three_ds").cast(pl.String))


def test_the_example_is_found_by_its_entry_point_and_commits_its_fraud(home):
    install(EXAMPLE, home)
    frauds = frauds_of(world_with(sim_swap={"share": 5.0, "parameters": {"most_payments": 3}}))
    assert set(frauds["fraud_scenario"]) == {"sim_swap"}
    assert set(frauds["three_ds"]) == {"challenge"}
    assert frauds["campaign_step"].max() == 2
    assert frauds.group_by("campaign_id").agg(pl.col("device_id").drop_nulls().n_unique())["device_id"].max() == 1
    assert frauds["is_approved"].any()
    assert not frauds["is_approved"].all()


def test_the_example_leaves_events_before_it_pays(home):
    install(EXAMPLE, home)
    world = world_with(sim_swap={"share": 5.0})
    paid = frauds_of(world).group_by("campaign_id").agg(pl.col("timestamp").min(), pl.first("device_id"))
    events = [pl.DataFrame(simulate_events(world, DAY + timedelta(days=i)).read()) for i in range(4)]
    left = pl.concat(events).filter("is_fraud").join(paid, on="campaign_id", suffix="_paid")
    assert left["campaign_id"].n_unique() > 10
    assert set(left["event_type"].cast(pl.String)) == {"password_reset", "new_device", "address_change"}
    assert (left["timestamp"] < left["timestamp_paid"]).all()
    assert (left["device_id"] == left["device_id_paid"]).drop_nulls().all()
    moved = left.filter(pl.col("address_id").is_not_null())
    organised = moved.filter(pl.col("ring_id").is_not_null())
    # a dozen campaigns, of which rings commit about six in ten
    assert 0.25 * moved.height < organised.height < moved.height, "as its parameter ring says"


def test_the_example_follows_the_timeline_and_plays_an_incident(home):
    install(EXAMPLE, home)
    others = {name: {"enabled": False} for name in packaged()}
    fraud = {"rate": 0.05, "scenarios": others | {"sim_swap": {"share": 1.0, "parameters": {"night": 0.5}}}}
    begins, first = DAY + timedelta(days=10), day_number(DAY)
    change = {"start": begins, "end": begins + timedelta(days=9), "bin_attack": {"scenario": "sim_swap", "share": 1.0}}
    usual, leak = (
        build_world(load_config("tiny", overrides={"fraud": fraud, "timeline": timeline}, env={}))
        for timeline in ({}, {"leak": change})
    )

    def struck(world: World, days: range) -> dict[int, int]:
        rows = [world.fraud.rows_on(first + day) for day in days]
        campaign, account = (np.concatenate([getattr(each, name) for each in rows]) for name in ("campaign", "account"))
        return dict(zip(campaign.tolist(), account.tolist(), strict=True))

    assert struck(usual, range(8)) == struck(leak, range(8))
    amid = range(12, 19)
    leaked = {number: account for number, account in struck(leak, amid).items() if number not in struck(usual, amid)}
    met, others = (
        len(np.unique(leak.entities.account_customer.take(list(some.values()))))
        for some in (leaked, struck(usual, amid))
    )
    assert len(leaked) > 20
    # one of twelve companies has two dozen of the three hundred customers; otherwise anybody may be struck
    assert met <= 45
    assert met < 0.7 * len(leaked)
    assert others > 0.7 * len(struck(usual, amid))


def digests(config: Config) -> dict[str, str]:
    """Digests of the configuration, its provenance and everything made from it."""
    world = World(config, build_catalogs(config))
    tables = {"cards": complete_cards(world)}
    for day in (DAY, DAY + timedelta(days=40)):
        tables[f"transactions {day}"] = simulate_day(world, day).read()
        tables[f"fraud_labels {day}"] = simulate_labels(world, day).read()
    told = {"config_digest": config_digest(config), "provenance": str(provenance(config, scope="transactions"))}
    return told | {name: content_digest(table) for name, table in tables.items()}


def settings_with(**scenarios) -> Config:
    return load_config("tiny", overrides={"fraud": {"rate": 0.02, "scenarios": scenarios}}, env={})


def test_an_installed_plugin_that_is_not_named_changes_nothing_at_all(home, monkeypatch):
    monkeypatch.delitem(sys.modules, "fraudsim_sim_swap", raising=False)  # other tests of the process name it
    before = digests(settings_with())
    install(EXAMPLE, home)
    assert digests(settings_with()) == before
    assert "fraudsim_sim_swap" not in sys.modules, "its code does not even run"


def test_a_plugin_that_is_named_is_part_of_the_digest_and_the_provenance(home):
    before = digests(settings_with())
    install(EXAMPLE, home)
    after = digests(settings_with(sim_swap={}))
    assert not {name for name, digest in after.items() if digest == before[name]} - {"fraud_labels 2025-03-10"}
    facts = provenance(settings_with(sim_swap={}), scope="transactions")
    assert facts["plugins"] == '{"sim_swap": "fraudsim-sim-swap 0.1.0"}'


def test_another_version_of_a_plugin_is_another_configuration(home):
    install(EXAMPLE, home)
    before = config_digest(settings_with(sim_swap={}))
    info = home / "fraudsim_sim_swap-0.1.0.dist-info"
    text = (info / "METADATA").read_text(encoding="utf-8")
    (info / "METADATA").write_text(text.replace("0.1.0", "0.2.0"), encoding="utf-8")
    info.rename(home / "fraudsim_sim_swap-0.2.0.dist-info")
    assert config_digest(settings_with(sim_swap={})) != before


def test_rows_of_a_plugin_do_not_depend_on_which_other_plugins_are_on(home):
    install(EXAMPLE, home)
    installed_with(home)
    off = {"share": 1.0, "enabled": False}
    none = {"share": 0.0}
    # share and blocks of a disabled scenario count as well, so that the number of campaigns is the same
    alone = frauds_of(world_with(sim_swap={"share": 1.0}, mine=off, stolen_cnp=none), days=2)
    beside = frauds_of(world_with(sim_swap={"share": 1.0}, mine={"share": 1.0}, stolen_cnp=none), days=2)
    kept = beside.filter(pl.col("fraud_scenario") == "sim_swap")
    assert kept.height > 20
    assert set(alone["campaign_id"]) == set(kept["campaign_id"])


def test_a_broken_plugin_that_is_not_named_stops_nobody(home):
    installed_with(home, "    1 / 0")
    assert digests(settings_with())


def test_the_example_is_found_by_a_new_process(tmp_path):
    install(EXAMPLE, tmp_path)
    code = (
        "from fraudsim_assets.config import load_config\n"
        "from fraudsim_assets.config.scenarios import resolved_scenarios\n"
        "config = load_config(overrides={'fraud.scenarios': {'sim_swap': {}}}, env={})\n"
        "print([each.plugin.package for each in resolved_scenarios(config) if each.plugin])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "['fraudsim-sim-swap 0.1.0']"


GOOD = """
    import numpy as np
    from fraudsim_assets.fraud.campaigns import Outcome, Plan, Steps
    from fraudsim_assets.fraud.deeds import AS_USUAL, Deeds
    from fraudsim_assets.fraud.scenario import Scenario, ScenarioParameters

    class Mine(Scenario[ScenarioParameters]):
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
            kind = np.full(n, int(scene.wares.kind_table({"marketplace": 1}, remote=True)[0]))
            country = scene.country_of(scene.home_city(steps.account, day))
            merchant = scene.merchants(
                persona=campaigns.number, place=scene.place(kind=kind, city=country, web_country=country),
                kind=kind, u=np.full(n, 0.5), own=np.zeros(n, dtype=bool), day=day,
            )
            minus = np.full(n, -1)
            return self.done(Deeds(
                kind=kind, merchant=merchant, minor=np.full(n, 1999), euros=np.full(n, 19.99),
                entry=minus - 1, three_ds=minus - 1, device=minus - 1, address=minus + 1,
                source=minus,
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
        ("MINE = 7", "is 7; valid is an object of a subclass of fraud.scenario.Scenario"),
        ("MINE = Mine", "is <class 'my_fraud.Mine'>; valid is an object"),
        ("class Other(Scenario): pass\n    MINE = Other()", "cannot be loaded: TypeError: Can't instantiate abstract"),
        ("del Mine.horizon", "has no horizon; a scenario has name, parameters_model, share and horizon"),
        ("Mine.name = 'Mine!'", "is called 'Mine!'; valid is the name of its entry point"),
        ("Mine.name = 'skimming'", "is called 'skimming'; valid is the name of its entry point"),
        ("Mine.parameters_model = dict", "has parameters_model <class 'dict'>; valid are subclasses of Scenario"),
        ("Mine.share = float('nan')", "has share nan; valid are numbers from 0"),
        ("Mine.share = 'much'", "has share 'much'; valid are numbers"),
        ("Mine.horizon = 1000", "has horizon 1000; valid are numbers from 0 to 120"),
    ],
)
def test_a_plugin_that_is_no_scenario_is_named(home, change, complaint):
    installed_with(home, f"    {change}")
    with pytest.raises(ConfigError) as error:
        settings_with(mine={})
    assert str(error.value).startswith("fraud.scenarios.mine: scenario plugin 'mine' (my_fraud:MINE) ")
    assert complaint in str(error.value)


def test_two_packages_may_not_offer_one_name(home):
    installed_with(home)
    install_module(home, "other_fraud", GOOD, {"mine": "other_fraud:MINE"})
    with pytest.raises(ConfigError, match=r"plugin 'mine' is offered by my_fraud, other_fraud; uninstall all but one"):
        settings_with(mine={})


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
    "return replace(plan, steps=replace(s, refunds=s.refunds - 1))": "-2 for steps.refunds",
    "return replace(plan, steps=replace(s, refunds=s.refunds + 3))": "a refund of a step that is not before it",
    "return replace(plan, steps=replace(s, refunds=s.order - 1, account=s.order))": "than the one that paid",
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
    with pytest.raises(ConfigError) as error:
        load_config("tiny", overrides={"fraud": {"scenarios": scenarios}}, env={})
    return str(error.value)


@pytest.mark.parametrize(
    ("scenarios", "parts"),
    [
        ({"no_such": {}}, ["fraud.scenarios.no_such: no scenario 'no_such'; known are account_takeover, ", "skimming"]),
        ({"stolen_cpn": {}}, ["fraud.scenarios.stolen_cpn: no scenario", "did you mean 'stolen_cnp'?", "override"]),
        ({"a": {"extends": "stolen_cpn"}}, ["fraud.scenarios.a.extends: no scenario", "did you mean 'stolen_cnp'?"]),
        ({"a": {"extends": "a"}}, ["fraud.scenarios.a.extends: a extends a, which goes round in a circle"]),
        ({"a": {"extends": "b"}, "b": {"extends": "a"}}, ["fraud.scenarios.a.extends: a extends b extends a"]),
        ({"A!": {"extends": "skimming"}}, ["fraud.scenarios.A!: 'A!' is not valid as a name"]),
        ({"skimming": {"extends": "stolen_cnp"}}, ["fraud.scenarios.skimming.extends: skimming travels with the"]),
        (
            {"stolen_cnp": {"parameters": {"steps": -1}}},
            ["fraud.scenarios.stolen_cnp.parameters.steps: -1 is not valid; valid is a number from 1 to 60"],
        ),
        ({"stolen_cnp": {"parameters": {"steps": True}}}, ["parameters.steps: True is not valid"]),
        ({"stolen_cnp": {"parameters": {"stepz": 1}}}, ["parameters.stepz: no such parameter; did you mean 'steps'?"]),
        (
            {"stolen_cnp": {"parameters": {"categories": {"electornics": 1}}}},
            ["parameters.categories.electornics: no such category; did you mean 'electronics'?"],
        ),
        ({"stolen_cnp": {"parameters": {"test_categories": {"feul": 1}}}}, ["test_categories.feul: no such category"]),
        ({"stolen_cnp": {"parameters": {"categories": {"fuel": -1}}}}, ["categories.fuel: -1 is not valid"]),
        ({"stolen_cnp": {"parameters": {"categories": {"fuel": 0}}}}, ["categories: all weights are 0"]),
        ({"stolen_cnp": {"parameters": {"entry": "chipp"}}}, ["parameters.entry: 'chipp' is not valid", "'chip'?"]),
        (
            {"stolen_cnp": {"parameters": {"hours": "retial"}}},
            ["hours: no such shape of the day", "'retail'?"],
        ),
        ({"skimming": {"parameters": {"points": "many"}}}, ["skimming.parameters.points: 'many' is not valid"]),
        ({"skimming": {"parameters": {"copied_at": ["fule"]}}}, ["copied_at.0: no such category; did you mean 'fuel'"]),
        ({"card_testing": {"parameters": {"cards": 5000}}}, ["card_testing.parameters.cards: 5000 is not", "200"]),
        ({"mine": {"extends": "stolen_cnp", "parameters": {"gangs": 1}}}, ["mine.parameters.gangs: no such parameter"]),
    ],
)
def test_wrong_settings_are_named_with_what_is_valid(scenarios, parts):
    message = refuse(scenarios)
    for part in parts:
        assert part in message
