"""Arrow columns from numpy arrays, without a Python object per value.

Belongs here: building arrays of the types the contracts ask for. Does not belong here: values.
"""

import numpy as np
import pyarrow as pa

from fraudsim_assets.units import AnyArray, Bools


def validity(valid: Bools | None) -> pa.Buffer | None:
    """Pack a mask of valid values into Arrow's bitmap; None where all are valid."""
    if valid is None or bool(valid.all()):
        return None
    return pa.py_buffer(np.packbits(valid, bitorder="little"))


def plain(values: AnyArray, data_type: pa.DataType, valid: Bools | None = None) -> pa.Array:
    """Numbers, dates and timestamps whose memory is the array's own.

    Parameters
    ----------
    values : (n,)
        Array whose item size is that of the Arrow type.
    valid : (n,)
        False where the value is null.
    """
    values = np.ascontiguousarray(values)
    return pa.Array.from_buffers(data_type, len(values), [validity(valid), pa.py_buffer(values)])


def boolean(values: Bools) -> pa.Array:
    """Booleans, packed. (n,)"""
    return pa.Array.from_buffers(pa.bool_(), len(values), [None, pa.py_buffer(np.packbits(values, bitorder="little"))])


def decimal(values: AnyArray, data_type: pa.DataType) -> pa.Array:
    """Exact decimals from integers of the type's scale. (n,) int64"""
    wide = np.empty((len(values), 2), dtype=np.int64)
    wide[:, 0] = values
    np.right_shift(values, 63, out=wide[:, 1])
    return pa.Array.from_buffers(data_type, len(values), [None, pa.py_buffer(wide)])


def coded(codes: AnyArray, names: pa.Array, data_type: pa.DataType, valid: Bools | None = None) -> pa.Array:
    """Strings as codes into a shared dictionary.

    Parameters
    ----------
    codes : (n,)
        Positions in ``names``; anything where ``valid`` is false.
    """
    width = np.dtype(data_type.index_type.to_pandas_dtype())
    if valid is not None:
        codes = np.where(valid, codes, 0)
    indices = plain(codes.astype(width, copy=False), data_type.index_type, valid)
    return pa.DictionaryArray.from_arrays(indices, names, safe=False)
