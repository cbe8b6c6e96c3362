"""A small society with much fraud, made once per process, and plans of its scenarios."""

from dataclasses import replace
from functools import lru_cache

import numpy as np

from fraudsim_assets.catalog import build_catalogs
from fraudsim_assets.config import load_config
from fraudsim_assets.fraud.campaigns import Campaigns, Plan
from fraudsim_assets.fraud.scenario import Casting
from fraudsim_assets.fraud.schedule import FraudSchedule
from fraudsim_assets.simulation import World

DAY = 20_190  # 2025-04-12


def make_world(name: str = "tiny", **fraud) -> World:
    """A tiny world with much fraud, changed by settings of its fraud."""
    config = load_config(name, overrides={"fraud": {"rate": 0.05} | fraud}, env={})
    return World(config, build_catalogs(config))


@lru_cache(maxsize=1)
def world() -> World:
    return make_world()


def castings() -> dict[str, Casting]:
    """Scenarios of the world in their own ways."""
    return {casting.name: casting for casting in reversed(world().fraud.castings)}


def campaigns_of(name: str, n: int = 600, schedule: FraudSchedule | None = None) -> Campaigns:
    """Campaigns of a scenario with everything but a place in the calendar."""
    schedule = schedule or world().fraud
    numbers = np.arange(1_000, 1_000 + n)
    blank = Campaigns.alone(numbers, DAY + np.arange(n) / 16.0, name, schedule.society.streams)
    casting = next(c for c in schedule.castings if c.name == name)
    in_rings = replace(blank, ring=casting.rings(blank, schedule.scene))
    return replace(in_rings, account=casting.victims(in_rings, schedule.scene))


def plan_of(name: str, campaigns: Campaigns) -> Plan:
    return castings()[name].plan(campaigns, world().fraud.scene)
