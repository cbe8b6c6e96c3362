"""The worlds that are measured: ``configs/full.yaml`` with more or fewer rows a day.

Belongs here: what is common to the cases. Does not belong here: measuring.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from fraudsim_assets.catalog import Catalogs, catalogs_for_days
from fraudsim_assets.catalog.entities import NEEDED
from fraudsim_assets.config import Config, config_digest, load_config
from fraudsim_assets.simulation import World, simulate_day
from fraudsim_assets.storage import LocalStore, ParquetOptions, StoreOptions
from fraudsim_assets.storage.parquet import processors

FIRST = date(2025, 6, 18)
"""A Wednesday without holidays in most home countries."""


KEPT = "BENCH_CATALOGS"
"""Environment variable: where the catalogs of one run of the benchmarks are kept."""


def world_config(rows: int, *, threads: int = 1) -> Config:
    """The configuration, with as many rows a day."""
    return load_config("full", overrides={"activity.transactions_per_day": rows, "generation.threads": threads})


def fresh_world(config: Config) -> World:
    """A world as a worker of a backfill has it: catalogs from files, days from arrays.

    The catalogs are made by a process of their own, once per run of the benchmarks.
    """
    kept = os.environ.get(KEPT) or tempfile.mkdtemp(prefix="fraudsim-bench-")
    folder = Path(kept) / config_digest(config, scope="catalogs")
    if not folder.exists():
        command = [sys.executable, "-m", "benchmarks.worlds", config.model_dump_json(), str(folder)]
        subprocess.run(command, check=True)
    read = {name: pq.read_table(folder / f"{name}.parquet", columns=list(columns)) for name, columns in NEEDED.items()}
    world = World(config, Catalogs(**read), keep_catalogs=False)
    del read
    pa.default_memory_pool().release_unused()
    return world


def warm(world: World) -> None:
    """Work out what is worked out once for all days, by making a bit of the day before the first."""
    next(iter(simulate_day(world, FIRST).batches()))


def write_catalogs(config: Config, folder: Path) -> None:
    """Write the columns that days are made from; the folder appears when all is there."""
    catalogs = catalogs_for_days(config)
    with tempfile.TemporaryDirectory(dir=folder.parent) as unfinished:
        for name in NEEDED:
            pq.write_table(getattr(catalogs, name), f"{unfinished}/{name}.parquet")
        with suppress(FileExistsError):
            shutil.copytree(unfinished, folder)


def day(number: int) -> date:
    """The days that are made: 1 is the day after ``FIRST``."""
    return FIRST + timedelta(days=number)


def local_store(folder: str, config: Config, *, processes: int = 1) -> LocalStore:
    """A store with the settings of the configuration, as each of some processes has it."""
    parquet = ParquetOptions(
        row_group_rows=config.generation.row_group_rows,
        compression=config.storage.compression,
        compression_level=config.storage.compression_level,
        overlapped=processors() > processes,
    )
    return LocalStore(folder, StoreOptions(parquet=parquet))


if __name__ == "__main__":
    write_catalogs(Config.model_validate_json(sys.argv[1]), Path(sys.argv[2]))
