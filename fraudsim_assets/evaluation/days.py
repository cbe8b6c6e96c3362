"""Days of transactions, piece by piece: what everything that is measured runs over.

The one idea: a collector takes rows and keeps what it needs in narrow form, so days are read one by one, from
wherever they are, and months fit in memory.

Belongs here: reading days. Does not belong here: what is kept of them (``realism.evidence``,
``difficulty.payments``).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Protocol, TypeVar

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from fraudsim_assets.errors import ContractError, StorageError
from fraudsim_assets.evaluation.rows import Rows
from fraudsim_assets.frames import FrameStream
from fraudsim_assets.simulation import World, simulate_day
from fraudsim_assets.units import day_number

DaySource = FrameStream | pl.LazyFrame | Path | str | Iterable[pa.RecordBatch]
"""A day of transactions: a stream, a lazy frame, a Parquet file or folder of parts, or batches."""

_AT_ONCE = 1 << 17


class Collector(Protocol):
    """Something that measures days.

    Attributes
    ----------
    world
        The world the days belong to.
    """

    world: World

    def add_day(self, day: date, source: DaySource) -> None:
        """Collect one UTC day, of which nothing has been collected yet."""
        ...


C = TypeVar("C", bound=Collector)


def collect(collector: C, days: Iterable[date], *, sources: Mapping[date, DaySource] | None = None) -> C:
    """Collect some days.

    Parameters
    ----------
    days
        Days, each once, in the order that the collector wants.
    sources
        Where to read days from; a day without one is made.
    """
    for day in days:
        given = sources.get(day) if sources is not None else None
        collector.add_day(day, simulate_day(collector.world, day) if given is None else given)
    return collector


def rows_of(world: World, day: date, source: DaySource, columns: Sequence[str]) -> Iterator[Rows]:
    """Read a day piece by piece.

    Parameters
    ----------
    columns
        Columns in need; where the source allows it, only these are read.

    Raises
    ------
    ContractError
        If a column is missing.
    StorageError
        If a path holds no Parquet file.
    """
    for batch in _batches(source, columns):
        missing = [name for name in columns if name not in batch.schema.names]
        if missing:
            raise ContractError(f"transactions of {day} lack the columns {', '.join(missing)}, which are measured")
        if batch.num_rows:
            yield Rows(world, day_number(day), batch)


def _batches(source: DaySource, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    if isinstance(source, FrameStream):
        yield from source.batches()
    elif isinstance(source, pl.LazyFrame):
        there = source.collect_schema().names()
        chosen = source.select(name for name in columns if name in there)
        for frame in chosen.collect_batches(chunk_size=_AT_ONCE, maintain_order=True, engine="streaming"):
            yield from frame.to_arrow().to_batches()
    elif isinstance(source, str | Path):
        yield from _parquet_batches(Path(source), columns)
    else:
        yield from source


def _parquet_batches(path: Path, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    files = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
    if not files or not files[0].is_file():
        raise StorageError(f"there is no Parquet file at {path}")
    for file in files:
        with pq.ParquetFile(file) as parquet:
            yield from parquet.iter_batches(_AT_ONCE, columns=list(columns))
