"""A table of a world, cut into pieces that can be made alone on any machine.

Belongs here: what tables there are, which pieces they have and the rows of a piece. Does not belong
here: any engine.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from threading import RLock

import polars as pl
import pyarrow as pa

from fraudsim_assets.catalog import build_catalogs
from fraudsim_assets.config import Config, as_config, load_config
from fraudsim_assets.decisions.files import decisions_digest
from fraudsim_assets.errors import ConfigError
from fraudsim_assets.frames import FrameStream
from fraudsim_assets.simulation import (
    World,
    catalog_stream,
    scan_transactions,
    simulate_events,
    simulate_labels,
)
from fraudsim_assets.storage.shelf import machine_shelf
from fraudsim_assets.tables import TABLES as CONTRACTS
from fraudsim_assets.tables import Transactions, arrow_schema, truth_columns
from fraudsim_assets.units import days_between, parse_day

DATE = "date"
"""Column of daily tables: the UTC day that a row is kept under, as in a store."""

CATALOGS = ("customers", "cards", "merchants")
TABLES = ("transactions", "labels", "truth", "account_events", *CATALOGS)
"""Tables by name; truth is what is known of each transaction's fraud, by its id."""

_lock = RLock()
# a world keeps notes, and an engine may run several tasks in one process


@dataclass(frozen=True)
class Piece:
    """Rows of a range of accounts on a day; a whole catalog where there is no day."""

    day: date | None
    part: int = 0
    parts: int = 1


@dataclass(frozen=True)
class WorldTable:
    """A table of a world over a range of days: a plain value that travels to workers.

    Attributes
    ----------
    config
        The configuration with a seed, as JSON: what a world is told apart by within a process.
    start, end
        First and last UTC day, both included; a catalog has none.
    columns
        Names of the columns, in order.
    """

    config: str
    name: str
    start: date
    end: date
    columns: tuple[str, ...]

    @property
    def daily(self) -> bool:
        """Whether the table grows by days."""
        return self.name not in CATALOGS

    @property
    def schema(self) -> pa.Schema:
        """Arrow schema: integers are signed and strings plain, as every engine knows them."""
        whole = _schema(self.name)
        return pa.schema([whole.field(name) for name in self.columns])

    def select(self, columns: Sequence[str]) -> "WorldTable":
        """The same table with some of its columns.

        Raises
        ------
        ConfigError
            If there is no such column.
        """
        names = _schema(self.name).names
        unknown = [name for name in columns if name not in names]
        if unknown:
            raise ConfigError(f"columns has {unknown[0]!r}; valid for {self.name} are {', '.join(names)}")
        return replace(self, columns=tuple(columns))

    def between(self, start: date, end: date) -> "WorldTable":
        """The same table over the days that lie in a range as well."""
        return replace(self, start=max(self.start, start), end=min(self.end, end))

    def cut(self, partitions: int | None = None) -> list[list[Piece]]:
        """Cut the table into partitions, in order of its rows.

        Parameters
        ----------
        partitions
            How many, from 1; None is one for each day. Days are put together where there are more of them, and cut
            into ranges of accounts where there are fewer. A catalog is always one. [count]

        Returns
        -------
        list of list of Piece
            As many as asked for, but for a catalog and a range without days.

        Raises
        ------
        ConfigError
            If ``partitions`` is not positive.
        """
        if partitions is not None and partitions < 1:
            raise ConfigError(f"partitions is {partitions}; valid are whole numbers from 1")
        if not self.daily:
            return [[Piece(None)]]
        days = days_between(self.start, self.end)
        if not days:
            return []
        wanted = partitions or len(days)
        parts = -(-wanted // len(days))
        pieces = [Piece(day, part, parts) for day in days for part in range(parts)]
        edges = [len(pieces) * n // wanted for n in range(wanted + 1)]
        return [pieces[first:last] for first, last in pairwise(edges)]

    def batches(self, pieces: Sequence[Piece], predicate: pl.Expr | None = None) -> Iterator[pa.RecordBatch]:
        """Make the rows of some pieces that pass a filter; what filter and columns rule out is not made.

        The world is made once per process and shared by all that asks for it.

        Parameters
        ----------
        predicate
            Over any columns of the table, chosen or not.

        Yields
        ------
        pa.RecordBatch
            Rows with :attr:`schema`.
        """
        schema = self.schema
        for piece in pieces:
            for frame in _in_turn(self._frames(piece, predicate)):
                if frame.height:
                    yield from frame.to_arrow().cast(schema).to_batches()

    def _frames(self, piece: Piece, predicate: pl.Expr | None) -> Iterator[pl.DataFrame]:
        world = _world(self.config, decisions_digest(Config.model_validate_json(self.config)))
        rows = _rows(world, self.name, piece)
        rows = rows if predicate is None else rows.filter(predicate)
        yield from rows.select(self.columns).collect_batches(maintain_order=True)

    def read(self, predicate: pl.Expr | None = None) -> pa.Table:
        """Make all rows that pass a filter and hold them in memory."""
        batches = (batch for pieces in self.cut() for batch in self.batches(pieces, predicate))
        return pa.Table.from_batches(batches, schema=self.schema)


def world_table(
    config: Config | str | Path | None = None,
    table: str = "transactions",
    start: date | str | None = None,
    end: date | str | None = None,
    *,
    columns: Sequence[str] | None = None,
    decisions: str | Path | None = None,
) -> WorldTable:
    """Describe a table of a world; nothing is made.

    Parameters
    ----------
    config
        A configuration with a seed, or the name of a bundled one or of a file.
    table
        One of :data:`TABLES`.
    start, end
        First and last UTC day, both included, for daily tables; as a day or as YYYY-MM-DD. Without ``end`` one day.
    columns
        Columns to have; None is all.
    decisions
        Folder of a log of decisions that days are made under, at the same place for all workers; None is the one that
        the configuration names, if it names any.

    Raises
    ------
    ConfigError
        If there is no seed, no such table, day or column.
    StorageError, WorldMismatchError
        If there is no such log, or it is of another world.
    """
    config = load_config() if config is None else as_config(config)
    log = config.decisions if decisions is None else decisions
    if log is not None:
        config = config.model_copy(update={"decisions": str(Path(log).absolute())})
    if config.seed is None:
        raise ConfigError("seed is not set; all workers must make the same rows, so give any integer from 0")
    if table not in TABLES:
        raise ConfigError(f"table is {table!r}; valid are {', '.join(TABLES)}")
    first = _day("start", start) or config.start_date
    last = _day("end", end) or first
    decisions_digest(config)  # demands the log, here and not in a task
    if table not in CATALOGS:
        scan_transactions(config, first, last)  # demands days of the world, and makes nothing
    whole = WorldTable(config.model_dump_json(), table, first, last, tuple(_schema(table).names))
    return whole if columns is None else whole.select(columns)


def _day(name: str, value: date | str | None) -> date | None:
    return parse_day(name, value) if isinstance(value, str) else value


@lru_cache(maxsize=1)
def _world(config: str, _decisions: str) -> World:
    """The world of this process, shared with others of this machine; another one takes its place.

    Parameters
    ----------
    _decisions
        Digest of the log that the configuration names, which may lie there no longer.
    """
    made = Config.model_validate_json(config)
    return World(made, lambda: build_catalogs(made), keep_catalogs=False, shelf=machine_shelf(made))


@lru_cache(maxsize=len(TABLES))
def _schema(table: str) -> pa.Schema:
    if table == "labels":
        own = arrow_schema(CONTRACTS["fraud_labels"])
    elif table == "truth":
        whole = arrow_schema(Transactions)
        own = pa.schema([whole.field(name) for name in ("transaction_id", *truth_columns(Transactions))])
    else:
        own = arrow_schema(CONTRACTS[table])
    plain = pa.schema([pa.field(field.name, _plain(field.type), field.nullable) for field in own])
    return plain if table in CATALOGS else plain.append(pa.field(DATE, pa.date32(), nullable=False))


def _plain(kind: pa.DataType) -> pa.DataType:
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return {pa.uint16(): pa.int32(), pa.uint32(): pa.int64()}.get(kind, kind)


def _rows(world: World, table: str, piece: Piece) -> pl.LazyFrame:
    """Rows of a piece, lazily, with the day."""
    if piece.day is None:
        return _framed(catalog_stream(table, world.config))
    part = (piece.part, piece.parts)
    if table == "labels":
        rows = _framed(simulate_labels(world, piece.day, part=part))
    elif table == "account_events":
        rows = _framed(simulate_events(world, piece.day, part=part))
    else:
        rows = scan_transactions(world.config, piece.day, piece.day, world=world, part=part)
    return rows.with_columns(pl.lit(piece.day).alias(DATE))


def _framed(stream: FrameStream) -> pl.LazyFrame:
    return pl.DataFrame(pl.from_arrow(stream.read())).lazy()


def _in_turn(frames: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """Take frames one by one, while no other task of the process makes any."""
    while True:
        with _lock:
            frame = next(frames, None)
        if frame is None:
            return
        yield frame
