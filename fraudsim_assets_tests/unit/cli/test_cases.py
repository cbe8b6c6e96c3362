"""``fraudsim inspect`` on cases of fraud: found, told and drawn as they are in the data."""

import re
from datetime import date

import polars as pl
import pytest

from fraudsim_assets.catalog import build_catalogs
from fraudsim_assets.config import config_digest, load_config
from fraudsim_assets.simulation import World, simulate_day

TINY = ("inspect", "-c", "tiny", "-s", "fraud.rate=0.02")
DAY = "2025-02-10"


@pytest.fixture(scope="module")
def worlds():
    """Worlds of the cases, by configuration: each is made once."""
    made = {}

    def world(config, _catalogs=None):
        key = config_digest(config)
        if key not in made:
            made[key] = World(config, build_catalogs(config))
        return made[key]

    return world


@pytest.fixture(autouse=True)
def _shared_worlds(worlds, monkeypatch):
    """A world is a function of its configuration, so the command may as well be given one that exists."""
    monkeypatch.setattr("fraudsim_assets.simulation.World", worlds)
    monkeypatch.setattr("fraudsim_assets.cli.catalogs.catalogs_in_memory", lambda _session: None)


@pytest.fixture(scope="module")
def answers():
    """What was answered before: each question is asked once."""
    return {}


@pytest.fixture
def ask(run, answers):
    """Ask for JSON."""

    def _ask(*arguments):
        if arguments not in answers:
            ran = run(*arguments, "--json")
            assert ran.code == 0, ran.err
            answers[arguments] = ran.json
        return answers[arguments]

    return _ask


@pytest.fixture
def listed(ask):
    return ask(*TINY, "--campaigns", "--date", DAY)


@pytest.fixture
def case(ask, listed):
    """The first campaign of the day."""
    return ask(*TINY, "--campaign", listed[0]["campaign"])


def test_campaigns_of_a_day_are_listed_with_ids_to_ask_for(ask, listed):
    assert len(listed) >= 3
    for told in listed:
        assert told["first"][:10] <= DAY <= told["last"][:10]
        assert told["requests"] >= 1
    assert len({told["campaign"] for told in listed}) == len(listed)
    some = listed[0]["scenario"]
    only = ask(*TINY, "--campaigns", "--date", DAY, "--scenario", some)
    assert only == [told for told in listed if told["scenario"] == some]


def test_a_campaign_shows_its_rows_and_the_holders_own(listed, case):
    wanted = listed[0]
    assert case["campaigns"][0] == int(wanted["campaign"])
    rows = [row for row in case["rows"] if row["campaign"] == int(wanted["campaign"])]
    assert rows
    assert all(row["fraud"] and row["scenario"] == wanted["scenario"] for row in rows)
    if wanted["cards"] == 1:
        assert len(rows) == wanted["requests"]
    assert any(not row["fraud"] for row in case["rows"])
    assert [row["time"] for row in case["rows"]] == sorted(row["time"] for row in case["rows"])


def test_rows_of_a_case_are_those_of_the_data(case):
    config = load_config("tiny", overrides=["fraud.rate=0.02"])
    fresh = World(config, build_catalogs(config))
    day = pl.DataFrame(simulate_day(fresh, date.fromisoformat(DAY)).read())
    here = day.filter(pl.col("card_id").is_in(case["card_ids"]))["transaction_id"].to_list()
    assert here
    assert set(here) <= {row["id"] for row in case["rows"]}


def test_a_card_leads_to_its_campaign(ask, case):
    struck = next(row for row in case["rows"] if row["campaign"] == case["campaigns"][0])
    again = ask(*TINY, "--card", str(struck["card"]), "--date", DAY)
    assert again["account_id"] == case["account_id"]
    assert any(row["id"] == struck["id"] for row in again["rows"])


def test_a_card_that_is_never_struck_is_shown_without_fraud(ask, case):
    cards = build_catalogs(load_config("tiny", overrides=["fraud.rate=0"])).cards
    mine = pl.DataFrame(cards).filter(pl.col("account_id") == case["account_id"])["card_id"][0]
    told = ask("inspect", "-c", "tiny", "-s", "fraud.rate=0", "--card", str(mine))
    assert told["campaigns"] == []
    assert told["rows"]
    assert not any(row["fraud"] for row in told["rows"])


def test_the_page_draws_every_request_and_needs_nothing_else(run, listed, case, tmp_path):
    page = tmp_path / "case.html"
    ran = run(*TINY, "--campaign", listed[0]["campaign"], "--html", page)
    assert ran.code == 0, ran.err
    text = page.read_text(encoding="utf-8")
    assert not re.search(r"(?:src|href|url)\s*[=(]", text)
    weeks, close = re.findall(r'<svg [^>]*viewBox="0 0 \d.*?</svg>', text)
    titles = re.findall(r"<title>(.*?)</title>", weeks)
    met = [event for event in case["events"] if event["type"] != "log_in"]
    assert len(titles) == len(case["rows"]) + len(met)
    scenario = case["scenarios"][0]
    struck = [row for row in case["rows"] if row["campaign"] == case["campaigns"][0]]
    assert sum(f"{scenario} step" in title for title in titles) >= len(struck)
    assert len(re.findall(r"<title>", close)) >= len(struck)
    assert ("bank knows" in text) == any(known is not None for known in case["known"])
    assert ("new plastic" in text) == bool(case["silent"])
    places = re.findall(r'(?:d="M| x=")(-?[\d.]+)(?: |" y=")(-?[\d.]+)', weeks + close)
    assert len(places) >= len(titles)
    for x, y in places:
        assert 0 <= float(x) <= 1060
        assert 0 <= float(y) <= 330


def test_a_case_is_told_in_sentences_on_the_terminal(run):
    ran = run(*TINY, "--campaign", "any", "--scenario", "lost_stolen")
    assert ran.code == 0
    assert "lost_stolen" in ran.out
    assert "approved for" in ran.out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--campaign", "many"), "valid are a campaign id or any"),
        (("--campaign", "999999999999"), "does not exist"),
        (("--card", "999999999999"), "does not exist"),
        (("--card", "5", "--campaign", "any"), "give one of"),
        (("--campaigns",), "needs a day"),
        (("--campaign", "any", "--scenario", "nothing"), "valid are"),
        (("--scenario", "stolen_cnp", "--date", DAY), "goes with"),
        (("somewhere.parquet", "--campaign", "any"), "instead of a PATH"),
    ],
)
def test_wishes_that_cannot_be_met_are_told(run, arguments, told):
    ran = run(*TINY, *arguments)
    assert ran.code == 2
    assert told in " ".join(ran.err.split())


def test_a_day_without_a_campaign_names_days_nearby_that_have_one(run):
    tiny = ("inspect", "-c", "tiny", "--scenario", "skimming")
    empty = next(
        f"2025-01-{day}"
        for day in range(10, 31)
        if run(*tiny, "--campaigns", "--date", f"2025-01-{day}", "--json").json == []
    )
    ran = run(*tiny, "--campaign", "any", "--date", empty)
    assert ran.code == 2
    named = re.findall(r"\d{4}-\d\d-\d\d", ran.err.partition("days nearby")[2])
    assert named
    for day in named:
        assert run(*tiny, "--campaign", "any", "--date", day).code == 0
    assert run(*tiny, "--campaigns", "--date", empty).out.rstrip().endswith(named[-1])
