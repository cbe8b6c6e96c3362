"""Features from events that are no payments: only what came before a payment of the same customer counts."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

from fraudsim_assets.evaluation.difficulty.contacts import contact_features

NOON = datetime(2025, 3, 10, 12, tzinfo=UTC)


def test_events_count_for_their_customer_from_their_moment_on():
    hour = timedelta(hours=1)
    payments = pl.DataFrame(
        {"customer_id": [1, 2, 1], "device_id": [7, 7, None], "when": [NOON, NOON, NOON + 48 * hour]}
    )
    payments = payments.with_columns(time=pl.col("when").dt.epoch("us")).drop("when")
    events = pl.DataFrame(
        {
            "customer_id": [1, 1, 1],
            "device_id": [7, 7, None],
            "timestamp": [NOON - 3 * hour, NOON - hour, NOON + hour],
            "event_type": ["log_in", "log_in", "dispute"],
            "outcome": ["failed", "success", "success"],
        }
    )
    found = contact_features(payments, events)
    assert found["log_in_1d"].tolist() == [1.0, 0.0, 0.0]
    assert found["log_in_7d"].tolist() == [1.0, 0.0, 1.0]
    assert found["failed_log_in_1d"].tolist() == [1.0, 0.0, 0.0]
    assert found["dispute_7d"].tolist() == [0.0, 0.0, 1.0]
    assert found["since_log_in"][0] == 3600.0
    assert found["since_first_device"][0] == 3 * 3600.0
    assert np.isnan(found["since_log_in"][1])
    assert np.isnan(found["since_device"][2])
