"""Days at the edge: empty, of one card, leap, of 23 and 25 hours, the first one, and far away."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from fraudsim_assets.errors import ConfigError
from fraudsim_assets.quality.contract import check_contract
from fraudsim_assets.simulation import World, simulate_day, simulate_labels
from fraudsim_assets.tables import FraudLabels, Transactions

ONE_CARD = ("population.customers=1", "population.cards=1", "activity.transactions_per_day=4")


def day_of(world: World, day: date) -> pl.DataFrame:
    """A day whose rows honour the contract and lie within it."""
    stream = simulate_day(world, day)
    assert all(result.passed for result in check_contract(Transactions, stream))
    rows = pl.DataFrame(stream.read())
    begins = datetime(day.year, day.month, day.day, tzinfo=UTC)
    assert rows["timestamp"].is_between(begins, begins + timedelta(days=1), closed="left").all()
    return rows


def test_a_day_on_which_nobody_pays_is_a_table_without_rows(world_of):
    world = world_of("activity.transactions_per_day=0.001", "spending.subscriptions_per_card=0", "fraud.rate=0")
    rows = day_of(world, date(2025, 1, 15))
    assert rows.height == 0
    assert rows.columns == pl.DataFrame(simulate_day(world_of(), date(2025, 1, 15)).read()).columns
    assert simulate_labels(world, date(2025, 1, 15)).read().num_rows == 0


def test_a_world_of_one_card_has_one_chain(world_of):
    world = world_of(*ONE_CARD, "fraud.rate=0")
    days = pl.concat([day_of(world, date(2025, 3, 1) + timedelta(days=n)) for n in range(20)])
    assert days["card_id"].n_unique() == days["customer_id"].n_unique() == 1
    assert 4 * 20 / 3 < days.height < 4 * 20 * 3
    inside = days.sort("timestamp")
    assert inside["previous_txn_id"][1:].equals(inside["transaction_id"][:-1], check_names=False)


def test_a_world_of_one_card_survives_fraud(world_of):
    world = world_of(*ONE_CARD, "fraud.rate=0.05")
    days = [date(2025, 3, 1) + timedelta(days=n) for n in range(60)]
    rows = pl.concat([day_of(world, day) for day in days])
    assert rows["transaction_id"].is_unique().all()
    for day in days:
        assert all(result.passed for result in check_contract(FraudLabels, simulate_labels(world, day)))


def test_the_29th_of_february_is_a_day_like_any_other(world_of):
    world = world_of("start_date=2024-01-01")
    around = [day_of(world, date(2024, 2, day)).height for day in (22, 29)]
    assert 0.6 < around[1] / around[0] < 1.7


def test_a_year_without_a_29th_of_february_has_none(run):
    ran = run("generate", "-c", "tiny", "-d", "2025-02-29")
    assert ran.code == 2
    assert "2025-02-29" in ran.err


@pytest.mark.parametrize(
    ("day", "jumps_at", "there_and_back"),
    [(date(2025, 3, 30), 1, (1, 2)), (date(2025, 10, 26), 1, (2, 1))],
    ids=["23 hours", "25 hours"],
)
def test_local_time_follows_the_clocks_of_the_place(world_of, day, jumps_at, there_and_back):
    world = world_of("activity.transactions_per_day=20000")
    zones = pl.DataFrame(world.catalogs.merchants).select("merchant_id", pl.col("time_zone").cast(pl.String))
    rows = day_of(world, day).join(zones.unique("merchant_id"), on="merchant_id")
    for (zone,), shops in rows.group_by("time_zone"):
        clock = shops["timestamp"].dt.convert_time_zone(zone).dt.replace_time_zone(None)
        assert clock.equals(shops["local_time"], check_names=False)
    berlin = rows.filter(pl.col("time_zone") == "Europe/Berlin")
    ahead = (berlin["local_time"] - berlin["timestamp"].dt.replace_time_zone(None)).dt.total_hours()
    after = berlin["timestamp"].dt.hour() >= jumps_at
    assert set(ahead.filter(~after)) <= {there_and_back[0]}
    assert set(ahead.filter(after)) == {there_and_back[1]}


def test_the_first_day_has_a_past_that_was_never_written(world_of):
    world = world_of()
    first = day_of(world, world.config.start_date)
    assert first["previous_txn_id"].null_count() < first.height / 2
    labels = pl.DataFrame(simulate_labels(world, world.config.start_date).read())
    assert (labels["transaction_date"] >= world.config.start_date).all()


def test_days_outside_the_horizon_are_refused_with_what_is_valid(world_of):
    world = world_of()
    for outside in (date(2024, 12, 31), date(2026, 1, 1)):
        with pytest.raises(ConfigError, match=r"2025-01-01 to 2025-12-31"):
            simulate_day(world, outside)


def test_the_last_day_of_the_century_can_be_made(world_of):
    world = world_of("start_date=2050-01-01", "end_date=2099-12-31")
    far = day_of(world, date(2099, 12, 31))
    near = day_of(world, date(2050, 12, 31))
    assert 0.5 < far.height / near.height < 2
    assert set(far["customer_id"]) <= set(pl.DataFrame(world.catalogs.customers)["customer_id"])
