"""What a table format must be able to do: list the files of a table, and change them by one commit.

Belongs here: the interface, and the rules that hold for every format: what a commit takes out, and
when it has to wait. Does not belong here: the formats themselves (``delta``, ``iceberg``).
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pyarrow as pa

from fraudsim_assets.storage.layout import PartKey, StoredPart
from fraudsim_assets.storage.policy import already_there

COMMIT_PREFIX = "fraudsim."
"""Before every property of ours in a commit."""

PARTITION = "partition"
VERDICT = "verdict"
ROWS = "rows"


@dataclass(frozen=True)
class Added:
    """A file that is in place and that a commit takes in.

    Attributes
    ----------
    schema
        Of the rows as they came, without the partition column.
    """

    part: StoredPart
    rows: int
    null_counts: Mapping[str, int]
    schema: pa.Schema


@dataclass(frozen=True)
class Change:
    """A commit that puts a file in the place of what a table has for a part, or takes that away.

    Attributes
    ----------
    properties
        What the commit says of itself: facts of the file, digest and verdict.
    exclusive
        Whether it is an error if the table has the part already.
    first_in_order
        First day of a table whose days are committed in order, so that the day before must be there; None where
        any order will do.
    """

    key: PartKey
    added: Added | None
    properties: Mapping[str, str]
    exclusive: bool = False
    first_in_order: date | None = None


@dataclass(frozen=True)
class TableVersion:
    """A state that a table has been in, as its log has it.

    Attributes
    ----------
    number
        What ``VERSION AS OF`` takes: a version of Delta Lake, an id of a snapshot of Iceberg.
    properties
        What the commit says of itself, without :data:`COMMIT_PREFIX`.
    """

    number: int
    committed_at: datetime
    properties: Mapping[str, str]


class OutOfOrderError(Exception):
    """The day before has not been committed yet."""


class TableFormat(ABC):
    """Tables of one format in one place.

    Attributes
    ----------
    name
        As in ``storage.format``.
    """

    name: str

    @abstractmethod
    def files(self, asset: str) -> list[StoredPart]:
        """Files that count now, in order; none if there is no such table."""

    @abstractmethod
    def commit(self, change: Change) -> None:
        """Change a table by one commit; a table that is not there is made by it.

        Raises
        ------
        TransientError
            If another writer has changed the same part meanwhile.
        OutOfOrderError
            If days are committed in order and the day before is not there yet.
        StorageError
            If the part is there already and must not be, or the log cannot be written.
        """

    @abstractmethod
    def versions(self, asset: str) -> list[TableVersion]:
        """States that the table has been in, oldest first, as far as its log goes back."""

    @abstractmethod
    def tables(self) -> list[str]:
        """Assets that have a table."""

    @abstractmethod
    def forget(self, asset: str) -> None:
        """Let go of a table that is about to be removed with its log and all its files."""

    @abstractmethod
    def is_log(self, asset: str, path: str) -> bool:
        """Whether a file of the store belongs to the log of a table."""

    @abstractmethod
    def shaped(self, rows: pa.Table, facts: Mapping[str, str]) -> pa.Table:
        """Rows as they lie in a file: of types that the format has."""


def superseded(change: Change, files: Sequence[StoredPart]) -> list[StoredPart]:
    """Choose the files that a commit takes out, from those that count now.

    Raises
    ------
    StorageError
        If there are some and the commit is exclusive.
    OutOfOrderError
        If days are committed in order and the day before is not there.
    """
    key = change.key
    found = [file for file in files if (file.partition, file.part) == (key.partition, key.part)]
    if found and change.exclusive:
        raise already_there(found[0].path)
    if not found and change.first_in_order is not None and key.partition is not None:
        day = date.fromisoformat(key.partition)
        before = (day - timedelta(days=1)).isoformat()
        if day > change.first_in_order and before not in {file.partition for file in files}:
            raise OutOfOrderError(
                f"{key.asset} of {day} waits for {before}: storage.commit_order is 'by_day', and days are committed "
                f"from {change.first_in_order} on; make {before} first, or set storage.commit_order to 'any'"
            )
    return found


def other_columns(table: str, has: object, wants: object) -> str:
    """Refusal of rows that a table has no columns for."""
    return f"{table} would be given other columns than it has; it has {has}, given are {wants}; give them another place"
