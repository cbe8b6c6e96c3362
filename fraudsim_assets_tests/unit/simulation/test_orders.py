"""Orders at shops that people come across: new shops and new devices come together."""

import polars as pl
import pytest

from fraudsim_assets.simulation.orders import exploring, tastes
from fraudsim_assets.streams import Streams


@pytest.fixture(scope="module")
def orders(month: pl.DataFrame) -> pl.DataFrame:
    """Genuine orders of people, whether the shop is new to them and whether the device is seen on one day only."""
    some = month.filter(
        ~pl.col("is_fraud"), pl.col("channel") == "ecommerce", pl.col("entry_mode") != "recurring",
        pl.col("device_id").is_not_null(), pl.col("original_txn_id").is_null(),
    ).with_columns(day=pl.col("timestamp").dt.date())  # fmt: skip
    return some.with_columns(
        new_shop=pl.col("day").min().over("customer_id", "merchant_id") == pl.col("day"),
        new_device=pl.col("day").n_unique().over("device_id") == 1,
    )


def test_new_shops_and_devices_that_are_seen_once_come_together(orders: pl.DataFrame):
    later = orders.filter(pl.col("day") > pl.col("day").min() + pl.duration(days=10))
    share = dict(later.group_by("new_shop").agg(pl.col("new_device").mean()).iter_rows())
    count = dict(later.group_by("new_shop").len().iter_rows())
    error = sum(share[new] * (1 - share[new]) / count[new] for new in share) ** 0.5
    assert share[True] - share[False] > 2 * error


def test_told_apart_or_not_people_explore_as_often(world):
    people = pl.int_range(40_000, eager=True).to_numpy()
    session, kind = people % 7, 2 * (people % len(world.reference.categories)) + 1
    u = Streams(5).draw("u").uniforms(people)
    found = tastes(world, 20_000, people=people, session=session, kind=kind, u=u)
    explores = exploring(world, 20_000, people=people, session=session, kind=kind)
    share = world.habits.kinds.exploration.take(kind)
    assert ((found < share) == explores).all()
    error = ((share * (1 - share)).sum()) ** 0.5 / len(people)
    assert explores.mean() == pytest.approx(share.mean(), abs=4.5 * error)
    assert found.mean() == pytest.approx(0.5, abs=4.5 / (12 * len(people)) ** 0.5)


def test_orders_of_a_day_are_often_placed_in_one_sitting(orders: pl.DataFrame):
    """Of orders of different trades on one day, more are close together than any two moments of a day would be."""
    pairs = orders.sort("customer_id", "timestamp").with_columns(
        gap=(pl.col("timestamp") - pl.col("timestamp").shift(1).over("customer_id")).dt.total_minutes(),
        other=pl.col("mcc").cast(pl.String) != pl.col("mcc").cast(pl.String).shift(1).over("customer_id"),
        same_day=pl.col("day") == pl.col("day").shift(1).over("customer_id"),
    )
    gaps = pairs.filter("same_day", "other")["gap"].to_numpy()
    together = float((gaps < 30).mean())
    assert together > 0.2 + 3 * (together * (1 - together) / len(gaps)) ** 0.5
    assert (gaps < 2).mean() < 0.05
