"""Leakage checks on rows made to leak or not."""

import numpy as np
import polars as pl
import pytest

from fraudsim_assets.evaluation.difficulty.leakage import (
    QUANTITIES,
    ROWS_OF_A_CARD,
    ROWS_OF_A_CATEGORY,
    genuine_goes_on,
    leakage,
    overlap,
)
from fraudsim_assets.units import DAY, HOUR
from fraudsim_assets_tests.unit.evaluation import samples


def rows(n, **columns) -> pl.DataFrame:
    """Genuine rows in a shop at noon, changed by columns."""
    base = {
        "card_id": np.arange(n) % 50,
        "mcc": ["5411"] * n,
        "channel": ["pos"] * n,
        "entry_mode": ["chip"] * n,
        "three_ds": pl.Series([None] * n, dtype=pl.String),
        "hour": np.full(n, 12),
        "time": samples.START + np.arange(n) * HOUR,
        "day": np.arange(n) // 24,
        "latitude": np.full(n, 48.0),
        "longitude": np.full(n, 11.0),
        "euros": np.full(n, 10.0),
        "foreign": np.zeros(n, dtype=bool),
        "is_approved": np.ones(n, dtype=bool),
        "is_fraud": np.zeros(n, dtype=bool),
        "campaign": np.zeros(n, dtype=np.int64),
    }
    return pl.DataFrame(base | columns)


def test_overlap_is_the_common_area():
    fraud = np.array([True] * 4 + [False] * 8)
    values = np.array([0, 0, 1, 2, 0, 1, 1, 1, 1, 3, 3, 3], dtype=float)
    # shares of cells 0 to 3: fraud 1/2, 1/4, 1/4, 0; genuine 1/8, 4/8, 0, 3/8
    assert overlap(values, fraud, np.arange(5) - 0.5) == pytest.approx(1 / 8 + 1 / 4)
    assert overlap(np.where(fraud, 0.0, 1.0), fraud, np.arange(3) - 0.5) == 0
    assert overlap(np.zeros(12), fraud, np.arange(3) - 0.5) == 1


def test_a_category_full_of_fraud_is_found_and_a_tiny_one_is_not_judged():
    n = 4 * ROWS_OF_A_CATEGORY
    mcc = np.where(np.arange(n) < ROWS_OF_A_CATEGORY, "7995", "5411").tolist()
    fraud = np.arange(n) < ROWS_OF_A_CATEGORY // 2
    assert leakage(rows(n, mcc=mcc, is_fraud=fraud))["highest_category_rate"] == pytest.approx(0.5)
    tiny = np.where(np.arange(n) < 5, "7995", "5411").tolist()
    found = leakage(rows(n, mcc=tiny, is_fraud=np.arange(n) < 5))["highest_category_rate"]
    assert found == pytest.approx(0.0)


def test_a_card_that_is_mostly_fraud_is_counted():
    n = 20 * ROWS_OF_A_CARD
    card = np.arange(n) // ROWS_OF_A_CARD
    fraud = (card == 3) & (np.arange(n) % ROWS_OF_A_CARD > 5) | (card == 4) & (np.arange(n) % ROWS_OF_A_CARD > 12)
    assert leakage(rows(n, card_id=card, is_fraud=fraud))["cards_mostly_fraud"] == 1


def test_shares_and_ratios_are_those_of_paid_rows():
    n = 400
    fraud = np.arange(n) % 4 == 0
    remote = np.arange(n) % 8 == 0
    approved = np.arange(n) % 16 != 0
    euros = np.where(fraud, np.where(approved, 40.0, 1000.0), 10.0)
    table = rows(
        n,
        is_fraud=fraud,
        is_approved=approved,
        euros=euros,
        channel=np.where(remote, "ecommerce", "pos").tolist(),
        foreign=fraud & remote,
    )
    found = leakage(table)
    assert found["value_ratio"] == pytest.approx(4.0)
    assert found["remote_share_number"] == pytest.approx(0.5)
    # of 100 frauds, 25 are declined, all remote; 25 remote and 50 others are paid
    assert found["remote_share_value"] == pytest.approx(1 / 3)
    assert found["foreign_share_value"] == pytest.approx(1 / 3)
    assert found["declined_fraud"] == pytest.approx(0.25)
    assert found["declined_genuine"] == 0
    assert found["genuine_remote_share_value"] == 0


def test_night_rates_look_at_keyed_orders_only():
    n = 24 * 400
    hour = np.arange(n) % 24
    remote = {"channel": ["ecommerce"] * n, "hour": hour}
    # a tenth of the rows of every hour is fraud, at night three tenths
    share = np.where((hour >= 2) & (hour < 6), 3, 1)
    fraud = (np.arange(n) // 24) % 10 < share
    keyed = leakage(rows(n, **remote, entry_mode=["ecommerce"] * n, is_fraud=fraud))
    odds = (0.3 / 0.7) / (0.1 / 0.9)
    assert keyed["night_rate_ratio"] == pytest.approx(odds)
    bills = np.where(hour < 12, "ecommerce", "credential_on_file").tolist()
    assert leakage(rows(n, **remote, entry_mode=bills, is_fraud=fraud))["busiest_fraud_hour"] in {2, 3, 4, 5}


def campaign_rows(*, during: bool) -> pl.DataFrame:
    """One card that pays every six hours for 60 days and is struck from day 40 to 44."""
    times = np.arange(240) * 6 * HOUR
    low, high = 40 * DAY + 1, 44 * DAY + 1
    if not during:
        times = times[(times < low - DAY // 2) | (times > high + DAY // 2)]
    bad = low + np.arange(5) * DAY
    time = np.concatenate([times, bad])
    n = len(time)
    return rows(
        n,
        card_id=np.zeros(n, dtype=np.int64),
        time=samples.START + time,
        is_fraud=np.arange(n) >= len(times),
    )


def test_genuine_payments_that_go_on_are_told_from_those_that_stop():
    assert genuine_goes_on(campaign_rows(during=True)) == pytest.approx(1.0, abs=0.08)
    assert genuine_goes_on(campaign_rows(during=False)) == 0


def test_a_world_has_every_number():
    found = leakage(samples.collected())
    assert tuple(found) == QUANTITIES
    assert all(np.isfinite(value) for value in found.values()), found


def test_fraud_without_3ds_is_held_against_fraud_with_it():
    n = 400
    tried = np.arange(n) % 2 == 0
    fraud = np.where(tried, np.arange(n) % 40 == 0, np.arange(n) % 8 == 1)
    result = pl.Series(np.where(tried, "challenge", None).tolist(), dtype=pl.String)
    table = rows(n, entry_mode=["ecommerce"] * n, three_ds=result, is_fraud=fraud)
    assert leakage(table)["without_3ds_ratio"] == pytest.approx((50 / 200) / (10 / 200))


def test_speed_beyond_that_of_a_car_is_held_against_the_usual_rate():
    n = 100
    far = np.arange(n) == 60  # its card was elsewhere ten hours before and 5,000 km are between
    table = rows(n, card_id=np.arange(n) % 10, latitude=np.where(far, 3.0, 48.0), is_fraud=far | (np.arange(n) == 7))
    # the way back is as fast and genuine
    assert leakage(table)["velocity_lift"] == pytest.approx((1 / 2) / (2 / n))
