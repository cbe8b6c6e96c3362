"""Who stole a number has that number: it is not asked any more once the card is replaced, for whatever reason."""

from functools import lru_cache

import numpy as np
import polars as pl
import pytest

from fraudsim_assets.catalog import build_catalogs
from fraudsim_assets.config import load_config
from fraudsim_assets.fraud.rows import FraudRows
from fraudsim_assets.simulation import World, simulate_day, simulate_labels
from fraudsim_assets.simulation.catalogs import complete_cards
from fraudsim_assets.simulation.plastics import cards_in_use
from fraudsim_assets.units import DAY, SECOND, day_date, day_number
from fraudsim_assets_tests.invariants.test_what_decisions_change import (
    FIRST,
    deciding,
    first_payments,
    plain,
    rows_of,
)

DAYS = 90


@lru_cache(maxsize=1)
def world() -> World:
    config = load_config("tiny", overrides={"fraud": {"rate": 0.05}}, env={})
    return World(config, build_catalogs(config))


def first_day() -> int:
    return day_number(world().config.start_date) + 60


def with_cards(source, of: World, first: int, days: int) -> pl.DataFrame:
    """Fraudulent rows of some days, each with its card and whether its campaign began with another of the account."""
    parts = []
    for day in range(first - 60, first + days):
        rows: FraudRows = source.rows_on(day)
        when = day * DAY + rows.moment
        card, _ = cards_in_use(of, account=rows.account, when=when)
        named = {"campaign": rows.campaign, "account": rows.account, "step": rows.step, "slot": rows.slot}
        named |= {"scenario": np.array(of.scenario_names)[rows.scenario], "when": when, "card": card}
        parts.append(pl.DataFrame(named))
    begun_with = pl.col("card").first().over("campaign", "account")
    joined = pl.concat(parts).sort("when").with_columns(elsewhere=pl.col("card") != begun_with)
    return joined.filter(pl.col("when") >= first * DAY)


def followers() -> list[str]:
    """Scenarios whose campaigns pay with whatever card the account has."""
    return [name for name in world().scenario_names if world().reference.reaction(name).follows_account]


@pytest.fixture(scope="module")
def planned() -> pl.DataFrame:
    return with_cards(world().fraud, world(), first_day(), DAYS)


@pytest.fixture(scope="module")
def done() -> pl.DataFrame:
    return with_cards(world().history, world(), first_day(), DAYS)


def test_no_thief_goes_on_with_the_card_that_replaces_a_stolen_one(planned, done):
    thieves = ~pl.col("scenario").is_in(followers())
    gone = planned.filter(thieves, pl.col("elsewhere"))
    assert gone.height > 20, "plans do not know of blocks, so some of their steps come too late"
    assert done.filter(thieves, pl.col("elsewhere")).height == 0
    # all other steps come about
    assert done.filter(thieves).equals(planned.filter(thieves, ~pl.col("elsewhere")))


def test_who_has_the_account_goes_on_with_whatever_card_it_has(planned, done):
    holders = pl.col("scenario").is_in(followers())
    assert done.filter(holders).equals(planned.filter(holders))
    assert done.filter(holders, pl.col("elsewhere")).height > 0


def test_steps_that_do_not_come_about_get_no_label_and_leave_no_footstep(planned, done):
    gone = planned.join(done, on=["campaign", "account", "step"], how="anti")
    steps = world().history.footsteps_around(first_day() + DAYS - 1)
    trodden = pl.DataFrame({"account": steps.account, "when": steps.when, "slot": steps.slot})
    assert gone.join(trodden, on=["account", "when", "slot"]).height == 0
    late = done.filter(pl.col("when") >= (first_day() + DAYS - 30) * DAY)
    assert late.join(trodden, on=["account", "when", "slot"]).height == late.height
    days = [day_date(first_day() + n) for n in range(DAYS)]
    labels = pl.concat([pl.from_arrow(simulate_labels(world(), day).read()) for day in days])
    when = pl.from_epoch(pl.col("when"), time_unit="us").dt.date()
    some = gone.select(when).to_series().unique().sort().to_list()[:8]
    payments = pl.concat([pl.from_arrow(simulate_day(world(), day).read()) for day in some])
    told = labels.filter(pl.col("transaction_date").is_in(some))
    assert told.height > 50
    assert told.join(payments, on="transaction_id", how="anti").height == 0


def test_no_card_is_blocked_for_what_was_done_with_the_one_before(done):
    blocks = world().history.blocks_between(first_day() - 200, first_day() + DAYS)
    inside = (blocks.campaign >= 0) & (blocks.blocked >= first_day() * DAY)
    blocks = blocks.take(inside & (blocks.blocked < (first_day() + DAYS) * DAY))
    known = pl.DataFrame({"campaign": blocks.campaign, "account": blocks.account, "blocked": blocks.blocked - SECOND})
    stolen = done.filter(~pl.col("scenario").is_in(followers()))
    first = stolen.group_by("campaign", "account").agg(pl.col("when").min(), pl.col("card").first())
    both = known.join(first, on=["campaign", "account"])
    assert both.height > 200
    card, silent = cards_in_use(world(), account=both["account"].to_numpy(), when=both["blocked"].to_numpy())
    assert np.array_equal(card, both["card"].to_numpy())
    assert not silent.any()


def test_nor_where_decisions_block_cards():
    """First payments of campaigns are blocked, so that more of what was planned comes after the new card."""
    blocked, first = deciding(first_payments(), "block"), day_number(FIRST)
    planned, done = (with_cards(source, blocked, first, 45) for source in (blocked.fraud, blocked.history))
    of_thieves = ~pl.col("scenario").is_in(followers())
    usual = with_cards(blocked.fraud, plain(), first, 45).filter(of_thieves, pl.col("elsewhere"))
    gone = planned.filter(of_thieves, pl.col("elsewhere"))
    assert usual.height > 5
    assert gone.join(usual, on=["campaign", "account", "step"], how="anti").height > 0, "decisions move no plastic"
    assert done.filter(of_thieves, pl.col("elsewhere")).height == 0
    accounts = pl.from_arrow(complete_cards(blocked)).select("card_id", "account_id")
    fraud = rows_of(blocked, 12).filter(pl.col("is_fraud"), ~pl.col("fraud_scenario").is_in(followers()))
    cards = fraud.join(accounts, on="card_id").group_by("campaign_id", "account_id").agg(pl.col("card_id").n_unique())
    assert cards.height > 100
    assert cards["card_id"].max() == 1
