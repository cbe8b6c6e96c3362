"""Merchants whose charge a decision has refused come again on the days on which they come again for any refused one."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from fraudsim_assets.bit_layouts import AGAIN_SLOT, RECHARGE, RECHARGE_SLOT
from fraudsim_assets.config import load_config
from fraudsim_assets.decisions import DecisionLog, decisions_schema
from fraudsim_assets.reference_data import packaged
from fraudsim_assets.simulation import World, build_world, simulate_day
from fraudsim_assets.simulation.cast import Cast
from fraudsim_assets.simulation.charges import charge_rows
from fraudsim_assets.simulation.plastics import cards_in_use
from fraudsim_assets.simulation.rows import parse_transaction_ids
from fraudsim_assets.units import DAY, day_number

FIRST = date(2025, 6, 2)
ATTEMPTS = packaged().subscriptions.attempts
LAST_ATTEMPT = ATTEMPTS[-1]


@lru_cache(maxsize=1)
def plain() -> World:
    return build_world(load_config("tiny", env={}))


def day_of(world: World, after: int) -> pl.DataFrame:
    rows = pl.DataFrame(simulate_day(world, FIRST + timedelta(days=after)).read())
    parts = parse_transaction_ids(world, rows["transaction_id"].to_numpy())
    return rows.with_columns(
        pl.col("response_code", "entry_mode").cast(pl.String), account=pl.Series(parts[1]), slot=pl.Series(parts[2])
    )


def days_of(world: World) -> list[pl.DataFrame]:
    return [day_of(world, after) for after in range(LAST_ATTEMPT + 2)]


@lru_cache(maxsize=1)
def as_it_is() -> list[pl.DataFrame]:
    return days_of(plain())


def recharges(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.filter(pl.col("slot").is_between(RECHARGE_SLOT, AGAIN_SLOT, closed="left"))


def log_about(payments: pl.DataFrame, action: str) -> pa.Table:
    n = payments.height
    when = payments["timestamp"].to_arrow()
    columns = [payments["transaction_id"].to_arrow(), when, when, pa.array([action] * n), pa.array([Decimal(0)] * n)]
    return pa.table(dict(zip(decisions_schema().names, columns, strict=True))).cast(decisions_schema())


def on_file(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.filter(pl.col("entry_mode") == "credential_on_file", "is_approved", ~pl.col("is_fraud"))


def due(attempt: int) -> int:
    """How many charges that the issuer grants fall due for the so-many-th time, counted from the model. [count]

    A card that is blocked by then pays none.
    """
    world, day = plain(), day_number(FIRST)
    cast = Cast.of_people(world, np.arange(world.entities.n_customers), day)
    charges = world.habits.subscriptions.due(world.streams, accounts=cast.accounts, day=day)
    rows = charge_rows(world, cast, charges)
    _, silent = cards_in_use(world, account=cast.accounts.take(rows.at), when=day * DAY + rows.moment)
    return int(((charges.attempt == attempt) & ~charges.refused & ~silent).sum())


@lru_cache(maxsize=3)
def refusing(action: str) -> tuple[World, list[pl.DataFrame]]:
    """The world in which all that is charged to cards on file on the first day is refused."""
    world = plain().under(DecisionLog.empty().adding(log_about(on_file(as_it_is()[0]), action)))
    return world, days_of(world)


def attempt_of(rows: pl.DataFrame) -> np.ndarray:
    return RECHARGE.unpack(rows["slot"].to_numpy() - RECHARGE_SLOT)[0]


def test_a_refused_charge_is_tried_again_after_as_many_days_as_any_other():
    _, days = refusing("decline")
    found = {after: recharges(rows).height for after, rows in enumerate(days) if recharges(rows).height}
    first, second, third = ATTEMPTS
    assert found[second - first] == due(0) > 10
    assert set(found) <= {second - first, third - second, third - first}
    refused = recharges(days[second]).filter(~pl.col("is_approved"))
    waiting = recharges(days[third]).filter(pl.Series(attempt_of(recharges(days[third])) == 2))
    assert set(waiting["account"]) == set(refused["account"]), "who is refused again is asked a last time"
    assert found.get(third - second, 0) == due(1), "what was tried again already is tried a last time"


def test_what_is_tried_again_is_the_same_charge():
    charged = on_file(as_it_is()[0]).select("customer_id", "merchant_id", "currency", "amount")
    again = recharges(refusing("decline")[1][ATTEMPTS[1]])
    same = again.join(charged, ["customer_id", "merchant_id", "currency", "amount"], "semi")
    # a currency of another worth on the day changes the sum
    assert same.height > 0.9 * again.height
    assert again.join(charged, ["customer_id", "merchant_id"], "semi").height == again.height
    assert (again["entry_mode"] == "credential_on_file").all()
    assert again["is_approved"].mean() > 0.7, "the issuer has no reason of its own to refuse more than at first"


def test_a_charge_that_is_always_refused_is_given_up_after_the_last_attempt():
    log = refusing("decline")[0].decisions
    for after in ATTEMPTS[1:]:
        log = log.adding(log_about(recharges(day_of(plain().under(log), after)).filter("is_approved"), "decline"))
    days = days_of(plain().under(log))
    asked = [recharges(days[after]) for after in ATTEMPTS[1:]]
    assert all(len(rows) and not rows["is_approved"].any() for rows in asked)
    assert asked[0].height == due(0)
    assert (attempt_of(asked[1]) == 2).sum() == asked[0].height
    assert recharges(days[-1]).height == 0


def test_while_the_card_is_blocked_the_merchant_is_refused_and_then_finds_the_new_one():
    _, days = refusing("block")
    vain, late = (recharges(days[after]) for after in ATTEMPTS[1:])
    assert vain["is_approved"].mean() < 0.5 < late["is_approved"].mean()
    blocked = on_file(as_it_is()[0]).select("account", old="card_id")
    granted = late.filter("is_approved").join(blocked.unique("account"), "account")
    assert granted.height > 5
    assert (granted["card_id"] != granted["old"]).all()


@pytest.mark.parametrize("action", ["decline", "block"])
def test_the_chain_of_cards_holds_over_what_is_tried_again(action):
    rows = pl.concat(refusing(action)[1]).sort("card_id", "timestamp", "transaction_id")
    later = rows.with_columns(before=pl.col("transaction_id").shift(1).over("card_id")).drop_nulls("before")
    assert later.filter(pl.col("before").ne_missing(pl.col("previous_txn_id"))).height == 0
    assert rows["transaction_id"].is_unique().all()


def test_days_with_further_attempts_made_alone_are_those_of_a_run():
    world, days = refusing("decline")
    alone: Callable[[int], pl.DataFrame] = lambda after: day_of(plain().under(world.decisions), after)  # noqa: E731
    for after in (ATTEMPTS[1], ATTEMPTS[2] - ATTEMPTS[1], ATTEMPTS[2], len(days) - 1):
        assert alone(after).equals(days[after])


def test_whoever_is_not_charged_again_keeps_every_byte_of_later_days():
    _, days = refusing("decline")
    again = pl.concat([recharges(rows) for rows in days])["customer_id"].implode()
    decided = on_file(as_it_is()[0])["customer_id"].implode()
    assert pl.concat([recharges(rows) for rows in as_it_is()]).height == 0
    for after in ATTEMPTS[1:]:
        strangers = ~(pl.col("customer_id").is_in(again) | pl.col("customer_id").is_in(decided))
        assert days[after].filter(strangers).equals(as_it_is()[after].filter(strangers))
