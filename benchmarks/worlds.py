"""The worlds that are measured: ``configs/full.yaml`` with more or fewer rows a day.

Belongs here: what is common to the cases. Does not belong here: measuring.
"""

from datetime import date, timedelta

from fraudsim_assets.catalog import build_catalogs
from fraudsim_assets.config import Config, load_config
from fraudsim_assets.simulation import World, simulate_day
from fraudsim_assets.storage import LocalStore, ParquetOptions, StoreOptions

FIRST = date(2025, 6, 18)
"""A Wednesday without holidays in most home countries."""


def world_config(rows: int, name: str = "full") -> Config:
    """The configuration, with as many rows a day."""
    return load_config(name, overrides={"activity.transactions_per_day": rows})


def fresh_world(config: Config) -> World:
    """A world with everything that is worked out once, ready for the day after ``FIRST``."""
    world = World(config, build_catalogs(config))
    next(iter(simulate_day(world, FIRST).batches()))
    return world


def day(number: int) -> date:
    """The days that are made: 1 is the day after ``FIRST``."""
    return FIRST + timedelta(days=number)


def local_store(folder: str, config: Config) -> LocalStore:
    """A store with the settings of the configuration."""
    parquet = ParquetOptions(
        row_group_rows=config.generation.row_group_rows,
        compression=config.storage.compression,
        compression_level=config.storage.compression_level,
    )
    return LocalStore(folder, StoreOptions(parquet=parquet))
