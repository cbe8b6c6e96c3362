"""Tables of Delta Lake.

A commit is one entry of the log ``_delta_log``, created only if no other writer was first. Entries of
different days are put one behind the other by the library; of two writers of one day the later one
is told, and begins again from what the table is then.

Belongs here: what is said to ``deltalake``. Does not belong here: files (``local``, ``s3``), and what
a commit takes out (``format``).
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock
from typing import Any

import polars as pl
import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, Schema, Transaction
from deltalake.exceptions import CommitFailedError, DeltaError, TableNotFoundError
from deltalake.transaction import AddAction, RemoveAction, create_table_with_add_actions

from fraudsim_assets.errors import StorageError
from fraudsim_assets.storage.faults import TransientError, redacted
from fraudsim_assets.storage.lake.format import (
    COMMIT_PREFIX,
    Change,
    TableFormat,
    TableVersion,
    other_columns,
    superseded,
)
from fraudsim_assets.storage.lake.types import declared, with_types
from fraudsim_assets.storage.layout import PARTITION_COLUMN, StoredPart, versioned_part

LOG = "_delta_log"
_WIDER = {pa.uint8(): pa.int16(), pa.uint16(): pa.int32(), pa.uint32(): pa.int64()}
# Delta Lake has no unsigned integers
_REBASES = 100
# commits of other days that may come first, one after the other, before the library gives up; it costs a look each


@dataclass
class _Opened:
    """A table and its files, as of a version."""

    table: DeltaTable
    version: int
    files: list[StoredPart]


class DeltaFormat(TableFormat):
    """Tables of Delta Lake below a folder or a prefix.

    Parameters
    ----------
    place
        Address of the store.
    listed
        Lists the paths of all files of the store.
    storage_options
        Gives what the library needs to know of a bucket, credentials included; asked for each time.
    """

    name = "delta"

    def __init__(
        self, place: str, listed: Callable[[], list[tuple[str, int]]], storage_options: Callable[[], dict[str, str]]
    ) -> None:
        self._place, self._listed, self._options = place, listed, storage_options
        self._open: dict[str, _Opened] = {}
        self._lock = Lock()

    def files(self, asset: str) -> list[StoredPart]:
        """Files that count now."""
        with self._lock:
            opened = self._current(asset)
        return [] if opened is None else opened.files

    def commit(self, change: Change) -> None:
        """Append one entry to the log."""
        with self._lock:
            opened = self._current(change.key.asset)
            old = superseded(change, [] if opened is None else opened.files)
            if opened is None and change.added is None:
                return
            try:
                self._append(None if opened is None else opened.table, change, old)
            except CommitFailedError as error:
                raise TransientError(f"another writer changed {change.key.folder} at once: {error}") from error
            except DeltaError as error:
                if opened is None and self._current(change.key.asset) is not None:
                    raise TransientError(f"another writer made {change.key.asset} at once") from error
                raise self._failure(f"commit {change.key.folder}", error) from None

    def _append(self, table: DeltaTable | None, change: Change, old: Sequence[StoredPart]) -> None:
        asset, added = change.key.asset, change.added
        told: dict[str, Any] = {COMMIT_PREFIX + name: value for name, value in change.properties.items()}
        slot = f"fraudsim/{change.key.whole.folder}/{change.key.part}"
        turn = 0 if table is None else (table.transaction_version(slot) or 0)
        settings: dict[str, Any] = {
            "partition_by": None if change.key.partition is None else [PARTITION_COLUMN],
            # a number per part that goes up by one: of two writers of a part, one is refused
            "commit_properties": CommitProperties(told, _REBASES, [Transaction(slot, turn + 1)]),
        }
        adds = [] if added is None else [_add(added.part, asset, added.rows, added.null_counts)]
        if table is None:
            assert added is not None  # noqa: S101 - nothing is taken out of a table that is not there
            schema = Schema.from_arrow(declared(added.schema, _WIDER, daily=change.key.partition is not None))
            create_table_with_add_actions(
                f"{self._place}/{asset}", schema, adds, mode="error", storage_options=self._options(), **settings
            )
            return
        now = _milliseconds()
        removes = [
            RemoveAction(_below(file, asset), data_change=True, deletion_timestamp=now, size=file.bytes, **_day(file))
            for file in old
        ]
        schema = table.schema() if added is None else self._same_schema(table, change, added.schema)
        table.create_write_transaction([*adds, *removes], mode="append", schema=schema, **settings)

    def _same_schema(self, table: DeltaTable, change: Change, schema: pa.Schema) -> Schema:
        wanted = Schema.from_arrow(declared(schema, _WIDER, daily=change.key.partition is not None))
        if wanted != table.schema():
            raise StorageError(other_columns(f"{self._place}/{change.key.asset}", table.schema(), wanted))
        return wanted

    def versions(self, asset: str) -> list[TableVersion]:
        """Versions, oldest first."""
        with self._lock:
            opened = self._current(asset)
        return [] if opened is None else [_version(entry) for entry in reversed(opened.table.history())]

    def tables(self) -> list[str]:
        """Assets that have a log."""
        return sorted({path.split(f"/{LOG}/")[0] for path, _ in self._listed() if f"/{LOG}/" in path})

    def forget(self, asset: str) -> None:
        """Let go of a table."""
        with self._lock:
            self._open.pop(asset, None)

    def is_log(self, asset: str, path: str) -> bool:
        """Whether a file belongs to the log of a table."""
        return path.startswith(f"{asset}/{LOG}/")

    def shaped(self, rows: pa.Table, facts: Mapping[str, str]) -> pa.Table:  # noqa: ARG002 - the day is in the log
        """Rows without unsigned integers."""
        return rows.cast(with_types(rows.schema, _WIDER))

    def _current(self, asset: str) -> _Opened | None:
        """The newest version of a table; None if there is none."""
        known = self._open.get(asset)
        try:
            if known is None:
                table = DeltaTable(f"{self._place}/{asset}", storage_options=self._options())
            else:
                table = known.table
                table.update_incremental()
        except TableNotFoundError:
            return None
        except (DeltaError, OSError) as error:
            raise self._failure(f"read the log of {asset}", error) from None
        if known is None or known.version != table.version():
            known = self._open[asset] = _Opened(table, table.version(), _files(table, asset))
        return known

    def _failure(self, operation: str, error: Exception) -> StorageError:
        said = redacted(str(error), tuple(self._options().values()))
        return StorageError(f"{operation} in {self._place}: {said}")


def current_files(folder: str) -> list[str]:
    """Paths of the files that count now of a table on a disk."""
    return sorted(DeltaTable(folder).file_uris())


def _files(table: DeltaTable, asset: str) -> list[StoredPart]:
    actions = pl.DataFrame(table.get_add_actions(flatten=True)).select("path", "size_bytes")
    found = (versioned_part(f"{asset}/{path}", size) for path, size in actions.iter_rows())
    return sorted(part for part in found if part is not None)


def _add(part: StoredPart, asset: str, rows: int, nulls: Mapping[str, int]) -> AddAction:
    day = {} if part.partition is None else {PARTITION_COLUMN: part.partition}
    stats = json.dumps({"numRecords": rows, "nullCount": dict(nulls)})
    return AddAction(_below(part, asset), part.bytes, day, _milliseconds(), data_change=True, stats=stats)


def _day(part: StoredPart) -> dict[str, Any]:
    return {"partition_values": {} if part.partition is None else {PARTITION_COLUMN: part.partition}}


def _below(part: StoredPart, asset: str) -> str:
    """Path of a file as its table's log has it."""
    return part.path.removeprefix(f"{asset}/")


def _version(entry: Mapping[str, Any]) -> TableVersion:
    told = {n.removeprefix(COMMIT_PREFIX): str(value) for n, value in entry.items() if n.startswith(COMMIT_PREFIX)}
    return TableVersion(entry["version"], datetime.fromtimestamp(entry["timestamp"] / 1000, UTC), told)


def _milliseconds() -> int:
    """The time that the log asks for; no value depends on it. [ms since 1970]"""
    return int(time.time() * 1000)
