"""Events of accounts meet their targets, and measures see what is wrong."""

from datetime import date

import polars as pl
import pytest

from fraudsim_assets.config import load_config
from fraudsim_assets.evaluation.account_events import QUANTITIES, event_scores, targets
from fraudsim_assets.evaluation.targets import NotMeasurableError
from fraudsim_assets.simulation import build_world, scan_events, scan_transactions

FIRST, LAST, SEEN = date(2025, 2, 1), date(2025, 3, 17), 45


@pytest.fixture(scope="module")
def seen() -> tuple[pl.DataFrame, pl.DataFrame, float]:
    config = load_config(
        "demo", overrides=["population.scale=0.3", "start_date=2025-01-01", "end_date=2025-03-31"], env={}
    )
    world = build_world(config)
    payments = scan_transactions(config, FIRST, LAST, world=world).filter(pl.col("is_fraud"))
    events = scan_events(world, FIRST, LAST).collect()
    return events, payments.select("campaign_id", "timestamp").collect(), world.entities.n_customers * SEEN / 365.25


def test_every_measure_is_in_its_band(seen):
    events, payments, years = seen
    found = event_scores(events, payments, customer_years=years)
    assert list(found) == list(QUANTITIES)
    for target in targets():
        aim = target.any
        assert aim is not None
        value = found[target.quantity]
        assert aim.low <= value <= aim.high, f"{target.name}: {value}"


def test_events_that_only_fraud_has_are_seen(seen):
    events, payments, years = seen
    kind, fraud = pl.col("event_type").cast(pl.String), pl.col("is_fraud")
    given_away = events.filter(fraud | (kind != "new_device"))
    found = event_scores(given_away, payments, customer_years=years)
    assert found["new_device"] == 0
    assert found["most_telling"] == 1
    assert found["honest_against_fraud"] == 0


def test_payments_before_events_are_seen(seen):
    events, payments, years = seen
    early = payments.with_columns(pl.col("timestamp") - pl.duration(days=20))
    assert event_scores(events, early, customer_years=years)["before_takeovers"] < 0.3


def test_days_without_takeovers_cannot_answer(seen):
    events, payments, years = seen
    with pytest.raises(NotMeasurableError, match="no takeover"):
        event_scores(events, payments.clear(), customer_years=years)
    with pytest.raises(NotMeasurableError, match="no event"):
        event_scores(events.filter(~pl.col("is_fraud")), payments, customer_years=years)
