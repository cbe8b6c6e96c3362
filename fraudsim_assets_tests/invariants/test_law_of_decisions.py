"""The law with decisions: with the log given, any day is a pure function of (config, seed, log, entity, day) again."""

import hashlib
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fraudsim_assets.catalog import build_catalogs
from fraudsim_assets.config import load_config
from fraudsim_assets.decisions import DecisionLog, decisions_schema
from fraudsim_assets.quality.catalog_reference import CatalogReference
from fraudsim_assets.quality.catalogs import check_catalog
from fraudsim_assets.quality.chain import LastTransactions
from fraudsim_assets.quality.checks import DayChecker
from fraudsim_assets.quality.events import EventChecker
from fraudsim_assets.quality.expectations import Expectations
from fraudsim_assets.quality.labels import LabelChecker
from fraudsim_assets.quality.results import failures
from fraudsim_assets.simulation import (
    DecidedDay,
    UndecidedDays,
    World,
    decide_day,
    simulate_day,
    simulate_events,
    simulate_labels,
    with_reissues,
)

FIRST, DAYS = date(2025, 3, 28), 5  # the clocks change in Europe
OVERRIDES = {"fraud": {"rate": 0.05}}


def make_world(log: DecisionLog | None = None, **overrides) -> World:
    config = load_config("tiny", overrides=OVERRIDES | overrides, env={})
    return World(config, build_catalogs(config), log or DecisionLog.empty())


def harsh(payments: pa.Table) -> pa.Table:
    """Refuses, blocks and checks some payments, by their numbers; a review of some ends in a block five hours later."""
    number = payments["transaction_id"].to_numpy() % 60
    chosen = [number < 4, number == 4, number == 5, number == 6, number == 7]
    action = np.select(chosen, ["decline", "block", "step_up", "review", "block"], "approve")
    when = payments["timestamp"].to_numpy()
    decided = np.where(number == 7, when + np.timedelta64(5, "h"), when)
    return pa.table({"action": pa.array(action.tolist()), "decided_at": pa.array(decided).cast(DECIDED_AT)})


DECIDED_AT = decisions_schema().field("decided_at").type


@dataclass(frozen=True)
class Run:
    """Days under decisions, forward in time; ``shown`` are the rows of each as they were last shown."""

    log: DecisionLog
    days: dict[date, DecidedDay]
    shown: pl.DataFrame

    @property
    def rows(self) -> pl.DataFrame:
        return pl.concat([pl.from_arrow(day.rows) for day in self.days.values()])


@pytest.fixture(scope="module")
def plain() -> World:
    return make_world()


@pytest.fixture(scope="module")
def run(plain) -> Run:
    world, days, shown = plain, {}, []

    def look(payments: pa.Table) -> pa.Table:
        shown.append(pl.DataFrame(payments))
        return harsh(payments)

    for day in (FIRST + timedelta(days=i) for i in range(DAYS)):
        days[day] = decide_day(world, day, look)
        world = world.under(world.decisions.with_day(day, days[day].decisions).adding(days[day].later))
    return Run(world.decisions, days, pl.concat(shown).unique("transaction_id", keep="last"))


@pytest.fixture(scope="module")
def after(plain, run) -> World:
    """The world under the log of the run; that one made from the start is the same, another process shows."""
    return plain.under(run.log)


def test_the_run_has_enough_of_everything(run):
    """Otherwise the tests below would compare too little."""
    actions = pl.concat([pl.from_arrow(day.decisions) for day in run.days.values()])["action"].cast(pl.String)
    assert {"decline", "block", "step_up", "review"} <= set(actions)
    assert max(day.rounds for day in run.days.values()) > 2
    assert sum(day.later.num_rows for day in run.days.values()) > 2
    assert run.rows["response_code"].cast(pl.String).is_in(["59", "65"]).sum() > 100


def test_days_made_alone_from_the_log_in_any_order_equal_those_of_the_run(run, after):
    for day in reversed(run.days):
        assert simulate_day(after, day).read().equals(run.days[day].rows)


def test_days_made_once_without_decisions_serve_all_logs(plain, run, after):
    """Only those whom decisions have touched are made again, and every day is that of the run."""
    undecided, world = UndecidedDays(plain, most=2), plain
    for day, once in run.days.items():
        found = decide_day(world, day, harsh, undecided=undecided)
        assert found.rows.equals(once.rows)
        assert found.decisions.equals(once.decisions)
        assert found.later.equals(once.later)
        world = world.under(world.decisions.with_day(day, found.decisions).adding(found.later))
    number = (FIRST - date(1970, 1, 1)).days
    assert 0 < len(after.aftermath.people(number + DAYS)) < len(after.aftermath.people(number))
    for day in (*run.days, *(FIRST + timedelta(days=DAYS + i) for i in (0, 1, 4, 9))):
        found = decide_day(after, day, lambda payments: ["approve"] * payments.num_rows, undecided=undecided)
        assert found.rows.equals(simulate_day(after, day).read())


def test_what_was_shown_is_what_comes_out_but_for_the_answer(run):
    answer = ("response_code", "is_approved", "three_ds", "entry_mode")
    both = run.rows.join(run.shown, on="transaction_id", suffix="_shown")
    assert both.height == run.rows.height > 3_000
    for name in set(run.shown.columns) - {"transaction_id", *answer}:
        assert both.filter(pl.col(name).ne_missing(pl.col(f"{name}_shown"))).is_empty(), name


def test_parts_and_chunks_change_nothing(run, after):
    day = FIRST + timedelta(days=2)
    parts = [simulate_day(after, day, part=(i, 3)).read() for i in range(3)]
    assert pl.from_arrow(pa.concat_tables(parts)).equals(pl.from_arrow(run.days[day].rows))
    few = after.under(run.log)
    few.config = few.config.model_copy(
        update={"generation": few.config.generation.model_copy(update={"chunk_rows": 13})}
    )
    assert pl.from_arrow(simulate_day(few, day).read()).equals(pl.from_arrow(run.days[day].rows))


def digest(rows: pa.Table) -> str:
    return hashlib.sha256(pl.from_arrow(rows).write_csv().encode()).hexdigest()


SCRIPT = """
import sys
from datetime import date
import pyarrow.parquet as pq
from fraudsim_assets.decisions import DecisionLog
from fraudsim_assets.quality.catalog_reference import CatalogReference
from fraudsim_assets.quality.catalogs import check_catalog
from fraudsim_assets.quality.chain import LastTransactions
from fraudsim_assets.quality.checks import DayChecker
from fraudsim_assets.quality.events import EventChecker
from fraudsim_assets.quality.expectations import Expectations
from fraudsim_assets.quality.labels import LabelChecker
from fraudsim_assets.quality.results import failures
from fraudsim_assets.simulation import simulate_day
from fraudsim_assets_tests.invariants.test_law_of_decisions import digest, make_world
world = make_world(DecisionLog.empty().adding(pq.read_table(sys.argv[1])))
print(digest(simulate_day(world, date.fromisoformat(sys.argv[2])).read()))
"""


def test_another_process_makes_the_same_day_from_the_log_in_a_file(run, tmp_path: Path):
    day = FIRST + timedelta(days=DAYS - 1)
    path = tmp_path / "decisions.parquet"
    pq.write_table(pa.concat_tables([run.log.on(each) for each in run.log.days]).unify_dictionaries(), path)
    told = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(path), str(day)],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONHASHSEED": "77"},
    )
    assert told.stdout.strip() == digest(run.days[day].rows)


def test_labels_and_events_under_decisions_do_not_depend_on_what_was_made_before(run, after):
    day = FIRST + timedelta(days=DAYS + 10)
    fresh = after.under(run.log)
    assert simulate_labels(fresh, day).read().equals(simulate_labels(after, day).read())
    assert simulate_events(fresh, day).read().equals(simulate_events(after, day).read())


def test_the_chain_of_each_card_holds_over_refusals_tries_and_blocks(run):
    by_card = pl.col("transaction_id").shift(1).over("card_id")
    rows = run.rows.sort("card_id", "timestamp", "transaction_id").with_columns(before=by_card)
    later = rows.filter(pl.col("before").is_not_null())
    assert later.height > 1_000
    assert later.filter(pl.col("before") != pl.col("previous_txn_id")).height == 0
    assert later["previous_txn_id"].null_count() == 0
    assert run.rows["transaction_id"].is_unique().all()


@pytest.fixture(scope="module")
def catalogs(after) -> dict[str, pa.Table]:
    made = with_reissues(after)
    return {name: getattr(made, name) for name in ("customers", "cards", "merchants")}


def test_catalogs_list_the_cards_that_decisions_have_replaced(catalogs, plain):
    assert catalogs["cards"].num_rows > with_reissues(plain).cards.num_rows
    assert failures(check_catalog("cards", catalogs)) == []


def test_days_under_decisions_keep_every_promise_of_their_contracts(run, after, catalogs):
    reference, before = CatalogReference.of(**catalogs), None
    for day, made in run.days.items():
        checker = DayChecker(reference.on(day), Expectations.of(after.config), history=before)
        for batch in made.rows.to_batches():
            checker.add(batch)
        labels, events = LabelChecker(day), EventChecker(reference.on(day))
        labels.observe(simulate_labels(after, day)).read()
        events.observe(simulate_events(after, day)).read()
        assert failures([*checker.results(), *labels.results(), *events.results()]) == []
        before = LastTransactions.of(pl.DataFrame(made.rows))


def test_whoever_nothing_is_decided_about_keeps_every_byte(plain, run):
    day = FIRST + timedelta(days=1)
    made = pl.from_arrow(simulate_day(plain, day).read())
    decided = pl.concat([pl.from_arrow(table) for table in (run.log.on(FIRST), run.log.on(day))])
    people = set(run.rows.join(decided.select("transaction_id"), on="transaction_id")["customer_id"])
    mine = ~pl.col("customer_id").is_in(people)
    left = made.filter(mine)
    assert left.height > 100
    assert left.equals(pl.from_arrow(run.days[day].rows).filter(mine))


def test_who_approves_everything_changes_nothing(plain):
    decided = decide_day(plain, FIRST, lambda payments: ["approve"] * payments.num_rows)
    assert decided.rows.equals(simulate_day(plain, FIRST).read())
    assert (decided.decisions.num_rows, decided.rounds) == (0, 1)


def test_batches_of_an_hour_come_to_a_day_that_follows_from_its_log_as_well(plain):
    decided = decide_day(plain, FIRST, harsh, batch_minutes=60)
    assert decided.rounds > 24
    after = plain.under(plain.decisions.adding(decided.decisions))
    assert simulate_day(after, FIRST).read().equals(decided.rows)
    assert decided.rows.equals(decide_day(plain, FIRST, harsh).rows), "a rule for single payments sees no batches"


def test_who_decides_sees_no_truth_and_every_payment_as_it_comes_out(plain):
    seen: dict[int, str] = {}

    def look(payments: pa.Table) -> pa.Table:
        assert not {"is_fraud", "fraud_scenario", "campaign_id", "ring_id"} & set(payments.column_names)
        when = payments["timestamp"].to_numpy()
        assert (when[1:] >= when[:-1]).all()
        answers = harsh(payments)
        seen.update(zip(payments["transaction_id"].to_pylist(), answers["action"].to_pylist(), strict=True))
        return answers

    decided = decide_day(plain, FIRST, look)
    assert set(decided.rows["transaction_id"].to_pylist()) <= set(seen)
    taken = pl.from_arrow(decided.decisions).select("transaction_id", pl.col("action").cast(pl.String))
    assert dict(taken.iter_rows()).items() <= seen.items()
