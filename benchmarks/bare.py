"""Rows without a law: the columns of payments, each value one hash of the row's number, by the same means as ours.

The one idea: what arrays cannot make faster than this, no law of ours can. Hashes, columns and the writer are those of
the package; nothing is looked up, ordered or made to fit.

Belongs here: such rows, as a bound. Does not belong here: generators of others (``peers``).
"""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from fraudsim_assets.simulation.columns import boolean, coded, decimal, plain
from fraudsim_assets.simulation.transactions import transactions_schema
from fraudsim_assets.streams import Streams, below, half_words
from fraudsim_assets.tables import Transactions, truth_columns
from fraudsim_assets.units import DAY, AnyArray

_NAMES, _CENTS, _DAY, _HALF = 32, 20_000, 20_000, 32
# names of a dictionary; most of an amount [hundredths]; number of the day; width of half a word [bits]


def bare_batches(rows: int, *, at_once: int) -> Iterator[pa.RecordBatch]:
    """Rows of the columns of transactions in batches; what only fraud has is null."""
    names = pa.array([f"name {n}" for n in range(_NAMES)])
    schema, streams = transactions_schema(), Streams(1)
    rare = {field for field in truth_columns(Transactions) if field != "is_fraud"}
    for start in range(0, rows, at_once):
        ids = np.arange(start, min(start + at_once, rows))
        no = np.zeros(len(ids), dtype=bool)
        columns = [
            _nulls(field.type, no, names)
            if field.name in rare
            else _column(field.type, streams.draw(field.name).words(ids), names)
            for field in schema
        ]
        yield pa.RecordBatch.from_arrays(columns, schema=schema)


def _nulls(data_type: pa.DataType, no: AnyArray, names: pa.Array) -> pa.Array:
    codes = np.zeros(len(no), dtype=np.int64)
    if pa.types.is_dictionary(data_type):
        return coded(codes, names, data_type, no)
    return plain(codes.astype(data_type.to_pandas_dtype()), data_type, no)


def _column(data_type: pa.DataType, words: AnyArray, names: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(data_type):
        return coded(below(words, _NAMES), names, data_type)
    if pa.types.is_boolean(data_type):
        return boolean(words > np.uint64(1 << 60))
    if pa.types.is_decimal(data_type):
        return decimal(below(words, _CENTS) * 10, data_type)
    if pa.types.is_timestamp(data_type):
        return plain(below(words, 1 << 32) * 20 + _DAY * DAY, data_type)
    few = half_words(words)[0] if data_type.bit_width == _HALF else (words >> np.uint64(44)).view(np.int64)
    return plain(few.astype(data_type.to_pandas_dtype(), copy=False), data_type)
