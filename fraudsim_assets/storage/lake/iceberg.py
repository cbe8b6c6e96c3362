"""Tables of Apache Iceberg, in a catalog of SQL: a file of SQLite beside them, or a database that is named.

A commit is one snapshot that takes a file in and its predecessor out. It stands when the catalog's row of the table
points at it, which one statement of SQL does, on condition that no other writer moved the row meanwhile. Whoever is
refused looks at the table again and begins from what it is then.

Belongs here: what is said to ``pyiceberg``. Does not belong here: files (``local``), and what a commit takes out
(``format``).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
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
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError, SQLAlchemyError

from fraudsim_assets.errors import StorageError
from fraudsim_assets.storage.faults import TransientError, redacted
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
_IN_A_BUCKET = {
    "aws_region": "s3.region",
    "aws_endpoint_url": "s3.endpoint",
    "aws_access_key_id": "s3.access-key-id",
    "aws_secret_access_key": "s3.secret-access-key",
    "aws_session_token": "s3.session-token",
}
# what pyiceberg calls the settings of a bucket


def catalog_of(folder: Path) -> SqlCatalog:
    """Open the catalog of a store on a disk; it is made if it is not there."""
    path = folder / ICEBERG_CATALOG
    path.parent.mkdir(parents=True, exist_ok=True)
    return _opened(f"sqlite:///{path}", f"{_SCHEME}{folder}")


def _opened(url: str, root: str) -> SqlCatalog:
    """Open a catalog; one that is not there yet is made by one process."""
    told = make_url(url)
    if told.get_backend_name() == "sqlite":
        with FileLock(Path(told.database or "").with_name(".lock")):
            return _made(f"{url}?timeout=60", root)
    try:
        return _made(url, root)
    except (ProgrammingError, IntegrityError):  # another writer was first
        return _made(url, root)


def _made(url: str, root: str) -> SqlCatalog:
    catalog = SqlCatalog(NAMESPACE, uri=url, warehouse=root)
    with suppress(NamespaceAlreadyExistsError):
        catalog.create_namespace(NAMESPACE)
    return catalog


class IcebergFormat(TableFormat):
    """Tables of Apache Iceberg below a folder or a prefix.

    Parameters
    ----------
    place
        Address of the store.
    catalog
        Address of the database that holds the catalog, as SQLAlchemy has it; None is the file beside the tables of a
        store on a disk.
    storage_options
        Gives what the library needs to know of a bucket, credentials included; asked for each time.
    """

    name = "iceberg"

    def __init__(self, place: str, catalog: str | None, storage_options: Callable[[], dict[str, str]]) -> None:
        self._root = place if catalog is not None else f"{_SCHEME}{Path(place).resolve()}"
        self._url, self._options = catalog, storage_options
        self._opened: SqlCatalog | None = None
        self._lock = Lock()

    @property
    def _catalog(self) -> SqlCatalog:
        if self._opened is None:
            self._opened = catalog_of(self._beside) if self._url is None else _opened(self._url, self._root)
        options = self._options()  # credentials may have been renewed
        self._opened.properties |= {name: options[key] for key, name in _IN_A_BUCKET.items() if key in options}
        return self._opened

    @property
    def _beside(self) -> Path:
        """Folder of a store on a disk."""
        return Path(self._root.removeprefix(_SCHEME))

    @property
    def _begun(self) -> bool:
        """Whether there can be tables; a look makes no catalog beside them."""
        return self._url is not None or (self._beside / ICEBERG_CATALOG).exists()

    def files(self, asset: str) -> list[StoredPart]:
        """Files that count now."""
        with self._lock, self._told(f"read {asset}"):
            table = self._current(asset)
            return [] if table is None else [part for part, _ in _files(table, asset)]

    def commit(self, change: Change) -> None:
        """Add one snapshot."""
        asset = change.key.asset
        with self._lock, self._told(f"commit {change.key.folder}", again=True):
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
                raise StorageError(other_columns(f"{self._root}/{asset}", table.schema(), wanted))
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
            location=f"{self._root}/{change.key.asset}",
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
            file_path=f"{self._root}/{added.part.path}",
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
        if not self._begun:
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
        """The newest state of a table; None if there is none.

        Raises
        ------
        StorageError
            If the catalog has the table of another store.
        """
        if not self._begun:
            return None
        try:
            table = self._catalog.load_table((NAMESPACE, asset))
        except NoSuchTableError:
            return None
        if table.location() != f"{self._root}/{asset}":
            raise StorageError(
                f"the catalog has {NAMESPACE}.{asset} in {table.location()}, not in {self._root}; give each store a "
                "database of its own in storage.iceberg_catalog"
            )
        return table

    @contextmanager
    def _told(self, operation: str, *, again: bool = False) -> Iterator[None]:
        """Say what could not be done, and whether another try may cure it: a catalog is busy or out of reach."""
        try:
            yield
        except OperationalError as error:
            kind = TransientError if again else StorageError
            raise kind(f"{operation}: the catalog of {self._root} says {error.orig}") from None
        except (SQLAlchemyError, ModuleNotFoundError) as error:
            raise StorageError(f"{operation}: the catalog of {self._root} cannot be used: {error}") from None
        except OSError as error:
            said = redacted(str(error), tuple(self._options().values()))
            raise StorageError(f"{operation} in {self._root}: {said}") from error


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
