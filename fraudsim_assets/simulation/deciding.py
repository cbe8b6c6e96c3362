"""`decide_day`: a day that is made while its payments are decided about.

The one idea: what happens on an account until some time depends on decisions until then and on nothing later. So a day
is made, shown, and made again for those alone about whom something was decided; every round settles the payments of a
person up to the first decision that changes anything, and later ones are shown as they then are. It ends because each
round settles at least one more payment of each person it is about, and a day has so many and no more.

Belongs here: the going back and forth between a day and who decides. Does not belong here: what decisions change
(``answering``, ``fraud``), and by which rule decisions are made.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa

from fraudsim_assets.decisions.log import (
    ACTIONS,
    Action,
    DecisionLog,
    action_codes,
    check_actions,
    decisions_schema,
    whole_numbers,
)
from fraudsim_assets.decisions.verdicts import BLOCK, DECLINE, STEP_UP
from fraudsim_assets.errors import ContractError
from fraudsim_assets.simulation.day import day_stretches, stretch_batches
from fraudsim_assets.simulation.stretch import Stretch
from fraudsim_assets.simulation.undecided import Known, Undecided, UndecidedDays
from fraudsim_assets.simulation.world import World
from fraudsim_assets.tables import Transactions, truth_columns
from fraudsim_assets.units import DAY, DAY_MINUTES, MINUTE, Ints, day_number

Decide = Callable[[pa.Table], Any]
"""Shown payments in order of time, says what is done about each: a sequence or an array of actions, one per payment, or
a table with the column ``action`` and, if need be, ``cost`` [EUR] and ``decided_at``."""

_NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True)
class DecidedDay:
    """A day under the decisions of those who were shown it.

    Attributes
    ----------
    rows
        Payments of the day as they come out, columns of ``tables.Transactions`` with the truth: equal to
        ``simulate_day`` of the world under the log with these decisions.
    decisions
        Decisions that take effect on the day, those that the log had of it before included; approvals are left out.
    later
        Decisions about payments of the day that take effect on later days.
    rounds
        How often rows were shown. [count]
    """

    rows: pa.Table
    decisions: pa.Table
    later: pa.Table
    rounds: int


def decide_day(
    world: World,
    day: date,
    decide: Decide,
    *,
    batch_minutes: int = DAY_MINUTES,
    undecided: UndecidedDays | None = None,
) -> DecidedDay:
    """Make a day, show its payments to whoever decides, and carry the decisions out.

    Parameters
    ----------
    world
        Under the decisions of the days before. Decisions that its log has of the day already, such as reviews of
        earlier payments that end on it, are carried out as well.
    day
        UTC day, from ``config.start_date`` to ``config.end_date``.
    decide
        Gets a table of payments in order of time, as the bank sees them: ``tables.Transactions`` without columns of
        the truth. Gives one action per row, in the same order. A payment is shown once, unless something is decided
        about an earlier payment of the same person: then later ones of that person are shown again as they have
        become, and the last answer counts.
    batch_minutes
        Payments of so much time are shown together: none is shown before all earlier batches are settled. [minutes]
    undecided
        Days of the same world without decisions. Where several logs are tried, a day is made once, and then for those
        alone whom decisions have touched; a matter of speed only.

    Returns
    -------
    DecidedDay

    Raises
    ------
    ConfigError
        If the day is outside the world's horizon.
    ContractError
        If ``decide`` does not answer each payment with an action that exists.
    """
    first = day_number(day) * DAY
    course = _Course(world, day, undecided)
    for until in range(first + batch_minutes * MINUTE, first + DAY + batch_minutes * MINUTE, batch_minutes * MINUTE):
        while (pending := course.pending(until)).size:
            course.settle(pending, decide, until)
    return course.ended()


class _Course:
    """A day in the making: its rows so far, and up to when those of each person are settled."""

    def __init__(self, world: World, day: date, undecided: UndecidedDays | None) -> None:
        self._base, self._day, self.rounds = world, day, 0
        self._known = world.decisions.on(day)
        self._taken: list[pa.Table] = []
        self._hidden = set(truth_columns(Transactions))
        world.check_day(day)
        number = day_number(day)
        usual = Undecided.of(world, number) if undecided is None else undecided.get(number)
        self._stretches, self._made = usual.stretches, [usual.made]
        self._touched = np.zeros(0, dtype=np.int64) if undecided is None else world.aftermath.people(number)
        self._rows = usual.rows.take(~np.isin(usual.rows.person, self._touched))
        self._own = list(day_stretches(world, number, self._touched))
        self._take_in(batch for stretch in self._own for batch in stretch_batches(world, stretch))
        self._settled = np.full(world.entities.n_customers, -1, dtype=np.int64)

    def _take_in(self, batches: Iterable[pa.RecordBatch]) -> None:
        """Add rows that were made."""
        made, rows = Known.of(self._base, batches, len(self._made))
        self._made.append(made)
        self._rows = self._rows.and_also(rows)

    def pending(self, until: int) -> Ints:
        """Rows before some time that are not settled, in order of time. (n,)"""
        rows = self._rows
        some = np.flatnonzero((rows.when < until) & (rows.when > self._settled.take(rows.person)))
        return some[np.lexsort((rows.ids[some], rows.when[some]))]

    def settle(self, pending: Ints, decide: Decide, until: int) -> None:
        """Show rows, and settle those of each person up to the first decision that changes anything."""
        self.rounds += 1
        shown = self._table(rows := self._rows.take(pending))
        answer = decide(shown.drop_columns([n for n in shown.column_names if n in self._hidden]))
        at, answered = _answered(shown, answer)
        person, when = rows.person, rows.when
        changes = np.isin(action_codes(answered), (STEP_UP, DECLINE, BLOCK))
        decided = whole_numbers(answered["decided_at"])
        effect = np.full(len(when), _NEVER)
        effect[at] = np.where(changes & (decided // DAY <= day_number(self._day)), decided, _NEVER)
        order = np.argsort(person, kind="stable")
        horizon = np.empty(len(pending), dtype=np.int64)
        horizon[order] = _least_so_far(person[order], effect[order])
        holds = when <= horizon
        self._taken.append(answered.filter(pa.array(holds[at])))
        self._settled[person] = until - 1
        touched = holds & (effect < _NEVER)
        if touched.any():
            np.minimum.at(self._settled, person[touched], effect[touched])
            self._make_again(np.unique(person[touched]))

    def _make_again(self, people: Ints) -> None:
        """Make the rows of some people again, under what was decided so far; what was before the day is known."""
        world, batches = self._base.under(self._log()), []
        for stretch, mine in self._stretches_of(people):
            batches += stretch_batches(world, stretch.among(world, mine))
        self._rows = self._rows.take(~np.isin(self._rows.person, people))
        self._take_in(batches)

    def _stretches_of(self, people: Ints) -> Iterable[tuple[Stretch, Ints]]:
        """Stretches that people were looked up in, with those of them who are there."""
        own = np.isin(people, self._touched)
        for stretches, some in ((self._own, people[own]), (self._stretches, people[~own])):
            for stretch in stretches:
                mine = some[(some >= stretch.blocks[0][0]) & (some <= stretch.blocks[-1][-1])]
                if len(mine):
                    yield stretch, mine

    def _table(self, rows: Known) -> pa.Table:
        """Rows in full."""
        order = np.argsort(rows.part, kind="stable")
        some, ends = np.unique(rows.part[order], return_index=True)
        parts = zip(some.tolist(), np.split(rows.at[order], ends[1:]), strict=True)
        found = [self._made[number].take(pa.array(at)) for number, at in parts]
        if len(found) == 1:
            return found[0]
        back = np.empty(len(order), dtype=np.int64)
        back[order] = np.arange(len(order))
        return pa.concat_tables(found).unify_dictionaries().take(pa.array(back))

    def _log(self) -> DecisionLog:
        """The log of the days before, with what was decided so far."""
        return self._base.decisions.with_day(self._day, self._split()[0])

    def _split(self) -> tuple[pa.Table, pa.Table]:
        """Decisions that take effect on the day, and later."""
        taken = pa.concat_tables([decisions_schema().empty_table(), *self._taken])
        today = whole_numbers(taken["decided_at"]) // DAY == day_number(self._day)
        here = pa.concat_tables([self._known, taken.filter(pa.array(today))]).unify_dictionaries()
        return here, taken.filter(pa.array(~today)).unify_dictionaries()

    def ended(self) -> DecidedDay:
        """The day as it has come out."""
        rows = self._rows.take(np.argsort(self._rows.account, kind="stable"))
        return DecidedDay(self._table(rows), self._log().on(self._day), self._split()[1], self.rounds)


def _least_so_far(group: Ints, values: Ints) -> Ints:
    """Least value of the same group before each entry; groups are together. (n,)"""
    found = np.empty(len(values), dtype=np.int64)
    if len(values) == 0:
        return found
    rank = np.searchsorted(levels := np.unique(np.append(values, _NEVER)), values)
    number = np.cumsum(np.diff(group, prepend=group[0]) != 0)
    # later groups get lower numbers, so that a running minimum begins afresh with each
    lane = (number[-1] - number) * len(levels)
    least = np.minimum.accumulate(rank + lane) - lane
    found[1:] = np.where(number[1:] == number[:-1], levels[least[:-1]], _NEVER)
    found[0] = _NEVER
    return found


def _answered(shown: pa.Table, answer: Any) -> tuple[Ints, pa.Table]:
    """Decisions from what was answered, approvals left out, and which of the rows they are about. (n,), [-]

    Raises
    ------
    ContractError
        If the answer has another length, or says what does not exist.
    """
    told = answer if isinstance(answer, pa.Table) else pa.table({"action": pa.array(answer)})
    n, names = shown.num_rows, told.column_names
    if "action" not in names or told.num_rows != n:
        raise ContractError(
            f"decide answered {told.num_rows} rows of {', '.join(names)} to {n} payments; valid is one action for each"
        )
    codes = action_codes(told)
    if (codes < 0).any():
        check_actions(told["action"].cast(pa.utf8()), "decide answered")
    at = np.flatnonzero(codes != ACTIONS.index(Action.APPROVE))
    told, shown = told.take(pa.array(at)), shown.select(["transaction_id", "timestamp"]).take(pa.array(at))
    cost = told["cost"] if "cost" in names else pa.array([Decimal(0)] * len(at))
    decided = told["decided_at"] if "decided_at" in names else shown["timestamp"]
    columns = [shown["transaction_id"], shown["timestamp"], decided, told["action"], cost]
    return at, pa.table(dict(zip(decisions_schema().names, columns, strict=True))).cast(decisions_schema())
