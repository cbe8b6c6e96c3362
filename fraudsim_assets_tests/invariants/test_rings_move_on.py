"""Rings that move on: after enough stopped attempts a ring leaves at midnight, and what it would have begun is not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from fraudsim_assets.config import load_config
from fraudsim_assets.decisions import DecisionLog, decisions_schema
from fraudsim_assets.fraud.moving import Absences, Stops
from fraudsim_assets.simulation import (
    UndecidedDays,
    World,
    build_world,
    decide_day,
    simulate_day,
    simulate_events,
    simulate_labels,
)
from fraudsim_assets.streams import Streams
from fraudsim_assets.units import DAY

FIRST, DAYS, DECIDED_DAYS = date(2025, 6, 2), 6, 2
PATIENCE = 2


@pytest.fixture(scope="module")
def plain() -> World:
    rings = {name: {"patience": PATIENCE} for name in ("crew", "network")}
    overrides = {"fraud": {"rate": 0.05}, "reference": {"rings": rings}}
    return build_world(load_config("tiny", overrides=overrides, env={}))


def rows_of(world: World, make=simulate_day) -> pl.DataFrame:
    made = [pl.DataFrame(make(world, FIRST + timedelta(days=i)).read()) for i in range(DAYS)]
    return pl.concat(made).with_columns(pl.col(pl.Categorical).cast(pl.String))


@pytest.fixture(scope="module")
def as_it_is(plain) -> pl.DataFrame:
    return rows_of(plain)


@pytest.fixture(scope="module")
def stopped(as_it_is) -> pl.DataFrame:
    """All that rings attempt on the first days, and the issuer would grant; one payment of each customer."""
    soon = pl.col("timestamp").dt.date() < FIRST + timedelta(days=DECIDED_DAYS)
    mine = as_it_is.filter(soon & pl.col("ring_id").is_not_null() & pl.col("is_approved"))
    return mine.sort("timestamp").unique("customer_id", keep="first", maintain_order=True)


@pytest.fixture(scope="module")
def log(stopped) -> DecisionLog:
    table = stopped.select("transaction_id", "timestamp", decided_at="timestamp", action=pl.lit("decline"))
    return DecisionLog.empty().adding(
        table.with_columns(cost=pl.lit(0).cast(pl.Decimal(18, 3))).to_arrow().cast(decisions_schema())
    )


@pytest.fixture(scope="module")
def left(stopped) -> Mapping[int, date]:
    """Rings that have lost their patience, and their first day away."""
    last = stopped.sort("timestamp").group_by("ring_id").agg(pl.col("timestamp").get(PATIENCE - 1, null_on_oob=True))
    gone = last.drop_nulls().select("ring_id", pl.col("timestamp").dt.date() + timedelta(days=1))
    return dict(gone.iter_rows())


@pytest.fixture(scope="module")
def fallen(as_it_is, left) -> set[int]:
    """Campaigns of which the first step would be taken while their ring is away."""
    away = pl.col("ring_id").replace_strict(left, default=None, return_dtype=pl.Date)
    return set(as_it_is.filter(pl.col("campaign_step") == 0, pl.col("timestamp").dt.date() >= away)["campaign_id"])


def test_there_is_enough_to_see(left, fallen, as_it_is):
    assert len(left) >= 2
    assert len(fallen) >= 5
    assert as_it_is.filter(pl.col("ring_id").is_in(list(left)), ~pl.col("campaign_id").is_in(list(fallen))).height > 5


def test_what_a_ring_would_have_begun_while_it_is_away_leaves_no_trace(plain, log, fallen, as_it_is):
    under, mine = plain.under(log), pl.col("campaign_id").is_in(list(fallen))
    assert rows_of(under).filter(mine).is_empty()
    assert rows_of(under, simulate_events).filter(mine).is_empty()
    payments = as_it_is.filter(mine)["transaction_id"].implode()
    assert rows_of(under, simulate_labels).filter(pl.col("transaction_id").is_in(payments)).is_empty()


def test_whoever_no_such_ring_has_struck_keeps_every_row(plain, log, stopped, left, as_it_is):
    theirs = as_it_is.filter(pl.col("ring_id").is_in(list(left)))["customer_id"]  # their cards may stay in use
    touched = pl.col("customer_id").is_in(pl.concat([theirs, stopped["customer_id"]]).implode())
    before, after = as_it_is.filter(~touched), rows_of(plain.under(log)).filter(~touched)
    assert before.filter("is_fraud").height > 20
    assert after.equals(before)


def test_a_day_alone_and_a_world_that_knew_less_before_come_to_the_same(plain, log):
    day = FIRST + timedelta(days=3)
    step = plain.under(DecisionLog.empty().adding(log.on(FIRST)))
    simulate_day(step, day).read()
    in_turn = simulate_day(step.under(log), day).read()
    alone = simulate_day(World(plain.config, plain.catalogs, log), day).read()
    assert in_turn.equals(alone)


@dataclass(frozen=True)
class TwoRings:
    """Stands for the rings of a world: the second never leaves."""

    streams = Streams(7)

    def law(self, field: str, ring: np.ndarray) -> np.ndarray:
        patience = np.where(ring == 0, 2.0, 0.0)
        return {"patience": patience}.get(field, np.full(len(ring), {"shortest_absence": 3.0}.get(field, 5.0)))

    def words(self, decision: str, ids: np.ndarray) -> np.ndarray:
        return self.streams.draw(f"fraud.ring.{decision}").words(ids)


def test_patience_begins_again_when_a_ring_is_back_and_attempts_while_away_do_not_count():
    noon = DAY // 2
    attempts = [  # ring, day, day on which the campaign began
        (0, 10, 10),
        (0, 11, 10),  # patience is out: away from day 12 on, for 3 to 5 days
        (0, 13, 10),  # of a campaign that goes on: not counted while away
        (0, 18, 12),  # of a campaign that never began
        (0, 19, 19),
        (0, 20, 19),  # and again from day 21 on
        (1, 10, 10),
        (1, 11, 10),
        (1, 12, 10),
    ]
    ring, day, begun = np.array(attempts, dtype=np.int64).T
    shuffled = np.argsort(-day, kind="stable")
    away = Absences.of(Stops(ring, day * DAY + noon, begun).take(shuffled), TwoRings())  # pyright: ignore[reportArgumentType]
    assert away.ring.tolist() == [0, 0]
    assert away.leaves.tolist() == [12, 21]
    assert all(3 <= days <= 5 for days in (away.back - away.leaves).tolist())
    assert len(Absences.of(Stops.join([]), TwoRings())) == 0  # pyright: ignore[reportArgumentType]


def test_days_made_once_without_decisions_know_who_moved_on(plain, log):
    world, undecided = plain.under(log), UndecidedDays(plain)
    for day in (FIRST + timedelta(days=i) for i in range(DAYS)):
        found = decide_day(world, day, lambda payments: ["approve"] * payments.num_rows, undecided=undecided)
        assert found.rows.equals(simulate_day(world, day).read())
