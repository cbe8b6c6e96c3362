"""Whose money is short is refused for every sum beyond what is left, not at random."""

from datetime import date, timedelta

import polars as pl

from fraudsim_assets_tests.unit.simulation.worlds import day_of, make_world


def test_who_is_refused_for_want_of_money_is_refused_for_larger_sums_in_shops_that_day():
    spending = {"decline_rate_present": 0.1}
    world = make_world(activity={"transactions_per_day": 3_000}, spending=spending, fraud={"rate": 0.001})
    rows = pl.concat([day_of(world, date(2025, 3, 16) + timedelta(days=i)) for i in range(12)])
    shops = rows.filter((pl.col("channel") == "pos") & (pl.col("transaction_type") == "purchase") & ~pl.col("is_fraud"))
    shops = shops.with_columns(date=pl.col("timestamp").dt.date(), sum=pl.col("billing_amount").cast(pl.Float64))
    refused = shops.filter(pl.col("response_code") == "51").sort("timestamp").unique(["card_id", "date"], keep="first")
    later = shops.join(refused.select("card_id", "date", first="timestamp", short="sum"), on=["card_id", "date"])
    later = later.filter((pl.col("timestamp") > pl.col("first")) & (pl.col("sum") > pl.col("short")))
    assert later.height > 60
    # some move money, and try again
    assert (~later["is_approved"]).mean() > 0.85
