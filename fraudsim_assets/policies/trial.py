"""A policy on trial: it goes through days one after the other, and each begins with what its decisions have led to.

The state as a day begins follows from the log of decisions and from the days before; nothing else is carried over.

Belongs here: one day of a trial. Does not belong here: several policies side by side (``contest``), money (``ledger``).
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import numpy as np
import polars as pl
import pyarrow as pa

from fraudsim_assets.bit_layouts import FRAUD_AGAIN_SLOT, FRAUD_SLOT, REFUND_SLOT
from fraudsim_assets.config.policies import Policies
from fraudsim_assets.decisions import Action, DecisionLog, decisions_schema
from fraudsim_assets.policies.features.listing import FEATURES
from fraudsim_assets.policies.features.making import Moment, matrix
from fraudsim_assets.policies.features.seen import Directory
from fraudsim_assets.policies.learning import Taught
from fraudsim_assets.policies.past import Past, Seen
from fraudsim_assets.policies.reviews import Verdicts, Waiting, shift, work
from fraudsim_assets.policies.sight import BANK_COLUMNS, LABEL_COLUMNS, Choices, Insider, Policy, Sight, Truth
from fraudsim_assets.policies.today import Today
from fraudsim_assets.simulation import UndecidedDays, World, decide_day, simulate_labels
from fraudsim_assets.simulation.rows import parse_transaction_ids
from fraudsim_assets.tables.codes import ACTIONS
from fraudsim_assets.units import AnyArray, Bools, Floats, Ints, day_date

_CODES = {action: code for code, action in enumerate(ACTIONS)}
APPROVE, STEP_UP, DECLINE, BLOCK, REVIEW = (_CODES[action] for action in Action)
"""Codes of actions: positions in ``ACTIONS``."""

REFUSING = (STEP_UP, DECLINE, BLOCK)
"""Codes of the actions that answer a payment."""


@dataclass(frozen=True)
class Trial:
    """A policy and the world that it is tried in.

    Attributes
    ----------
    world
        Without decisions.
    directory
        Its catalogs.
    judge
        Who decides.
    explored
        Payments that are let through though the policy would refuse them, so that something is learned of them.
        [share]
    learns
        Keep what may be learned from each day.
    undecided
        Days of the world without decisions, made once for all who share them; None where each makes its own.
    """

    world: World
    directory: Directory
    judge: Policy | Insider
    explored: float = 0.0
    learns: bool = False
    undecided: UndecidedDays | None = None

    @property
    def policies(self) -> Policies:
        """Costs and the work of analysts."""
        return self.world.config.policies


@dataclass(frozen=True)
class Position:
    """Where a trial stands as a day begins.

    Attributes
    ----------
    day
        Day number.
    world
        Under the decisions so far, those that take effect later included.
    past
        What the bank knows.
    waiting
        Payments that wait for a review.
    """

    day: int
    world: World
    past: Past
    waiting: Waiting = field(default_factory=Waiting.empty)

    @property
    def log(self) -> DecisionLog:
        """Decisions so far."""
        return self.world.decisions


@dataclass(frozen=True)
class Lived:
    """A day that was lived through.

    Attributes
    ----------
    day
        Day number.
    rows
        ``today.KEPT`` and ``is_fraud``, in the order of time.
    waiting, reviewed
        Reviews that were sent in or left over, and those that ended. [count]
    shown
        Columns that the policy was shown.
    """

    day: int
    rows: pl.DataFrame
    waiting: int
    reviewed: int
    shown: frozenset[str]


def fraud_of(world: World, ids: Ints) -> Bools:
    """Ground truth of payments, which their ids hold for those who have the world's key. (n,)"""
    slot = parse_transaction_ids(world, ids)[2]
    return (slot >= FRAUD_SLOT) | ((slot >= FRAUD_AGAIN_SLOT) & (slot < REFUND_SLOT))


def live(trial: Trial, at: Position) -> tuple[Position, Lived]:
    """Go through a day.

    Returns
    -------
    Position
        As the next day begins.
    Lived
        What came of the day.
    """
    day, reviews, streams = day_date(at.day), trial.policies.reviews, trial.world.streams
    queue = at.waiting.still_there(at.day, reviews)
    first, rest, moments = work(queue, shift(at.day, reviews), reviews, streams)
    world = at.world.under(_with_verdicts(at.log, first, trial))
    desk = _Desk(trial, at, moments)
    made = decide_day(world, day, desk.decide, batch_minutes=trial.policies.batch_minutes, undecided=trial.undecided)
    seen = desk.seen(made.rows)
    world = world.under(world.decisions.with_day(day, made.decisions).adding(made.later, desk.notes(seen)))
    labels = labels_on(world, day)
    past = at.past.after(Seen(at.day, seen.drop("is_fraud"), labels, desk.taught(seen) if trial.learns else None))
    reviewed = len(first.about) + desk.reviewed
    lived = Lived(at.day, seen, len(queue) + desk.sent, reviewed, frozenset(desk.shown))
    return Position(at.day + 1, world, past, rest.and_also(desk.left(seen["transaction_id"].to_numpy()))), lived


def bank_view(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of a day in the order of time, as a bank sees them."""
    return rows.sort("timestamp", "transaction_id")


def labels_on(world: World, day: date) -> pl.DataFrame:
    """What the bank learns on a day."""
    return pl.DataFrame(simulate_labels(world, day).read()).select(LABEL_COLUMNS)


def decisions_table(trial: Trial, ids: Ints, made: Ints, decided: Ints, actions: Ints) -> pa.Table:
    """Decisions with what each costs the bank at once. Actions by their codes; times [microseconds since 1970]"""
    costs = trial.policies.costs
    each = {
        Action.APPROVE: 0.0,
        Action.STEP_UP: costs.step_up,
        Action.DECLINE: 0.0,
        Action.BLOCK: costs.card,
        Action.REVIEW: costs.review,
    }
    known = pa.array([Decimal(f"{each[action]:.3f}") for action in ACTIONS], pa.decimal128(18, 3))
    codes = pa.array(actions, pa.int32())
    columns = [
        pa.array(ids, pa.int64()),
        pa.array(made, pa.int64()).cast(pa.timestamp("us", "UTC")),
        pa.array(decided, pa.int64()).cast(pa.timestamp("us", "UTC")),
        pa.DictionaryArray.from_arrays(codes, pa.array(ACTIONS, pa.utf8())),
        known.take(codes),
    ]
    return pa.table(dict(zip(decisions_schema().names, columns, strict=True))).cast(decisions_schema())


def _with_verdicts(log: DecisionLog, verdicts: Verdicts, trial: Trial) -> DecisionLog:
    about = verdicts.about
    actions = np.where(verdicts.found, BLOCK, APPROVE)
    return log.adding(decisions_table(trial, about.transaction, about.since, verdicts.ended, actions))


class _Desk:
    """Where payments of one day come in: what was shown so far, and what became of it."""

    def __init__(self, trial: Trial, at: Position, moments: Ints) -> None:
        self._trial, self._at, self._moments = trial, at, moments
        self._today = Today(trial.directory)
        self._values: dict[int, AnyArray] = {}
        self._explored: set[int] = set()
        self._refusing: set[int] = set()
        self._reviews: dict[int, tuple[int, bool] | None] = {}
        self._left = Waiting.empty()
        self._acted: set[int] = set()
        self.shown: set[str] = set()

    def decide(self, table: pa.Table) -> pa.Table:
        """Decide about payments: what ``simulation.decide_day`` calls."""
        trial, judge = self._trial, self._trial.judge
        payments = pl.DataFrame(table)
        rows, others = self._today.take_in(payments)
        moment = Moment(lambda: self._at.past.memory, others, rows)
        seen = payments.select(BANK_COLUMNS)
        sight = Sight(day_date(self._at.day), seen, self._at.past.known, moment.features)
        if isinstance(judge, Insider):
            given = judge.decide_knowing(sight, Truth(fraud_of(trial.world, rows["transaction_id"].to_numpy())))
        else:
            given = judge.decide(sight)
        self.shown |= {*sight.payments.columns, *sight.labels.columns, *sight.features_made}
        choices = Choices.of(given, seen, judge.name)
        if trial.learns:
            self._values |= dict(zip(rows["transaction_id"].to_list(), matrix(sight.features), strict=True))
        return self._carried_out(rows, choices)

    def _carried_out(self, rows: pl.DataFrame, choices: Choices) -> pa.Table:
        """What is told to the world: choices but for those that are explored, moot, or reviewed in the meantime."""
        ids, time = rows["transaction_id"].to_numpy(), rows["time"].to_numpy()
        actions = np.fromiter((_CODES[action] for action in choices.actions), np.int64, len(ids))
        moot = rows["declined"].to_numpy() & (actions != BLOCK)
        spared = np.isin(actions, REFUSING) & ~moot
        if self._trial.explored:
            draw = self._trial.world.streams.draw("policies.explored")
            spared &= draw.happens(ids, self._trial.explored)
            self._explored = self._explored.difference(ids.tolist()).union(ids[spared].tolist())
            actions[spared] = APPROVE
        actions[moot] = APPROVE
        sent = actions == REVIEW
        self._review(rows.filter(pl.Series(sent)), np.asarray(choices.urgency)[sent], ids[~sent])
        decided = time.copy()
        for at in np.flatnonzero(np.isin(ids, list(self._reviews))).tolist():
            end = self._reviews[int(ids[at])]
            if end is not None and end[1]:
                decided[at], actions[at] = end[0], BLOCK
        self._forget(rows, actions, decided)
        return decisions_table(self._trial, ids, time, decided, actions)

    def _review(self, rows: pl.DataFrame, urgency: Floats, others: Ints) -> None:
        """Send payments to review, unless they were sent before."""
        for number in set(self._reviews).intersection(others.tolist()):
            del self._reviews[number]
        new = ~np.isin(rows["transaction_id"].to_numpy(), list(self._reviews))
        ids = rows["transaction_id"].to_numpy()[new]
        sent = Waiting(ids, rows["time"].to_numpy()[new], urgency[new], fraud_of(self._trial.world, ids))
        world = self._trial.world
        done, left, self._moments = work(sent, self._moments, self._trial.policies.reviews, world.streams)
        self._reviews |= dict.fromkeys(left.transaction.tolist())
        ends = zip(done.ended.tolist(), done.found.tolist(), strict=True)
        self._reviews |= dict(zip(done.about.transaction.tolist(), ends, strict=True))
        self._left = self._left.and_also(left)

    def _forget(self, rows: pl.DataFrame, actions: AnyArray, decided: Ints) -> None:
        """Remember the first thing that changes each customer's day: later payments are shown again, or are no more."""
        changes, ids = np.isin(actions, REFUSING), rows["transaction_id"].to_numpy()
        self._acted |= set(ids[changes].tolist())
        self._refusing = self._refusing.difference(ids.tolist()).union(ids[changes].tolist())
        first = rows.select("customer_id", decided=pl.Series(decided)).filter(pl.Series(changes))
        least = first.group_by("customer_id").agg(pl.col("decided").min())
        at_once = np.isin(actions, REFUSING[1:]) & (decided == rows["time"].to_numpy())
        self._today.changed(dict(least.iter_rows()), ids[at_once])

    def seen(self, made: pa.Table) -> pl.DataFrame:
        """Rows of the day as they came out, as they are seen: those that nothing was done about were seen before."""
        return self._today.ended(made, np.array(sorted(self._acted), dtype=np.int64))

    def left(self, ids: Ints) -> Waiting:
        """Reviews sent in on the day that are still to be taken up, of payments that came to be."""
        there = [number for number, end in self._reviews.items() if end is None]
        return self._left.take(np.isin(self._left.transaction, there) & np.isin(self._left.transaction, ids))

    def notes(self, rows: pl.DataFrame) -> pa.Table:
        """What the log is to say of reviews besides what changes anything: that they were asked for, and approvals."""
        mine = rows.filter(pl.col("transaction_id").is_in(list(self._reviews))).select("transaction_id", "time")
        asked, ended = [], []
        for number, time in mine.iter_rows():
            end = self._reviews[number]
            if end is not None:
                (asked if end[1] else ended).append((number, time, time if end[1] else end[0]))
        parts = []
        for found, action in ((asked, REVIEW), (ended, APPROVE)):
            ids, made, decided = np.array(found, dtype=np.int64).reshape(-1, 3).T
            parts.append(decisions_table(self._trial, ids, made, decided, np.full(len(ids), action)))
        return pa.concat_tables(parts)

    def taught(self, rows: pl.DataFrame) -> Taught:
        """What may be learned from the day: from payments that went through.

        Those that are explored stand for all that would be refused or challenged. Whoever has passed a challenge is
        among these already, and nearly all of them are honest: counted as well, they would hide the fraud.
        """
        share = self._trial.explored
        left_out = self._refusing if share else frozenset[int]()
        passed = rows.filter(~pl.col("declined"))["transaction_id"]
        ids = [number for number in passed if number in self._values and number not in left_out]
        weight = np.array([1.0 / share if number in self._explored else 1.0 for number in ids])
        values = np.stack([self._values[number] for number in ids]) if ids else np.zeros((0, len(FEATURES)), np.float32)
        return Taught(np.array(ids, dtype=np.int64), values, weight)

    @property
    def reviewed(self) -> int:
        """Reviews of payments of the day that ended on it. [count]"""
        return sum(end is not None for end in self._reviews.values())

    @property
    def sent(self) -> int:
        """Payments of the day that were sent to review. [count]"""
        return len(self._reviews)
