"""Opening hours hold for everything that happens in a shop."""

from datetime import date, timedelta

import numpy as np
import polars as pl

from fraudsim_assets.reference_data import packaged
from fraudsim_assets.units import day_number
from fraudsim_assets_tests.unit.simulation.worlds import day_of, make_world

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


def test_a_trade_of_a_town_rests_where_all_its_shops_do(world):
    number, entities = day_number(SUNDAY), world.entities
    slots, today = np.arange(entities.n_slots), np.zeros(entities.n_slots, dtype=np.int64)
    city = entities.merchant_city.take(entities.merchant_versions.first)
    shops = pl.DataFrame(
        {
            "city": city,
            "category": entities.seats.category,
            "online": entities.seats.online,
            "rests": world.resting.rests(slots, today, number),
            "all": world.resting.all_rest(slots, today, number),
        }
    )
    towns = shops.group_by("city", "category", "online").agg(pl.col("rests").all(), pl.col("all").unique())
    assert (towns["all"].list.len() == 1).all()
    assert towns["all"].list.first().equals(towns["rests"].alias("all"))
    assert towns["rests"].any()
    assert (shops["rests"] & ~shops["all"]).any()


def test_nearly_all_that_is_paid_on_a_sunday_is_paid_in_shops_that_open(world):
    closed = resting(world, SUNDAY)
    assert len(closed) > 40
    rows = pl.concat([day_of(world, SUNDAY + timedelta(days=i)) for i in (-1, 0, 1)])
    shops = rows.filter((pl.col("channel") == "pos") & (pl.col("local_time").dt.date() == SUNDAY))
    shops = shops.filter(pl.col("transaction_type") == "purchase")
    usual = rows.filter((pl.col("channel") == "pos") & (pl.col("local_time").dt.date() == SATURDAY))
    assert usual["merchant_id"].is_in(closed).mean() > 0.2
    assert shops["merchant_id"].is_in(closed).mean() < 0.01


def test_nothing_is_given_back_in_shops_that_rest(world, month):
    shops = month.filter((pl.col("transaction_type") == "refund") & (pl.col("channel") == "pos"))
    dates = shops.group_by(pl.col("local_time").dt.date().alias("date")).agg("merchant_id").sort("date")
    assert shops.height > 30
    for day, merchants in dates.iter_rows():
        assert not resting(world, day).intersection(merchants)


def test_few_german_shops_open_on_sundays_and_pumps_and_beds_never_rest(world):
    merchants = pl.DataFrame(pl.from_arrow(world.catalogs.merchants)).filter(~pl.col("is_online"))
    merchants = merchants.with_columns(rests=pl.col("merchant_id").is_in(resting(world, SUNDAY)))
    german = merchants.filter(pl.col("country") == "DE")
    assert german.filter(pl.col("category").is_in(["clothing", "electronics", "furniture"]))["rests"].mean() > 0.5
    assert german.filter(pl.col("category").is_in(["fuel", "hotel", "transit", "restaurant"]))["rests"].sum() == 0
    saturday = merchants.with_columns(rests=pl.col("merchant_id").is_in(resting(world, SATURDAY)))
    offices = pl.col("category").is_in(["government", "education", "professional_services", "utilities"])
    closes = offices | (pl.col("category") == "health_services")
    assert saturday.filter(~closes)["rests"].mean() < 0.01
    assert saturday.filter(closes)["rests"].mean() > 0.5


def test_french_food_shops_close_at_one_and_large_british_shops_open_for_six_hours_on_sundays():
    geography = {"countries": {"FR": 1, "GB": 1}, "cities_per_country": 4}
    bound = make_world(geography=geography, activity={"transactions_per_day": 4_000}, fraud={"rate": 0.05})
    rows = in_shops(bound, pl.concat([day_of(bound, SUNDAY + timedelta(days=i)) for i in (-1, 0, 1)]))
    shops = pl.DataFrame(pl.from_arrow(bound.catalogs.merchants)).select("merchant_id", "category")
    rows = rows.filter(pl.col("local_time").dt.date() == SUNDAY).join(shops, on="merchant_id")
    slots, number = np.arange(bound.entities.n_slots), day_number(SUNDAY)
    opens, closes = bound.resting.hours(slots, np.zeros(len(slots), dtype=np.int64), number)
    law = pl.DataFrame(
        {"merchant_id": bound.entities.merchants_on(number).merchant_id, "opens": opens, "closes": closes}
    )
    rows = rows.join(law.with_columns(pl.col("merchant_id").cast(rows.schema["merchant_id"])), on="merchant_id")
    minute = pl.col("local_time").dt.hour().cast(pl.Int64) * 60 + pl.col("local_time").dt.minute()
    rows = rows.with_columns(minute=minute, bound=(pl.col("opens") > 0) | (pl.col("closes") < 1440))
    french = rows.filter((pl.col("merchant_country") == "FR") & (pl.col("category") == "grocery"))
    british = rows.filter((pl.col("merchant_country") == "GB") & (pl.col("category") == "grocery"))
    assert french["bound"].mean() > 0.7
    assert 0.2 < british["bound"].mean() < 0.8
    assert french.filter("bound")["closes"].unique().to_list() == [13 * 60]
    assert british.filter("bound").select(pl.col("closes") - pl.col("opens")).unique().to_series().to_list() == [6 * 60]
    first_tries = rows.filter("bound").filter(pl.col("is_fraud") | (pl.col("transaction_type") == "refund"))
    assert first_tries.filter((pl.col("minute") < pl.col("opens")) | (pl.col("minute") >= pl.col("closes"))).height == 0
    late = pl.max_horizontal(pl.col("minute") - pl.col("closes"), pl.col("opens") - pl.col("minute"))
    assert rows.filter("bound").select(late.max()).item() <= SECOND_TRY_MINUTES
    assert rows.filter("is_fraud").height > 20
