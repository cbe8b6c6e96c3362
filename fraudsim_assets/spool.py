"""Putting rows in order without holding them: buckets, on disk where they are many.

The one idea: rows that come in any order are dropped into buckets, each small enough to be
sorted in memory; the buckets are then taken one after the other. All of them share one file
without a name, which the system removes however the process ends.

Belongs here: temporary rows. Does not belong here: the order within a bucket.
"""

import io
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import polars as pl

HELD_ROWS = 1 << 19
"""Rows kept in memory before all of them go to disk. [rows]"""

_BUCKET = "_bucket"


class Spool:
    """Rows by bucket; a context manager that lets go of its file.

    Parameters
    ----------
    bucket
        Whole number by which rows are ordered.
    folder
        Where a temporary file may go; None takes the system's folder. It is made when it is needed.
    held_rows
        Rows kept in memory before all of them go to disk. [rows]
    """

    def __init__(self, bucket: pl.Expr, *, folder: Path | None = None, held_rows: int = HELD_ROWS) -> None:
        self._bucket, self._folder, self._most = bucket.cast(pl.Int64).alias(_BUCKET), folder, held_rows
        self._waiting: list[pl.DataFrame] = []
        self._held: dict[int, list[pl.DataFrame]] = defaultdict(list)
        self._rows = 0
        self._file: IO[bytes] | None = None
        self._pieces: dict[int, list[tuple[int, int]]] = defaultdict(list)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file; what was not taken is gone."""
        if self._file is not None:
            self._file.close()

    def add(self, rows: pl.DataFrame) -> None:
        """Drop rows into their buckets."""
        self._waiting.append(rows.with_columns(self._bucket))
        self._rows += rows.height
        if self._rows > self._most:
            self._spill()

    def take(self, number: int) -> pl.DataFrame | None:
        """Take all rows of a bucket out; None if there are none."""
        self._divide()
        held = self._held.pop(number, [])
        self._rows -= sum(rows.height for rows in held)
        parts = [*map(self._read, self._pieces.pop(number, [])), *held]
        return pl.concat(parts) if parts else None

    def read(self) -> Iterator[tuple[int, pl.DataFrame]]:
        """Take the buckets that are there, in ascending order."""
        self._divide()
        for number in sorted({*self._held, *self._pieces}):
            rows = self.take(number)
            if rows is not None:
                yield number, rows

    def _divide(self) -> None:
        """Divide rows that wait among their buckets."""
        if not self._waiting:
            return
        rows = pl.concat(self._waiting)
        self._waiting.clear()
        for (number,), part in rows.partition_by(_BUCKET, as_dict=True, include_key=False, maintain_order=True).items():
            self._held[int(str(number))].append(part)

    def _spill(self) -> None:
        self._divide()
        if self._file is None:
            if self._folder is not None:
                self._folder.mkdir(parents=True, exist_ok=True)
            self._file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115 - closed by close()
        self._file.seek(0, io.SEEK_END)
        for number, parts in self._held.items():
            start = self._file.tell()
            pl.concat(parts).write_ipc_stream(self._file)
            self._pieces[number].append((start, self._file.tell() - start))
        self._held.clear()
        self._rows = 0

    def _read(self, piece: tuple[int, int]) -> pl.DataFrame:
        if self._file is None:
            raise RuntimeError("a spool without a file holds no pieces on disk")
        self._file.seek(piece[0])
        return pl.read_ipc_stream(io.BytesIO(self._file.read(piece[1])))
