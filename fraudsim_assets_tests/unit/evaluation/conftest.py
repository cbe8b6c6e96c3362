"""A tiny world and its evidence, made once for all tests of the scorecard."""

from datetime import date, timedelta

import pytest

from fraudsim_assets.catalog import build_catalogs
from fraudsim_assets.config import load_config
from fraudsim_assets.evaluation.days import collect
from fraudsim_assets.evaluation.realism.evidence import Evidence
from fraudsim_assets.simulation import World

FIRST = date(2025, 1, 1)


def days(count: int, *, first: date = FIRST) -> list[date]:
    """Days that follow each other."""
    return [first + timedelta(days=i) for i in range(count)]


@pytest.fixture(scope="session")
def tiny_world() -> World:
    """The tiny world."""
    config = load_config("tiny", env={})
    return World(config, build_catalogs(config))


@pytest.fixture(scope="session")
def week(tiny_world: World) -> Evidence:
    """A week of the tiny world."""
    return collect(Evidence.empty(tiny_world), days(7))
