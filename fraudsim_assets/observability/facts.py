"""What is counted while a partition is made.

Belongs here: counting rows, nulls, fraud and ids of batches as they pass by, without holding
them. Does not belong here: where the counts go (``metrics``, ``publishing``).
"""

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import polars as pl
import pyarrow as pa

from fraudsim_assets.frames import FrameStream
from fraudsim_assets.observability.logs import logger

COUNTED_IDS = ("card_id", "merchant_id")
"""Ids whose distinct values are counted in each chunk, where a table has them."""

_log = logger("fraudsim_assets.observability.facts")


@dataclass(frozen=True)
class PartitionFacts:
    """What is known of one partition after it was made.

    Attributes
    ----------
    table
        Name of the table.
    partition
        Key of the partition, such as ``2025-01-15``; ``"all"`` for a table without partitions.
    rows
        [count]
    chunks
        Record batches the partition came in. [count]
    fraud_rows
        Rows whose truth is fraud; None where the table has no such column. [count]
    nulls
        Nulls by column, of the columns that may be null. [count]
    seconds
        From the first batch asked for until the last was taken. [s]
    written_bytes
        Size on storage. [bytes]
    retries
        Tries of storage operations beyond the first. [count]
    expected_fraud_rate
        Configured share of fraudulent rows. [share of rows]
    """

    table: str
    partition: str
    rows: int = 0
    chunks: int = 0
    fraud_rows: int | None = None
    nulls: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    written_bytes: int | None = None
    retries: int = 0
    expected_fraud_rate: float | None = None


@dataclass
class Observed:
    """A stream that counts what passes through it.

    Attributes
    ----------
    stream
        Equal batches to those of the stream observed; every pass counts from zero, so that a retried
        write is not counted twice.
    facts
        Counts of the last pass that began; complete once that pass is.
    """

    stream: FrameStream
    facts: PartitionFacts


def observed(stream: FrameStream, *, table: str, partition: str) -> Observed:
    """Count and log every batch of a stream as it passes by.

    Parameters
    ----------
    stream
        What is about to be written.
    table, partition
        Names for the log and the facts.

    Returns
    -------
    Observed
        The stream to read instead, and the facts to look at afterwards.
    """
    result = Observed(stream, PartitionFacts(table, partition))
    nullable = [column.name for column in stream.schema if column.nullable]

    def batches() -> Iterator[pa.RecordBatch]:
        result.facts = PartitionFacts(table, partition, nulls=dict.fromkeys(nullable, 0))
        begun = last = time.perf_counter()
        for batch in stream.batches():
            now = time.perf_counter()
            result.facts = _added(result.facts, batch, chunk_seconds=now - last, seconds=now - begun)
            yield batch
            last = time.perf_counter()
        result.facts = replace(result.facts, seconds=time.perf_counter() - begun)

    result.stream = stream.through(batches)
    return result


def _added(facts: PartitionFacts, batch: pa.RecordBatch, *, chunk_seconds: float, seconds: float) -> PartitionFacts:
    nulls = {name: batch.column(name).null_count for name in facts.nulls}
    fraud = _true_rows(batch, "is_fraud")
    if logging.getLogger("fraudsim_assets").isEnabledFor(logging.INFO):
        _log.info(
            "chunk made",
            table=facts.table,
            partition=facts.partition,
            chunk=facts.chunks,
            rows=batch.num_rows,
            nulls=sum(nulls.values()),
            fraud=fraud,
            **{f"unique_{name}": count for name, count in unique_ids(batch).items()},
            seconds=round(chunk_seconds, 4),
        )
    return replace(
        facts,
        rows=facts.rows + batch.num_rows,
        chunks=facts.chunks + 1,
        fraud_rows=None if fraud is None else (facts.fraud_rows or 0) + fraud,
        nulls={name: facts.nulls[name] + count for name, count in nulls.items()},
        seconds=seconds,
    )


def _true_rows(batch: pa.RecordBatch, name: str) -> int | None:
    if name not in batch.schema.names:
        return None
    column = batch.column(name)
    return column.true_count if isinstance(column, pa.BooleanArray) else None


def unique_ids(batch: pa.RecordBatch) -> dict[str, int]:
    """Distinct values of each id of :data:`COUNTED_IDS` in one batch. [count]"""
    present = [name for name in COUNTED_IDS if name in batch.schema.names]
    return {name: pl.Series(batch.column(name)).n_unique() for name in present}
