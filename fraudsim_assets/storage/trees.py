"""Trees of values, arrays and records of them, as one Arrow IPC file that is mapped into memory.

The one idea: what is large in a world are arrays. Each becomes a column of one row, a list; everything else is a little
JSON in the schema's metadata. Read back, arrays are views of the mapped file: nothing is copied, and processes that map
the same file share its pages.

Belongs here: writing a tree to a file and reading it back. Does not belong here: where files lie, and whether one is
the right one (``shelf``).
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pydantic import BaseModel

from fraudsim_assets.caching import KeyedCache
from fraudsim_assets.units import AnyArray

_TREE, _FACTS = b"tree", b"facts"
_PACKAGE = "fraudsim_assets."
_ARRAY, _RECORD, _GIVEN, _MODEL, _DAY = "array", "record", "given", "model", "day"
_PLURAL = {"tuple": tuple, "list": list, "frozenset": frozenset}
_PAIRS, _SCALAR = "pairs", "scalar"
_VIEWED = {"b": np.uint8, "c": np.uint64}
# arrays of these kinds are stored as others of the same width; complex numbers are of two floats of 32 bits


def write_tree(path: Path, value: Any, *, facts: Mapping[str, str], given: Mapping[str, Any]) -> None:
    """Write a tree to a file.

    Parameters
    ----------
    value
        Arrays, plain values, tuples, lists, dictionaries and records (dataclasses and models of this package) of such.
        What a record has worked out for itself is written as well, caches by day apart.
    facts
        What is said about the tree.
    given
        Values by name that are not written: who reads the tree has them.

    Raises
    ------
    TypeError
        If the tree has anything else in it.
    """
    told = _Telling({id(v): name for name, v in given.items()})
    skeleton = told.of(value)
    columns = [_column(array) for array in told.arrays]
    tree = {"root": skeleton, "records": told.records, "kinds": [(a.dtype.str, a.shape) for a in told.arrays]}
    schema = pa.schema(
        [(str(n), column.type) for n, column in enumerate(columns)],
        metadata={_TREE: json.dumps(tree), _FACTS: json.dumps(dict(facts))},
    )
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
        writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=schema))


def read_tree(path: Path, *, facts: Mapping[str, str], given: Mapping[str, Any]) -> Any:
    """Read a tree back; its arrays are views of the file and cannot be written to.

    Parameters
    ----------
    facts
        What the file must say about the tree.
    given
        As of :func:`write_tree`.

    Raises
    ------
    LookupError
        If the file says something else.
    OSError, ValueError
        If there is no such file, or it is not a whole one.
    """
    file = pa.ipc.open_file(pa.memory_map(str(path)))
    metadata = file.schema.metadata or {}
    if json.loads(metadata.get(_FACTS, b"{}")) != dict(facts):
        raise LookupError(f"{path} is about something else")
    tree, batch = json.loads(metadata[_TREE]), file.get_batch(0)
    arrays = [_array(c, *kind) for c, kind in zip(batch.columns, tree["kinds"], strict=True)]
    return _Reading(given, arrays, tree["records"]).of(tree["root"])


def _column(array: AnyArray) -> pa.Array:
    """An array as a list of one row."""
    flat = np.ascontiguousarray(array).reshape(-1)
    values = pa.array(flat.view(_VIEWED.get(array.dtype.kind, array.dtype)))
    return pa.LargeListArray.from_arrays(pa.array([0, len(values)], pa.int64()), values)


def _array(column: pa.Array, dtype: str, shape: list[int]) -> AnyArray:
    return column.flatten().to_numpy(zero_copy_only=True).view(dtype).reshape(shape)


@dataclass
class _Telling:
    """What a tree is made of, each array and record once."""

    given: dict[int, str]
    arrays: list[AnyArray] = field(default_factory=list)
    records: list[dict[str, Any]] = field(default_factory=list)
    seen: dict[int, tuple[Any, int]] = field(default_factory=dict)
    # with the values themselves: an id is free again once its value is gone

    def of(self, value: Any) -> Any:
        if id(value) in self.given:
            return {_GIVEN: self.given[id(value)]}
        # before plain numbers: a scalar's type decides what it makes of arrays
        if isinstance(value, np.generic):
            return {_SCALAR: [value.dtype.str, value.item()]}
        if value is None or isinstance(value, bool | int | float | str):
            return value
        if isinstance(value, np.ndarray):
            return {_ARRAY: self._number(value, self.arrays, value)}
        return self._collected(value)

    def _collected(self, value: Any) -> dict[str, Any]:
        if isinstance(value, date):
            return {_DAY: value.isoformat()}
        if isinstance(value, dict):
            return {_PAIRS: [[self.of(k), self.of(v)] for k, v in value.items()]}
        for name, kind in _PLURAL.items():
            if type(value) is kind:
                return {name: [self.of(each) for each in value]}
        told: dict[str, Any] = {}
        if id(value) not in self.seen:
            self._number(value, self.records, told)
            told.update(self._record(value))
        return {_RECORD: self.seen[id(value)][1]}

    def _number(self, value: Any, kept: list[Any], entry: Any) -> int:
        """Number of something among those of its sort, which it joins if it is new."""
        if id(value) not in self.seen:
            self.seen[id(value)] = value, len(kept)
            kept.append(entry)
        return self.seen[id(value)][1]

    def _record(self, value: Any) -> dict[str, Any]:
        cls = type(value)
        if not cls.__module__.startswith(_PACKAGE):
            raise TypeError(f"{cls.__module__}.{cls.__qualname__} cannot be kept")
        name = f"{cls.__module__}:{cls.__qualname__}"
        if isinstance(value, BaseModel):
            return {_MODEL: name, "json": value.model_dump_json()}
        if not is_dataclass(value):
            raise TypeError(f"{name} is not a record")
        names = {f.name for f in fields(value)}
        worked_out = {n: v for n, v in vars(value).items() if n not in names and not isinstance(v, KeyedCache)}
        own = {n: getattr(value, n) for n in names}
        return {_RECORD: name, "values": {n: self.of(v) for n, v in (own | worked_out).items()}}


@dataclass
class _Reading:
    """A tree in the making."""

    given: Mapping[str, Any]
    arrays: list[AnyArray]
    told: list[Any]
    records: dict[int, Any] = field(default_factory=dict)

    def of(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        ((kind, content),) = value.items()
        if kind in _PLURAL:
            return _PLURAL[kind](self.of(each) for each in content)
        make: dict[str, Callable[[Any], Any]] = {
            _PAIRS: lambda pairs: {self.of(k): self.of(v) for k, v in pairs},
            _SCALAR: lambda scalar: np.dtype(scalar[0]).type(scalar[1]),
            _DAY: date.fromisoformat,
            _ARRAY: self.arrays.__getitem__,
            _GIVEN: self.given.__getitem__,
            _RECORD: self._record,
        }
        return make[kind](content)

    def _record(self, number: int) -> Any:
        if number not in self.records:
            told = self.told[number]
            if _MODEL in told:
                self.records[number] = _class(told[_MODEL]).model_validate_json(told["json"])
            else:
                cls = _class(told[_RECORD])
                self.records[number] = made = object.__new__(cls)
                vars(made).update({name: self.of(each) for name, each in told["values"].items()})
        return self.records[number]


def _class(name: str) -> type[Any]:
    """A record's class, of this package alone."""
    module, _, qualified = name.partition(":")
    found = getattr(import_module(module), qualified) if module.startswith(_PACKAGE) else None
    if not (isinstance(found, type) and (is_dataclass(found) or issubclass(found, BaseModel))):
        raise LookupError(f"{name} is not a record of this package")
    return found
