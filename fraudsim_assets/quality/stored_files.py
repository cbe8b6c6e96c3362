"""Parquet files in folders: which table each is, where it lies, and what its footer says.

Belongs here: describing a file and reading it in chunks. Does not belong here: checks (``contract``,
``folder``).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from fraudsim_assets.config.provenance import SEED
from fraudsim_assets.errors import ContractError, StorageError
from fraudsim_assets.storage.facts import PARTS, footer_facts
from fraudsim_assets.storage.identity import WORLD
from fraudsim_assets.storage.lake.folders import counted_files
from fraudsim_assets.storage.lake.types import as_declared
from fraudsim_assets.storage.layout import PARTITION_COLUMN, versioned_part
from fraudsim_assets.tables import TABLES, arrow_schema
from fraudsim_assets.units import day_number

BATCH_ROWS = 65_536
_FEWEST_SHARED = 3


@dataclass(frozen=True)
class StoredFile:
    """A Parquet file, as far as its path and its footer tell.

    Attributes
    ----------
    root
        Folder of the store, or of the file where it does not lie as a part of a store does.
    asset
        Folder of the table below ``root``; None where it does not lie as a part of a store does.
    day
        Day of the partition, as a day number.
    part, parts
        Number of this part, and how many there should be. [count]
    world, seed
        World and seed that it says it is of.
    logged
        Whether it belongs to a table with a log, whose format may lack a type that the table declares.
    """

    path: Path
    table: str
    root: Path
    asset: str | None
    day: int | None
    part: int
    parts: int
    rows: int
    world: str | None
    seed: str | None
    logged: bool = False

    @classmethod
    def of(cls, path: Path, table: str | None = None) -> "StoredFile":
        """Describe a file.

        Parameters
        ----------
        table
            What it should be; without, that is told from its columns.

        Raises
        ------
        StorageError
            If it cannot be read.
        ContractError
            If it is of no table.
        """
        with opened(path) as file:
            name = table or table_of(file.schema_arrow.names, path)
            facts, rows = footer_facts(file.metadata.metadata), file.metadata.num_rows
        if name not in TABLES:
            raise ContractError(f"{name!r} is no table; valid are {', '.join(TABLES)}")
        place = path.absolute()
        dated = place.parent.name.startswith(f"{PARTITION_COLUMN}=")
        folder = place.parent.parent if dated else place.parent
        found = versioned_part(str(place.relative_to(folder.parent)), 0)
        day = found.partition if found is not None else None
        return cls(
            path=path,
            table=name,
            root=place.parent if found is None else folder.parent,
            asset=None if found is None else found.asset,
            day=None if day is None else day_number(date.fromisoformat(day)),
            part=0 if found is None else found.part,
            parts=int(facts.get(PARTS, "1")),
            rows=rows,
            world=facts.get(WORLD),
            seed=facts.get(SEED),
            logged=found is not None and found.version is not None,
        )

    @property
    def schema(self) -> pa.Schema:
        """Schema of the rows, without what the file says about itself."""
        with opened(self.path) as file:
            return self._declared(pa.RecordBatch.from_pylist([], schema=file.schema_arrow)).schema.remove_metadata()

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        """Read the rows chunk by chunk, an empty chunk with the schema first.

        Raises
        ------
        StorageError
            If the file cannot be read.
        """
        with opened(self.path) as file:
            if columns is None:
                yield self._declared(pa.RecordBatch.from_pylist([], schema=file.schema_arrow))
            yield from map(self._declared, file.iter_batches(batch_size=BATCH_ROWS, columns=columns))

    def _declared(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        return as_declared(batch, arrow_schema(TABLES[self.table])) if self.logged else batch


@contextmanager
def opened(path: Path) -> Iterator[pq.ParquetFile]:
    """Open a file, with its faults told as errors of storage.

    Raises
    ------
    StorageError
        If it is not Parquet or is damaged.
    """
    try:
        with pq.ParquetFile(path) as file:
            yield file
    except (OSError, pa.ArrowInvalid) as error:
        raise StorageError(f"{path} cannot be read as Parquet: {error}") from error


def files_below(paths: Sequence[Path]) -> list[Path]:
    """Find Parquet files named or lying below folders named, each once, in order.

    Of tables with a log, only files that count now are found.

    Raises
    ------
    StorageError
        If a path does not exist or a folder holds no Parquet.
    """
    found: list[Path] = []
    for path in paths:
        here = counted_files(path) if path.is_dir() else [path]
        if not path.exists():
            raise StorageError(f"{path} does not exist; valid is a Parquet file or a folder of them")
        if not here:
            raise StorageError(f"{path} holds no Parquet files (*.parquet)")
        found += here
    return list(dict.fromkeys(found))


def table_of(names: list[str], path: Path) -> str:
    """Tell the table from its columns: the one that shares most of them.

    Raises
    ------
    ContractError
        If the columns are those of no table.
    """
    shared = {table: len(set(names) & set(arrow_schema(model).names)) for table, model in TABLES.items()}
    best = max(shared, key=lambda table: shared[table])
    if shared[best] < _FEWEST_SHARED:
        raise ContractError(f"{path} has the columns of no table ({', '.join(names[:8])}); say which with --table")
    return best
