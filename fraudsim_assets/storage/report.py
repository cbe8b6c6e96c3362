"""What a write did, for whoever asked for it.

Belongs here: the report. Does not belong here: writing (``store``).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from fraudsim_assets.storage.facts import PartMetadata
from fraudsim_assets.storage.parquet import Written


@dataclass(frozen=True)
class WriteReport:
    """What a write did.

    Attributes
    ----------
    uri
        Where the file lies.
    rows, bytes, row_groups
        Size of the file. [rows, bytes, count]
    seconds
        Wall time, the making of the rows included. [s]
    null_counts
        Nulls by column. [count]
    content_digest
        Digest of the logical content, or ``None`` if it was not asked for.
    skipped
        True if the file in place was found to be identical and left alone.
    """

    uri: str
    rows: int
    bytes: int
    row_groups: int
    seconds: float
    null_counts: Mapping[str, int]
    content_digest: str | None
    skipped: bool = False


@dataclass(frozen=True)
class Commit:
    """A file that has become visible."""

    written: Written
    bytes: int


def reported(uri: str, commit: Commit, seconds: float) -> WriteReport:
    """Report of a file that was written."""
    done = commit.written
    return WriteReport(uri, done.rows, commit.bytes, done.row_groups, seconds, done.null_counts, done.content_digest)


def skipped(stored: PartMetadata, seconds: float) -> WriteReport:
    """Report of a file that was there, and left alone."""
    return WriteReport(
        stored.uri,
        stored.rows,
        stored.bytes,
        stored.row_groups,
        seconds,
        stored.null_counts,
        stored.content_digest,
        skipped=True,
    )
