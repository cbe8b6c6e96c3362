"""Files of an export: written piece by piece, visible only when complete.

Belongs here: Parquet, CSV and pickle. Does not belong here: what is written, and the project's
own storage. Pickle is written, never read: reading one runs whatever is in it.
"""

import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from fraudsim_assets.errors import ConfigError, StorageError
from fraudsim_assets.exports.view import UNNAMED, Format
from fraudsim_assets.storage.pandas_metadata import with_pandas_metadata

SUFFIXES: dict[Format, str] = {"parquet": ".parquet", "csv": ".csv", "pickle": ".pkl"}
"""Endings of file names."""

TIME_FORMAT = "%Y-%m-%d %H:%M:%S%.f"
"""Date and time in CSV; the fraction of a second is left out where there is none."""


def check_format(fmt: Format) -> None:
    """Make sure that a format can be written here.

    Raises
    ------
    ConfigError
        If a package is missing.
    """
    if fmt == "pickle" and find_spec("pandas") is None:
        raise ConfigError(
            "fmt is 'pickle', which holds pandas frames, and pandas is not installed; install pandas, "
            "or choose 'parquet', which pandas.read_parquet reads as well"
        )


class ExportFile(ABC):
    """One file that grows under a hidden name and appears when its context ends well.

    Parameters
    ----------
    nullable
        Columns of whole numbers in which a value may be missing.
    """

    def __init__(self, path: Path, nullable: Collection[str] = ()) -> None:
        self.path = path
        self.nullable = nullable
        self.rows = 0
        self.hidden = path.with_name(f".{path.name}.partial")

    def __enter__(self) -> Self:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(f"folder {self.path.parent} cannot be made: {error}") from error
        if self.path.is_dir():
            raise StorageError(f"{self.path} is a folder; give the name of a file, such as {self.path / 'export.csv'}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._complete()
            self._close()
            if kind is None:
                with self.hidden.open("rb") as file:
                    os.fsync(file.fileno())
                self.hidden.replace(self.path)
        finally:
            self.hidden.unlink(missing_ok=True)

    def write(self, rows: pl.DataFrame) -> None:
        """Append rows."""
        self._append(rows)
        self.rows += rows.height

    @abstractmethod
    def _append(self, rows: pl.DataFrame) -> None:
        """Write rows, or hold them."""

    @abstractmethod
    def _close(self) -> None:
        """Let go of the file, whatever became of it."""

    def _complete(self) -> None:
        """Write what is still held; called only where all went well."""
        return


class ParquetFile(ExportFile):
    """Apache Parquet, compressed with Zstandard."""

    _writer: pq.ParquetWriter | None = None

    def _append(self, rows: pl.DataFrame) -> None:
        table = rows.to_arrow()
        table = table.cast(pa.schema([plain(field) for field in table.schema]))
        if self._writer is None:
            schema = with_pandas_metadata(table.schema, self.nullable)
            self._writer = pq.ParquetWriter(self.hidden, schema, compression="zstd", compression_level=1)
        self._writer.write_table(table)

    def _close(self) -> None:
        if self._writer is not None:
            self._writer.close()


def plain(field: pa.Field) -> pa.Field:
    """Types that every reader knows."""
    if pa.types.is_dictionary(field.type):
        return field.with_type(pa.dictionary(pa.int32(), pa.string()))
    if pa.types.is_large_string(field.type) or field.type == pa.string_view():
        return field.with_type(pa.string())
    return field


class CsvFile(ExportFile):
    """CSV as pandas writes it: comma, quotes where needed, nothing for null."""

    _file: BinaryIO | None = None

    def _append(self, rows: pl.DataFrame) -> None:
        if self._file is None:
            self._file = self.hidden.open("wb")
            header = rows.clear().rename({UNNAMED: ""}, strict=False).write_csv()
            self._file.write(header.replace('""', "", 1).encode())
        rows.write_csv(self._file, include_header=False, datetime_format=TIME_FORMAT)

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()


class _Call:
    """Something that a pickle makes by calling a public function."""

    def __init__(self, function: Callable[..., Any], *arguments: Any) -> None:
        self._made = (function, arguments)

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return self._made


def _portable(values: np.ndarray) -> _Call:
    """Numbers or instants as bytes: an array's own pickle names modules that other versions of numpy do not have."""
    return _Call(np.array, _Call(np.frombuffer, values.tobytes(), values.dtype.str))


class PickleFile(ExportFile):
    """A pickled pandas frame that versions of pandas and numpy before and after this one read.

    It is held in memory until it is complete, and calls nothing but the public constructors.
    """

    def __init__(self, path: Path, nullable: Collection[str] = ()) -> None:
        super().__init__(path, nullable)
        self._parts: list[pl.DataFrame] = []

    def _append(self, rows: pl.DataFrame) -> None:
        self._parts.append(rows)

    def _complete(self) -> None:
        import pandas as pd

        columns = pl.concat(self._parts).to_dict()
        frame = _Call(pd.DataFrame, {name: _portable(values.to_numpy()) for name, values in columns.items()})
        pd.to_pickle(frame, self.hidden, protocol=4)

    def _close(self) -> None:
        self._parts.clear()


KINDS: dict[Format, type[ExportFile]] = {"parquet": ParquetFile, "csv": CsvFile, "pickle": PickleFile}
"""Kind of file by format."""
