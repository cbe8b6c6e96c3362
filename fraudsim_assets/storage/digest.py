"""A digest of what a table says, not of how a file spells it.

Two tables have equal digests when they have the same columns and the same values in the same
row order, however the rows were cut into batches, whatever the order of a dictionary, the codec or
the version of the Parquet writer.

The idea: every column is a sequence of 64-bit words. Words are taken in blocks of
:data:`BLOCK_WORDS`; a block becomes one word by multilinear hashing, a dot product with fixed
keys modulo 2^64, which costs one or two nanoseconds a value and adds up piece by piece, so that
the edge of a batch leaves no trace. The words of the blocks go, in order, into one BLAKE2 hash per
column. Different blocks collide with a chance of about 2^-32 [1]_: the digest finds accidents and
changes of code, it is no defence against a forger.

Belongs here: the canonical words of every Arrow type, and the hashing. Does not belong here: where
the digest is kept (``facts``) and what is decided by it (``policy``).

References
----------
.. [1] Lemire, Kaser, "Strongly universal string hashing is fast", The Computer Journal 57(11),
   2014, section 3. :doi:`10.1093/comjnl/bxt070`
"""

import hashlib
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from fraudsim_assets.errors import ContractError
from fraudsim_assets.units import AnyArray, Bools, Words

BLOCK_WORDS = 65_536
"""Words hashed to one. [words]"""

_HALF = np.uint64(32)
_KEYS: Words = np.frombuffer(hashlib.shake_256(b"fraudsim content digest 1").digest(BLOCK_WORDS * 8), dtype="<u8")
_KEY_SUMS: Words = np.concatenate([np.zeros(1, np.uint64), np.cumsum(_KEYS)])
_UNSIGNED = {1: np.uint8, 2: np.uint16, 4: np.uint32, 8: np.uint64}


class ContentDigest:
    """Digest of a table that arrives in batches.

    Examples
    --------
    >>> batch = pa.record_batch({"a": [1, 2, 3]})
    >>> whole, pieces = ContentDigest(batch.schema), ContentDigest(batch.schema)
    >>> whole.update(batch)
    >>> pieces.update(batch[:2])
    >>> pieces.update(batch[2:])
    >>> whole.hexdigest() == pieces.hexdigest()
    True
    """

    def __init__(self, schema: pa.Schema) -> None:
        self._schema = schema
        self._columns = [_column(field.type, field.name) for field in schema]
        self._rows = 0

    def update(self, batch: pa.RecordBatch) -> None:
        """Append the rows of a batch that has the schema of the table."""
        self._rows += batch.num_rows
        for column, array in zip(self._columns, batch.columns, strict=True):
            column.add(array)

    def hexdigest(self) -> str:
        """Digest of all rows so far, 32 hexadecimal digits; no rows can follow."""
        result = hashlib.blake2b(digest_size=16)
        result.update(f"rows {self._rows}\n".encode())
        for field, column in zip(self._schema, self._columns, strict=True):
            result.update(f"{field.name}\x00{_type_name(field.type)}\x00".encode())
            result.update(column.digest())
        return result.hexdigest()


def content_digest(table: pa.Table) -> str:
    """Digest of a table in memory: the same as of the stream it came from."""
    digest = ContentDigest(table.schema)
    for batch in table.to_batches():
        digest.update(batch)
    return digest.hexdigest()


class _Lane:
    """One sequence of words that arrives in pieces."""

    def __init__(self) -> None:
        self._hash = hashlib.blake2b(digest_size=16)
        self._filled = 0
        self._sum = 0

    def add(self, words: Words) -> None:
        """Append words."""
        start = 0
        while start < words.size:
            piece = words[start : start + BLOCK_WORDS - self._filled]
            self._sum += int(np.dot(_KEYS[self._filled : self._filled + piece.size], piece))
            start += piece.size
            self._advance(piece.size)

    def add_among(self, usual: np.uint64, count: int, at: npt.NDArray[np.intp], words: Words) -> None:
        """Append one word over and over, but for some places: the same as adding all of them, at less cost.

        Parameters
        ----------
        count
            Number of words, the others included.
        at, words : (n,)
            Places of the other words, ascending, and these.
        """
        words = words - usual
        start = 0
        while start < count:
            stop = min(start + BLOCK_WORDS - self._filled, count)
            first, last = np.searchsorted(at, (start, stop))
            keys = _KEYS.take(at[first:last] + (self._filled - start))
            repeated = int(_KEY_SUMS[self._filled + stop - start]) - int(_KEY_SUMS[self._filled])
            self._sum += int(usual) * repeated + int(np.dot(keys, words[first:last]))
            self._advance(stop - start)
            start = stop

    def _advance(self, count: int) -> None:
        self._filled += count
        if self._filled == BLOCK_WORDS:
            self._hash.update((self._sum % 2**64).to_bytes(8, "little"))
            self._filled = self._sum = 0

    def digest(self) -> bytes:
        """Digest of all words so far."""
        last = self._hash.copy()
        last.update((self._sum % 2**64).to_bytes(8, "little") + self._filled.to_bytes(8, "little"))
        return last.digest()


class _Column(Protocol):
    """Hash of one column."""

    def add(self, array: pa.Array) -> None: ...

    def digest(self) -> bytes: ...


class _FixedWidth:
    """Numbers, instants, booleans and decimals: their bit patterns, or the mark of a null."""

    def __init__(self) -> None:
        self._lane = _Lane()

    def add(self, array: pa.Array) -> None:
        if _is_sparse(array):
            at = np.flatnonzero(_is_valid(array))
            self._lane.add_among(_NULL, len(array), at, _bit_patterns(array.drop_null()))
        else:
            self._lane.add(_marked(_bit_patterns(array), array))

    def digest(self) -> bytes:
        return self._lane.digest()


class _Text:
    """Strings and bytes: their lengths, and all bytes in one go."""

    def __init__(self) -> None:
        self._lengths = _Lane()
        self._bytes = hashlib.sha256()

    def add(self, array: pa.Array) -> None:
        self._lengths.add(_marked(_lengths(pc.call_function("binary_length", [array])), array))
        present = array.drop_null().cast(pa.large_binary())
        _, offsets, data = present.buffers()
        if data is not None and len(present):
            first, last = np.frombuffer(offsets, np.int64)[[present.offset, present.offset + len(present)]]
            self._bytes.update(memoryview(data)[first:last])

    def digest(self) -> bytes:
        return self._lengths.digest() + self._bytes.digest()


class _Dictionary:
    """Repeated strings: one token per different string, so that codes and their order do not matter."""

    def __init__(self) -> None:
        self._lane = _Lane()
        self._seen: pa.Array | None = None
        self._tokens: Words = np.empty(0, np.uint64)

    def add(self, array: pa.Array) -> None:
        if array.dictionary.null_count:
            array = array.dictionary_decode().dictionary_encode()
        if self._seen is None or not self._seen.equals(array.dictionary):
            self._seen = array.dictionary
            self._tokens = np.array([*map(_token, array.dictionary.to_pylist()), _NULL], np.uint64)
        codes = _codes(array.indices)
        if _is_sparse(array):
            at = np.flatnonzero(_is_valid(array))
            self._lane.add_among(_NULL, len(array), at, self._tokens[codes[at]])
            return
        if array.null_count:
            codes[~_is_valid(array)] = -1  # the last token
        self._lane.add(self._tokens[codes])

    def digest(self) -> bytes:
        return self._lane.digest()


class _List:
    """Lists: their lengths, and all their elements as one column."""

    def __init__(self, elements: _Column) -> None:
        self._lengths = _Lane()
        self._elements = elements

    def add(self, array: pa.Array) -> None:
        self._lengths.add(_marked(_lengths(pc.call_function("list_value_length", [array])), array))
        self._elements.add(array.flatten())

    def digest(self) -> bytes:
        return self._lengths.digest() + self._elements.digest()


class _Struct:
    """Structs: which are there, and their fields, each as a column."""

    def __init__(self, fields: list[_Column]) -> None:
        self._there = _Lane()
        self._fields = fields

    def add(self, array: pa.Array) -> None:
        self._there.add(_marked(np.zeros(len(array), np.uint64), array))
        for column, child in zip(self._fields, array.flatten(), strict=True):
            column.add(child)

    def digest(self) -> bytes:
        return self._there.digest() + b"".join(column.digest() for column in self._fields)


def _column(kind: pa.DataType, name: str) -> _Column:
    types = pa.types
    if types.is_dictionary(kind) and _is_text(kind.value_type):
        return _Dictionary()
    if _is_text(kind) or types.is_binary(kind) or types.is_large_binary(kind):
        return _Text()
    if types.is_list(kind) or types.is_large_list(kind):
        return _List(_column(kind.value_type, name))
    if types.is_struct(kind):
        return _Struct([_column(field.type, name) for field in kind.fields])
    if types.is_primitive(kind) or types.is_decimal(kind) or types.is_null(kind):
        return _FixedWidth()
    raise ContractError(
        f"column {name!r} has type {kind}; valid are numbers, dates, strings, lists and structs of them"
    )


def _is_text(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)


def _type_name(kind: pa.DataType) -> str:
    """Name of a logical type, the same for all physical types that say the same."""
    if pa.types.is_dictionary(kind):
        return "dictionary"
    if _is_text(kind):
        return "string"
    if pa.types.is_decimal(kind):
        return f"decimal({kind.precision}, {kind.scale})"
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return f"list<{_type_name(kind.value_type)}>"
    if pa.types.is_struct(kind):
        return "struct<" + ", ".join(f"{field.name}: {_type_name(field.type)}" for field in kind.fields) + ">"
    return str(kind)


def _bit_patterns(array: pa.Array) -> Words:
    """One word per fixed-width value, anything at nulls."""
    kind, start, stop = array.type, array.offset, array.offset + len(array)
    if pa.types.is_null(kind) or not len(array):
        return np.zeros(len(array), np.uint64)
    data = np.frombuffer(array.buffers()[1], np.uint8)
    if pa.types.is_boolean(kind):
        return np.unpackbits(data, count=stop, bitorder="little")[start:].astype(np.uint64)
    width = kind.bit_width // 8
    data = data[start * width : stop * width]
    if pa.types.is_decimal(kind):
        return _decimal_words(data, width, kind.precision)
    return data.view(_UNSIGNED[width]).astype(np.uint64) if width < 8 else _mixed(data.view(np.uint64))


def _decimal_words(data: AnyArray, width: int, precision: int) -> Words:
    """One word per decimal, whatever the width it is held in."""
    if width == 4:
        return _mixed(data.view(np.int32).astype(np.int64).view(np.uint64))
    words = data.view(np.uint64).reshape(-1, width // 8)
    # The upper words only repeat the sign where the digits fit into the lower ones.
    needed = 1 if precision <= 18 else 2 if precision <= 38 else 4
    return _mixed(np.ascontiguousarray(words[:, 0])) if needed == 1 else words[:, :needed] @ _KEYS[:needed]


def _mixed(words: Words) -> Words:
    """Words whose upper halves reach the lower ones, where a product modulo 2^64 spreads them best."""
    return words ^ (words >> _HALF)


def _codes(indices: pa.Array) -> npt.NDArray[np.intp]:
    """Codes of a dictionary array, anything at nulls."""
    width = indices.type.bit_width // 8
    data = np.frombuffer(indices.buffers()[1], np.uint8)[
        indices.offset * width : (indices.offset + len(indices)) * width
    ]
    return data.view(_UNSIGNED[width]).astype(np.intp)


def _marked(words: Words, array: pa.Array) -> Words:
    """Words with the mark of a null where the array has one."""
    if not array.null_count:
        return words
    return np.where(_is_valid(array), words, _NULL)


def _is_sparse(array: pa.Array) -> bool:
    """Whether so many values are null that it pays to look at the others only."""
    return array.null_count * 2 > len(array)


def _is_valid(array: pa.Array) -> Bools:
    validity = array.buffers()[0]
    if validity is None:
        return np.zeros(len(array), np.bool_)
    bits = np.unpackbits(np.frombuffer(validity, np.uint8), count=array.offset + len(array), bitorder="little")
    return bits[array.offset :].view(np.bool_)


def _lengths(lengths: pa.Array) -> Words:
    return lengths.fill_null(0).to_numpy().astype(np.uint64)


def _token(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


_NULL = np.uint64(_token("\x00null"))
