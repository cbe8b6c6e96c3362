"""`scan_transactions` and `scan_events`: days that were never written, as a lazy frame.

The one idea: the generator is the file. Columns, filters and limits of a query reach it, so that
what a query does not need is not made.

Belongs here: the bridge between polars and the generator. Does not belong here: reading filters
(``pushdown``), and rows (``day``).
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from threading import Lock

import polars as pl
import pyarrow as pa
from polars.io.plugins import register_io_source

from fraudsim_assets.config.loading import as_config
from fraudsim_assets.config.model import Config
from fraudsim_assets.errors import ConfigError
from fraudsim_assets.simulation.account_events import simulate_events
from fraudsim_assets.simulation.day import accounts_of_part, day_batches
from fraudsim_assets.simulation.lookback import days_of_few
from fraudsim_assets.simulation.pushdown import Narrowing
from fraudsim_assets.simulation.world import World, build_world
from fraudsim_assets.tables import AccountEvents, Transactions, polars_schema
from fraudsim_assets.units import Ints, day_number, days_between

_FIRST_ROWS, _MOST_ROWS, _GROWTH = 1 << 12, 1 << 22, 4
# rows for whose accounts other days are looked up at once: at first, where a filtered query may want no more than a
# few, and at most


def scan_transactions(
    config: Config | str | Path,
    start: date,
    end: date,
    *,
    world: World | None = None,
    part: tuple[int, int] = (0, 1),
) -> pl.LazyFrame:
    """Query transactions of a range of days without making them first.

    Columns that a query does not use are not made; days, cards, customers, transactions and
    genuine accounts that its filter rules out are passed over; rows come in pieces, so memory does
    not grow with the range, and a limit ends the making early.

    Parameters
    ----------
    config
        With a seed, or the name or path of one, as :func:`load_config` takes it.
    start, end
        First and last UTC day, both included.
    world
        The configuration's world, if there is one at hand; else it is made by the first query.
    part
        (i, k): rows of the i-th of k ranges of accounts, as of ``simulate_day``.

    Returns
    -------
    pl.LazyFrame
        Rows that honour ``tables.Transactions``: those of ``simulate_day``, day after day.

    Raises
    ------
    ConfigError
        If there is no such configuration, no seed, or the days are outside the world.

    Examples
    --------
    >>> rows = scan_transactions("demo", date(2025, 1, 1), date(2025, 12, 31))  # doctest: +SKIP
    >>> rows.filter(pl.col("is_fraud")).select("timestamp", "billing_amount").collect()  # doctest: +SKIP
    """
    config = as_config(config)
    _check_days(config, start, end)
    days = days_between(start, end)
    source = _Source(config, days, world, part)
    return register_io_source(
        source.read, schema=polars_schema(Transactions), is_pure=True, explain_name=f"TRANSACTIONS {start} to {end}"
    )


def scan_events(world: World, start: date, end: date) -> pl.LazyFrame:
    """Query events of accounts of a range of days without making them first.

    A day is made whole when a query comes to it, and let go of before the next one.

    Parameters
    ----------
    world
        From :func:`build_world`.
    start, end
        First and last UTC day, both included.

    Returns
    -------
    pl.LazyFrame
        Rows that honour ``tables.AccountEvents``: those of ``simulate_events``, day after day.

    Raises
    ------
    ConfigError
        If the days are outside the world.
    """
    _check_days(world.config, start, end)
    days = days_between(start, end)
    schema, lock = polars_schema(AccountEvents), Lock()  # a query may read twice at once, and a world keeps notes

    def read(
        columns: list[str] | None, predicate: pl.Expr | None, n_rows: int | None, _batch_size: int | None
    ) -> Iterator[pl.DataFrame]:
        yield pl.DataFrame(schema=schema).select(columns or pl.all())
        left = n_rows
        for day in days:
            with lock:
                whole = pl.DataFrame(simulate_events(world, day).read()).select(columns or pl.all())
            piece = whole if left is None else whole.head(left)
            left = None if left is None else left - piece.height
            yield piece if predicate is None else piece.filter(predicate)
            if left == 0:
                return

    return register_io_source(read, schema=schema, is_pure=True, explain_name=f"ACCOUNT EVENTS {start} to {end}")


def _check_days(config: Config, start: date, end: date) -> None:
    if config.seed is None:
        raise ConfigError("seed is not set; rows that were never written need a seed, any integer from 0")
    if end < start:
        raise ConfigError(f"end {end} is before start {start}")
    if start < config.start_date or (config.end_date is not None and end > config.end_date):
        raise ConfigError(
            f"days {start} to {end} are outside the world: valid are days from start_date {config.start_date} "
            f"to end_date {config.end_date or '(open)'}"
        )


def _within(part: range, chosen: range | Ints) -> range | Ints:
    """Accounts of a part among those chosen."""
    if isinstance(chosen, range):
        return part
    return chosen[(chosen >= part.start) & (chosen < part.stop)]


def _rows_at_first(n_rows: int | None, *, filtered: bool) -> int:
    """Rows to look other days up for before the first are handed over. [rows]"""
    if n_rows is None:
        return _FIRST_ROWS if filtered else _MOST_ROWS
    return min(max(n_rows, 1), _MOST_ROWS)


class _Source:
    """What polars calls for rows."""

    def __init__(self, config: Config, days: list[date], world: World | None, part: tuple[int, int]) -> None:
        self._config, self._days, self._world, self._part = config, days, world, part
        self._lock = Lock()  # a query may read twice at once, and a world keeps notes

    def _ready(self) -> World:
        if self._world is None:
            self._world = build_world(self._config)
        return self._world

    def read(
        self, columns: list[str] | None, predicate: pl.Expr | None, n_rows: int | None, batch_size: int | None
    ) -> Iterator[pl.DataFrame]:
        """Give rows in pieces, as the protocol of polars asks.

        Parameters
        ----------
        columns
            Columns the query uses, those of its filter included; None is all.
        predicate
            Filter that every row must pass.
        n_rows
            Most rows to make, before the filter. [rows]
        batch_size
            Most rows of a piece. [rows]
        """
        empty = pl.DataFrame(schema=polars_schema(Transactions))
        yield empty if columns is None else empty.select(columns)
        left = n_rows
        narrowing = Narrowing.of(predicate if n_rows is None else None)
        for frame in self._frames(columns, narrowing, _rows_at_first(n_rows, filtered=predicate is not None)):
            piece = frame if left is None else frame.head(left)
            left = None if left is None else left - piece.height
            piece = piece if predicate is None else piece.filter(predicate)
            yield from piece.iter_slices(batch_size or max(piece.height, 1))
            if left == 0:
                return

    def _frames(self, columns: list[str] | None, narrowing: Narrowing, first: int) -> Iterator[pl.DataFrame]:
        pieces = self._pieces(columns, narrowing, first)
        while True:
            with self._lock:
                piece = next(pieces, None)
            if piece is None:
                return
            frame = pl.DataFrame(pl.from_arrow(piece))
            yield frame if columns is None else frame.select(columns)

    def _pieces(self, columns: list[str] | None, narrowing: Narrowing, first: int) -> Iterator[pa.RecordBatch]:
        world, rows_wanted = self._ready(), first
        per_account = max(world.config.activity.transactions_per_day / world.entities.n_accounts, 1e-3)
        ever = _within(accounts_of_part(world, self._part), narrowing.accounts_ever(world))
        days = narrowing.days(world, self._days)
        for day in days if isinstance(ever, range) else days_of_few(world, ever, days):
            world.check_day(day)
            accounts = narrowing.accounts_on(world, day_number(day), ever)
            start = 0
            while start < len(accounts):
                some = accounts[start : start + max(1, round(rows_wanted / per_account))]
                start, rows_wanted = start + len(some), min(rows_wanted * _GROWTH, _MOST_ROWS)
                yield from day_batches(world, day_number(day), some, columns=columns)
