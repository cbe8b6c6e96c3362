"""What it takes to declare a table, and what follows from a declaration.

A table is declared once, as a pandera model whose columns carry type, nullability, bounds,
description, unit and standard. Everything else is derived here: Arrow and polars schemas,
constraints, keys. pandera itself is only the declaration and, on small eager frames, the oracle
(:func:`validate`); on lazy frames it would look at types and never at data.

Belongs here: the base class, the ``column`` declaration and derivations. Does not belong here:
any particular table, and the check of big data (``quality.contract``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Any, Literal

import pandera.polars as pandera
import polars as pl
import pyarrow as pa

from fraudsim_assets.errors import ContractError

SCHEMA_VERSION = "1.0"
"""Version of all table contracts together: the part before the point changes when a reader breaks."""

MONEY = pa.decimal128(18, 3)
"""Arrow type of every amount of money."""

DictionaryIndex = Literal["int8", "int16", "int32"]


class Contract(pandera.DataFrameModel):
    """Base of all tables: exactly the declared columns, in the declared order."""

    class Config(pandera.DataFrameModel.Config):
        """Options of pandera, and keys under ``metadata``."""

        strict = True
        ordered = True
        coerce = False


Model = type[Contract]


@dataclass(frozen=True)
class Constraint:
    """One declared promise about the values of one column.

    Attributes
    ----------
    kind
        ``not_null``, ``ge``, ``gt``, ``le``, ``lt``, ``isin`` or ``matches``.
    argument
        Bound, tuple of allowed values or regular expression; ``None`` for ``not_null``.
    """

    column: str
    kind: str
    argument: Any = None

    @property
    def name(self) -> str:
        """Stable name of the check: ``<column>_<kind>``."""
        return f"{self.column}_{self.kind}"

    @property
    def sentence(self) -> str:
        """What is true when all is well."""
        listed = isinstance(self.argument, tuple)
        argument = ", ".join(map(str, self.argument)) if listed else self.argument
        return f"{self.column} {_WORDS[self.kind].format(argument)}"


@dataclass(frozen=True)
class Column:
    """Everything declared about one column.

    Attributes
    ----------
    dictionary
        Width of the dictionary index in files, or ``None`` where values are stored plainly.
    constraints
        Declared promises beyond the type, ``not_null`` first.
    """

    name: str
    dtype: pl.DataType
    nullable: bool
    description: str
    unit: str | None
    standard: str | None
    dictionary: DictionaryIndex | None
    constraints: tuple[Constraint, ...]

    @cached_property
    def arrow_type(self) -> pa.DataType:
        """Physical type in Arrow and Parquet."""
        if self.dictionary is not None:
            return pa.dictionary(pa.type_for_alias(self.dictionary), pa.utf8())
        if isinstance(self.dtype, pl.Decimal):
            return MONEY
        if isinstance(self.dtype, pl.Datetime):
            return pa.timestamp("us", tz=self.dtype.time_zone)
        return _PLAIN_TYPES[type(self.dtype)]

    @property
    def polars_type(self) -> pl.DataType:
        """Type a polars reader of the file sees."""
        return pl.Categorical() if self.dictionary is not None else self.dtype

    @property
    def values(self) -> tuple[str, ...] | None:
        """Closed list of allowed values, if the column has one."""
        return next((tuple(c.argument) for c in self.constraints if c.kind == "isin"), None)


_WORDS = {
    "not_null": "is never null",
    "ge": "is at least {}",
    "gt": "is above {}",
    "le": "is at most {}",
    "lt": "is below {}",
    "isin": "is one of {}",
    "matches": "matches {}",
}

_PLAIN_TYPES: dict[type[pl.DataType], pa.DataType] = {
    pl.Boolean: pa.bool_(),
    pl.Date: pa.date32(),
    pl.Float32: pa.float32(),
    pl.Float64: pa.float64(),
    pl.Int16: pa.int16(),
    pl.Int32: pa.int32(),
    pl.Int64: pa.int64(),
    pl.String: pa.utf8(),
    pl.UInt32: pa.uint32(),
}

_KINDS = {
    "greater_than_or_equal_to": ("ge", "min_value"),
    "greater_than": ("gt", "min_value"),
    "less_than_or_equal_to": ("le", "max_value"),
    "less_than": ("lt", "max_value"),
    "isin": ("isin", "allowed_values"),
    "str_matches": ("matches", "pattern"),
}


def column(
    description: str,
    *,
    unit: str | None = None,
    standard: str | None = None,
    dictionary: DictionaryIndex | None = None,
    nullable: bool = False,
    **constraints: Any,
) -> Any:
    """Declare a column of a :class:`Contract`.

    Parameters
    ----------
    description
        What a newcomer needs to know, without the unit.
    unit
        Unit of the values, appended to the description in brackets.
    standard
        Where codes come from, such as ``ISO 4217``.
    dictionary
        Store strings as a dictionary with an index of this width.
    nullable
        Whether a value may be missing; say in the description when and why.
    **constraints
        ``ge``, ``gt``, ``le``, ``lt``, ``isin`` or ``str_matches`` of pandera.
    """
    text = f"{description} [{unit}]" if unit else description
    facts = {"unit": unit, "standard": standard, "dictionary": dictionary}
    return pandera.Field(nullable=nullable, description=text, metadata=facts, **constraints)


@lru_cache(maxsize=64)
def columns(model: Model) -> Mapping[str, Column]:
    """Declared columns of a table by name, in order (read-only)."""
    return MappingProxyType({name: _column(name, declared) for name, declared in model.to_schema().columns.items()})


TRUTH = "Ground truth"
"""Descriptions of columns that no bank sees begin with this."""


def truth_columns(model: Model) -> tuple[str, ...]:
    """Columns that hold ground truth, which no bank sees."""
    return tuple(name for name, declared in columns(model).items() if declared.description.startswith(TRUTH))


def _column(name: str, declared: Any) -> Column:
    facts, dtype = declared.metadata or {}, declared.dtype.type
    promises = [] if declared.nullable else [Constraint(name, "not_null")]
    for check in declared.checks:
        kind, argument = _KINDS[check.name]
        value = check.statistics[argument]
        promises.append(Constraint(name, kind, tuple(value) if kind == "isin" else value))
    return Column(
        name=name,
        dtype=dtype if isinstance(dtype, pl.DataType) else dtype(),
        nullable=declared.nullable,
        description=declared.description,
        unit=facts.get("unit"),
        standard=facts.get("standard"),
        dictionary=facts.get("dictionary"),
        constraints=tuple(promises),
    )


def constraints(model: Model) -> tuple[Constraint, ...]:
    """Every declared promise about values of a table, in column order."""
    return tuple(promise for declared in columns(model).values() for promise in declared.constraints)


@lru_cache(maxsize=64)
def arrow_schema(model: Model) -> pa.Schema:
    """Arrow schema in which a table travels and is stored.

    Closed and repetitive strings are dictionaries, money is :data:`MONEY`. Each field carries
    its description and unit as metadata, so that a file explains itself.
    """
    return pa.schema([_arrow_field(declared) for declared in columns(model).values()])


def _arrow_field(declared: Column) -> pa.Field:
    facts = {"description": declared.description, "unit": declared.unit, "standard": declared.standard}
    present = {key: value for key, value in facts.items() if value}
    return pa.field(declared.name, declared.arrow_type, nullable=declared.nullable, metadata=present)


def polars_schema(model: Model) -> pl.Schema:
    """Schema a polars reader of the stored table sees."""
    return pl.Schema({name: declared.polars_type for name, declared in columns(model).items()})


def primary_key(model: Model) -> tuple[str, ...]:
    """Columns that identify a row."""
    return tuple(_keys(model)["primary_key"])


def foreign_keys(model: Model) -> Mapping[str, str]:
    """Columns that point elsewhere: column name to ``table.column``."""
    return MappingProxyType(dict(_keys(model).get("foreign_keys", {})))


def _keys(model: Model) -> dict[str, Any]:
    return getattr(model.__config__, "metadata", None) or {}


def validate(model: Model, frame: pl.DataFrame) -> pl.DataFrame:
    """Check a small frame with pandera itself: slow, obvious, all failures at once.

    Parameters
    ----------
    model
        Table that the frame should be.
    frame
        Eager frame; dictionary columns may be categorical or plain strings.

    Returns
    -------
    pl.DataFrame
        The frame, unchanged.

    Raises
    ------
    ContractError
        If the frame does not honour the contract; the message lists the failures.
    """
    encoded = [name for name, declared in columns(model).items() if declared.dictionary and name in frame.columns]
    categorical = [name for name in encoded if frame.schema[name] in (pl.Categorical, pl.Enum)]
    try:
        model.validate(frame.with_columns(pl.col(categorical).cast(pl.String)), lazy=True)
    except (pandera.errors.SchemaErrors, pandera.errors.SchemaError) as error:
        raise ContractError(f"{model.__name__}: {error}") from error
    return frame
