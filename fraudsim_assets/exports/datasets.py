"""Data sets with a name: the same world, days and shape for everybody who makes them.

Belongs here: what a data set is made of, and making its files. Does not belong here: what is said about it (``card``),
scores (``evaluation.baseline``), and any number (``data/datasets.toml``).
"""

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, model_validator

from fraudsim_assets.config import Config, load_config
from fraudsim_assets.errors import ConfigError
from fraudsim_assets.exports.exporting import export
from fraudsim_assets.exports.loading import labels_known
from fraudsim_assets.exports.view import ExportReport, Format
from fraudsim_assets.exports.views import VIEWS
from fraudsim_assets.folders import new_folder
from fraudsim_assets.simulation import World, build_world, scan_transactions, with_reissues

PLACE = Path(__file__).parent / "data" / "datasets.toml"
"""Where data sets are declared."""

KNOWN_DIGESTS = PLACE.with_name("digests.json")
"""Digests of the content that this version makes, of data sets that are small enough to be made for every change."""


class Part(BaseModel):
    """One file of a data set, or with a star for its name, one for each of its days."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    split: str
    file: str = Field(pattern=r"^[\w./]+(/\*)?\.(csv|parquet)$")
    start: date
    end: date
    known_on: date | None = None

    @property
    def fmt(self) -> Format:
        """Format, by the file's ending."""
        return "csv" if self.file.endswith(".csv") else "parquet"

    @property
    def daily(self) -> bool:
        """Whether it has a file for each day."""
        return "*" in self.file


class Dataset(BaseModel):
    """What a data set is made of."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    title: str
    purpose: str
    view: str
    config: str
    settings: dict[str, Any]
    parts: tuple[Part, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _files_can_be_written(self) -> "Dataset":
        view = VIEWS.get(self.view)
        kinds = {(part.fmt, part.daily) for part in self.parts}
        if view is None or not kinds <= {(fmt, view.daily) for fmt in view.formats}:
            raise ValueError(f"view {self.view!r} cannot be written as files of these names")
        return self

    @property
    def overrides(self) -> list[str]:
        """Its settings as they are given on a command line."""
        told = {name: value if isinstance(value, str) else json.dumps(value) for name, value in self.settings.items()}
        return [f"{name}={value}" for name, value in told.items()]

    def world_config(self, scale: float = 1.0) -> Config:
        """Settings of the world, in another size where that is wanted."""
        settings = self.settings | {"population.scale": self.settings.get("population.scale", 1.0) * scale}
        return load_config(self.config, overrides=settings, env={})


@cache
def datasets() -> Mapping[str, Dataset]:
    """All data sets by name."""
    told = tomllib.loads(PLACE.read_text(encoding="utf-8"))
    return {name: Dataset(name=name, **entry) for name, entry in told.items()}


def dataset(name: str) -> Dataset:
    """Find a data set.

    Raises
    ------
    ConfigError
        If there is none of that name.
    """
    if name not in datasets():
        raise ConfigError(f"{name!r} is no data set; valid are {', '.join(datasets())}")
    return datasets()[name]


def known_digest(name: str, scale: float = 1.0) -> str | None:
    """Digest of the content that this version is known to make; None if it was not made when the version was."""
    return json.loads(KNOWN_DIGESTS.read_text(encoding="utf-8")).get(name) if scale == 1.0 else None


@dataclass(frozen=True)
class MadeFile:
    """A file that was written.

    Attributes
    ----------
    name
        Its path in the folder of the data set.
    path
        Where it is.
    size
        [bytes]
    sha256
        Of the file, in hexadecimal digits.
    """

    name: str
    path: Path
    size: int
    sha256: str


@dataclass(frozen=True)
class MadePart:
    """A part that was written.

    Attributes
    ----------
    part
        What was asked for.
    path
        Where it is; with a star where every day has a file.
    rows, frauds
        How many, fraud by ground truth. [rows]
    files
        Its file, or those of its days in order.
    schema
        Columns with their types, as polars reads them.
    """

    part: Part
    path: Path
    rows: int
    frauds: int
    files: tuple[MadeFile, ...]
    schema: pl.Schema

    @property
    def size(self) -> int:
        """Size of its files. [bytes]"""
        return sum(file.size for file in self.files)


@dataclass(frozen=True)
class Made:
    """A data set that is being made: its files are written, and what is said about it is not.

    Attributes
    ----------
    dataset, scale, world
        What was asked for.
    folder
        Where files are until all is there.
    parts
        The files.
    """

    dataset: Dataset
    scale: float
    world: World
    folder: Path
    parts: Sequence[MadePart]

    @property
    def digest(self) -> str:
        """Digest of the content: of the values of all files in order, whatever the version of a Parquet writer."""
        whole = hashlib.blake2b(digest_size=16)
        for made in self.parts:
            for file in made.files:
                whole.update(f"{file.name} {_content(file.path, made.part.fmt)}\n".encode())
        return whole.hexdigest()


_FRAUD: Mapping[str, pl.Expr] = {
    "model": pl.col("is_fraud").sum(),
    "sparkov": pl.col("is_fraud").sum(),
    "tabformer": (pl.col("Is Fraud?") == "Yes").sum(),
    "handbook_web": pl.col("TX_FRAUD").sum(),
}


@contextmanager
def making(wanted: str | Dataset, folder: Path, *, scale: float = 1.0) -> Iterator[Made]:
    """Make the files of a data set; the folder appears when the context ends well.

    Parameters
    ----------
    wanted
        The data set, or its name.
    folder
        Where it goes; it is not there, or empty.
    scale
        People, cards, merchants and payments in another number. [ratio]

    Yields
    ------
    Made
        With files in a hidden folder, to which more may be added.

    Raises
    ------
    ConfigError
        If there is no such data set, or the scale makes no world.
    StorageError
        If the folder holds something, or cannot be written.
    """
    chosen = wanted if isinstance(wanted, Dataset) else dataset(wanted)
    config = chosen.world_config(scale)
    with new_folder(folder) as hidden:
        world = build_world(config)
        yield Made(chosen, scale, world, hidden, [_make(world, chosen, part, hidden) for part in chosen.parts])


def _make(world: World, chosen: Dataset, part: Part, folder: Path) -> MadePart:
    path = folder / part.file
    path.parent.mkdir(parents=True, exist_ok=True)
    view, tables = VIEWS[chosen.view], with_reissues(world)
    known_on = part.known_on or part.end
    report: ExportReport = export(
        chosen.view,
        transactions=scan_transactions(world.config, part.start, part.end, world=world),
        catalogs={name: pl.DataFrame(getattr(tables, name)).lazy() for name in view.catalogs},
        target=path.parent if part.daily else path,
        fmt=part.fmt,
        labels=labels_known(world, part.start, known_on) if view.labelled else None,
        known_on=known_on,
        reference=world.config.reference.resolved,
    )
    rows = _rows(path, part.fmt)
    frauds = int(rows.select(_FRAUD[chosen.view]).collect(engine="streaming").item())
    files = tuple(
        MadeFile(str(file.relative_to(folder)), file, file.stat().st_size, _sha256(file)) for file in report.files
    )
    return MadePart(part, path, report.rows_written, frauds, files, rows.collect_schema())


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _rows(path: Path, fmt: Format) -> pl.LazyFrame:
    return pl.scan_parquet(path) if fmt == "parquet" else pl.scan_csv(path, infer_schema_length=10_000)


def _content(path: Path, fmt: Format) -> str:
    """Digest of what a file says: a CSV file is its own canonical form."""
    import pyarrow.parquet as pq

    from fraudsim_assets.storage import ContentDigest

    if fmt != "parquet":
        return _sha256(path)
    file = pq.ParquetFile(path)
    content = ContentDigest(file.schema_arrow)
    for batch in file.iter_batches():
        content.update(batch)
    return content.hexdigest()
