"""One pass over any amount of data that checks every declared constraint, in flat memory.

The declaration is the table's pandera model; pandera itself would need the whole frame in memory
and several passes. Here a column costs its minimum and its maximum, and a dictionary column costs
nothing per row unless its dictionary holds a forbidden value. Rows are counted one by one only
once a violation is known to exist.

Belongs here: types, nulls, bounds, closed lists and patterns, as declared. Does not belong here:
rules between columns or rows (``rules``, ``checks``).
"""

import operator
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet as pq

from fraudsim_assets.frames import FrameStream
from fraudsim_assets.quality.arrays import fits_64_bits, numbers
from fraudsim_assets.quality.results import CheckResult, Severity, summary
from fraudsim_assets.quality.tally import Tally
from fraudsim_assets.tables import Column, Constraint, Model, arrow_schema, columns

pc: Any = pyarrow.compute
# its functions are made when it is imported, so that type checkers cannot see them

Source = FrameStream | pl.LazyFrame | pl.DataFrame | Path | str | Iterable[pa.RecordBatch]

_BATCH_ROWS = 65_536
_HOLDS = {"ge": operator.ge, "gt": operator.gt, "le": operator.le, "lt": operator.lt}
_COMPARE = {"ge": pc.greater_equal, "gt": pc.greater, "le": pc.less_equal, "lt": pc.less}


class ContractChecker:
    """Accumulates violations of a table's contract over record batches.

    Parameters
    ----------
    model
        Table that the batches should be.
    exact_types
        Demand the stored Arrow types; without, any string type may stand for any other, as in
        data that has been through polars.
    """

    def __init__(self, model: Model, *, exact_types: bool = True) -> None:
        self.model = model
        self.tally = Tally()
        self.unreadable: dict[str, str] = {}
        self.misnamed: str | None = None
        self._columns = columns(model)
        self._schema = arrow_schema(model)
        self._exact = exact_types
        self._clean_dictionaries: dict[str, Any] = {}

    def add(self, batch: pa.RecordBatch) -> bool:
        """Check one batch.

        Returns
        -------
        bool
            Whether this batch honours the whole contract.
        """
        self.tally.rows += batch.num_rows
        clean = self._same_names(batch.schema)
        for name in batch.schema.names:
            declared = self._columns.get(name)
            if declared is None:
                continue
            array = batch.column(name)
            clean &= self._same_type(declared, array.type) and self._honours(declared, array)
        return clean

    def _same_names(self, schema: pa.Schema) -> bool:
        if schema.names == self._schema.names:
            return True
        missing = [name for name in self._schema.names if name not in schema.names]
        extra = [name for name in schema.names if name not in self._columns]
        self.misnamed = f"missing {missing}, not declared {extra}" if missing or extra else "other order"
        return False

    def _same_type(self, declared: Column, actual: pa.DataType) -> bool:
        if actual == declared.arrow_type or (not self._exact and _logical(actual) == _logical(declared.arrow_type)):
            return True
        self.unreadable[declared.name] = f"{actual} instead of {declared.arrow_type}"
        return False

    def _honours(self, declared: Column, array: pa.Array) -> bool:
        clean = True
        remaining = declared.constraints
        if isinstance(array, pa.DictionaryArray) and self._is_clean(declared, array.dictionary):
            remaining = tuple(c for c in remaining if c.kind == "not_null")
        for constraint in remaining:
            bad = _violating_rows(constraint, array)
            if bad is not None:
                clean = False
                self._count(constraint, bad, array)
        return clean

    def _is_clean(self, declared: Column, dictionary: Any) -> bool:
        """Whether a dictionary holds allowed values only; the last such dictionary is remembered."""
        known = self._clean_dictionaries.get(declared.name)
        if known is not None and known.equals(dictionary):
            return True
        text = (c for c in declared.constraints if c.kind != "not_null")
        if any(_violating_rows(constraint, dictionary) is not None for constraint in text):
            return False
        self._clean_dictionaries[declared.name] = dictionary
        return True

    def _count(self, constraint: Constraint, bad: pa.Array, array: pa.Array) -> None:
        found = array.filter(bad)
        self.tally.blame(constraint.name, len(found), str(found[0].as_py()))

    def absorb(self, other: "ContractChecker") -> None:
        """Take over what another checker of the same table saw."""
        self.tally.absorb(other.tally)
        self.misnamed = self.misnamed or other.misnamed
        self.unreadable = {**other.unreadable, **self.unreadable}

    def results(self) -> list[CheckResult]:
        """One result for the column names, one per type and one per declared constraint.

        The constraints of a column of the wrong type cannot be judged and are left out.
        """
        names = {"example": self.misnamed} if self.misnamed else {}
        text = f"the columns of {self.model.__name__} are the declared ones, in order"
        found = [CheckResult("columns_are_as_declared", not names, Severity.BLOCK, text, names)]
        for declared in self._columns.values():
            found.append(self._type_result(declared))
            if declared.name not in self.unreadable:
                found.extend(self._constraint_result(constraint) for constraint in declared.constraints)
        return found

    def _type_result(self, declared: Column) -> CheckResult:
        wrong = self.unreadable.get(declared.name)
        text = f"{declared.name} is stored as {declared.arrow_type}"
        metrics = {"example": wrong} if wrong else {}
        return CheckResult(f"{declared.name}_type", wrong is None, Severity.BLOCK, text, metrics)

    def _constraint_result(self, constraint: Constraint) -> CheckResult:
        passed = not self.tally.violations[constraint.name]
        metrics = self.tally.metrics(constraint.name, self.tally.rows)
        return CheckResult(constraint.name, passed, Severity.BLOCK, constraint.sentence, metrics)

    def result(self) -> CheckResult:
        """Fold everything into one result, named ``contract``."""
        text = f"every value honours the contract of {self.model.__name__}"
        return summary("contract", text, self.results())


def check_contract(model: Model, source: Source) -> list[CheckResult]:
    """Check data of any size against a table's contract in one pass.

    Parameters
    ----------
    model
        Table that the data should be.
    source
        A frame stream, record batches, the path of a Parquet file, or a polars frame, eager or
        lazy. A lazy frame is run by the streaming engine, batch by batch.

    Returns
    -------
    list of CheckResult
        As of :meth:`ContractChecker.results`.
    """
    through_polars = isinstance(source, pl.DataFrame | pl.LazyFrame)
    checker = ContractChecker(model, exact_types=not through_polars)
    for batch in _batches(source):
        checker.add(batch)
    return checker.results()


def _batches(source: Source) -> Iterator[pa.RecordBatch]:
    if isinstance(source, FrameStream):
        yield from _empty(source.schema)
        yield from source.batches()
    elif isinstance(source, pl.DataFrame | pl.LazyFrame):
        yield from _polars_batches(source.lazy())
    elif isinstance(source, Path | str):
        with pq.ParquetFile(source, pre_buffer=False) as file:
            yield from _empty(file.schema_arrow)
            yield from file.iter_batches(batch_size=_BATCH_ROWS, use_threads=False)
    else:
        yield from source


def _empty(schema: pa.Schema) -> list[pa.RecordBatch]:
    return [pa.RecordBatch.from_pylist([], schema=schema)]


def _polars_batches(lazy: pl.LazyFrame) -> Iterator[pa.RecordBatch]:
    yield from _empty(lazy.head(0).collect().to_arrow().schema)
    for frame in lazy.collect_batches(chunk_size=_BATCH_ROWS, maintain_order=False, engine="streaming"):
        yield from frame.to_arrow().to_batches()


def _is_text(dtype: pa.DataType) -> bool:
    return pa.types.is_string(dtype) or pa.types.is_large_string(dtype) or pa.types.is_string_view(dtype)


def _logical(dtype: pa.DataType) -> pa.DataType:
    value = dtype.value_type if pa.types.is_dictionary(dtype) else dtype
    return pa.utf8() if _is_text(value) else value


def _violating_rows(constraint: Constraint, array: pa.Array) -> pa.Array | None:
    """Mask of the rows that break a constraint, or None if there is none (the usual, cheap case)."""
    if constraint.kind == "not_null":
        return array.is_null() if array.null_count else None
    if constraint.kind in ("isin", "matches"):
        return _forbidden_text(constraint, array)
    return _out_of_bounds(constraint, array)


def _out_of_bounds(constraint: Constraint, array: pa.Array) -> pa.Array | None:
    bound = pa.scalar(constraint.argument, type=array.type)
    if not len(array) or _surely_inside(constraint.kind, array, bound):
        return None
    if not pa.types.is_floating(array.type) and _inside_but_for_nulls(constraint.kind, array, bound):
        return None
    bad = pc.fill_null(pc.invert(_COMPARE[constraint.kind](array, bound)), fill_value=False)
    if pa.types.is_floating(array.type) and constraint.kind in ("ge", "gt"):
        bad = pc.and_not(bad, pc.fill_null(pc.is_nan(array), fill_value=False))
    return bad if pc.any(bad).as_py() else None


def _surely_inside(kind: str, array: pa.Array, bound: pa.Scalar) -> bool:
    """Whether even the largest or smallest number in the buffer, missing ones included, keeps the bound.

    Not a number fails it, as do decimals beyond 64 bits: the slow way decides.
    """
    limit = int(bound.as_py().scaleb(array.type.scale)) if pa.types.is_decimal(array.type) else _physical(bound)
    if not fits_64_bits(array):
        return False
    values = numbers(array)
    extreme = values.max() if kind in ("le", "lt") else values.min()
    return bool(_HOLDS[kind](extreme, limit))


def _inside_but_for_nulls(kind: str, array: pa.Array, bound: pa.Scalar) -> bool:
    """Whether the largest or smallest number that is not missing keeps the bound."""
    extreme = pc.min_max(array)["max" if kind in ("le", "lt") else "min"]
    return not extreme.is_valid or _COMPARE[kind](extreme, bound).as_py()


def _physical(bound: pa.Scalar) -> float:
    return bound.value if isinstance(bound, pa.TimestampScalar | pa.Date32Scalar) else bound.as_py()


def _forbidden_text(constraint: Constraint, array: pa.Array) -> pa.Array | None:
    if isinstance(array, pa.DictionaryArray):
        bad = _forbidden(constraint, array.dictionary).take(array.indices)
    else:
        bad = _forbidden(constraint, array)
    bad = pc.fill_null(bad, fill_value=False)
    return bad if pc.any(bad).as_py() else None


def _forbidden(constraint: Constraint, values: Any) -> pa.Array:
    plain = pc.cast(values, pa.utf8())
    if constraint.kind == "isin":
        return pc.and_(pc.invert(pc.is_in(plain, value_set=pa.array(constraint.argument))), pc.is_valid(plain))
    return pc.invert(pc.match_substring_regex(plain, constraint.argument))
