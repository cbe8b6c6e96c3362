"""Refunds: each gives back a purchase that was made, at the same merchant, on the same account."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from fraudsim_assets.simulation.keys import TRIP, Cast, any_trip, first_purchases, genuine_keys, slots_of_first
from fraudsim_assets.units import day_number


@pytest.fixture(scope="module")
def pairs(month) -> pl.DataFrame:
    """Genuine refunds with their originals, where both are in the month."""
    refunds = month.filter((pl.col("transaction_type") == "refund") & ~pl.col("is_fraud"))
    originals = month.select(original_txn_id="transaction_id", **{f"{c}_then": pl.col(c) for c in month.columns})
    return refunds.join(originals, on="original_txn_id", how="inner")


def test_most_refunds_of_the_last_days_have_their_original_in_the_month(month, pairs):
    late = (pl.col("transaction_type") == "refund") & (pl.col("timestamp").dt.date() >= date(2025, 3, 29))
    wanted = month.filter(late & ~pl.col("is_fraud"))
    assert wanted.height > 20
    assert wanted["original_txn_id"].is_in(pairs["original_txn_id"].implode()).mean() > 0.6


def test_a_refund_goes_to_the_same_customer_from_the_same_shop_and_is_not_more_than_was_paid(pairs):
    assert pairs.height > 100
    for column in ("customer_id", "merchant_id", "mcc", "currency"):
        assert (pairs[column] == pairs[f"{column}_then"]).all()
    assert (pairs["amount"] <= pairs["amount_then"]).all()
    assert (pairs["amount"] == pairs["amount_then"]).mean() == pytest.approx(0.75, abs=4 * np.sqrt(0.19 / pairs.height))


def test_only_approved_genuine_purchases_of_an_earlier_day_are_given_back(pairs):
    assert pairs["is_approved_then"].all()
    assert (pairs["transaction_type_then"] == "purchase").all()
    assert not pairs["is_fraud_then"].any()
    assert (pairs["timestamp_then"].dt.date() < pairs["timestamp"].dt.date()).all()


def test_no_purchase_is_given_back_twice_on_a_day(pairs):
    assert not pairs.select("original_txn_id", pl.col("timestamp").dt.date()).is_duplicated().any()


@pytest.mark.parametrize("day", [date(2025, 3, 20), date(2025, 3, 29)])
def test_the_slot_of_the_first_purchase_is_known_without_the_other_keys(world, day):
    everybody = np.arange(world.entities.n_accounts)
    cast = Cast.of(world, everybody[any_trip(world, everybody, day_number(day))], day_number(day))
    first = first_purchases(world, cast)
    asked = cast.take(first.at[~first.declined])
    keys = genuine_keys(world, asked)
    expected = keys.slot[(keys.origin == TRIP) & (keys.code == 0) & ~keys.retry]
    assert set(expected.tolist()) == {0, 1}
    assert np.array_equal(slots_of_first(world, asked), expected)
    assert len(np.unique(keys.at << 20 | keys.slot)) == len(keys)
