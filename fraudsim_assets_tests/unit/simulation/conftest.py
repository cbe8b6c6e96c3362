"""Fixtures of the simulation's tests."""

import polars as pl
import pytest

from fraudsim_assets.simulation import World
from fraudsim_assets_tests.unit.simulation import worlds


@pytest.fixture(scope="session")
def world() -> World:
    return worlds.world()


@pytest.fixture(scope="session")
def month(world: World) -> pl.DataFrame:
    return worlds.month()


@pytest.fixture(scope="session")
def labels(world: World) -> pl.DataFrame:
    return worlds.labels()
