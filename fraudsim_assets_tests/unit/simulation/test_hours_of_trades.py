"""When people are at bars and at counters of offices: nights belong to the evening before, and offices close."""

from datetime import date, timedelta
from functools import lru_cache

import numpy as np
import polars as pl
import pytest

from fraudsim_assets_tests.unit.simulation.worlds import day_of, make_world

MONDAY = date(2025, 5, 12)
"""Of a fortnight without holidays in the countries of the test."""


@lru_cache(maxsize=1)
def fortnight() -> pl.DataFrame:
    """Purchases in shops of two local weeks, with the trade and the holder's stage of life."""
    geography = {"countries": {"GB": 2, "US": 1}, "cities_per_country": 4}
    world = make_world(geography=geography, activity={"transactions_per_day": 8_000}, fraud={"rate": 0.001})
    rows = pl.concat([day_of(world, MONDAY + timedelta(days=i)) for i in range(-1, 15)])
    shops = pl.DataFrame(pl.from_arrow(world.catalogs.merchants)).unique("merchant_id")
    people = pl.DataFrame(pl.from_arrow(world.catalogs.customers)).unique("customer_id")
    rows = rows.filter((pl.col("channel") == "pos") & ~pl.col("is_fraud") & (pl.col("transaction_type") == "purchase"))
    rows = rows.filter(pl.col("local_time").dt.date().is_between(MONDAY, MONDAY + timedelta(days=13)))
    rows = rows.drop("mcc", strict=False).join(shops.select("merchant_id", "category", "mcc"), on="merchant_id")
    rows = rows.join(people.select("customer_id", "segment"), on="customer_id")
    return rows.with_columns(
        pl.col("mcc", "category", "segment").cast(pl.String),
        hour=pl.col("local_time").dt.hour(),
        weekday=pl.col("local_time").dt.weekday(),
        evening=(pl.col("local_time") - pl.duration(hours=6)).dt.weekday(),
    )


def bars() -> pl.DataFrame:
    """Payments at bars."""
    return fortnight().filter(pl.col("mcc") == "5813")


def test_bars_are_full_in_the_evening_and_emptier_every_hour_of_the_night():
    rows = bars()
    count = np.bincount(rows["hour"].to_numpy(), minlength=24)
    evening, late, small = count[20:23].sum(), count[23] + count[:2].sum(), count[2:5].sum()
    assert rows.height > 2_000
    assert evening > 1.5 * late > 3 * small
    # about one in nine, within four standard deviations for this many
    share = count[:6].sum() / rows.height
    assert share == pytest.approx(0.115, abs=0.035 + 4 * np.sqrt(0.1 / rows.height))


def test_most_nights_at_bars_are_those_after_friday_and_saturday():
    night = bars().filter(pl.col("hour") < 6)
    weekend = night["evening"].is_in([5, 6]).mean()
    assert weekend > 0.57 - 4 * np.sqrt(0.25 / night.height)
    assert weekend > 0.4


def test_the_young_stay_longer_at_bars():
    young = bars().filter(pl.col("segment").is_in(["student", "young_professional"]))
    older = bars().filter(pl.col("segment").is_in(["mid_life", "senior"]))
    shares = [(rows["hour"] < 6).mean() for rows in (young, older)]
    spread = np.sqrt(sum(share * (1 - share) / rows.height for share, rows in zip(shares, (young, older), strict=True)))
    assert shares[0] - shares[1] > 3 * spread


def test_counters_of_offices_are_closed_on_sundays_and_mostly_on_saturdays():
    rows = fortnight().filter(pl.col("category").is_in(["government", "professional_services", "education"]))
    assert rows.height > 250
    assert (rows["weekday"] == 7).sum() <= 0.01 * rows.height
    assert (rows["weekday"] == 6).mean() < 0.06


def test_doctors_hardly_see_anyone_at_the_end_of_the_week():
    rows = fortnight().filter((pl.col("category") == "health_services") & (pl.col("mcc") != "8062"))
    assert rows.height > 400
    assert (rows["weekday"] >= 6).mean() < 0.06
    assert ((rows["weekday"] == 6) & (rows["hour"] >= 13)).mean() < 0.03
