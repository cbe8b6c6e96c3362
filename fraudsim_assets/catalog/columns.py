"""From numpy arrays to Arrow columns of exactly the declared types.

Belongs here: the narrow bridge between vectorised builders and the contracts in ``tables``. Does
not belong here: any value, and the declarations themselves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fraudsim_assets.tables import Model, arrow_schema
from fraudsim_assets.units import AnyArray, Ints, Words

_HEX_DIGITS = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)


@dataclass(frozen=True)
class Coded:
    """A column of repetitive strings: positions in a list of values.

    Attributes
    ----------
    codes
        (n,) integers, positions in ``values``.
    values
        The strings; repeats are allowed here and removed in Arrow.
    """

    codes: AnyArray
    values: tuple[str, ...]


Column = pa.Array | AnyArray | Coded


def record_batch(model: Model, columns: Mapping[str, Column]) -> pa.RecordBatch:
    """Assemble a record batch that has exactly the schema of a table.

    Parameters
    ----------
    model
        Table whose Arrow schema to honour.
    columns
        One column per field; numbers are cast to the declared width, days since 1970 become
        dates, :class:`Coded` becomes a dictionary.

    Returns
    -------
    pa.RecordBatch
        Columns in the declared order.
    """
    schema = arrow_schema(model)
    return pa.RecordBatch.from_arrays([_arrow(columns[field.name], field.type) for field in schema], schema=schema)


def _arrow(column: Column, dtype: pa.DataType) -> pa.Array:
    if isinstance(column, Coded):
        return _dictionary(column, dtype)
    if isinstance(column, pa.Array):
        return column
    if pa.types.is_date32(dtype):
        return pa.array(column.astype(np.int32, copy=False)).view(pa.date32())
    return pa.array(column.astype(dtype.to_pandas_dtype(), copy=False))


def _dictionary(column: Coded, dtype: pa.DictionaryType) -> pa.Array:
    position, unique = _without_repeats(column.values)
    codes = position.take(column.codes) if len(unique) < len(column.values) else column.codes
    indices = pa.array(codes.astype(dtype.index_type.to_pandas_dtype(), copy=False))
    return pa.DictionaryArray.from_arrays(indices, unique)


@lru_cache(maxsize=256)
def _without_repeats(values: tuple[str, ...]) -> tuple[Ints, pa.Array]:
    first_seen = {value: code for code, value in enumerate(dict.fromkeys(values))}
    return np.array([first_seen[value] for value in values], dtype=np.int64), pa.array(list(first_seen), pa.utf8())


def strings(values: Sequence[str], codes: AnyArray) -> pa.Array:
    """Plain strings looked up by position. (n,) utf8"""
    return pa.array(values, pa.utf8()).take(pa.array(codes))


def joined(*parts: pa.Array) -> pa.Array:
    """Strings put together from parts, without anything between them. (n,) utf8"""
    return pc.call_function("binary_join_element_wise", [*parts, pa.scalar("")])


def hex_strings(words: Words) -> pa.Array:
    """Write 64-bit words as 16 lower-case hexadecimal digits each. (n,) utf8"""
    octets = words.astype(">u8").view(np.uint8)
    digits = np.empty((len(octets), 2), dtype=np.uint8)
    digits[:, 0] = _HEX_DIGITS.take(octets >> 4)
    digits[:, 1] = _HEX_DIGITS.take(octets & 15)
    offsets = np.arange(0, 16 * len(words) + 1, 16, dtype=np.int32)
    return pa.StringArray.from_buffers(len(words), pa.py_buffer(offsets), pa.py_buffer(digits))


def money(thousandths: Ints, valid: AnyArray) -> pa.Array:
    """Amounts of money from whole thousandths, null where not valid. (n,) decimal128(18, 3)

    Parameters
    ----------
    thousandths : (n,)
        Amounts in thousandths of the currency unit.
    valid : (n,) bool
        False where there is no amount.
    """
    halves = np.empty((len(thousandths), 2), dtype=np.int64)
    halves[:, 0] = thousandths
    halves[:, 1] = thousandths >> 63
    bits = np.packbits(np.asarray(valid, dtype=bool), bitorder="little")
    buffers = [pa.py_buffer(bits), pa.py_buffer(halves)]
    return pa.Array.from_buffers(pa.decimal128(18, 3), len(thousandths), buffers)


def table(model: Model, batches: Sequence[pa.RecordBatch]) -> pa.Table:
    """Join batches of one table without copying them."""
    return pa.Table.from_batches(list(batches), schema=arrow_schema(model))
