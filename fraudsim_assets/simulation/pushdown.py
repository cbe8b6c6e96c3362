"""What a filter says about days and accounts, before any row is made.

The one idea: a filter is a conjunction; each part that looks at one column only may rule days or
accounts out. A part that is not understood rules nothing out, so reading too little of a filter
costs time and never a row: whoever narrows must still apply the filter to what is made.

Belongs here: reading polars expressions. Does not belong here: making rows (``scan``).
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

import numpy as np
import polars as pl
from polars.exceptions import PolarsError

from fraudsim_assets.simulation.rows import parse_transaction_ids
from fraudsim_assets.simulation.world import World
from fraudsim_assets.tables import Transactions, polars_schema, truth_columns
from fraudsim_assets.units import Ints, day_number

_NOON = time(12, tzinfo=UTC)
_MIRRORED = {"Lt": "Gt", "LtEq": "GtEq", "Gt": "Lt", "GtEq": "LtEq", "Eq": "Eq"}


@dataclass(frozen=True)
class Narrowing:
    """Parts of a filter, each of which every row must pass.

    Attributes
    ----------
    parts
        Expressions joined by "and".
    """

    parts: tuple[pl.Expr, ...]

    @classmethod
    def of(cls, predicate: pl.Expr | None) -> "Narrowing":
        """Take a filter apart; None lets everything pass."""
        return cls(() if predicate is None else tuple(_conjuncts(predicate)))

    def _about(self, *names: str) -> list[pl.Expr]:
        return [part for part in self.parts if part.meta.root_names() and set(part.meta.root_names()) <= set(names)]

    def days(self, world: World, days: list[date]) -> list[date]:
        """Choose the days that may have rows that pass."""
        for part in self._about("timestamp"):
            days = _days_of(part, days)
        for part in self._about("transaction_id"):
            ids = _listed(part, "transaction_id")
            if ids is not None:
                wanted = set(parse_transaction_ids(world, ids)[0].tolist())
                days = [day for day in days if day_number(day) in wanted]
        return days

    def accounts(self, world: World, day: int) -> range | Ints:
        """Choose the accounts that may have rows of a day that pass, ascending."""
        return self.accounts_on(world, day, self.accounts_ever(world))

    def accounts_ever(self, world: World) -> range | Ints:
        """Choose the accounts that may have rows of any day that pass, ascending."""
        return _common(range(world.entities.n_accounts), self._lasting_choices(world))

    def accounts_on(self, world: World, day: int, ever: range | Ints) -> range | Ints:
        """Choose those of some accounts, ascending, that may have rows of a day that pass."""
        return _common(ever, self._choices_of_day(world, day))

    def _lasting_choices(self, world: World) -> Iterator[Ints]:
        for part in self._about("card_id"):
            ids = _listed(part, "card_id")
            if ids is not None:
                yield np.unique((ids - 1) % world.entities.n_accounts)
        owners = [part for part in self._about("customer_id") if _is_evaluable(part)]
        if owners:
            customers = pl.DataFrame({"customer_id": world.entities.account_customer + 1})
            passing = customers.select(pl.all_horizontal(owners).fill_null(value=False)).to_series()
            yield np.flatnonzero(passing.to_numpy())

    def _choices_of_day(self, world: World, day: int) -> Iterator[Ints]:
        for part in self._about("transaction_id"):
            ids = _listed(part, "transaction_id")
            if ids is not None:
                days, accounts, _ = parse_transaction_ids(world, ids)
                yield np.unique(accounts[days == day])
        if any(not _passes_genuine(part) for part in self._about(*truth_columns(Transactions))):
            yield np.unique(world.history.rows_on(day).account)


def _common(chosen: range | Ints, choices: Iterator[Ints]) -> range | Ints:
    """Accounts that all of some choices have, ascending."""
    for some in choices:
        if isinstance(chosen, range):
            chosen = some[(some >= chosen.start) & (some < chosen.stop)]
        else:
            chosen = np.intersect1d(chosen, some)
    return chosen


def _conjuncts(expression: pl.Expr) -> Iterator[pl.Expr]:
    """Parts that are joined by "and"."""
    if _operator(_tree(expression)) == "And":
        for part in expression.meta.pop():
            yield from _conjuncts(part)
    else:
        yield expression


def _tree(expression: pl.Expr) -> Any:
    """Nested form of an expression; None if there is none."""
    try:
        return json.loads(expression.meta.serialize(format="json"))
    except (PolarsError, ValueError):
        return None


def _operator(tree: Any) -> str | None:
    """Operator of the outermost node, or name of its boolean function; None for anything else."""
    if not isinstance(tree, dict):
        return None
    if "BinaryExpr" in tree:
        return tree["BinaryExpr"].get("op")
    function = tree.get("Function", {}).get("function") if isinstance(tree.get("Function"), dict) else None
    boolean = function.get("Boolean") if isinstance(function, dict) else None
    return next(iter(boolean)) if isinstance(boolean, dict) else None


def _sides(expression: pl.Expr) -> list[pl.Expr]:
    """Operands of the outermost node, in order."""
    return expression.meta.pop()[::-1]


def _is_column(expression: pl.Expr, name: str) -> bool:
    return _tree(expression) == {"Column": name}


def _constants(expression: pl.Expr) -> list[Any] | None:
    """Values of an expression without columns; None if it has columns or no value."""
    if expression.meta.root_names():
        return None
    try:
        values = pl.select(expression).to_series()
        return (values.explode() if values.dtype == pl.List else values).to_list()
    except PolarsError:
        return None


def _listed(part: pl.Expr, column: str) -> Ints | None:
    """Numbers that a column is compared with for equality; None if the part is of another kind."""
    operator = _operator(_tree(part))
    if operator == "Or":
        both = [_listed(side, column) for side in _sides(part)]
        return None if any(some is None for some in both) else np.concatenate([s for s in both if s is not None])
    if operator not in {"Eq", "IsIn"}:
        return None
    named = [side for side in _sides(part) if _is_column(side, column)]
    others = [side for side in _sides(part) if not _is_column(side, column)]
    values = _constants(others[0]) if len(named) == len(others) == 1 else None
    if values is None or not all(isinstance(value, int) for value in values if value is not None):
        return None
    return np.array([value for value in values if value is not None and 0 <= value < 1 << 63], dtype=np.int64)


def _days_of(part: pl.Expr, days: list[date]) -> list[date]:
    """Days on which some moment may pass a condition on the timestamp."""
    if _looks_at_dates_only(_tree(part)):
        noons = pl.DataFrame({"timestamp": [datetime.combine(day, _NOON) for day in days]}, schema=_MOMENTS)
        try:
            return noons.with_row_index().filter(part)["timestamp"].dt.date().to_list()
        except PolarsError:
            return days
    low, high = _bounds(part)
    return [day for day in days if (low is None or day >= low) and (high is None or day <= high)]


_DATE = {"Function": {"input": [{"Column": "timestamp"}], "function": {"TemporalExpr": "Date"}}}
_MOMENTS = {"timestamp": polars_schema(Transactions)["timestamp"]}


def _looks_at_dates_only(tree: Any) -> bool:
    """Whether all that is asked of the timestamp is its date."""
    if isinstance(tree, list):
        return all(_looks_at_dates_only(branch) for branch in tree)
    if not isinstance(tree, dict):
        return tree is not None
    if "Column" in tree:
        return False
    if tree == _DATE:
        return True
    return all(_looks_at_dates_only(branch) for branch in tree.values() if isinstance(branch, dict | list))


def _bounds(part: pl.Expr) -> tuple[date | None, date | None]:
    """First and last day on which moments may pass; None where there is no bound."""
    operator, sides = _operator(_tree(part)), _sides(part)
    if operator == "IsBetween" and _is_column(sides[0], "timestamp"):
        return _day(sides[1]), _day(sides[2])
    if operator not in _MIRRORED or len(sides) != 2:
        return None, None
    if _is_column(sides[1], "timestamp"):
        operator, sides = _MIRRORED[operator], sides[::-1]
    if not _is_column(sides[0], "timestamp"):
        return None, None
    day = _day(sides[1])
    return (None if operator in {"Lt", "LtEq"} else day), (None if operator in {"Gt", "GtEq"} else day)


def _day(expression: pl.Expr) -> date | None:
    """UTC day of a constant moment; None if it is none."""
    values = _constants(expression)
    if values is None or len(values) != 1 or not isinstance(values[0], datetime) or values[0].tzinfo is None:
        return None
    return values[0].astimezone(UTC).date()


def _passes_genuine(part: pl.Expr) -> bool:
    """Whether genuine rows pass: they all look the same in the columns of ground truth."""
    schema = {name: dtype for name, dtype in polars_schema(Transactions).items() if name in truth_columns(Transactions)}
    genuine = pl.DataFrame({name: [False if name == "is_fraud" else None] for name in schema}, schema=schema)
    try:
        return genuine.filter(part).height > 0
    except PolarsError:
        return True


def _is_evaluable(part: pl.Expr) -> bool:
    """Whether an expression gives one boolean per row."""
    two = pl.DataFrame({"customer_id": [1, 2]}, schema={"customer_id": pl.Int64})
    try:
        answer = two.select(part)
    except PolarsError:
        return False
    return answer.height == two.height and answer.dtypes == [pl.Boolean]
