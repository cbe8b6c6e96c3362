"""Tables of Apache Iceberg, in a catalog that is one SQLite file beside them.

A commit is one snapshot that takes a file in and its predecessor out. It stands when the catalog's row of the table
points at it, which one statement of SQL does, on condition that no other writer moved the row meanwhile. Whoever is
refused looks at the table again and begins from what it is then.

Belongs here: what is said to ``pyiceberg``. Does not belong here: files (``local``), and what a commit takes out
(``format``).
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Lock

import pyarrow as pa
from filelock import FileLock
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.exceptions import (
    CommitFailedException,
    NamespaceAlreadyExistsError,
    NoSuchTableError,
    TableAlreadyExistsError,
    ValidationException,
)
from pyiceberg.io.pyarrow import _pyarrow_to_schema_without_ids
from pyiceberg.manifest import DataFile, DataFileContent, FileFormat
from pyiceberg.partitioning import UNPARTITIONED_PARTITION_SPEC, PartitionField, PartitionSpec
from pyiceberg.schema import Schema, assign_fresh_schema_ids
from pyiceberg.table import Table
from pyiceberg.table.name_mapping import create_mapping_from_schema
from pyiceberg.transforms import IdentityTransform
from pyiceberg.typedef import Record
from sqlalchemy.exc import OperationalError

from fraudsim_assets.errors import StorageError
from fraudsim_assets.storage.faults import TransientError
from fraudsim_assets.storage.lake.format import (
    COMMIT_PREFIX,
    Added,
    Change,
    TableFormat,
    TableVersion,
    other_columns,
    superseded,
)
from fraudsim_assets.storage.lake.types import declared, with_types
from fraudsim_assets.storage.layout import ICEBERG_CATALOG, PARTITION_COLUMN, StoredPart, versioned_part

NAMESPACE = "fraudsim"
_LOG = "metadata"
_SCHEME = "file://"
_WIDER = {pa.uint8(): pa.int32(), pa.uint16(): pa.int32(), pa.uint32(): pa.int64()}
# Iceberg has no unsigned integers
_PARTITION_ID = 1000
_REBASES = 100
# commits of others that may come first, one after the other, before a commit is given up
_EPOCH = date(1970, 1, 1)


def catalog_of(folder: Path) -> SqlCatalog:
    """Open the catalog of a store on a disk; it is made if it is not there."""
    path = folder / ICEBERG_CATALOG
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_name(".lock")):  # the tables of a new catalog are made by one process
        catalog = SqlCatalog(NAMESPACE, uri=f"sqlite:///{path}?timeout=60", warehouse=f"{_SCHEME}{folder}")
        with suppress(NamespaceAlreadyExistsError):
            catalog.create_namespace(NAMESPACE)
    return catalog


class IcebergFormat(TableFormat):
    """Tables of Apache Iceberg below a folder.

    Parameters
    ----------
    folder
        Folder of the store.
    """

    name = "iceberg"

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._opened: SqlCatalog | None = None
        self._lock = Lock()

    @property
    def _catalog(self) -> SqlCatalog:
        if self._opened is None:
            self._opened = catalog_of(self._folder)
        return self._opened

    def files(self, asset: str) -> list[StoredPart]:
        """Files that count now."""
        with self._lock, self._told(f"read {asset}"):
            table = self._current(asset)
            return [] if table is None else [part for part, _ in _files(table, asset)]

    def commit(self, change: Change) -> None:
        """Add one snapshot."""
        asset = change.key.asset
        with self._lock, self._told(f"commit {change.key.folder}"):
            for _ in range(_REBASES):
                table = self._current(asset)
                found = [] if table is None else _files(table, asset)
                old = superseded(change, [part for part, _ in found])
                if table is None and change.added is None:
                    return
                try:
                    table = self._created(change, change.added) if table is None else table
                    self._append(table, change, [file for part, file in found if part in old])
                except (CommitFailedException, ValidationException, TableAlreadyExistsError):
                    continue
                return
        raise TransientError(f"{_REBASES} other commits came before that of {change.key.folder}")

    def _append(self, table: Table, change: Change, old: Sequence[DataFile]) -> None:
        asset, added = change.key.asset, change.added
        told = {COMMIT_PREFIX + name: value for name, value in change.properties.items()}
        daily = change.key.partition is not None
        if added is not None:
            wanted = _schema(declared(added.schema, _WIDER, daily=daily))
            if wanted.as_struct() != table.schema().as_struct():
                raise StorageError(other_columns(f"{self._folder}/{asset}", table.schema(), wanted))
        with table.transaction() as transaction, transaction.update_snapshot(told).overwrite() as snapshot:
            for file in old:
                snapshot.delete_data_file(file)
            if added is not None:
                snapshot.append_data_file(self._data_file(table, added))

    def _created(self, change: Change, added: Added | None) -> Table:
        """A new table, with no file in it yet."""
        assert added is not None  # noqa: S101 - nothing is taken out of a table that is not there
        daily = change.key.partition is not None
        schema = _schema(declared(added.schema, _WIDER, daily=daily))
        spec = UNPARTITIONED_PARTITION_SPEC
        if daily:
            day = schema.find_field(PARTITION_COLUMN)
            spec = PartitionSpec(PartitionField(day.field_id, _PARTITION_ID, IdentityTransform(), PARTITION_COLUMN))
        return self._catalog.create_table(
            (NAMESPACE, change.key.asset),
            schema,
            location=f"{_SCHEME}{self._folder}/{change.key.asset}",
            partition_spec=spec,
            properties={
                # files have no ids of columns
                "schema.name-mapping.default": create_mapping_from_schema(schema).model_dump_json(),
                # of two writers of a day, both files would stay if the library began again by itself
                "commit.retry.num-retries": "0",
            },
        )

    def _data_file(self, table: Table, added: Added) -> DataFile:
        ids = {field.name: field.field_id for field in table.schema().fields}
        day = added.part.partition
        file = DataFile.from_args(
            content=DataFileContent.DATA,
            file_path=f"{_SCHEME}{self._folder}/{added.part.path}",
            file_format=FileFormat.PARQUET,
            partition=Record() if day is None else Record((date.fromisoformat(day) - _EPOCH).days),
            record_count=added.rows,
            file_size_in_bytes=added.part.bytes,
            column_sizes={},
            value_counts={ids[name]: added.rows for name in added.schema.names},
            null_value_counts={ids[name]: count for name, count in added.null_counts.items()},
            nan_value_counts={},
            lower_bounds={},
            upper_bounds={},
            key_metadata=None,
            split_offsets=None,
            equality_ids=None,
            sort_order_id=None,
        )
        file.spec_id = table.spec().spec_id
        return file

    def versions(self, asset: str) -> list[TableVersion]:
        """Snapshots, oldest first."""
        with self._lock, self._told(f"read {asset}"):
            table = self._current(asset)
            snapshots = [] if table is None else table.metadata.snapshots
        return [
            TableVersion(
                snapshot.snapshot_id,
                datetime.fromtimestamp(snapshot.timestamp_ms / 1000, UTC),
                _ours({} if snapshot.summary is None else snapshot.summary.additional_properties),
            )
            for snapshot in sorted(snapshots, key=lambda each: each.sequence_number or 0)
        ]

    def tables(self) -> list[str]:
        """Assets that the catalog has a table of."""
        if not (self._folder / ICEBERG_CATALOG).exists():
            return []
        with self._lock, self._told("list the tables"):
            return sorted(name[-1] for name in self._catalog.list_tables(NAMESPACE))

    def forget(self, asset: str) -> None:
        """Take a table out of the catalog."""
        with self._lock, self._told(f"remove {asset}"), suppress(NoSuchTableError):
            self._catalog.drop_table((NAMESPACE, asset))

    def is_log(self, asset: str, path: str) -> bool:
        """Whether a file holds snapshots of a table."""
        return path.startswith(f"{asset}/{_LOG}/")

    def shaped(self, rows: pa.Table, facts: Mapping[str, str]) -> pa.Table:  # noqa: ARG002 - the day is in the log
        """Rows without unsigned integers."""
        return rows.cast(with_types(rows.schema, _WIDER))

    def _current(self, asset: str) -> Table | None:
        """The newest state of a table; None if there is none."""
        if not (self._folder / ICEBERG_CATALOG).exists():
            return None
        try:
            return self._catalog.load_table((NAMESPACE, asset))
        except NoSuchTableError:
            return None

    @contextmanager
    def _told(self, operation: str) -> Iterator[None]:
        """Say what could not be done; a catalog that is busy is asked again."""
        try:
            yield
        except OperationalError as error:
            raise TransientError(
                f"{operation}: the catalog {self._folder / ICEBERG_CATALOG} says {error.orig}"
            ) from None
        except OSError as error:
            raise StorageError(f"{operation} in {self._folder}: {error}") from error


def current_files(folder: Path) -> list[Path]:
    """Paths of the files that count now of all tables of a store on a disk."""
    catalog = catalog_of(folder)
    tables = [catalog.load_table(name) for name in catalog.list_tables(NAMESPACE)]
    return sorted(Path(file.file_path.removeprefix(_SCHEME)) for table in tables for file in _entries(table))


def _entries(table: Table) -> Iterator[DataFile]:
    """Files of the newest snapshot; a scan would leave out those without rows."""
    snapshot = table.current_snapshot()
    for manifest in [] if snapshot is None else snapshot.manifests(table.io):
        for entry in manifest.fetch_manifest_entry(table.io, discard_deleted=True):
            yield entry.data_file


def _files(table: Table, asset: str) -> list[tuple[StoredPart, DataFile]]:
    below, found = f"/{asset}/", []
    for file in _entries(table):
        path = file.file_path.rpartition(below)[2]
        part = versioned_part(f"{asset}/{path}", file.file_size_in_bytes)
        if part is not None:
            found.append((part, file))
    return sorted(found, key=lambda each: each[0])


def _schema(schema: pa.Schema) -> Schema:
    return assign_fresh_schema_ids(_pyarrow_to_schema_without_ids(schema))


def _ours(summary: Mapping[str, str]) -> dict[str, str]:
    """What a commit of ours says of itself."""
    return {n.removeprefix(COMMIT_PREFIX): value for n, value in summary.items() if n.startswith(COMMIT_PREFIX)}
