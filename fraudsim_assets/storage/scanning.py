"""One lazy frame over many files, each of which is one version of itself from its footer to its last row.

A footer is looked at before the rows are read. In between, another process may put another file in
the place. So a file is held while it is read, and looked at again afterwards: rows of a file that
was replaced in the meantime end the query in an error.

Belongs here: the lazy frame, and this rule. Does not belong here: holding a file (``local``, ``s3``).
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
from polars.io.plugins import register_io_source

from fraudsim_assets.errors import StorageError
from fraudsim_assets.storage.facts import PartMetadata
from fraudsim_assets.storage.layout import PARTITION_COLUMN, PartKey
from fraudsim_assets.storage.migration import Migration, combined, upgraded

Held = tuple[PartMetadata, Callable[[], bool]]
"""Footer of a version of a file, and whether that version is still the one in place."""


@dataclass(frozen=True)
class Source:
    """A file of a scan.

    Attributes
    ----------
    path
        Rules that lead to the schema version in force.
    hold
        Keeps hold of one version of the file.
    check
        Raises if a version must not be read, by its footer.
    """

    key: PartKey
    footer: PartMetadata
    path: tuple[Migration, ...]
    hold: Callable[[PartKey], AbstractContextManager[Held]]
    check: Callable[[PartMetadata], None]

    def framed(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        """Rows of the file as the scan gives them: of the version in force, with the day."""
        frame = upgraded(frame, self.path)
        if self.key.partition is None:
            return frame
        return frame.with_columns(pl.lit(date.fromisoformat(self.key.partition)).alias(PARTITION_COLUMN))

    def batches(
        self, settings: dict[str, Any], narrow: Callable[[pl.LazyFrame], pl.LazyFrame]
    ) -> Iterator[pl.DataFrame]:
        """Read the file, narrowed by a query.

        Raises
        ------
        StorageError
            If it was replaced or removed in the meantime.
        """
        with self.hold(self.key) as (footer, unchanged):
            self.check(footer)
            frame = pl.scan_parquet(footer.uri, glob=False, hive_partitioning=False, **settings)
            try:
                yield from narrow(self.framed(frame)).collect_batches(maintain_order=True)
            except (pl.exceptions.PolarsError, OSError) as error:  # of a file that is gone, polars raises the latter
                if unchanged():
                    raise
                raise replaced(footer.uri) from error
            if not unchanged():
                raise replaced(footer.uri)


def scanned(asset: str, sources: Sequence[Source], settings: dict[str, Any]) -> pl.LazyFrame:
    """One lazy frame over files in order; columns and filters of a query reach them.

    Parameters
    ----------
    asset
        Table that the files are of, for errors.
    sources
        The files.
    settings
        Arguments of ``polars.scan_parquet`` that depend on the carrier.
    """
    empty = [source.framed(_no_rows(source.footer)) for source in _one_of_each_kind(sources)]
    schema = combined(asset, empty).collect_schema()

    def read(
        columns: list[str] | None,
        predicate: pl.Expr | None,
        n_rows: int | None,
        batch_size: int | None,  # noqa: ARG001 - the protocol of polars; a hint
    ) -> Iterator[pl.DataFrame]:
        left = n_rows

        def narrow(frame: pl.LazyFrame) -> pl.LazyFrame:
            frame = frame.select(schema.names()) if left is None else frame.select(schema.names()).head(left)
            frame = frame if predicate is None else frame.filter(predicate)
            return frame if columns is None else frame.select(columns)

        for source in sources:
            for batch in source.batches(settings, narrow):
                yield batch
                left = None if left is None else left - batch.height
            if left == 0:
                return

    return register_io_source(read, schema=schema, is_pure=True, explain_name=f"PARQUET {asset}")


def replaced(uri: str) -> StorageError:
    """Error of a read whose file gave way to another."""
    return StorageError(f"{uri} was replaced or removed while it was read; read it again")


def _no_rows(footer: PartMetadata) -> pl.LazyFrame:
    return pl.DataFrame(pl.from_arrow(footer.schema.empty_table())).lazy()


def _one_of_each_kind(sources: Sequence[Source]) -> list[Source]:
    """First file of each run of equal upgrade paths."""
    kinds: list[Source] = []
    for source in sources:
        if not kinds or kinds[-1].path != source.path:
            kinds.append(source)
    return kinds
