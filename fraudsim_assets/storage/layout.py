"""Where a partition lies: a hive layout that every Parquet reader understands.

``<asset>/part-0.parquet`` for a table without partitions, ``<asset>/date=YYYY-MM-DD/part-0.parquet``
for a day of a daily table, and ``part-1.parquet`` and so on where a partition has several parts. A
path follows from the key alone, never from the clock or the process that writes. Tables that keep
their history (``lake``) have a version in the names of their files, ``part-0-<version>.parquet``.

Belongs here: keys, paths and back. Does not belong here: any access to a file.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from fraudsim_assets.errors import StorageError

PARTITION_COLUMN = "date"
"""Name of the hive column."""

ICEBERG_CATALOG = "_iceberg/catalog.db"
"""Catalog of the tables of a store of Iceberg."""

_ASSET = re.compile(r"[a-z0-9_]+(/[a-z0-9_]+)*")
_PATH = re.compile(
    rf"(?P<asset>{_ASSET.pattern})/(?:{PARTITION_COLUMN}=(?P<partition>\d{{4}}-\d\d-\d\d)/)?"
    r"part-(?P<part>0|[1-9]\d*)(?:-(?P<version>[0-9a-f][0-9a-f-]*))?\.parquet"
)


@dataclass(frozen=True, order=True)
class PartKey:
    """Address of one Parquet file.

    Attributes
    ----------
    asset
        Name of the table, lower case; ``/`` separates folders.
    partition
        Day as ``YYYY-MM-DD``, or ``None`` for a table without partitions.
    part
        Number of this part of the partition. [0 to ``parts`` - 1]
    parts
        How many parts the partition has. A partition is complete when all are there. [count]
    version
        Which file of those that a table with a history has for this part; None where there is one.
    """

    asset: str
    partition: str | None = None
    part: int = 0
    parts: int = 1
    version: str | None = None

    def __post_init__(self) -> None:
        if not _ASSET.fullmatch(self.asset):
            raise StorageError(f"asset is {self.asset!r}; valid are lower-case words joined by '_' and '/'")
        if self.partition is not None and not _is_day(self.partition):
            raise StorageError(f"partition is {self.partition!r}; valid is a day as YYYY-MM-DD")
        if not 0 <= self.part < self.parts:
            raise StorageError(f"part is {self.part}; valid are 0 to {self.parts - 1} for {self.parts} parts")

    @property
    def folder(self) -> str:
        """Folder of the partition, relative to the store."""
        return self.asset if self.partition is None else f"{self.asset}/{PARTITION_COLUMN}={self.partition}"

    @property
    def path(self) -> str:
        """Path of the file, relative to the store."""
        version = "" if self.version is None else f"-{self.version}"
        return f"{self.folder}/part-{self.part}{version}.parquet"

    @property
    def whole(self) -> "PartKey":
        """Key of the partition's first part, which stands for the partition."""
        return PartKey(self.asset, self.partition)


@dataclass(frozen=True, order=True)
class StoredPart:
    """A Parquet file that is there."""

    asset: str
    partition: str | None
    part: int
    path: str
    bytes: int
    version: str | None = None

    @property
    def key(self) -> PartKey:
        """Address of the file, as that of the last part that there is."""
        return PartKey(self.asset, self.partition, self.part, self.part + 1, self.version)


def partition_keys(asset: str, partitions: Iterable[str]) -> list[PartKey]:
    """Keys of several days of one table."""
    return [PartKey(asset, partition) for partition in partitions]


def stored_part(path: str, size: int) -> StoredPart | None:
    """Read a relative path back; ``None`` for anything that is not a part of this layout, or has a version."""
    found = versioned_part(path, size)
    return None if found is None or found.version is not None else found


def versioned_part(path: str, size: int) -> StoredPart | None:
    """Read a relative path back, with a version or without one; ``None`` for anything that is not a part."""
    found = _PATH.fullmatch(path)
    if found is None or (found["partition"] is not None and not _is_day(found["partition"])):
        return None
    return StoredPart(found["asset"], found["partition"], int(found["part"]), path, size, found["version"])


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
