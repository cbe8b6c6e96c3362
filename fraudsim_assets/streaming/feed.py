"""`Feed`: the events of a stretch of time, in order, cell by cell, in bounded memory.

Days come by account. Each is made once, while the day before it is sent, and divided among cells of
time, on disk where there are many rows; a cell is small enough to be put in order in memory.

Belongs here: which events there are and their order. Does not belong here: making days, and the
pace at which events are sent.
"""

from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import polars as pl
import pyarrow as pa

from fraudsim_assets.catalog import Catalogs
from fraudsim_assets.errors import ConfigError
from fraudsim_assets.simulation import World, simulate_day, simulate_events, simulate_labels
from fraudsim_assets.spool import Spool
from fraudsim_assets.streaming.encoding import GONE, Encoding, encoded
from fraudsim_assets.streaming.events import CELL, Events, cell_start
from fraudsim_assets.streaming.life import EVENT_TIME, POSITION, Life
from fraudsim_assets.tables.messages import MESSAGES
from fraudsim_assets.units import DAY, day_date, day_number

HELD_ROWS = 1 << 18
"""Rows of a day kept in memory before they go to disk. [rows]"""

CHANGES = ("customers", "cards", "merchants")
"""Topics that carry changes of the catalogs."""


@dataclass(frozen=True)
class Span:
    """A stretch of the stream, from a position to another, which is not part of it. [microseconds since 1970]"""

    start: int
    end: int

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ConfigError("the stream ends before it begins; --to-time must be after --from")


@dataclass(frozen=True)
class Feed:
    """What a producer sends.

    Attributes
    ----------
    world
        The world whose days are sent.
    catalogs
        Its catalogs with all columns, cards issued after fraud included.
    span
        Positions that are sent.
    topics
        Names in ``tables.messages.MESSAGES``.
    part
        (i, k): accounts of the i-th of k producers.
    life
        Disturbances.
    encoding
        Of the values.
    snapshot
        Send the catalogs as they are at the start first.
    """

    world: World
    catalogs: Catalogs
    span: Span
    topics: tuple[str, ...] = ("customers", "cards", "merchants", "payments", "labels")
    part: tuple[int, int] = (0, 1)
    life: Life = field(default_factory=Life)
    encoding: Encoding = "json"
    snapshot: bool = False

    def __post_init__(self) -> None:
        unknown = [name for name in self.topics if name not in MESSAGES]
        if unknown:
            raise ConfigError(f"topic {unknown[0]!r} does not exist; valid are {', '.join(MESSAGES)}")
        for position in (self.span.start, self.span.end - 1):
            self.world.check_day(day_date(position // DAY))

    def cells(self) -> Iterator[Events]:
        """Give the events of each cell that has any, in order."""
        if self.snapshot:
            yield from self._snapshot()
        first = max(day_number(self.world.config.start_date), (self.span.start - self.life.reach) // DAY)
        last = (self.span.end - 1) // DAY
        shelves: dict[int, _Day] = {}
        with ThreadPoolExecutor(1, thread_name_prefix="days") as maker:
            try:
                coming = maker.submit(self._day, first)
                for day in range(first, last + 1):
                    shelves[day] = coming.result()
                    coming = maker.submit(self._day, day + 1) if day < last else Future()
                    yield from self._cells_of(day, shelves)
                    for old in [old for old in shelves if (old + 1) * DAY + self.life.reach <= (day + 1) * DAY]:
                        shelves.pop(old).close()
            finally:
                for shelf in shelves.values():
                    shelf.close()

    def _cells_of(self, day: int, shelves: Mapping[int, "_Day"]) -> Iterator[Events]:
        """Cells of a day with what is left over from the days before."""
        begin = max(cell_start(self.span.start), day * DAY)
        for cell in range(begin // CELL, min(-(-self.span.end // CELL), (day + 1) * DAY // CELL)):
            parts = [events for shelf in shelves.values() for events in shelf.take(cell)]
            if parts:
                events = Events.merged([self._coded(name, rows) for name, rows in parts])
                inside = (events.position >= self.span.start) & (events.position < self.span.end)
                if inside.any():
                    yield events if inside.all() else events.take(inside)

    def _coded(self, name: str, rows: pl.DataFrame) -> Events:
        return encoded(MESSAGES[name], rows, self.encoding)

    def _day(self, day: int) -> "_Day":
        made = _Day()
        try:
            self._fill(made, day)
        except BaseException:
            made.close()
            raise
        return made

    def _fill(self, made: "_Day", day: int) -> None:
        date, streams = day_date(day), self.world.streams
        if {"payments", "truth"} & set(self.topics):
            for batch in simulate_day(self.world, date, part=self.part).batches():
                rows = self.life.payments(streams, _frame(batch))
                self._add(made, "payments", rows)
                self._add(made, "truth", rows.filter(pl.col("copies") > 0))
        for batch in simulate_labels(self.world, date, part=self.part).batches() if "labels" in self.topics else ():
            self._add(made, "labels", self.life.labels(streams, _frame(batch)))
        for batch in simulate_events(self.world, date, part=self.part).batches() if "events" in self.topics else ():
            self._add(made, "events", self.life.events(streams, _frame(batch)))
        for name in CHANGES:
            if name in self.topics:
                self._add(made, name, self.life.changes(streams, self._changes(name, day), day * DAY))

    def _add(self, made: "_Day", name: str, rows: pl.DataFrame) -> None:
        if name in self.topics and rows.height:
            extra = [GONE] if GONE in rows.columns else []
            made.add(name, rows.select(*MESSAGES[name].names, POSITION, EVENT_TIME, *extra))

    def _mine(self, name: str) -> pl.LazyFrame:
        """Rows of a catalog that this producer tells about."""
        index, parts = self.part
        table = pl.DataFrame(pl.from_arrow(getattr(self.catalogs, name))).lazy()
        return table.filter(pl.col(MESSAGES[name].key) % parts == index)

    def _changes(self, name: str, day: int) -> pl.DataFrame:
        """Versions that begin on a day, and keys that end on it."""
        key, table, date = MESSAGES[name].key, self._mine(name), pl.lit(day_date(day))
        begun = table.filter(pl.col("valid_from") == date).with_columns(pl.lit(value=False).alias(GONE))
        ended = table.filter(pl.col("valid_to") == date).with_columns(pl.lit(value=True).alias(GONE))
        return pl.concat([begun, ended.join(begun, on=key, how="anti")]).collect()

    def _snapshot(self) -> Iterator[Events]:
        start = self.span.start
        for name in (name for name in CHANGES if name in self.topics):
            date = pl.lit(day_date((start - 1) // DAY))
            valid = (pl.col("valid_from") <= date) & (pl.col("valid_to").is_null() | (pl.col("valid_to") > date))
            rows = self._mine(name).filter(valid).collect()
            for piece in rows.iter_slices(1 << 14):
                here = piece.with_columns(pl.lit(start).alias(POSITION), pl.lit(start).alias(EVENT_TIME))
                yield encoded(MESSAGES[name], here, self.encoding)


class _Day:
    """Rows of one day by topic and cell."""

    def __init__(self) -> None:
        self._spools: dict[str, Spool] = {}

    def add(self, topic: str, rows: pl.DataFrame) -> None:
        if topic not in self._spools:
            self._spools[topic] = Spool(pl.col(POSITION) // CELL, held_rows=HELD_ROWS)
        self._spools[topic].add(rows)

    def take(self, cell: int) -> list[tuple[str, pl.DataFrame]]:
        found = [(topic, spool.take(cell)) for topic, spool in self._spools.items()]
        return [(topic, rows) for topic, rows in found if rows is not None]

    def close(self) -> None:
        for spool in self._spools.values():
            spool.close()


def _frame(batch: pa.RecordBatch) -> pl.DataFrame:
    return pl.DataFrame(pl.from_arrow(batch))
