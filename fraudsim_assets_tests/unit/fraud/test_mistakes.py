"""Cards that the bank blocks by mistake: how many, for how long, and what their holders do."""

from datetime import timedelta

import numpy as np
import pytest

from fraudsim_assets.config import load_config
from fraudsim_assets.fraud.blocks import MISTAKEN
from fraudsim_assets.fraud.trail import DISPUTE
from fraudsim_assets.reference_data import packaged
from fraudsim_assets.simulation import World, build_world
from fraudsim_assets.simulation.alarms import alarms_about
from fraudsim_assets.simulation.plastics import cards_in_use
from fraudsim_assets.units import DAY, HOUR, day_number

CASEWORK = packaged().casework

DAYS = 120


def world_with(**fraud) -> World:
    overrides = {"population": {"scale": 0.1}, "fraud": {"rate": 0.02} | fraud}
    return build_world(load_config("demo", overrides=overrides, env={}))


@pytest.fixture(scope="module")
def world() -> World:
    return world_with()


@pytest.fixture(scope="module")
def first(world: World) -> int:
    return day_number(world.config.start_date + timedelta(days=60))


@pytest.fixture(scope="module")
def blocks(world: World, first: int):
    return world.fraud.mistakes.blocks(first, first + DAYS - 1)


def test_some_alerts_block_a_card_and_most_holders_have_a_new_one_within_days(world, blocks):
    bank, holder = world.config.fraud.bank, world.reference.holder
    alerts = DAYS * world.fraud.mistakes.per_day * bank.false_alerts / (bank.false_alerts + bank.false_reports)
    # cards that rest are seldom taken for stolen, and not blocked while they do
    assert 0.75 * alerts * bank.mistaken_blocks < len(blocks.account) < 1.25 * alerts * bank.mistaken_blocks
    wait = (blocks.reissued - blocks.blocked) / DAY
    assert wait.min() >= CASEWORK.reissue_days[0]
    n, leaves = len(wait), wait > CASEWORK.reissue_days[1] + 1e-6
    assert leaves.mean() == pytest.approx(holder.leaves, abs=4.5 * np.sqrt(holder.leaves / n))
    assert wait.max() <= CASEWORK.reissue_days[1] + holder.leave_days[1]


def test_an_account_is_silent_while_its_card_is_blocked_by_mistake(world, first, blocks):
    history = world.history.blocks_between(first, first + DAYS)
    mine = history.take(history.campaign == MISTAKEN)
    assert len(mine.account) > 0.8 * len(blocks.account), "others wait already because of fraud"
    some = np.flatnonzero(mine.blocked < (first + DAYS) * DAY)
    card, silent = cards_in_use(world, account=mine.account[some], when=mine.blocked[some] + HOUR)
    new, over = cards_in_use(world, account=mine.account[some], when=mine.reissued[some] + HOUR)
    assert silent.all()
    assert over.mean() < 0.1, "unless it is struck again at once"
    assert (new != card).all()


def test_the_alert_comes_before_the_block_and_is_withdrawn_after_it(world, first, blocks):
    found = 0
    for day in range(first, first + 20):
        alarms, about = alarms_about(world, day), world.fraud.mistakes.blocks(day, day)
        at = np.flatnonzero(alarms.by_bank & np.isin(alarms.account, about.account))
        for one in at:
            since = about.blocked[about.account == alarms.account[one]].min()
            assert alarms.when[one] < since
            assert alarms.withdrawn[one] == 0 or alarms.withdrawn[one] > since
            found += 1
    assert found > 3


def test_many_holders_call_within_hours_and_are_no_fraudsters(world, first, blocks):
    called = 0
    for day in range(first, first + 30):
        events = world.trail.events_on(day)
        calls = events.take((events.kind == DISPUTE) & (events.campaign == 0))
        assert not calls.fraud.any()
        for account, when in zip(calls.account, calls.when, strict=True):
            wait = (when - blocks.blocked[blocks.account == account]) / HOUR
            assert (day == first) or ((wait > 0) & (wait <= CASEWORK.call_hours[2])).any()
        called += len(calls)
    expected = world.reference.holder.calls * ((blocks.blocked // DAY) < first + 30).sum()
    assert called == pytest.approx(expected, abs=4.5 * np.sqrt(expected) + 3)


def test_at_the_rate_of_the_demo_some_cards_in_a_hundred_are_replaced_in_a_year():
    demo = world_with(rate=0.0025)
    first = day_number(demo.config.start_date)
    blocks = demo.history.blocks_between(first, first + 364)
    share = len(blocks.account) / demo.entities.n_accounts
    by_mistake = (blocks.campaign == MISTAKEN).mean()
    assert 0.05 < share < 0.26, "source javelin_2009: of a quarter of holders, in a year of large breaches"
    assert 0.01 < by_mistake < 0.15


def test_a_bank_without_false_alerts_blocks_no_card_by_mistake(first):
    calm = world_with(bank={"mistaken_blocks": 0.0})
    assert len(calm.fraud.mistakes.blocks(first, first + DAYS).account) == 0
