"""Putting rows in order without holding them: buckets on disk.

The one idea: rows that come in any order are dropped into buckets, each small enough to be
sorted in memory; the buckets are then read one after the other.

Belongs here: temporary files of narrow rows. Does not belong here: the order within a bucket.
"""

from collections import OrderedDict, defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import polars as pl
import pyarrow as pa

HELD_ROWS = 1 << 19
"""Rows kept in memory before the first goes to disk. [rows]"""

OPEN_FILES = 200
"""Files open at a time; most systems allow a thousand to a process. [count]"""

_BUCKET = "_bucket"


class Spool:
    """Rows by bucket, on disk where they are many; a context manager that removes its files.

    Parameters
    ----------
    folder
        Where temporary files may go; it is made when it is needed.
    bucket
        Whole number by which rows are ordered.
    """

    def __init__(self, folder: Path, bucket: pl.Expr, *, held_rows: int = HELD_ROWS) -> None:
        self._folder, self._bucket, self._most = folder, bucket.cast(pl.Int64).alias(_BUCKET), held_rows
        self._held: list[pl.DataFrame] = []
        self._rows = 0
        self._files: dict[int, list[Path]] = defaultdict(list)
        self._open: OrderedDict[int, pa.RecordBatchStreamWriter] = OrderedDict()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()
        for path in self._all_files():
            path.unlink(missing_ok=True)
        if self._folder.exists():
            self._folder.rmdir()

    def add(self, rows: pl.DataFrame) -> None:
        """Drop rows into their buckets."""
        self._held.append(rows.with_columns(self._bucket))
        self._rows += rows.height
        if self._rows > self._most:
            self._spill()

    def read(self) -> Iterator[tuple[int, pl.DataFrame]]:
        """Give buckets in ascending order, each with all its rows; rows can no longer be added after."""
        if self._files:
            self._spill()
            self._close()
            for number in sorted(self._files):
                yield number, self._read(self._files[number])
            return
        if not self._held:
            return
        rows = pl.concat(self._held).sort(_BUCKET, maintain_order=True)
        self._held.clear()
        for part in rows.partition_by(_BUCKET, maintain_order=True):
            yield int(part[_BUCKET][0]), part.drop(_BUCKET)

    def _spill(self) -> None:
        if not self._held:
            return
        for (number,), part in pl.concat(self._held).partition_by(_BUCKET, as_dict=True, include_key=False).items():
            table = part.to_arrow()
            self._writer(int(str(number)), table.schema).write_table(table)
        self._held.clear()
        self._rows = 0

    def _writer(self, number: int, schema: pa.Schema) -> pa.RecordBatchStreamWriter:
        if number in self._open:
            self._open.move_to_end(number)
            return self._open[number]
        if len(self._open) >= OPEN_FILES:
            self._open.popitem(last=False)[1].close()
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{number}-{len(self._files[number])}.arrows"
        self._files[number].append(path)
        self._open[number] = pa.ipc.new_stream(path, schema)
        return self._open[number]

    def _close(self) -> None:
        while self._open:
            self._open.popitem()[1].close()

    def _all_files(self) -> list[Path]:
        return [path for paths in self._files.values() for path in paths]

    def _read(self, paths: list[Path]) -> pl.DataFrame:
        tables = []
        for path in paths:
            with pa.ipc.open_stream(path) as stream:
                tables.append(stream.read_all())
            path.unlink()
        return pl.DataFrame(pl.from_arrow(pa.concat_tables(tables)))
