"""`export`: a view to files, in memory that does not grow with the number of rows.

Belongs here: the run of an export. Does not belong here: views, and kinds of files.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from fraudsim_assets.errors import ConfigError, StorageError
from fraudsim_assets.exports.files import KINDS, SUFFIXES, ExportFile, check_format
from fraudsim_assets.exports.lookups import Catalogs, billing_currency, catalog, check_complete
from fraudsim_assets.exports.thinning import thinning
from fraudsim_assets.exports.view import QUARTERS_A_DAY, ExportReport, Format, Options, View
from fraudsim_assets.exports.views import VIEWS
from fraudsim_assets.reference_data import Reference
from fraudsim_assets.spool import Spool

READ_ROWS, SLICE_ROWS = 1 << 16, 1 << 16
"""Rows read, and widened, at a time. [rows]"""


def export(
    view: str,
    *,
    transactions: pl.LazyFrame,
    catalogs: Mapping[str, pl.LazyFrame],
    target: Path,
    fmt: Format,
    labels: pl.LazyFrame | None = None,
    known_on: date | None = None,
    gap_days: int = 0,
    first_day: date | None = None,
    reference: Reference | None = None,
    currency: str | None = None,
    keep_genuine: float | None = None,
) -> ExportReport:
    """Write a view of transactions to files.

    Parameters
    ----------
    view
        Name in :data:`VIEWS`.
    transactions
        Rows that honour ``tables.Transactions``, in any order: a scan of files, or of days that
        were never written (``simulation.scan.scan_transactions``). For the views ``account_events`` and
        ``model_events``: rows that honour ``tables.AccountEvents`` (``scan_events``).
    catalogs
        The catalogs by name, as far as the view needs them (``VIEWS[view].catalogs``).
    target
        The file; for views of one file per day the folder, in which files are named by the day.
        Files that are there are replaced, each at once when its successor is complete.
    fmt
        ``parquet``, ``csv`` or, where the view has it, ``pickle``.
    labels, known_on, gap_days
        For the views ``training`` (see :func:`training_set`) and ``model``, which has no gap. The views ``customers``,
        ``cards`` and ``merchants`` need ``known_on`` alone.
    first_day
        For the view ``handbook``: day 0; None is the first day there is.
    reference
        For the view ``sparkov``: tables of reference data of the world; None are those that travel with the package.
    currency
        For the view ``handbook``: billing currency of the payments shown; None is that of most cards.
    keep_genuine
        For the views ``bank``, ``training`` and ``model``: share of the accounts without fraud that is kept, each
        whole, and rows get a column ``weight`` that makes up for it. It needs the catalog ``cards``. None keeps all.

    Returns
    -------
    ExportReport
        What was written.

    Raises
    ------
    ConfigError
        If the view is unknown or has no such format, or something it needs is missing.
    CatalogMismatchError
        If a catalog is missing or does not list everybody.
    StorageError
        If the files cannot be written.
    """
    chosen = _checked(view, fmt, catalogs)
    if chosen.one_currency:
        chosen = chosen.in_currency(billing_currency(catalogs, currency))
    options = Options(
        labels=labels,
        known_on=known_on,
        gap_days=gap_days,
        first_day=first_day,
        reference=reference,
        catalogs=catalogs,
    )
    if keep_genuine is not None:
        kept = thinning(transactions, catalogs, keep_genuine)
        chosen, transactions = kept.view(chosen), kept.rows(transactions)
    tables = _held(chosen, catalogs)
    run = _Run(chosen, target, fmt)
    slices = _slices(chosen, chosen.source(transactions, options), tables, options, run)
    try:
        with ExitStack() as stack:
            for day, rows in slices:
                run.file_of(day, stack).write(rows)
    except OSError as error:
        raise StorageError(f"view {view!r} cannot be written to {target}: {error}") from error
    return run.report()


def _checked(name: str, fmt: Format, catalogs: Catalogs) -> View:
    if name not in VIEWS:
        raise ConfigError(f"view is {name!r}; valid are {', '.join(VIEWS)}")
    view = VIEWS[name]
    if fmt not in view.formats:
        raise ConfigError(f"fmt is {fmt!r}; the view {name!r} is written as {' or '.join(view.formats)}")
    check_format(fmt)
    for needed in view.catalogs:
        catalog(catalogs, needed)
    return view


def _held(view: View, catalogs: Catalogs) -> Catalogs:
    """Tables to join, in memory."""
    prepared = view.prepare(catalogs)
    frames = pl.collect_all(list(prepared.values()), engine="streaming")
    return {name: frame.lazy() for name, frame in zip(prepared, frames, strict=True)}


@dataclass
class _Run:
    """Files of an export under way."""

    view: View
    target: Path
    fmt: Format
    rows_read: int = 0
    files: list[ExportFile] = field(default_factory=list)
    day: int | None = None

    def file_of(self, day: int | None, stack: ExitStack) -> ExportFile:
        """Open the file of a day, and complete that of the day before."""
        if not self.files or day != self.day:
            stack.close()
            self.day = day
            self.files.append(stack.enter_context(KINDS[self.fmt](self._path(day), self.view.nullable)))
        return self.files[-1]

    def _path(self, day: int | None) -> Path:
        if day is None:
            return self.target
        return self.target / f"{date(1970, 1, 1) + timedelta(days=day)}{SUFFIXES[self.fmt]}"

    def report(self) -> ExportReport:
        paths = tuple(file.path for file in self.files)
        written = sum(file.rows for file in self.files)
        size = sum(path.stat().st_size for path in paths)
        return ExportReport(self.view.name, self.fmt, paths, self.rows_read, written, size)


Slices = Iterator[tuple[int | None, pl.DataFrame]]


def _slices(view: View, source: pl.LazyFrame, tables: Catalogs, options: Options, run: _Run) -> Slices:
    """Finished rows in their order, with the day of their file where there is one file per day."""
    written = 0
    for day, rows in _ordered(view, source, run):
        if view.daily and options.first_day is None:
            options = replace(options, first_day=date(1970, 1, 1) + timedelta(days=day or 0))
        made = view.widen(rows.lazy(), tables, options).collect()
        check_complete(rows.height, made.height, view=view.name)
        made = view.number(made, written)
        written += made.height
        yield day, made


def _ordered(view: View, source: pl.LazyFrame, run: _Run) -> Slices:
    """Narrow rows in slices, in the order of the view's buckets."""
    some = False
    if view.bucket is None:
        for rows in _narrow(view, source, run):
            some = True
            yield None, rows
    else:
        with Spool(view.bucket, folder=run.target.parent) as spool:
            for rows in _narrow(view, source, run):
                spool.add(rows)
            for day, rows in _grouped(view, spool):
                some = True
                yield day, rows
    if not some and not view.daily:
        yield None, view.narrowed(source).collect(engine="streaming").clear()


def _narrow(view: View, source: pl.LazyFrame, run: _Run) -> Iterator[pl.DataFrame]:
    for rows in source.collect_batches(chunk_size=READ_ROWS, maintain_order=True, engine="streaming"):
        run.rows_read += rows.height
        narrow = view.narrowed(rows.lazy()).collect()
        if narrow.height:
            yield narrow


def _grouped(view: View, spool: Spool) -> Slices:
    """Join small buckets, but none of two days where each day has a file."""
    waiting: list[pl.DataFrame] = []
    before: int | None = None
    for number, rows in spool.read():
        day = number // QUARTERS_A_DAY if view.daily else None
        if waiting and (day != before or sum(r.height for r in waiting) + rows.height > SLICE_ROWS):
            yield before, pl.concat(waiting)
            waiting = []
        waiting.append(rows)
        before = day
    if waiting:
        yield before, pl.concat(waiting)
