"""Rows that were never written are those that would have been."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest

from fraudsim_assets.catalog import build_catalogs
from fraudsim_assets.config import load_config
from fraudsim_assets.errors import ConfigError
from fraudsim_assets.simulation import World, day, simulate_day
from fraudsim_assets.simulation.plastics import cards_in_use
from fraudsim_assets.simulation.scan import scan_transactions
from fraudsim_assets.tables import Transactions, polars_schema
from fraudsim_assets.units import DAY, day_number

DAYS = (date(2025, 2, 1), date(2025, 2, 2), date(2025, 2, 3))
NOON = datetime(2025, 2, 2, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def world():
    config = load_config("tiny", overrides=["generation.chunk_rows=400"])
    return World(config, build_catalogs(config))


@pytest.fixture(scope="module")
def written(world):
    return pl.concat([pl.DataFrame(pl.from_arrow(simulate_day(world, d).read())) for d in DAYS])


@pytest.fixture
def scan(world):
    return scan_transactions(world.config, DAYS[0], DAYS[-1], world=world)


@pytest.fixture
def made(monkeypatch):
    """Days and accounts that the generator was asked for."""
    asked = []

    def watched(world, number, accounts, *, columns=None):
        asked.append((date.fromordinal(date(1970, 1, 1).toordinal() + number), list(accounts), columns))
        return day.day_batches(world, number, accounts, columns=columns)

    monkeypatch.setattr("fraudsim_assets.simulation.scan.day_batches", watched)
    return asked


def same(left, right):
    assert left.schema == right.schema
    assert left.equals(right)


def test_a_scan_gives_the_days_one_after_the_other(scan, written):
    same(scan.collect(), written)
    assert scan.collect_schema() == polars_schema(Transactions)


def test_a_scan_makes_its_own_world_from_the_configuration_alone(world, written):
    same(scan_transactions(world.config, DAYS[1], DAYS[1]).collect(), written.filter(on(DAYS[1])))


def on(wanted):
    return pl.col("timestamp").dt.date() == wanted


@pytest.mark.parametrize("column", polars_schema(Transactions))
def test_a_column_alone_is_the_column_of_the_whole(scan, written, column):
    same(scan.select(column).collect(), written.select(column))


def test_columns_come_in_the_order_asked(scan, written):
    wanted = ["is_fraud", "mcc", "transaction_id", "amount"]
    same(scan.select(wanted).collect(), written.select(wanted))


def test_only_columns_asked_for_are_made(scan, made):
    scan.filter(pl.col("is_approved")).select("card_id").collect()
    assert {frozenset(columns) for _, _, columns in made} == {frozenset({"card_id", "is_approved"})}


FILTERS = {
    "a moment": pl.col("timestamp") >= NOON,
    "before a moment, mirrored": pl.lit(NOON) > pl.col("timestamp"),
    "between moments": pl.col("timestamp").is_between(NOON, datetime(2025, 2, 2, 18, tzinfo=UTC)),
    "a date": on(DAYS[1]),
    "dates": pl.col("timestamp").dt.date().is_in(DAYS[:2]),
    "no date": on(DAYS[0]) | on(DAYS[2]),
    "a date elsewhere": pl.col("timestamp").dt.convert_time_zone("Asia/Tokyo").dt.date() == DAYS[1],
    "a date by another clock": pl.col("timestamp").dt.offset_by("-7h").dt.date() == DAYS[1],
    "a local date": pl.col("local_time").dt.date() == DAYS[1],
    "a moment elsewhere": pl.col("timestamp").dt.convert_time_zone("Asia/Tokyo")
    < NOON.astimezone(ZoneInfo("Asia/Tokyo")),
    "an hour": pl.col("timestamp").dt.hour() == 7,
    "date or hour": on(DAYS[0]) | (pl.col("timestamp").dt.hour() == 7),
    "a customer": pl.col("customer_id") == 17,
    "customers": pl.col("customer_id").is_in([3, 5, 250, 10_000]),
    "a range of customers": (pl.col("customer_id") > 100) & (pl.col("customer_id") <= 120),
    "every third customer": pl.col("customer_id") % 3 == 0,
    "first rows of customers": pl.col("customer_id").is_first_distinct(),
    "not some customers": ~pl.col("customer_id").is_in([1, 2, 3]),
    "not a moment": ~(pl.col("timestamp") < NOON),
    "a card or a moment": (pl.col("card_id") == 1) | (pl.col("timestamp") < NOON),
    "no campaign but one": pl.col("campaign_id").ne_missing(5),
    "a scenario": pl.col("fraud_scenario").is_in(["skimming", "stolen_cnp"]),
    "fraud": pl.col("is_fraud"),
    "fraud, spelled out": pl.col("is_fraud") == True,  # noqa: E712 - as people write it
    "no fraud": ~pl.col("is_fraud"),
    "a campaign": pl.col("campaign_id").is_not_null(),
    "no campaign": pl.col("campaign_id").is_null(),
    "fraud of a customer": pl.col("is_fraud") & pl.col("customer_id").is_between(1, 150),
    "a country": pl.col("merchant_country") == "FR",
    "amount": pl.col("billing_amount") > 100,
    "fraud or large": pl.col("is_fraud") | (pl.col("billing_amount") > 100),
    "nothing": pl.col("customer_id") < 0,
    "everything": pl.lit(value=True),
    "two columns": pl.col("customer_id") < pl.col("card_id"),
    "above the mean": pl.col("billing_amount") > pl.col("billing_amount").mean(),
}


@pytest.mark.parametrize("wanted", FILTERS.values(), ids=FILTERS)
def test_a_filter_gives_the_rows_of_the_whole_that_pass(scan, written, wanted):
    # previous ids cost most, and are as they are for every choice of accounts in the tests of single rows
    same(scan.filter(wanted).drop("previous_txn_id").collect(), written.filter(wanted).drop("previous_txn_id"))


def test_previous_transactions_are_found_for_any_choice_of_accounts(scan, written):
    wanted = FILTERS["customers"]
    same(scan.filter(wanted).collect(), written.filter(wanted))
    same(scan.filter(pl.col("is_fraud")).collect(), written.filter(pl.col("is_fraud")))


@pytest.mark.parametrize("column", ["card_id", "transaction_id"])
def test_rows_are_found_by_id(scan, written, made, column):
    some = written[column].gather_every(97).to_list()
    first, second = (pl.col(column) == value for value in some[:2])
    anything = [first, second, first | second, pl.col(column).is_in(some), pl.lit(some[0]) == pl.col(column)]
    for wanted in anything:
        same(scan.filter(wanted).collect(), written.filter(wanted))
    assert all(len(accounts) <= len(some) for _, accounts, _ in made)


def test_ids_of_nobody_find_nothing(scan):
    for column in ("card_id", "transaction_id", "customer_id"):
        assert scan.filter(pl.col(column).is_in([-5, 0, 2**62])).collect().is_empty()


@pytest.mark.parametrize(
    ("wanted", "days"),
    [
        ("a moment", DAYS[1:]),
        ("before a moment, mirrored", DAYS[:2]),
        ("between moments", DAYS[1:2]),
        ("a date", DAYS[1:2]),
        ("dates", DAYS[:2]),
        ("no date", (DAYS[0], DAYS[2])),
        ("an hour", DAYS),
        ("date or hour", DAYS),
    ],
)
def test_days_that_a_filter_rules_out_are_not_made(scan, made, wanted, days):
    scan.filter(FILTERS[wanted]).select("card_id").collect()
    assert tuple(dict.fromkeys(d for d, _, _ in made)) == days


def test_a_transaction_is_found_on_its_day_and_account_alone(scan, written, made):
    row = written.row(700, named=True)
    assert scan.filter(pl.col("transaction_id") == row["transaction_id"]).collect().row(0, named=True) == row
    assert [(d, len(accounts)) for d, accounts, _ in made] == [(row["timestamp"].date(), 1)]


def test_accounts_without_fraud_are_passed_over_when_fraud_is_wanted(scan, written, made, world):
    wanted = pl.col("is_fraud") & (pl.col("timestamp") < NOON)
    assert scan.filter(wanted).collect().height == written.filter(wanted).height > 0
    assert sum(len(accounts) for _, accounts, _ in made) < world.entities.n_accounts / 5


def test_accounts_of_other_customers_are_passed_over(scan, made):
    scan.filter(FILTERS["a range of customers"]).collect()
    assert max(len(accounts) for _, accounts, _ in made) < 60


def days_with_a_blocked_card(world, customers: list[int]) -> int:
    """Days of the weeks on which a card of customers is silent at midnight."""
    accounts = np.flatnonzero(np.isin(world.entities.account_customer + 1, customers))
    days = range(day_number(DAYS[0]), day_number(date(2025, 3, 10)) + 2)
    midnights = [np.full(len(accounts), number * DAY) for number in days]
    return sum(bool(cards_in_use(world, account=accounts, when=when)[1].any()) for when in midnights)


def test_days_on_which_few_people_have_no_row_are_passed_over_and_no_others(world, made):
    weeks = scan_transactions(world.config, DAYS[0], date(2025, 3, 10), world=world)
    whole = weeks.collect()
    rows = whole["customer_id"].value_counts(sort=True, name="rows")["customer_id"]
    defrauded = whole.filter(pl.col("is_fraud"))["customer_id"].unique(maintain_order=True)
    returned = whole.filter(pl.col("transaction_type") == "refund")["customer_id"].unique(maintain_order=True)
    for chosen in ([rows[0]], [rows[-1]], [rows[100]], defrauded[:3].to_list(), returned[:3].to_list()):
        made.clear()
        wanted = pl.col("customer_id").is_in(chosen)
        same(weeks.filter(wanted).collect(), whole.filter(wanted))
        days = whole.filter(wanted)["timestamp"].dt.date().n_unique()
        # a day is looked at whose rows fall away while a card is blocked
        assert days <= len({d for d, _, _ in made}) <= days + days_with_a_blocked_card(world, chosen)
    made.clear()
    assert weeks.filter(pl.col("customer_id") == rows[-1]).collect().height < 15
    assert len({d for d, _, _ in made}) < 15


def test_a_limit_gives_the_first_rows_and_makes_few_more(scan, written, made, world):
    same(scan.head(5).collect(), written.head(5))
    assert sum(len(accounts) for _, accounts, _ in made) < world.entities.n_accounts / 5


@pytest.mark.parametrize(
    "query", [lambda f: f.slice(900, 20), lambda f: f.tail(3), lambda f: f.filter(pl.col("is_fraud")).head(2)]
)
def test_slices_are_those_of_the_whole(scan, written, query):
    same(query(scan).collect(), query(written))


def test_a_limit_before_a_filter_counts_rows_before_the_filter(scan, written):
    wanted = pl.col("customer_id") > 20
    same(scan.head(300).filter(wanted).collect(), written.head(300).filter(wanted))


def test_a_limit_on_a_long_range_ends_after_its_first_day(world, made):
    long = scan_transactions(world.config, DAYS[0], date(2025, 12, 31), world=world)
    assert long.filter(pl.col("billing_amount") > 1).head(3).collect(engine="streaming").height == 3
    assert len({d for d, _, _ in made}) < 30


def test_rows_can_be_counted_joined_and_grouped(scan, written):
    assert scan.select(pl.len()).collect().item() == written.height
    pairs = scan.join(scan, left_on="previous_txn_id", right_on="transaction_id", how="inner").select(pl.len())
    assert (
        pairs.collect().item()
        == written.filter(pl.col("previous_txn_id").is_in(written["transaction_id"].implode())).height
    )
    by_channel = scan.group_by("channel").agg(pl.col("amount").sum()).sort("channel")
    same(by_channel.collect(), written.group_by("channel").agg(pl.col("amount").sum()).sort("channel"))


def test_pieces_are_no_larger_than_asked(scan, world, written):
    from fraudsim_assets.simulation.scan import _Source

    pieces = list(_Source(world.config, list(DAYS), world, (0, 1)).read(["card_id"], None, 1000, 64))
    assert max(piece.height for piece in pieces) <= 64
    same(pl.concat(pieces), written.select("card_id").head(1000))


def test_wrong_days_are_refused_at_once(world):
    with pytest.raises(ConfigError, match="2025-02-01 is before start 2025-02-02"):
        scan_transactions(world.config, DAYS[1], DAYS[0])
    with pytest.raises(ConfigError, match="outside the world"):
        scan_transactions(world.config, date(2024, 12, 31), DAYS[0])
    with pytest.raises(ConfigError, match="seed is not set"):
        scan_transactions(world.config.model_copy(update={"seed": None}), DAYS[0], DAYS[0])
