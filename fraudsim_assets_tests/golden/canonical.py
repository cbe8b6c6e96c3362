"""A table in one spelling, and its digest: rows in the order of their keys, each value in one form.

The digest shares nothing with the one that the storage keeps in its files, so that neither hides
a fault of the other. Every column has a digest of its own: a difference names the columns.

Belongs here: what makes two tables the same. Does not belong here: which tables are held (``world``).
"""

import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

KEYS: Mapping[str, tuple[str, ...]] = {
    "customers": ("customer_id", "version"),
    "cards": ("card_id", "version"),
    "merchants": ("merchant_id", "version"),
    "transactions": ("transaction_id",),
    "account_events": ("event_id",),
    "fraud_labels": ("transaction_id", "label_type"),
}
"""Columns that tell the rows of a table apart."""


def table_digest(name: str, table: pa.Table) -> dict[str, Any]:
    """Count the rows and hash every column.

    Returns
    -------
    dict
        ``rows``, and under ``columns`` the first 16 hexadecimal digits of a SHA-256 by column.
    """
    canonical = pa.table({field.name: _canonical(table[field.name]) for field in table.schema})
    order = pc.sort_indices(canonical, sort_keys=[(key, "ascending") for key in KEYS[name]])
    canonical = canonical.take(order)
    columns = {column: column_digest(canonical[column]) for column in canonical.column_names}
    return {"rows": table.num_rows, "columns": columns}


def _canonical(column: pa.ChunkedArray) -> pa.Array:
    """Decode dictionaries and bring the chunks together."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_string(column.type):
        column = column.cast(pa.large_string())
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)


def column_digest(column: pa.ChunkedArray | pa.Array) -> str:
    """Hash type, length, nulls and values, little-endian and without padding."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    present = array.is_valid().to_numpy(zero_copy_only=False)
    told = hashlib.sha256(f"{array.type} {len(array)}\n".encode())
    told.update(np.packbits(present).tobytes())
    told.update(_value_bytes(array.drop_null()))
    return told.hexdigest()[:16]


def _value_bytes(array: pa.Array) -> bytes:
    """Bytes of values without nulls."""
    kind = array.type
    if pa.types.is_large_string(kind):
        lengths = pc.call_function("binary_length", [array]).to_numpy(zero_copy_only=False).astype("<i8")
        return lengths.tobytes() + "".join(array.to_pylist()).encode()
    if pa.types.is_decimal(kind):
        unscaled = [int(value.scaleb(kind.scale)) for value in array.to_pylist()]
        return np.array(unscaled, "<i8").tobytes()
    if pa.types.is_boolean(kind):
        return np.packbits(array.to_numpy(zero_copy_only=False)).tobytes()
    if pa.types.is_date32(kind):
        array = array.cast(pa.int32())
    if pa.types.is_timestamp(kind):
        array = array.cast(pa.int64())
    values = array.to_numpy(zero_copy_only=False)
    return values.astype(values.dtype.newbyteorder("<")).tobytes()
