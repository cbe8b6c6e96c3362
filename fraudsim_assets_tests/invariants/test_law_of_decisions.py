"""The law with decisions: with the log given, any day is a pure function of (config, seed, log, entity, day) again."""

from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from fraudsim_assets.catalog import build_catalogs
from fraudsim_assets.config import load_config
from fraudsim_assets.simulation import World, decide_day, simulate_day

DAY = date(2025, 3, 30)


@pytest.fixture(scope="module")
def world() -> World:
    config = load_config("tiny", overrides={"fraud": {"rate": 0.02}}, env={})
    return World(config, build_catalogs(config))


def harsh(payments: pa.Table) -> list[str]:
    """Declines, blocks and checks some payments, by their numbers."""
    remainder = payments["transaction_id"].to_numpy() % 50
    return np.select(
        [remainder < 3, remainder == 4, remainder == 5], ["decline", "block", "step_up"], "approve"
    ).tolist()


def test_a_day_made_from_the_log_equals_the_day_of_the_run(world):
    decided = decide_day(world, DAY, harsh)
    assert decided.decisions.num_rows > 20
    after = World(world.config, world.catalogs, world.decisions.with_day(DAY, decided.decisions))
    assert simulate_day(after, DAY).read().equals(decided.rows)
    assert not simulate_day(world, DAY).read().equals(decided.rows)


def test_who_approves_everything_changes_nothing(world):
    decided = decide_day(world, DAY, lambda payments: ["approve"] * payments.num_rows)
    assert decided.rows.equals(simulate_day(world, DAY).read())
    assert (decided.decisions.num_rows, decided.rounds) == (0, 1)
