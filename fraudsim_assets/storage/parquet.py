"""The one Parquet writer: a stream of record batches becomes a file, beside the generator.

Rows are gathered into row groups of a fixed size, so that the file does not depend on how the
stream was cut. A row group is encoded in a thread of its own while the generator makes the next
one, if there is a processor for it: memory stays at two row groups, and an error on either side ends
both.

Encodings, chosen for speed and for what readers understand:

- instants and decimals: ``DELTA_BINARY_PACKED`` (decimals of up to 18 digits as 64-bit integers),
  smaller and quicker to compress than plain ones;
- dictionary columns: dictionary pages; all else: plain. Ids are either sorted, and then zstd finds the
  repetitions, or random, and then no encoding makes them smaller. ``BYTE_STREAM_SPLIT`` would save a
  little on floating point, but the vectorised reader of Apache Spark does not know it;
- statistics (minimum and maximum) for numbers, instants and decimals only;
- a checksum in every page, so that a reader that asks for it notices rot on the disk.

Belongs here: options, encoding and the thread. Does not belong here: where the bytes go (``local``,
``s3``) and what the facts mean (``facts``).
"""

import json
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal, Self

import pyarrow as pa
import pyarrow.parquet as pq

from fraudsim_assets.errors import ContractError
from fraudsim_assets.frames import FrameStream
from fraudsim_assets.storage.digest import ContentDigest
from fraudsim_assets.storage.facts import CONTENT_DIGEST, NULL_COUNTS, PREFIX
from fraudsim_assets.storage.pandas_metadata import with_pandas_metadata

Codec = Literal["zstd", "snappy", "lz4", "none"]


@dataclass(frozen=True)
class ParquetOptions:
    """How files are written. Nothing here changes a value.

    Attributes
    ----------
    row_group_rows
        Rows per row group, except the last. Two of them are held in memory. [rows]
    compression_level
        Level of zstd; other codecs have none. [unitless]
    digest
        Whether the digest of the content is computed and kept; it costs about a fifth of the encoding.
    encodings
        Encodings by column name, in place of the choice by type.
    overlapped
        Whether a thread encodes rows while the next ones are made: faster for a process that has two processors to
        itself, slower where another process wants the second one.
    shaped
        What a table is in the file, from its rows and the facts known beforehand: for table formats that lack a type
        or want another column. Digest and counts are of the rows as they came.
    """

    row_group_rows: int = 131_072
    compression: Codec = "zstd"
    compression_level: int = 1
    digest: bool = True
    encodings: Mapping[str, str] = field(default_factory=dict)
    overlapped: bool = field(default_factory=lambda: processors() > 1)
    shaped: Callable[[pa.Table, Mapping[str, str]], pa.Table] | None = None


def processors() -> int:
    """Processors that this process may use. [count]"""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass(frozen=True)
class Written:
    """What went into a file."""

    rows: int
    row_groups: int
    null_counts: Mapping[str, int]
    content_digest: str | None


class ProducerError(Exception):
    """The generator raised; the original is the cause. Never leaves the storage layer."""


def write_parquet(stream: FrameStream, sink: Any, facts: Mapping[str, str], options: ParquetOptions) -> Written:
    """Write a stream into an open sink.

    Parameters
    ----------
    stream
        Table to write; one pass is run.
    sink
        Arrow or Python file open for writing. It stays open on success; on failure it is closed
        before the Arrow writer can end it with a footer, and the caller throws the bytes away.
    facts
        Key-value metadata known beforehand.
    options
        Codec, row group size and so on.

    Returns
    -------
    Written
        Rows, row groups, nulls per column, and the digest of the content if asked for.

    Raises
    ------
    ProducerError
        If the generator raised; no footer is written then.
    ContractError
        If a batch does not have the schema of the stream, or a null where there must be none.
    """
    tally = _Tally(stream.schema, digest=options.digest)
    with _RowGroups(sink, stream.schema, facts, options, tally) as groups:
        for batch in _produced(stream):
            tally.count(batch)
            groups.add(batch)
        return groups.close()


def digest_stream(stream: FrameStream) -> Written:
    """Run one pass that writes nothing: the same facts as :func:`write_parquet` would give."""
    tally = _Tally(stream.schema, digest=True)
    for batch in _produced(stream):
        tally.count(batch)
        tally.digest(batch)
    return tally.written(row_groups=0)


def _produced(stream: FrameStream) -> Iterator[pa.RecordBatch]:
    """Batches of one pass, with errors marked as the generator's own."""
    try:
        yield from stream.batches()
    except Exception as error:
        raise ProducerError from error


class _Tally:
    """Counts rows and nulls, and digests, batch by batch."""

    def __init__(self, schema: pa.Schema, *, digest: bool) -> None:
        self._schema = schema
        self._content = ContentDigest(schema) if digest else None
        self._rows = 0
        self._nulls: Counter[str] = Counter(dict.fromkeys(schema.names, 0))

    def count(self, batch: pa.RecordBatch) -> None:
        """Count rows and nulls, and refuse what the schema does not allow."""
        _demand_schema(batch.schema, self._schema)
        self._rows += batch.num_rows
        for declared, values in zip(self._schema, batch.columns, strict=True):
            self._nulls[declared.name] += values.null_count
            if values.null_count and not declared.nullable:
                raise ContractError(
                    f"column {declared.name!r} has {values.null_count} nulls; it is declared not nullable"
                )

    def digest(self, batch: pa.RecordBatch) -> None:
        """Digest rows, in order, however they are cut."""
        if self._content is not None:
            self._content.update(batch)

    def written(self, row_groups: int) -> Written:
        digest = self._content.hexdigest() if self._content is not None else None
        return Written(self._rows, row_groups, dict(self._nulls), digest)


class _RowGroups:
    """Gathers batches into row groups, and digests and encodes them, in a thread if wanted."""

    def __init__(
        self, sink: Any, schema: pa.Schema, facts: Mapping[str, str], options: ParquetOptions, tally: _Tally
    ) -> None:
        self._sink = sink
        self._tally = tally
        self._schema, self._facts, self._shaped = schema, facts, options.shaped
        self._limit = options.row_group_rows
        stored = self._in_file(schema.empty_table()).schema
        self._writer = pq.ParquetWriter(sink, with_pandas_metadata(stored), **_writer_settings(stored, options))
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="parquet-writer") if options.overlapped else None
        self._pending: Future[None] | None = None
        self._gathered: list[pa.RecordBatch] = []
        self._rows = self._count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *raised: object) -> None:
        if self._thread is not None:
            self._thread.shutdown(wait=True, cancel_futures=True)
        if kind is not None:
            # The Arrow writer would finish the file with a valid footer when it is thrown away.
            with suppress(Exception):
                self._sink.close()
            with suppress(Exception):
                self._writer.close()

    def add(self, batch: pa.RecordBatch) -> None:
        """Take a batch; hand over a row group for every full one."""
        while batch.num_rows:
            piece = batch.slice(0, self._limit - self._rows)
            batch = batch.slice(piece.num_rows)
            self._gathered.append(piece)
            self._rows += piece.num_rows
            if self._rows == self._limit:
                self._hand_over()
        if self._pending is not None and self._pending.done():
            self._pending.result()

    def close(self) -> Written:
        """Write what is left, the metadata and the footer."""
        if self._rows or not self._count:
            self._hand_over()
        self._wait()
        written = self._tally.written(self._count)
        known = dict(self._facts) | {NULL_COUNTS: json.dumps(dict(written.null_counts))}
        if written.content_digest is not None:
            known[CONTENT_DIGEST] = written.content_digest
        self._writer.add_key_value_metadata({PREFIX + name: value for name, value in known.items()})
        self._run(self._writer.close)
        self._wait()
        return written

    def _hand_over(self) -> None:
        gathered, self._gathered, self._rows = self._gathered, [], 0
        self._wait()
        self._count += bool(gathered)
        self._run(self._write, gathered)

    def _run(self, task: Callable[..., None], *arguments: object) -> None:
        if self._thread is None:
            task(*arguments)
        else:
            self._pending = self._thread.submit(task, *arguments)

    def _write(self, gathered: list[pa.RecordBatch]) -> None:
        for batch in gathered:
            self._tally.digest(batch)
        group = self._in_file(pa.Table.from_batches(gathered, schema=self._schema).unify_dictionaries())
        self._writer.write_table(group, max(group.num_rows, 1))

    def _in_file(self, rows: pa.Table) -> pa.Table:
        return rows if self._shaped is None else self._shaped(rows, self._facts)

    def _wait(self) -> None:
        if self._pending is not None:
            self._pending.result()


def _demand_schema(given: pa.Schema, declared: pa.Schema) -> None:
    if given.equals(declared):
        return
    if given.names != declared.names:
        raise ContractError(f"a batch has columns {given.names}; the stream declares {declared.names}")
    for has, wants in zip(given, declared, strict=True):
        if has.type != wants.type:
            raise ContractError(f"column {wants.name!r} of a batch is {has.type}; the stream declares {wants.type}")


def _writer_settings(schema: pa.Schema, options: ParquetOptions) -> dict[str, Any]:
    dictionaries = [f.name for f in schema if pa.types.is_dictionary(f.type)]
    by_type = {f.name: encoding for f in schema if (encoding := _encoding(f.type)) is not None}
    return {
        "compression": options.compression,
        "compression_level": options.compression_level if options.compression == "zstd" else None,
        "use_dictionary": dictionaries,
        "column_encoding": by_type | dict(options.encodings),
        "write_statistics": [f.name for f in schema if _is_ordered_number(f.type)],
        "store_decimal_as_integer": True,
        "write_page_checksum": True,
        "write_batch_size": 8_192,
    }


def _encoding(kind: pa.DataType) -> str | None:
    narrow = pa.types.is_decimal(kind) and kind.precision <= 18
    return "DELTA_BINARY_PACKED" if narrow or pa.types.is_temporal(kind) else None


def _is_ordered_number(kind: pa.DataType) -> bool:
    types = pa.types
    return types.is_integer(kind) or types.is_temporal(kind) or types.is_decimal(kind)
