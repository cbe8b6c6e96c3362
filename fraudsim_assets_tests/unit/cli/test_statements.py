"""``fraudsim inspect --customer``: statements hold what the data hold, in words and pictures."""

import re
from datetime import date, datetime, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest
from rich.cells import cell_len

from fraudsim_assets.catalog import build_catalogs
from fraudsim_assets.cli.statement_command import WIDTHS
from fraudsim_assets.cli.statement_model import grouped
from fraudsim_assets.config import load_config
from fraudsim_assets.simulation import World, simulate_day

TINY = ("inspect", "-c", "tiny", "--month", "2025-02")
SETTINGS = ("-s", "fraud.rate=0.02", "-s", "spending.refund_rate=0.3")


@pytest.fixture(scope="module")
def world():
    config = load_config("tiny", overrides=[setting for setting in SETTINGS if setting != "-s"])
    return World(config, build_catalogs(config))


@pytest.fixture(autouse=True)
def _shared_world(world, monkeypatch):
    """A world is a function of its configuration, so the command may as well be given one that exists."""
    monkeypatch.setattr("fraudsim_assets.simulation.World", lambda _config, _catalogs: world)
    monkeypatch.setattr("fraudsim_assets.cli.catalogs.catalogs_in_memory", lambda _session: None)


@pytest.fixture(scope="module")
def february(world):
    """Rows of February, remote ones on the clock of the holder's home."""
    days = [date(2025, 1, 31) + timedelta(days=n) for n in range(30)]
    rows = pl.concat([pl.DataFrame(simulate_day(world, day).read()) for day in days])
    customers = pl.DataFrame(world.catalogs.customers)
    zones = {
        row["customer_id"]: ZoneInfo(row["time_zone"])
        for row in customers.filter(pl.col("valid_from") <= date(2025, 2, 28)).sort("valid_from").iter_rows(named=True)
    }
    clock = [
        row["timestamp"].astimezone(zones[row["customer_id"]]).replace(tzinfo=None)
        if row["channel"] == "ecommerce"
        else row["local_time"]
        for row in rows.iter_rows(named=True)
    ]
    return rows.with_columns(clock=pl.Series(clock)).filter(pl.col("clock").dt.month() == 2)


@pytest.fixture(scope="module")
def answers():
    """What was answered before: each question is asked once."""
    return {}


@pytest.fixture
def told(run, answers):
    if not answers:
        ran = run(*TINY, *SETTINGS, "--customer", "any", "--count", "5", "--truth", "--json")
        assert ran.code == 0, ran.err
        answers["any"] = ran.json
    return answers["any"]


def test_statements_hold_every_request_of_the_month_in_order(told, february):
    assert len({statement["customer"] for statement in told}) == 5
    for statement in told:
        mine = february.filter(pl.col("customer_id") == statement["customer"]).sort("timestamp", "transaction_id")
        assert [datetime.fromisoformat(line["local"]) for line in statement["lines"]] == mine["clock"].to_list()
        amounts = [float(line["amount"]) for line in statement["lines"]]
        sign = np.where(mine["transaction_type"] == "refund", -1, 1)
        assert amounts == pytest.approx((mine["amount"].cast(float).to_numpy() * sign).tolist())
        fraud = [bool(line["truth"]) for line in statement["lines"]]
        assert fraud == mine["is_fraud"].to_list()
    assert any(line["truth"] for statement in told for line in statement["lines"])


def test_sums_by_card_are_those_of_its_approved_requests(told, february):
    for statement in told:
        mine = february.filter((pl.col("customer_id") == statement["customer"]) & pl.col("is_approved"))
        spent = float(mine.filter(pl.col("transaction_type") != "refund")["billing_amount"].sum())
        assert sum(float(card["spent"]) for card in statement["cards"]) == pytest.approx(spent)
        for card in statement["cards"]:
            assert (card["limit"] is None) == (card["product"] != "credit")
            assert (card["used"] is None) == (card["limit"] is None)


def test_a_refund_says_what_it_gives_back_and_a_refusal_why(told):
    lines = [line for statement in told for line in statement["lines"]]
    refunds = [line for line in lines if line["kind"] == "refund"]
    assert refunds
    for line in refunds:
        found = re.fullmatch(r"gives back ([\d,.]+) of \d\d \w{3} \d\d:\d\d", line["note"])
        assert found
        assert float(found[1].replace(",", "")) >= float(line["amount"])
    declined = [line for line in lines if not line["approved"]]
    assert declined
    assert all(re.fullmatch(r"declined \d\d: [\w ,]+", line["note"]) for line in declined)


def test_people_read_thousands_apart_and_one_minus_before_what_is_given_back(run, told, tmp_path):
    page = tmp_path / "month.html"
    wanted = next(s for s in told if any(line["kind"] == "refund" for line in s["lines"]))
    out = run(*TINY, *SETTINGS, "--customer", wanted["customer"], "--html", page)
    assert out.code == 0
    text = page.read_text(encoding="utf-8").replace("&minus;", "-")
    refund = next(line for line in wanted["lines"] if line["kind"] == "refund")
    assert refund["billed"].startswith("-")
    assert f">{grouped(refund['billed'])}<" in text
    assert not re.search(r"--\d", text)
    assert [grouped(amount) for amount in ("1455.28", "-1455.28", "-12", "999.90")] == [
        "1,455.28", "-1,455.28", "-12", "999.90",
    ]  # fmt: skip


def test_the_id_below_a_statement_is_one_that_a_case_is_looked_up_by(run, told, february):
    cards = [card for statement in told for card in statement["cards"]]
    assert {card["card_id"] for card in cards} <= set(february["card_id"].to_list())
    assert f"(card {told[0]['cards'][0]['card_id']})" in run(*TINY, *SETTINGS, "--customer", told[0]["customer"]).out


def test_any_shows_the_same_people_again_and_the_first_of_them_for_a_smaller_count(run, told):
    fewer = run(*TINY, *SETTINGS, "--customer", "any", "--count", "2", "--truth", "--json").json
    assert fewer == told[:2]


def test_fraud_is_told_only_when_asked_for(run, told):
    struck = next(s for s in told if any(line["truth"] for line in s["lines"]))
    assert "fraud:" not in run(*TINY, *SETTINGS, "--customer", struck["customer"]).out
    assert "fraud:" in run(*TINY, *SETTINGS, "--customer", struck["customer"], "--truth").out


def test_lines_stand_in_columns_of_a_hundred_characters(run, told):
    out = run(*TINY, *SETTINGS, "--customer", told[0]["customer"]).out
    rows = [line for line in out.splitlines() if re.match(r"\w{3} \d\d \d\d:\d\d ", line)]
    assert len(rows) == len(told[0]["lines"])
    countries = [re.search(r" ([A-Z]{2}) +\d{4} ", row)[1] for row in rows]
    assert countries == [line["place"][-2:] for line in told[0]["lines"]]
    assert {cell_len(line) for line in rows} <= set(range(sum(WIDTHS[:-1]), sum(WIDTHS) + len(WIDTHS)))
    assert sum(WIDTHS) + len(WIDTHS) - 1 <= 100


def test_the_page_draws_every_request_and_needs_nothing_else(run, told, tmp_path):
    page = tmp_path / "month.html"
    wanted = told[0]
    assert run(*TINY, *SETTINGS, "--customer", wanted["customer"], "--html", page).code == 0
    text = page.read_text(encoding="utf-8")
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
    drawn = re.findall(r"<title>(\w{3} \d\d \d\d:\d\d) ", text)
    moments = [f"{datetime.fromisoformat(line['local']):%a %d %H:%M}" for line in wanted["lines"]]
    assert sorted(drawn) == sorted(moments)
    for shop in {line["name"] for line in wanted["lines"] if line["latitude"] is not None}:
        assert shop in unescape(text)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--customer", "nobody"), "--customer is 'nobody'; valid are any and ids from 1 to"),
        (("--customer", "0"), "--customer is '0'"),
        (("--customer", "7", "--count", "2"), "--count goes with --customer any"),
        (("--customer", "any", "--month", "2025-13"), "--month is '2025-13'; valid is YYYY-MM"),
        (("--customer", "any", "--month", "1999-01"), "--month is 1999-01; the world has no day in it"),
        (("--month", "2025-02"), "go with --customer"),
        (("--customer", "any", "--date", "2025-02-01"), "--month 2025-03 chooses the month"),
    ],
)
def test_wishes_that_cannot_be_met_are_refused_in_words(run, arguments, said):
    ran = run("inspect", "-c", "tiny", *arguments)
    assert ran.code == 2
    assert said in " ".join(ran.err.split())
