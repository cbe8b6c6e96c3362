"""What tests of policies share: a tiny world with much fraud and a short memory, and its first trial."""

from datetime import date

import pytest

from fraudsim_assets.config import load_config
from fraudsim_assets.policies.baselines import Oracle, rules
from fraudsim_assets.policies.contest import Contest, hold
from fraudsim_assets.policies.features.seen import Directory
from fraudsim_assets.simulation import World, build_world
from fraudsim_assets.units import days_between

FIRST, LAST = date(2025, 4, 1), date(2025, 4, 3)


@pytest.fixture(scope="session")
def world() -> World:
    overrides = {"fraud": {"rate": 0.03}, "policies": {"memory_days": 3}}
    return build_world(load_config("tiny", overrides=overrides, env={}))


@pytest.fixture(scope="session")
def directory(world: World) -> Directory:
    return Directory.of(world)


@pytest.fixture(scope="session")
def contest(world: World) -> Contest:
    return hold(world, [rules(), Oracle()], days_between(FIRST, LAST))
