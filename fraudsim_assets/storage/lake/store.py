"""A store whose tables are those of a lakehouse.

Everything that holds for every store holds here: policies, facts, worlds, parts. Only what counts is
told by the table's log instead of by the listing of a folder.

Belongs here: bringing a carrier of files and a table format together. Does not belong here: either
of them.
"""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Literal

import polars as pl

from fraudsim_assets.errors import ConfigError, StorageError
from fraudsim_assets.frames import FrameStream
from fraudsim_assets.storage.facts import CONTENT_DIGEST, PART, PARTS, PartMetadata, absent
from fraudsim_assets.storage.lake.format import (
    PARTITION,
    ROWS,
    VERDICT,
    Added,
    Change,
    OutOfOrderError,
    TableFormat,
    TableVersion,
)
from fraudsim_assets.storage.layout import PartKey, StoredPart, versioned_part
from fraudsim_assets.storage.parquet import Written
from fraudsim_assets.storage.policy import TakenError
from fraudsim_assets.storage.report import Commit
from fraudsim_assets.storage.scanning import Held
from fraudsim_assets.storage.store import ParquetStore
from fraudsim_assets.storage.writers import this_writer
from fraudsim_assets.tables import TABLES, polars_schema

_LOOK_AGAIN_SECONDS = 0.2
# how often a day that waits for the day before looks for it


class LakeStore(ParquetStore):
    """Partitions of tables that keep their history.

    Parameters
    ----------
    files
        Store that carries the files; its options say how they are written.
    tables
        Format of the tables' logs.
    in_order
        Whether the days of a table are committed in order, so that a version of the table is what was known on a
        day. A day waits for the one before it, as long as ``retry.deadline_seconds``.
    """

    def __init__(self, files: ParquetStore, tables: TableFormat, *, in_order: bool = False) -> None:
        super().__init__(files.options)
        shaped = replace(files.options.parquet, shaped=tables.shaped)
        files.options = replace(files.options, parquet=shaped)
        self._files, self._tables, self._in_order = files, tables, in_order
        self.table_format = tables.name

    # --- versions ----------------------------------------------------------------------------

    def versions(self, asset: str) -> list[TableVersion]:
        """States that a table has been in, oldest first, with what each commit says of itself."""
        return self._tables.versions(asset)

    def version_on(self, asset: str, day: date) -> TableVersion:
        """Find the version of a table that was committed in order and holds all days up to one, and no later one.

        Raises
        ------
        StorageError
            If no version is known to: the day is not there, or days were committed in another order.
        """
        known: set[str] = set()
        for version in self.versions(asset):
            known.add(version.properties.get(PARTITION, ""))
            if max(known) > day.isoformat():
                break
            if max(known) == day.isoformat():
                return version
        raise StorageError(
            f"no version of {asset} in {self.place} ends with {day}: the day is not there, or a later one was "
            "committed before it; set storage.commit_order to 'by_day' before the table is made"
        )

    # --- reading -----------------------------------------------------------------------------

    def _found(self, key: PartKey) -> StoredPart | None:
        files = self.list_parts(key.asset, key.partition)
        return next((file for file in files if (file.partition, file.part) == (key.partition, key.part)), None)

    def _file(self, key: PartKey) -> PartKey:
        """Key of the file that counts now for a part."""
        found = self._found(key)
        if found is None:
            raise absent(f"{self.place}/{key.path}")
        return found.key

    def uri(self, key: PartKey) -> str:
        """Address of the file that counts now for a part, or of where it would lie."""
        found = self._found(key)
        return self._files.uri(key if found is None else found.key)

    def list_parts(self, asset: str, partition: str | None = None) -> list[StoredPart]:
        """Parts that count now, of one partition or, without one, of the whole asset, in order."""
        return [file for file in self._tables.files(PartKey(asset).asset) if partition in (None, file.partition)]

    def exists(self, key: PartKey) -> bool:
        """Whether the table has a part now."""
        return self._found(key) is not None

    def metadata(self, key: PartKey) -> PartMetadata:
        """Facts in the footer of the file that counts now for a part."""
        return self._files.metadata(self._file(key))

    @contextmanager
    def held(self, key: PartKey) -> Iterator[Held]:
        """Keep hold of the file that counts now for a part: it is never changed, only superseded."""
        with self._files.held(self._file(key)) as held:
            yield held

    def scan(
        self,
        keys: Iterable[PartKey],
        *,
        missing: Literal["raise", "skip"] = "raise",
        demand: Callable[[PartMetadata], None] | None = None,
    ) -> pl.LazyFrame:
        """One lazy frame over whole partitions of one table, with the types that the table declares."""
        wanted = list(keys)
        frame = super().scan(wanted, missing=missing, demand=demand)
        table = TABLES.get(wanted[0].asset.rsplit("/", 1)[-1])
        stored = frame.collect_schema()
        declared = polars_schema(table) if table is not None else {}
        return frame.with_columns(
            pl.col(name).cast(kind)
            for name, kind in declared.items()
            if kind.is_unsigned_integer() and stored.get(name, kind) != kind
        )

    def _scan_settings(self) -> dict[str, Any]:
        return self._files._scan_settings()  # noqa: SLF001 - a store over another

    # --- writing -----------------------------------------------------------------------------

    def _commit(self, key: PartKey, stream: FrameStream, facts: Mapping[str, str], *, exclusive: bool) -> Commit:
        file = replace(key, version=this_writer().name)
        told = {name: value for name, value in facts.items() if name not in {PART, PARTS}}
        report = self._files.write(file, replace(stream, metadata=told), if_exists="overwrite")
        written = Written(report.rows, report.row_groups, report.null_counts, report.content_digest)
        properties = dict(facts) | {ROWS: str(report.rows), VERDICT: stream.verdict()}
        properties |= {} if report.content_digest is None else {CONTENT_DIGEST: report.content_digest}
        properties |= {} if key.partition is None else {PARTITION: key.partition}
        part = StoredPart(key.asset, key.partition, key.part, file.path, report.bytes, file.version)
        added = Added(part, report.rows, report.null_counts, stream.schema)
        covered = self.covered() if self._in_order else None
        first = None if covered is None else covered.first
        self._change(Change(key, added, properties, exclusive, first), unused=file)
        return Commit(written, report.bytes)

    def demand_turn(self, asset: str, days: Collection[date], first: date) -> None:
        """Make sure, if days are committed in order from a first one on, that some can be made one after the other."""
        there = {date.fromisoformat(day) for day in self.list_partitions(asset)} if self._in_order else set()
        for day in sorted(days) if self._in_order else ():
            before = day - timedelta(days=1)
            if day > first and not {day, before} & there:
                raise ConfigError(
                    f"{asset} of {day} cannot be made before {before}: storage.commit_order is 'by_day', and days are "
                    f"committed from {first} on; begin with the first day that is missing"
                )
            there.add(day)

    def delete(self, key: PartKey) -> None:
        """Take a part out of its table; earlier versions of the table keep it."""
        if self.exists(key):
            world = self.world_fact()
            self._change(Change(key, None, world | {PARTITION: key.partition or "", VERDICT: "removed"}))

    def _change(self, change: Change, *, unused: PartKey | None = None) -> None:
        """Commit a change as soon as it is its turn; a file that was not taken in is removed."""
        until = time.monotonic() + self.options.retry.deadline_seconds
        while True:
            try:
                self.options.retry.call(
                    f"commit {change.key.folder} in {self.place}", lambda: self._tables.commit(change)
                )
            except OutOfOrderError as error:
                if time.monotonic() < until:
                    time.sleep(_LOOK_AGAIN_SECONDS)
                    continue
                self._drop(unused)
                raise StorageError(str(error)) from None
            except TakenError:
                self._drop(unused)
                raise
            return

    def _drop(self, unused: PartKey | None) -> None:
        if unused is not None:
            self._files.delete(unused)

    def delete_histories(self) -> None:
        """Remove tables all of whose parts are gone, with earlier versions and what dead writers left beside them."""
        for asset in self._tables.tables():
            if not self._tables.files(asset):
                self._tables.forget(asset)
                for path, _ in self._files.all_files(asset):
                    part = versioned_part(path, 0)
                    if self._tables.is_log(asset, path) or (part is not None and part.asset == asset):
                        self.remove_small(path)

    # --- what the carrier does ---------------------------------------------------------------

    @property
    def place(self) -> str:
        """Address of the whole."""
        return self._files.place

    def all_files(self, folder: str = "") -> list[tuple[str, int]]:
        """Path and size of every file of the store, or of a folder of it."""
        return self._files.all_files(folder)

    def all_parts(self) -> list[StoredPart]:
        """Parts of all tables that count now, in order."""
        return sorted(part for asset in self._tables.tables() for part in self._tables.files(asset))

    def read_small(self, path: str) -> bytes | None:
        """Content of a small file; None if it is not there."""
        return self._files.read_small(path)

    def create_small(self, path: str, content: bytes) -> None:
        """Create a small file whole, unless one is there."""
        self._files.create_small(path, content)

    def put_small(self, path: str, content: bytes, media_type: str) -> str:
        """Make a small file visible in one step, in the place of any other."""
        return self._files.put_small(path, content, media_type)

    def remove_small(self, path: str) -> None:
        """Remove a small file."""
        self._files.remove_small(path)

    def small_names(self, folder: str) -> list[str]:
        """Names of the small files in a folder."""
        return self._files.small_names(folder)

    def delete_leftovers(self, asset: str | None = None) -> list[str]:
        """Remove what dead writers left behind while they wrote; files without a commit are left to the format."""
        return self._files.delete_leftovers(asset)
