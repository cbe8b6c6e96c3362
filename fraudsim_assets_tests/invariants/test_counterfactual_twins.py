"""Counterfactual twins: one scenario off, every genuine row of the others' world stays as it is."""

from datetime import date, timedelta
from functools import lru_cache

import polars as pl
import pytest

from fraudsim_assets.catalog import build_catalogs
from fraudsim_assets.config import load_config
from fraudsim_assets.config.scenarios import packaged
from fraudsim_assets.reference_data import packaged as reference_tables
from fraudsim_assets.simulation import World, simulate_day

FIRST, DAYS, RATE = date(2025, 6, 2), 5, 0.05
DEPENDENT = ("previous_txn_id", "card_id")
"""Columns that blocks and reissues may change; silent spells may also take or give back whole rows."""


_ANSWER = ("response_code", "is_approved", "three_ds", "entry_mode")


@lru_cache(maxsize=2)
def rows_without(scenario: str | None) -> pl.DataFrame:
    off = {} if scenario is None else {scenario: {"enabled": False}}
    config = load_config("tiny", overrides={"fraud": {"rate": RATE, "scenarios": off}}, env={})
    world = World(config, build_catalogs(config))
    days = [pl.from_arrow(simulate_day(world, FIRST + timedelta(days=i)).read()) for i in range(DAYS)]
    return pl.concat(days).with_columns(pl.col("fraud_scenario").cast(pl.String))


@pytest.mark.parametrize("scenario", sorted(packaged()))
def test_turning_a_scenario_off_leaves_genuine_rows_and_other_scenarios_alone(scenario):
    with_it, without = rows_without(None), rows_without(scenario)
    assert scenario not in set(without["fraud_scenario"].drop_nulls())
    for kept in (~pl.col("is_fraud"), pl.col("is_fraud") & (pl.col("fraud_scenario") != scenario)):
        one, other = with_it.filter(kept).drop(DEPENDENT), without.filter(kept).drop(DEPENDENT)
        shared = one.join(other.select("transaction_id"), on="transaction_id", how="semi")
        twins = other.join(one.select("transaction_id"), on="transaction_id", how="semi")
        shared, twins = (frame.sort("transaction_id") for frame in (shared, twins))
        # only silent spells take rows away or give them back, and few accounts have one
        assert shared.height > 0.9 * max(one.height, other.height)
        # and what is asked of a card blocked meanwhile is refused, by other fraudsters and by holders who try
        same = shared["response_code"] == twins["response_code"]
        for answer in (shared["response_code"].filter(~same), twins["response_code"].filter(~same)):
            assert answer.is_in(["00", *reference_tables().thieves.declined_blocked]).all() or shared["is_fraud"].all()
        assert (~same).sum() < 0.1 * shared.height
        assert shared.filter(same).equals(twins.filter(same), null_equal=True)
        assert shared.drop(_ANSWER).equals(twins.drop(_ANSWER), null_equal=True)


def test_every_scenario_shows_up_over_the_days():
    """Otherwise the twins above would compare worlds without the scenario."""
    seen = set(rows_without(None)["fraud_scenario"].drop_nulls())
    assert len(seen) >= len(packaged()) - 2
