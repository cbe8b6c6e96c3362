"""Small worlds for tests of the simulation, made once per process."""

from datetime import date, timedelta
from functools import lru_cache

import polars as pl

from fraudsim_assets.catalog import build_catalogs
from fraudsim_assets.config import load_config
from fraudsim_assets.simulation import World, simulate_day, simulate_labels

FIRST = date(2025, 3, 10)
DAYS = 30


def make_world(**overrides) -> World:
    """A tiny world with plenty of fraud, changed by overrides of its configuration."""
    config = load_config("tiny", overrides={"fraud": {"rate": 0.02}} | overrides, env={})
    return World(config, build_catalogs(config))


@lru_cache(maxsize=1)
def world() -> World:
    return make_world()


def day_of(of: World, day: date) -> pl.DataFrame:
    return pl.from_arrow(simulate_day(of, day).read())


@lru_cache(maxsize=1)
def month() -> pl.DataFrame:
    """Thirty days over the change to summer time."""
    return pl.concat([day_of(world(), FIRST + timedelta(days=i)) for i in range(DAYS)])


@lru_cache(maxsize=1)
def labels() -> pl.DataFrame:
    """Labels that become known in and after that month."""
    days = [FIRST + timedelta(days=i) for i in range(DAYS + 150)]
    return pl.concat([pl.from_arrow(simulate_labels(world(), day).read()) for day in days])
