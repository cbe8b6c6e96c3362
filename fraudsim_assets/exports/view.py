"""`View`: one way of looking at transactions, and how it is made piece by piece.

A view is made in steps, so that big data never has to be in memory: rows are narrowed to the few
numbers that the view needs, put in order by buckets on disk, and widened slice by slice.

Belongs here: the shape that all views share. Does not belong here: any one of them, and files.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Literal, TypeVar

import polars as pl

from fraudsim_assets.exports.lookups import Catalogs
from fraudsim_assets.reference_data import Reference

Format = Literal["parquet", "csv", "pickle"]
"""File formats; not every view has every format."""

Frame = TypeVar("Frame", pl.DataFrame, pl.LazyFrame)

UNNAMED = "Unnamed: 0"
"""What pandas calls a first column without a name, such as a row number."""

QUARTER_HOUR = pl.col("timestamp").dt.epoch("s") // 900
"""Bucket of views in order of time."""

QUARTERS_A_DAY = 96


@dataclass(frozen=True)
class Options:
    """What some views need to be told.

    Attributes
    ----------
    labels
        Rows that honour ``tables.FraudLabels``.
    known_on
        Day on whose evening a training set, or a catalog, is taken.
    gap_days
        Last days left out of a training set. [days]
    first_day
        Day 0 of views that count days; None is the first day there is.
    reference
        Tables of reference data of the world; None are those that travel with the package.
    catalogs
        The catalogs that a view of catalogs shows.
    """

    labels: pl.LazyFrame | None = None
    known_on: date | None = None
    gap_days: int = 0
    first_day: date | None = None
    reference: Reference | None = None
    catalogs: Catalogs = field(default_factory=dict)


def _same(rows: pl.LazyFrame, _tables: Catalogs, _options: Options) -> pl.LazyFrame:
    return rows


def _none(_catalogs: Catalogs) -> Catalogs:
    return MappingProxyType({})


@dataclass(frozen=True)
class View:
    """One way of looking at transactions.

    Attributes
    ----------
    name, description
        What it is called, and one sentence on what it is.
    formats
        File formats it can be written in.
    source
        Chooses the columns of transactions, and rows where that saves reading.
    keep
        Rows that are shown; None shows all.
    narrow
        The numbers of a row that the view needs; empty takes columns as they are.
    bucket
        Whole number by which rows are put in order before they are widened, ascending; None keeps
        their order. Within a bucket ``widen`` sorts.
    prepare
        Tables to join, from the catalogs; they are held in memory.
    widen
        Makes the view's columns of narrow rows.
    catalogs
        Names of the catalogs it needs.
    daily
        One file per UTC day in a folder, instead of one file.
    numbered
        First column, in which rows are numbered from 0; None is none.
    one_currency
        Only payments billed in one currency are shown, since the format has no column that tells it.
    nullable
        Columns of whole numbers in which a value may be missing.
    labelled
        It needs labels, and the day on which they are known.
    weighted
        It shows ``card_id``, and may get a column of weights (``thinning``).
    of_events
        What it is made of are rows of ``tables.AccountEvents`` instead of transactions.
    """

    name: str
    description: str
    formats: tuple[Format, ...]
    source: Callable[[pl.LazyFrame, Options], pl.LazyFrame]
    keep: pl.Expr | None = None
    narrow: tuple[pl.Expr | str, ...] = ()
    bucket: pl.Expr | None = None
    prepare: Callable[[Catalogs], Catalogs] = _none
    widen: Callable[[pl.LazyFrame, Catalogs, Options], pl.LazyFrame] = _same
    catalogs: tuple[str, ...] = ()
    daily: bool = False
    numbered: str | None = None
    one_currency: bool = False
    nullable: frozenset[str] = frozenset()
    labelled: bool = False
    weighted: bool = False
    of_events: bool = False

    def narrowed(self, rows: pl.LazyFrame) -> pl.LazyFrame:
        """Rows that are shown, with what the view needs of them."""
        rows = rows if self.keep is None else rows.filter(self.keep)
        return rows.select(self.narrow) if self.narrow else rows

    def frame(
        self, transactions: pl.LazyFrame, catalogs: Mapping[str, pl.LazyFrame], options: Options | None = None
    ) -> pl.LazyFrame:
        """Make the whole view as one lazy frame; sorting may need memory for all of it."""
        options = options or Options()
        rows = self.narrowed(self.source(transactions, options))
        made = self.widen(rows, self.prepare(catalogs), options)
        return self.number(made)

    def in_currency(self, currency: str) -> "View":
        """The view of payments billed in one currency."""
        billed = pl.col("billing_currency").cast(pl.String) == currency
        return replace(self, keep=billed if self.keep is None else self.keep & billed)

    def number(self, rows: "Frame", before: int = 0) -> "Frame":
        """Number rows, if the view does so, after those that came before."""
        if self.numbered is None:
            return rows
        return rows.with_row_index(self.numbered, offset=before).cast({self.numbered: pl.Int64})


@dataclass(frozen=True)
class ExportReport:
    """What an export did.

    Attributes
    ----------
    view, fmt
        What was asked for.
    files
        Files written, in order.
    rows_read, rows_written
        Rows looked at, and rows in the files. [rows]
    written_bytes
        Size of the files. [bytes]
    """

    view: str
    fmt: Format
    files: tuple[Path, ...]
    rows_read: int
    rows_written: int
    written_bytes: int

    @property
    def rows_left_out(self) -> int:
        """Rows looked at that the view does not show. [rows]"""
        return self.rows_read - self.rows_written
