"""Opening hours hold for everything that happens in a shop."""

from datetime import date, timedelta

import numpy as np
import polars as pl

from fraudsim_assets.reference_data import packaged
from fraudsim_assets.units import day_number
from fraudsim_assets_tests.unit.simulation.worlds import day_of

SECOND_TRY_MINUTES = max(refusal.wait + refusal.wait_spread for refusal in packaged().refusals.values()) / 60
"""Who is refused just before a shop closes may try again a little later. [minutes]"""


def in_shops(world, month: pl.DataFrame) -> pl.DataFrame:
    """Rows in shops, and how many minutes before opening or after closing they are; nought for those in between."""
    shops = pl.DataFrame(pl.from_arrow(world.catalogs.merchants)).filter(~pl.col("is_online"))
    rows = month.join(shops.select("merchant_id", "opens_minute", "closes_minute"), on="merchant_id")
    minute = pl.col("local_time").dt.hour().cast(pl.Float64) * 60 + pl.col("local_time").dt.minute()
    opens, closes = pl.col("opens_minute").cast(pl.Float64), pl.col("closes_minute").cast(pl.Float64)
    late = pl.max_horizontal(minute - closes, pl.lit(0.0))
    early = pl.max_horizontal(opens - minute, pl.lit(0.0))
    after_midnight = pl.max_horizontal(minute + 1440 - closes, pl.lit(0.0))
    return rows.with_columns(outside=pl.min_horizontal(pl.max_horizontal(late, early), after_midnight))


def test_genuine_rows_refunds_and_fraud_in_shops_keep_their_hours(world, month):
    rows = in_shops(world, month)
    assert rows.filter(pl.col("transaction_type") == "refund").height > 30
    assert rows.filter("is_fraud").height > 30
    for some in (rows.filter("is_fraud"), rows.filter(pl.col("transaction_type") == "refund")):
        assert some["outside"].max() == 0.0
    assert rows["outside"].max() <= SECOND_TRY_MINUTES


SUNDAY, SATURDAY = date(2025, 3, 16), date(2025, 3, 15)


def resting(world, day: date) -> set[int]:
    """Ids of shops that stay closed on a local date."""
    number, slots = day_number(day), np.arange(world.entities.n_slots)
    closed = world.resting.rests(slots, np.zeros(len(slots), dtype=np.int64), number)
    return set((world.entities.merchants_on(number).merchant_id[closed]).tolist())


def test_nearly_all_that_is_paid_on_a_sunday_is_paid_in_shops_that_open(world):
    closed = resting(world, SUNDAY)
    assert len(closed) > 40
    rows = pl.concat([day_of(world, SUNDAY + timedelta(days=i)) for i in (-1, 0, 1)])
    shops = rows.filter((pl.col("channel") == "pos") & (pl.col("local_time").dt.date() == SUNDAY))
    shops = shops.filter(pl.col("transaction_type") == "purchase")
    usual = rows.filter((pl.col("channel") == "pos") & (pl.col("local_time").dt.date() == SATURDAY))
    assert usual["merchant_id"].is_in(closed).mean() > 0.2
    assert shops["merchant_id"].is_in(closed).mean() < 0.01


def test_few_german_shops_open_on_sundays_and_pumps_and_beds_never_rest(world):
    merchants = pl.DataFrame(pl.from_arrow(world.catalogs.merchants)).filter(~pl.col("is_online"))
    merchants = merchants.with_columns(rests=pl.col("merchant_id").is_in(resting(world, SUNDAY)))
    german = merchants.filter(pl.col("country") == "DE")
    assert german.filter(pl.col("category").is_in(["clothing", "electronics", "furniture"]))["rests"].mean() > 0.5
    assert german.filter(pl.col("category").is_in(["fuel", "hotel", "transit", "restaurant"]))["rests"].sum() == 0
    assert merchants.with_columns(r=pl.col("merchant_id").is_in(resting(world, SATURDAY)))["r"].mean() < 0.01
