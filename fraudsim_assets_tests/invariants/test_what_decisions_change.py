"""What one decision changes: what hangs on that account, afterwards, and nothing else."""

from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fraudsim_assets.catalog import build_catalogs
from fraudsim_assets.config import load_config
from fraudsim_assets.config.scenarios import packaged
from fraudsim_assets.decisions import DecisionLog, decisions_schema
from fraudsim_assets.reference_data.reference import Reference
from fraudsim_assets.simulation import World, simulate_day, simulate_events, simulate_labels

FIRST, DAYS, LABEL_DAYS = date(2025, 6, 2), 5, 30
FEW = 4


@lru_cache(maxsize=1)
def plain() -> World:
    rare = {name: {"share": 0.08} for name in ("application_fraud", "card_not_received", "mcc_hotspot")}  # on few days
    config = load_config("tiny", overrides={"fraud": {"rate": 0.05, "scenarios": rare}}, env={})
    return World(config, build_catalogs(config))


def rows_of(world: World, days: int = DAYS) -> pl.DataFrame:
    made = pl.concat([pl.from_arrow(simulate_day(world, FIRST + timedelta(days=i)).read()) for i in range(days)])
    return made.with_columns(pl.col("fraud_scenario", "response_code", "three_ds", "channel").cast(pl.String))


def labels_of(world: World, days: int = LABEL_DAYS) -> pl.DataFrame:
    made = [pl.from_arrow(simulate_labels(world, FIRST + timedelta(days=i)).read()) for i in range(days)]
    return pl.concat(made)


def events_of(world: World, days: int = DAYS) -> pl.DataFrame:
    made = [pl.from_arrow(simulate_events(world, FIRST + timedelta(days=i)).read()) for i in range(days)]
    return pl.concat(made)


@lru_cache(maxsize=1)
def as_it_is() -> pl.DataFrame:
    return rows_of(plain())


@lru_cache(maxsize=1)
def known_as_it_is() -> pl.DataFrame:
    return labels_of(plain())


def deciding(payments: pl.DataFrame, action: str) -> World:
    """The world in which something is decided about payments at their time."""
    n = payments.height
    table = pa.table(
        {
            "transaction_id": payments["transaction_id"].to_arrow(),
            "timestamp": payments["timestamp"].to_arrow(),
            "decided_at": payments["timestamp"].to_arrow(),
            "action": pa.array([action] * n),
            "cost": pa.array([Decimal(0)] * n),
        }
    ).cast(decisions_schema())
    return plain().under(DecisionLog.empty().adding(table))


@lru_cache(maxsize=1)
def few() -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Payments and events of few days, and the labels that become known on them."""
    soon = pl.col("timestamp").dt.date() < FIRST + timedelta(days=FEW)
    return as_it_is().filter(soon), events_of(plain(), FEW), labels_of(plain(), FEW)


@pytest.mark.parametrize("scenario", [None, *sorted(packaged())])
@settings(max_examples=3)
@given(data=st.data(), action=st.sampled_from(["decline", "step_up", "block"]))
def test_a_decision_changes_only_what_hangs_on_that_account_afterwards(scenario, data, action):
    """A payment of any scenario, or an honest one."""
    rows, events, labels = few()
    some = rows.filter(pl.col("fraud_scenario").is_null() if scenario is None else pl.col("fraud_scenario") == scenario)
    payment = some.slice(data.draw(st.integers(0, some.height - 1)), 1)
    world = deciding(payment, action)
    when, customer = payment["timestamp"][0], payment["customer_id"][0]
    kept = (pl.col("customer_id") != customer) | (pl.col("timestamp") < when)
    assert rows_of(world, FEW).filter(kept).equals(rows.filter(kept))
    assert events_of(world, FEW).filter(kept).equals(events.filter(kept))
    known, strangers = labels_of(world, FEW), rows.filter(pl.col("customer_id") != customer).select("transaction_id")
    assert known.join(strangers, on="transaction_id", how="semi").equals(
        labels.join(strangers, on="transaction_id", how="semi")
    )
    assert known.filter(pl.col("known_at") < when).equals(labels.filter(pl.col("known_at") < when))


@lru_cache(maxsize=1)
def first_payments() -> pl.DataFrame:
    """First granted payment of each campaign with each account that takes more than one step of it."""
    fraud = as_it_is().filter("is_fraud").sort("timestamp")
    several = fraud.filter(pl.len().over("campaign_id", "customer_id") > 1)
    return several.group_by("campaign_id", "customer_id", maintain_order=True).first().filter("is_approved")


@lru_cache(maxsize=2)
def under(action: str) -> tuple[World, pl.DataFrame]:
    world = deciding(first_payments(), action)
    return world, rows_of(world)


def keeping_their_card() -> list[str]:
    reference: Reference = plain().reference
    return [name for name in plain().scenario_names if reference.reaction(name).keeps_card]


def later_steps(rows: pl.DataFrame) -> pl.DataFrame:
    """Steps that follow the first payments of their campaigns with the same account."""
    first = first_payments().select("campaign_id", "customer_id", begun="timestamp")
    return rows.join(first, on=["campaign_id", "customer_id"]).filter(pl.col("timestamp") > pl.col("begun"))


def test_fraud_after_a_block_is_refused_or_does_not_happen():
    before, after = later_steps(as_it_is()), later_steps(under("block")[1])
    stolen = ~pl.col("fraud_scenario").is_in(keeping_their_card())
    assert before.filter(stolen, pl.col("is_approved")).height > 20
    assert after.filter(stolen, pl.col("is_approved")).height == 0
    assert 0 < after.height < before.height


def test_fraud_after_refusals_goes_on_less():
    before, after = later_steps(as_it_is()), later_steps(under("decline")[1])
    # a try takes the place of the refused payment, so what is granted to the same campaigns is what falls
    granted = [rows.filter("is_approved").height for rows in (before, after)]
    assert granted[1] < first_payments().height + granted[0]
    new = after.join(before, on="transaction_id", how="anti")
    assert new.height > 3, "some fraudsters try again"
    assert new["transaction_id"].is_unique().all()
    gone = before.join(after, on="transaction_id", how="anti")
    assert gone.height > 3, "some give the card up"


def test_what_is_declined_is_refused_as_suspected_fraud():
    _, after = under("decline")
    mine = after.join(first_payments().select("transaction_id"), on="transaction_id", how="semi")
    assert mine.height == first_payments().height
    assert set(mine["response_code"]) == {"59"}


def test_labels_of_stopped_fraud_never_arrive():
    payments = as_it_is().filter("is_fraud", "is_approved")
    world = deciding(payments, "decline")
    stopped = payments.select("transaction_id")
    told = known_as_it_is().join(stopped, on="transaction_id", how="semi")
    assert told.height > 50
    assert labels_of(world).join(stopped, on="transaction_id", how="semi").height == 0


def test_tries_that_go_through_are_labelled_as_their_step_would_have_been():
    world, after = under("decline")
    new = after.join(as_it_is(), on="transaction_id", how="anti").filter("is_fraud")
    told = labels_of(world).join(new, on="transaction_id", how="semi")
    assert told.height > 0
    assert (told.join(new, on="transaction_id")["timestamp"] <= told.join(new, on="transaction_id")["known_at"]).all()


def test_holders_pass_challenges_and_thieves_seldom_do():
    granted = as_it_is().filter("is_approved", pl.col("original_txn_id").is_null())
    honest, fraud = granted.filter(~pl.col("is_fraud")), granted.filter("is_fraud")
    remote = honest.filter(pl.col("channel") == "ecommerce")
    after = rows_of(deciding(pl.concat([remote, fraud]), "step_up"))
    passed = after.join(remote.select("transaction_id"), on="transaction_id", how="semi")
    # what is asked for falls away where the card is blocked meanwhile, which no challenge does: all of it is there
    assert passed.height == remote.height
    share, expected = passed["is_approved"].to_numpy().mean(), plain().reference.holder.passes
    assert abs(share - expected) < 5 * np.sqrt(expected * (1 - expected) / passed.height)
    assert set(passed["three_ds"].drop_nulls()) == {"challenge", "failed"}
    assert set(passed.filter(~pl.col("is_approved"))["response_code"]) == {"65"}
    strangers = fraud.filter(~pl.col("fraud_scenario").is_in([*keeping_their_card(), "bust_out"]))
    mine = after.join(strangers.select("transaction_id"), on="transaction_id", how="semi")
    assert mine["is_approved"].to_numpy().mean() < 0.5


@pytest.fixture(scope="module")
def blocked_by_mistake() -> tuple[World, pl.DataFrame, pl.DataFrame]:
    honest = as_it_is().filter(~pl.col("is_fraud"), pl.col("is_approved"), pl.col("original_txn_id").is_null())
    first = honest.filter(pl.col("timestamp").dt.date() <= FIRST + timedelta(days=1))
    first = first.sort("timestamp").group_by("card_id", maintain_order=True).first()
    world = deciding(first, "block")
    return world, first, rows_of(world)


def test_holders_who_are_blocked_by_mistake_try_take_another_card_and_get_a_new_one(blocked_by_mistake):
    world, first, after = blocked_by_mistake
    mine = after.join(first.select("card_id", blocked="timestamp"), on="card_id")
    waiting = mine.filter(pl.col("timestamp") > pl.col("blocked") + timedelta(seconds=2))
    assert waiting.height > 10
    assert not waiting["is_approved"].any(), "the old card pays nothing any more"
    other = after.join(as_it_is(), on="transaction_id", how="anti")
    assert other.filter("is_approved").height > 10, "some payments are made with another card"
    blocks = world.history.blocks_around((FIRST - date(1970, 1, 1)).days).blocks
    mine = blocks.take(blocks.campaign == -1)
    wait = (mine.reissued - mine.blocked) / 86_400e6
    assert (wait >= 2).all()
    least, longest = world.reference.holder.leave_days
    assert ((wait <= 6) | ((wait >= 2 + least) & (wait <= 6 + longest))).all()
    assert 0 < (wait > 6).sum() < 0.2 * len(wait)


def test_holders_who_are_blocked_by_mistake_call(blocked_by_mistake):
    world, first, _ = blocked_by_mistake

    def calls(of: World) -> int:
        return (events_of(of)["event_type"].cast(pl.String) == "dispute").sum()

    more, chance = calls(world) - calls(plain()), world.reference.holder.calls
    assert abs(more - chance * first.height) < 5 * np.sqrt(chance * (1 - chance) * first.height) + 0.1 * first.height


def test_what_was_refused_is_not_given_back():
    given = as_it_is().filter(pl.col("original_txn_id").is_not_null(), ~pl.col("is_fraud"))
    bought = as_it_is().join(given.select(transaction_id="original_txn_id"), on="transaction_id", how="semi")
    assert bought.height > 3
    after = rows_of(deciding(bought, "decline"))
    assert after.join(bought.select(original_txn_id="transaction_id"), on="original_txn_id", how="semi").height == 0


def test_a_payment_that_has_gone_through_stays_when_a_review_ends_in_a_block():
    payment = first_payments().head(1)
    later = payment["timestamp"] + timedelta(minutes=1)
    table = pa.table(
        {
            "transaction_id": payment["transaction_id"].to_arrow(),
            "timestamp": payment["timestamp"].to_arrow(),
            "decided_at": later.to_arrow(),
            "action": pa.array(["block"]),
            "cost": pa.array([Decimal("4.50")]),
        }
    ).cast(decisions_schema())
    after = rows_of(plain().under(DecisionLog.empty().adding(table)))
    mine = after.filter(pl.col("transaction_id") == payment["transaction_id"][0])
    assert mine["is_approved"].to_list() == [True]
    later = after.filter(pl.col("card_id") == payment["card_id"][0], pl.col("timestamp") > later[0])
    assert not later["is_approved"].any()
