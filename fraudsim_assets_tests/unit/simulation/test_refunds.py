"""Refunds: each gives back a purchase that was made, at the same merchant, on the same account."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from fraudsim_assets.maths.sampling import great_circle_km
from fraudsim_assets.reference_data import packaged
from fraudsim_assets.simulation.cast import Crowd
from fraudsim_assets.simulation.refunds import find_returns
from fraudsim_assets.units import day_number

TABLE = packaged().refunds


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
    euros = pairs.filter(pl.col("currency") == "EUR").with_columns(whole=pl.col("amount") == pl.col("amount_then"))
    dear = pl.col("amount_then").cast(float) >= TABLE.least_partial_euros
    assert euros.filter(~dear).height > 20
    assert euros.filter(~dear)["whole"].all()
    dear = euros.filter(dear)
    assert dear["whole"].mean() == pytest.approx(1 - TABLE.partial, abs=4 * np.sqrt(0.19 / dear.height))


def test_only_approved_genuine_purchases_of_an_earlier_day_are_given_back(pairs):
    assert pairs["is_approved_then"].all()
    assert (pairs["transaction_type_then"] == "purchase").all()
    assert not pairs["is_fraud_then"].any()
    assert (pairs["timestamp_then"].dt.date() < pairs["timestamp"].dt.date()).all()


def test_no_purchase_is_given_back_twice_on_a_day(pairs):
    assert not pairs.select("original_txn_id", pl.col("timestamp").dt.date()).is_duplicated().any()


def test_no_purchase_is_given_back_twice_nor_beyond_its_price(pairs):
    assert not pairs["original_txn_id"].is_duplicated().any()


def test_refunds_of_orders_come_from_the_shop_without_device_address_or_authentication(month):
    refunds = month.filter((pl.col("transaction_type") == "refund") & (pl.col("channel") == "ecommerce"))
    assert refunds.height > 20
    for column in ("device_id", "ip_address", "three_ds"):
        assert refunds[column].null_count() == refunds.height


def test_goods_are_brought_back_to_shops_near_where_the_person_is_on_the_day(world, month):
    towns, wanted = world.lives.towns, (pl.col("transaction_type") == "refund") & (pl.col("channel") == "pos")
    shops = pl.DataFrame(world.catalogs.merchants).unique("merchant_id", keep="last")
    shops = shops.select("merchant_id", north="latitude", east="longitude")
    refunds = month.filter(wanted & ~pl.col("is_fraud")).join(shops, on="merchant_id", validate="m:1")
    people = pl.DataFrame(world.catalogs.customers).select(pl.col("customer_id").unique(maintain_order=True))
    refunds = refunds.join(people.with_row_index("who"), on="customer_id")
    assert refunds.height > 50
    for (day,), rows in refunds.group_by(pl.col("timestamp").dt.date()):
        crowd = Crowd.of(world, np.arange(world.entities.n_customers), day_number(day))
        city = crowd.city[rows["who"].to_numpy()]
        here = towns.latitude[city], towns.longitude[city]
        km = great_circle_km(*here, rows["north"].to_numpy(), rows["east"].to_numpy())
        assert km.max() <= TABLE.back_within_km + 0.1


def test_goods_are_seldom_brought_back_where_shops_keep_sunday(month):
    german = (pl.col("channel") == "pos") & (pl.col("merchant_country") == "DE") & ~pl.col("is_fraud")
    weekday = month.filter(german & (pl.col("transaction_type") == "refund"))["timestamp"].dt.weekday()
    assert len(weekday) > 40
    assert (weekday == 7).sum() <= 0.05 * len(weekday)  # a seventh of them before shops were asked


def test_what_comes_back_on_a_day_does_not_depend_on_who_else_is_asked(world):
    day, everybody = day_number(date(2025, 3, 20)), np.arange(world.entities.n_customers)
    whole = find_returns(world, everybody, day)
    some = everybody[::2]
    alone = find_returns(world, some, day)
    owners = world.entities.account_customer.take(whole.account)
    assert len(alone) > 0
    assert np.array_equal(alone.original, whole.take(np.flatnonzero(np.isin(owners, some))).original)
