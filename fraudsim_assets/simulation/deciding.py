"""`decide_day`: a day that is made while its payments are decided about.

The one idea: what happens on an account until some time depends on decisions until then and on nothing later. So a day
is made, shown, and made again for those alone about whom something was decided; every round settles the payments of a
person up to the first decision that changes anything, and later ones are shown as they then are. It ends because each
round settles at least one more payment of each person it is about, and a day has so many and no more.

Belongs here: the going back and forth between a day and who decides. Does not belong here: what decisions change
(``answering``, ``fraud``), and by which rule decisions are made.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa

from fraudsim_assets.decisions.log import Action, DecisionLog, check_actions, decisions_schema, whole_numbers
from fraudsim_assets.decisions.verdicts import parts_of_ids
from fraudsim_assets.errors import ContractError
from fraudsim_assets.simulation.day import day_stretches, people_of_part, stretch_batches
from fraudsim_assets.simulation.transactions import transactions_schema
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


def decide_day(world: World, day: date, decide: Decide, *, batch_minutes: int = DAY_MINUTES) -> DecidedDay:
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
    course = _Course(world, day)
    for until in range(first + batch_minutes * MINUTE, first + DAY + batch_minutes * MINUTE, batch_minutes * MINUTE):
        while (pending := course.pending(until)).size:
            course.settle(pending, decide, until)
    return course.ended()


class _Course:
    """A day in the making: its rows so far, and up to when those of each person are settled."""

    def __init__(self, world: World, day: date) -> None:
        self._base, self._day, self.rounds = world, day, 0
        self._known = world.decisions.on(day)
        self._taken: list[pa.Table] = []
        self._hidden = set(truth_columns(Transactions))
        world.check_day(day)
        everybody = np.array(people_of_part(world, (0, 1)))
        self._stretches = list(day_stretches(world, day_number(day), everybody))
        batches = (batch for stretch in self._stretches for batch in stretch_batches(world, stretch))
        self._take_in(pa.Table.from_batches(batches, schema=transactions_schema()))
        self._settled = np.full(world.entities.n_customers, -1, dtype=np.int64)

    def _take_in(self, rows: pa.Table) -> None:
        self._rows = rows
        self._when, self._ids = whole_numbers(rows["timestamp"]), whole_numbers(rows["transaction_id"])
        self._account = parts_of_ids(self._base.streams, self._ids)[1]
        self._person = self._base.entities.account_customer.take(self._account)

    def pending(self, until: int) -> Ints:
        """Rows before some time that are not settled, in order of time. (n,)"""
        some = np.flatnonzero((self._when < until) & (self._when > self._settled.take(self._person)))
        return some[np.lexsort((self._ids[some], self._when[some]))]

    def settle(self, pending: Ints, decide: Decide, until: int) -> None:
        """Show rows, and settle those of each person up to the first decision that changes anything."""
        self.rounds += 1
        shown = self._rows.take(pa.array(pending))
        answered = _answered(shown, decide(shown.drop_columns([n for n in shown.column_names if n in self._hidden])))
        person, when = self._person[pending], self._when[pending]
        action = answered["action"].to_numpy(zero_copy_only=False)
        changes = np.isin(action, (Action.STEP_UP, Action.DECLINE, Action.BLOCK))
        effect = np.where(changes, whole_numbers(answered["decided_at"]), _NEVER)
        effect = np.where(effect // DAY > day_number(self._day), _NEVER, effect)
        order = np.argsort(person, kind="stable")
        horizon = np.empty(len(pending), dtype=np.int64)
        horizon[order] = _least_so_far(person[order], effect[order])
        holds = when <= horizon
        self._taken.append(answered.filter(pa.array(holds & (action != Action.APPROVE))))
        self._settled[person] = until - 1
        touched = holds & (effect < _NEVER)
        if touched.any():
            np.minimum.at(self._settled, person[touched], effect[touched])
            self._make_again(np.unique(person[touched]))

    def _make_again(self, people: Ints) -> None:
        """Make the rows of some people again, under what was decided so far; what was before the day is known."""
        world, batches = self._base.under(self._log()), []
        for stretch in self._stretches:
            mine = people[(people >= stretch.blocks[0][0]) & (people <= stretch.blocks[-1][-1])]
            if len(mine):
                batches += stretch_batches(world, stretch.among(world, mine))
        made = pa.Table.from_batches(batches, schema=transactions_schema())
        rows = pa.concat_tables([self._rows.filter(pa.array(~np.isin(self._person, people))), made])
        account = parts_of_ids(self._base.streams, whole_numbers(rows["transaction_id"]))[1]
        self._take_in(rows.unify_dictionaries().take(pa.array(np.argsort(account, kind="stable"))))

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
        return DecidedDay(self._rows, self._log().on(self._day), self._split()[1], self.rounds)


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


def _answered(shown: pa.Table, answer: Any) -> pa.Table:
    """Decisions from what was answered.

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
    check_actions(action := told["action"].cast(pa.utf8()), "decide answered")
    cost = told["cost"] if "cost" in names else pa.array([Decimal(0)] * n)
    decided = told["decided_at"] if "decided_at" in names else shown["timestamp"]
    columns = [shown["transaction_id"], shown["timestamp"], decided, action, cost]
    return pa.table(dict(zip(decisions_schema().names, columns, strict=True))).cast(decisions_schema())
