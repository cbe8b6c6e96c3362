"""`DecisionLog`: decisions about payments, by the day on which they take effect.

Belongs here: the table, what makes it valid, and its digest. Does not belong here: what decisions change.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from types import MappingProxyType
from typing import Any

import numpy as np
import pyarrow as pa

from fraudsim_assets.errors import ContractError
from fraudsim_assets.tables.codes import ACTIONS, Action
from fraudsim_assets.units import DAY, Ints, day_date, day_number

AFTERWARDS = frozenset({Action.APPROVE, Action.BLOCK})
"""Actions that may take effect after the payment was answered: how a review ends."""

_DIGITS = 16


@cache
def decisions_schema() -> pa.Schema:
    """Arrow schema of decisions, ``tables.Decisions``."""
    from fraudsim_assets.tables import Decisions, arrow_schema  # loads pandera

    return arrow_schema(Decisions)


@dataclass(frozen=True)
class DecisionLog:
    """Decisions by the UTC day on which they take effect. It never changes; :meth:`with_day` gives another one.

    Attributes
    ----------
    tables
        Decisions of each day with any, by day number: rows of ``tables.Decisions``, by time, then id.
    """

    tables: Mapping[int, pa.Table] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def empty(cls) -> "DecisionLog":
        """No decisions: the world as it is."""
        return cls()

    def with_day(self, day: date, table: pa.Table) -> "DecisionLog":
        """The log with the decisions of a day; those that it had of the day are replaced.

        Parameters
        ----------
        day
            UTC day on which all of them take effect.
        table
            Rows of ``tables.Decisions``, in any order; a payment may be decided about several times, at different
            moments.

        Raises
        ------
        ContractError
            If a column is missing or of another type, a decision takes effect on another day or before its payment,
            an action does not exist or comes too late, or two decisions say the same time of the same payment.
        """
        number = day_number(day)
        others = {each: kept for each, kept in self.tables.items() if each != number}
        if table.num_rows:
            others[number] = _checked(table, number)
        return DecisionLog(MappingProxyType(dict(sorted(others.items()))))

    def adding(self, *tables: pa.Table) -> "DecisionLog":
        """The log with further decisions, whatever days they take effect on; errors as :meth:`with_day`."""
        found = self
        for table in tables:
            days = whole_numbers(table["decided_at"]) // DAY
            for number in np.unique(days).tolist():
                day = day_date(number)
                more = table.select(decisions_schema().names).cast(decisions_schema()).filter(pa.array(days == number))
                found = found.with_day(day, pa.concat_tables([found.on(day), more]).unify_dictionaries())
        return found

    def on(self, day: date) -> pa.Table:
        """Decisions that take effect on a day; an empty table where there are none."""
        return self.tables.get(day_number(day), decisions_schema().empty_table())

    def first_difference(self, other: "DecisionLog") -> int:
        """Number of the first day on which two logs say different things; a day that never comes if there is none."""
        days = self.tables.keys() | other.tables.keys()
        none = decisions_schema().empty_table()
        changed = (day for day in days if not self.tables.get(day, none).equals(other.tables.get(day, none)))
        return min(changed, default=np.iinfo(np.int64).max)

    @property
    def days(self) -> tuple[date, ...]:
        """Days with decisions, ascending."""
        return tuple(day_date(number) for number in self.tables)

    @cached_property
    def digest(self) -> str:
        """16 hexadecimal digits that stand for the decisions, in whatever order they came; empty without any."""
        if not self.tables:
            return ""
        found = hashlib.blake2b(digest_size=_DIGITS // 2)
        for table in self.tables.values():
            for name in ("transaction_id", "timestamp", "decided_at"):
                found.update(whole_numbers(table[name]).tobytes())
            found.update(action_codes(table).tobytes())
            found.update("|".join(map(str, table["cost"].to_pylist())).encode())
        return found.hexdigest()

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel to another process as tables."""
        return _of_tables, (dict(self.tables),)

    def __len__(self) -> int:
        """Number of decisions."""
        return sum(table.num_rows for table in self.tables.values())


def _of_tables(tables: dict[int, pa.Table]) -> DecisionLog:
    return DecisionLog(MappingProxyType(tables))


def whole_numbers(column: pa.ChunkedArray) -> Ints:
    """Ids as they are, and times. (n,) [-], [microseconds since 1970]"""
    return np.asarray(column.cast(pa.int64()).to_numpy(), dtype=np.int64)


def action_codes(table: pa.Table) -> Ints:
    """Positions of actions in :data:`ACTIONS`; -1 for what is no action. (n,)"""
    found = table["action"]
    encoded = found if pa.types.is_dictionary(found.type) else found.cast(pa.utf8()).dictionary_encode()
    chunk = encoded.unify_dictionaries().combine_chunks()
    names = [*chunk.dictionary.to_pylist(), None]  # of a null it is the last one
    codes = np.array([ACTIONS.index(name) if name in ACTIONS else -1 for name in names], dtype=np.int64)
    return codes.take(chunk.indices.fill_null(len(names) - 1).to_numpy(zero_copy_only=False))


def check_actions(actions: pa.ChunkedArray, about: str) -> None:
    """Make sure that all actions exist.

    Raises
    ------
    ContractError
        If one does not, or is missing.
    """
    found = actions.to_numpy()
    wrong = np.flatnonzero(~np.isin(found, ACTIONS))
    if wrong.size:
        raise ContractError(f"{about} action {found[wrong[0]]!r}; valid are {', '.join(ACTIONS)}")


def _checked(table: pa.Table, day: int) -> pa.Table:
    """Decisions in order, each of them possible."""
    about = f"decisions of {day_date(day)}"
    names = decisions_schema().names
    missing = [name for name in names if name not in table.column_names]
    if missing:
        raise ContractError(f"{about} lack {', '.join(missing)}; valid are the columns {', '.join(names)}")
    try:
        table = table.select(names).cast(decisions_schema())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, ValueError) as error:
        raise ContractError(f"{about} have columns of other types: {error}") from error
    check_actions(table["action"].cast(pa.utf8()), f"{about} have")
    made, decided = whole_numbers(table["timestamp"]), whole_numbers(table["decided_at"])
    ids = whole_numbers(table["transaction_id"])
    late = (decided > made) & ~np.isin(action_codes(table), [ACTIONS.index(action) for action in AFTERWARDS])
    for wrong, told in (
        (decided // DAY != day, "takes effect on another day"),
        (decided < made, "takes effect before the payment"),
        (late, f"comes after the payment was answered; valid then are {', '.join(sorted(AFTERWARDS))}"),
    ):
        if wrong.any():
            at = int(np.argmax(wrong))
            raise ContractError(
                f"{about}: {table['action'][at]} of transaction {ids[at]}, made {table['timestamp'][at]}, decided "
                f"{table['decided_at'][at]}, {told}"
            )
    order = np.lexsort((ids, decided))
    same = np.flatnonzero((np.diff(ids[order]) == 0) & (np.diff(decided[order]) == 0))
    if same.size:
        raise ContractError(f"{about} decide twice at one time about transaction {ids[order[same[0]]]}")
    return table.take(pa.array(order)).combine_chunks()
