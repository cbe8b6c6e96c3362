"""Values for columns that a test does not care about, made up from what the contract says of them.

Belongs here: the simplest value that a declared column allows. Does not belong here: any particular column.
"""

import operator
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import hypothesis
import polars as pl
from hypothesis import strategies

from fraudsim_assets.tables import Column, Model, columns

_HOLDS = {"ge": operator.ge, "gt": operator.gt, "le": operator.le, "lt": operator.lt}
_DAY = timedelta(days=1)
_PLAIN: Mapping[type[pl.DataType], tuple[Any, Any]] = {
    pl.Boolean: (False, 1),
    pl.Date: (date(2020, 1, 1), _DAY),
    pl.Datetime: (datetime(2020, 1, 1, tzinfo=UTC), _DAY),
    pl.Decimal: (Decimal(0), Decimal("0.001")),
    pl.Float32: (0.0, 1.0),
    pl.Float64: (0.0, 1.0),
    pl.String: ("plain", ""),
}
# a plain value of each type but whole numbers, and the step away from a strict bound


def filled(model: Model, given: Mapping[str, Any]) -> dict[str, Any]:
    """Make a row of every declared column in order: the given values, and made-up ones for the rest."""
    declared = columns(model)
    assert given.keys() <= declared.keys(), given.keys() - declared.keys()
    return {name: given[name] if name in given else value_of(column) for name, column in declared.items()}


@cache
def value_of(column: Column) -> Any:
    """Find the simplest value that a column allows: none where it may be missing, else a code, a match or a number."""
    if column.nullable:
        return None
    promised = {promise.kind: promise.argument for promise in column.constraints}
    if column.values:
        return column.values[0]
    if "matches" in promised:
        return hypothesis.find(strategies.from_regex(promised["matches"], fullmatch=True), lambda _: True)
    bounds = {kind: promised[kind] for kind in _HOLDS if kind in promised}
    return next(v for v in _candidates(column, bounds) if all(_HOLDS[kind](v, b) for kind, b in bounds.items()))


def _candidates(column: Column, bounds: Mapping[str, Any]) -> Iterator[Any]:
    plain, step = _PLAIN.get(type(column.dtype), (0, 1))
    yield plain.replace(tzinfo=None) if isinstance(column.dtype, pl.Datetime) and not column.dtype.time_zone else plain
    for kind, bound in bounds.items():
        yield bound + {"gt": step, "lt": -step}.get(kind, 0 * step)
    if len(bounds) == 2:
        yield sum(bounds.values()) / 2
