"""Arrow columns as numpy arrays, without copies where the layout allows.

Belongs here: views of buffers. Does not belong here: what the values mean.
"""

import numpy as np
import pyarrow as pa

from fraudsim_assets.units import AnyArray, Bools


def numbers(array: pa.Array) -> AnyArray:
    """View a column of fixed width as numpy. (n,)

    A missing value holds whatever lies there. Instants are microseconds, dates are days, money is
    whole thousandths (the lower 64 bits).
    """
    dtype, data = array.type, array.buffers()[1]
    if data is None or data.size == 0:
        return np.zeros(len(array), np.int64)
    if pa.types.is_boolean(dtype):
        return _bits(data, array.offset, len(array))
    if pa.types.is_decimal128(dtype):
        return np.frombuffer(data, np.int64)[::2][array.offset : array.offset + len(array)]
    return np.frombuffer(data, _kind(dtype))[array.offset : array.offset + len(array)]


def _kind(dtype: pa.DataType) -> np.dtype:
    if pa.types.is_timestamp(dtype) or pa.types.is_decimal(dtype):
        return np.dtype(np.int64)
    return np.dtype(np.int32) if pa.types.is_date32(dtype) else np.dtype(dtype.to_pandas_dtype())


def _bits(buffer: pa.Buffer, offset: int, length: int) -> Bools:
    first = offset // 8
    raw = np.frombuffer(buffer, np.uint8)[first : (offset + length + 7) // 8]
    return np.unpackbits(raw, bitorder="little")[offset - 8 * first :][:length].view(np.bool_)


def present(array: pa.Array) -> Bools:
    """Where a column has a value. (n,)"""
    if array.null_count == 0 or array.buffers()[0] is None:
        return np.full(len(array), array.null_count == 0)
    return _bits(array.buffers()[0], array.offset, len(array))


def fits_64_bits(array: pa.Array) -> bool:
    """Whether :func:`numbers` of a decimal column loses nothing and no value is negative."""
    if not pa.types.is_decimal128(array.type) or not len(array) or array.buffers()[1] is None:
        return True
    upper = np.frombuffer(array.buffers()[1], np.int64)[1::2][array.offset : array.offset + len(array)]
    return not upper.any()
