"""Days of people: time between shops, meals, journeys, charges and prices as people know them."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from fraudsim_assets.maths.sampling import great_circle_km
from fraudsim_assets.simulation.cast import Crowd
from fraudsim_assets.simulation.keys import occasions_on
from fraudsim_assets.simulation.purchases import WORTH_KM, visits_of, worth_the_way
from fraudsim_assets.units import day_number
from fraudsim_assets_tests.unit.simulation.worlds import FIRST, day_of, make_world

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def genuine(world, month) -> pl.DataFrame:
    """Genuine rows with what their merchants are, person by person in order of time."""
    shops = pl.DataFrame(world.catalogs.merchants).unique("merchant_id", keep="last")
    shops = shops.select("merchant_id", "category", shop_latitude="latitude", shop_longitude="longitude")
    rows = month.filter(~pl.col("is_fraud")).join(shops, on="merchant_id", how="left", validate="m:1")
    return rows.sort("customer_id", "timestamp", "transaction_id")


@pytest.fixture(scope="module")
def steps(genuine) -> pl.DataFrame:
    """Approved payments in person with the one of the person before them."""
    bought = (pl.col("channel") != "ecommerce") & pl.col("is_approved") & (pl.col("transaction_type") != "refund")
    before = ("timestamp", "merchant_id", "shop_latitude", "shop_longitude", "category")
    rows = genuine.filter(bought).with_columns(
        pl.col(name).shift().over("customer_id").alias(f"{name}_before") for name in before
    )
    return rows.drop_nulls("timestamp_before").with_columns(
        minutes=(pl.col("timestamp") - pl.col("timestamp_before")).dt.total_seconds() / 60
    )


def test_more_is_paid_the_further_people_came_for_it_and_only_of_what_is_worth_the_way(world):
    lives, towns = world.lives, world.lives.towns
    names = [need.name for need in lives.model.needs]
    here = np.flatnonzero((towns.excursion != np.arange(len(towns.excursion))[:, None]).any(axis=1))[:1].repeat(2)
    away = towns.excursion[here[0]][towns.excursion[here[0]] != here[0]][0]
    km = float(towns.distance(here[:1], np.array([away]))[0])
    for name, expected in (("clothes", (1 + km / WORTH_KM) ** lives.farther[names.index("clothes")]), ("coffee", 1.0)):
        need = np.full(2, names.index(name))
        assert worth_the_way(lives, need, here, np.array([here[0], away])).tolist() == pytest.approx([1.0, expected])


def test_what_ways_add_is_taken_away_again_by_the_day(world):
    names = [need.name for need in world.lives.model.needs]
    saturday = FIRST + (5 - FIRST.weekday()) % 7 * DAY
    for day, mean in ((saturday - 2 * DAY, 0), (saturday, 1)):
        crowd = Crowd.of(world, np.arange(world.entities.n_customers), day_number(day))
        occasions = occasions_on(world, crowd)
        factor = visits_of(world, crowd, occasions, occasions.ids(crowd)).factor
        shopping, coffee = (factor[occasions.need == names.index(name)] for name in ("town", "coffee"))
        assert shopping.min() == pytest.approx(1 / world.reference.itinerary.farther_means[mean])
        assert set(coffee) == {1.0}


def test_the_food_of_the_week_is_bought_near_home(world):
    saturday, names = FIRST + (5 - FIRST.weekday()) % 7 * DAY, [need.name for need in world.lives.model.needs]
    crowd = Crowd.of(world, np.arange(world.entities.n_customers), day_number(saturday))
    occasions = occasions_on(world, crowd)
    main = occasions.need == names.index("main_shop")
    main &= ~crowd.away.take(occasions.who)
    cells = world.landscape.cells
    visits = visits_of(world, crowd, occasions, occasions.ids(crowd))
    town = cells.place.take(np.searchsorted(cells.start, visits.merchant[main], side="right") - 1)
    km = world.lives.towns.distance(crowd.city.take(occasions.who[main]), town)
    assert len(km) > 20
    assert km.max() <= world.reference.itinerary.farthest_shopping


def test_two_shops_are_further_apart_than_minutes_but_for_the_last_ones_before_closing(steps):
    other = steps.filter(pl.col("merchant_id") != pl.col("merchant_id_before"))
    assert len(other) > 10_000
    # those left are second tries in another shop
    for minutes, share in ((2.9, 0.002), (5.0, 0.02)):
        near = (other["minutes"] < minutes).sum()
        assert near / len(other) < share + 4 * (share / len(other)) ** 0.5


def test_people_seldom_come_back_to_the_same_shop_on_one_day(world, steps):
    once = {category.name for category in world.reference.categories if not category.revisited}
    shops = steps.filter(pl.col("category").is_in(once), pl.col("category") == pl.col("category_before"))
    same_day = shops.filter(pl.col("timestamp").dt.date() == pl.col("timestamp_before").dt.date())
    back = same_day.filter(pl.col("merchant_id") == pl.col("merchant_id_before"), pl.col("minutes") > 30)
    assert len(same_day) > 300
    # a small town may have no other shop of the trade; half of them were at the same one when all could choose freely
    assert len(back) / len(same_day) < 0.36


def test_people_are_in_two_towns_no_sooner_than_the_way_takes(steps, world):
    names = ("shop_latitude", "shop_longitude", "shop_latitude_before", "shop_longitude_before")
    km = great_circle_km(*(steps[name].to_numpy() for name in names))
    speed = km / np.maximum(steps["minutes"].to_numpy() / 60, 1e-3)
    far = km > 50
    assert far.sum() > 50
    too_fast = far & (speed > np.where(km > world.reference.itinerary.flight_km, 900, 150))
    # days on which shops leave no time for all ways, clustered by person
    most = len(steps) * 1e-4
    assert too_fast.sum() <= most + 3 * most**0.5


def test_needs_come_up_no_more_often_than_people_can_meet_them(world):
    needs = world.lives.model.needs
    people = np.arange(world.entities.n_customers)
    for day in range(day_number(FIRST), day_number(FIRST) + 5):
        met = occasions_on(world, Crowd.of(world, people, day))
        pair, count = np.unique(met.need * len(people) + met.who, return_counts=True)
        most = np.array([need.most for need in needs])[pair // len(people)]
        assert np.all(count <= most)


def test_lunch_is_eaten_at_noon_and_dinner_in_the_evening(world):
    lives = world.lives
    by_name = {need.name: n for n, need in enumerate(lives.model.needs)}
    for name in ("lunch", "eating_out"):
        need = lives.model.needs[by_name[name]]
        for curves in lives.weights.curves:
            hours = curves[by_name[name]].reshape(7, 24)
            assert hours.sum() == pytest.approx(168)
            # the hours of the need, and as much later as it is anywhere
            assert np.all((hours > 0).sum(axis=1) <= need.hours[1] - need.hours[0] + 3)


def test_one_meal_seldom_follows_another_on_journeys_too(genuine):
    eaten = pl.col("category").is_in(["restaurant", "fast_food"]) & pl.col("is_approved")
    meals = genuine.filter(eaten, pl.col("transaction_type") == "purchase").with_columns(
        minutes=(pl.col("timestamp").diff().over("customer_id")).dt.total_seconds() / 60,
        elsewhere=pl.col("merchant_id") != pl.col("merchant_id").shift().over("customer_id"),
    )
    again = meals.filter("elsewhere", pl.col("minutes") < 90)
    assert len(meals) > 2_000
    # 0.038 where travellers eat again and who eats out has a meal sent as well, 0.019 where they do not
    assert len(again) / len(meals) < 0.019 + 3 * (0.019 / len(meals)) ** 0.5


def test_hotels_are_paid_in_person_on_journeys_only(world, genuine):
    kinds = world.habits.kinds
    journeys = {world.reference.categories[k].name for k in np.flatnonzero(kinds.lodging[::2])}
    assert journeys == {"hotel"}
    stays = genuine.filter((pl.col("category") == "hotel") & (pl.col("channel") == "pos"))
    assert len(stays) >= 5
    homes = pl.DataFrame(world.catalogs.customers).unique("customer_id", keep="last")
    stays = stays.join(
        homes.select("customer_id", home="city_id", east="longitude", north="latitude"), on="customer_id"
    )
    km = great_circle_km(*(stays[name].to_numpy() for name in ("north", "east", "shop_latitude", "shop_longitude")))
    assert np.median(km) > 50


def test_a_journey_has_one_hotel(genuine):
    booked = genuine.filter(
        (pl.col("category") == "hotel") & (pl.col("channel") == "pos") & (pl.col("transaction_type") == "purchase")
    ).sort("customer_id", "timestamp")
    again = booked.with_columns(
        gap=(pl.col("timestamp").diff().over("customer_id")).dt.total_hours(),
        same=pl.col("merchant_id") == pl.col("merchant_id").shift().over("customer_id"),
    ).filter(pl.col("gap") < 30)
    assert len(again) >= 3
    # one journey may follow the other in the next window
    assert again["same"].mean() > 0.9


def test_all_attempts_at_one_charge_are_refused_for_one_reason(genuine):
    charged = genuine.filter((pl.col("entry_mode") == "credential_on_file") & pl.col("device_id").is_null())
    charged = charged.filter(pl.col("ip_address").is_null() & ~pl.col("is_approved"))
    # a card that was blocked in the meantime is refused for that
    charged = charged.filter(~pl.col("response_code").cast(pl.String).is_in(["41", "43", "59", "62"]))
    attempts = charged.group_by("card_id", "merchant_id", "amount").agg(
        pl.len(), codes=pl.col("response_code").n_unique(), span=pl.col("timestamp").max() - pl.col("timestamp").min()
    )
    again = attempts.filter((pl.col("len") > 1) & (pl.col("span") < pl.duration(days=9)))
    assert len(again) >= 10
    assert again["codes"].max() == 1


def test_nothing_costs_less_than_the_cheapest_of_its_trade(world, genuine):
    least = {c.name: (c.least, c.online_least) for c in world.reference.categories}
    bought = genuine.filter((pl.col("transaction_type") == "purchase") & (pl.col("currency") == "EUR"))
    for remote in (False, True):
        # checks of cards cost next to nothing whatever the shop sells
        rows = bought.filter((pl.col("channel") == "ecommerce") == remote, ~pl.lit(remote) | (pl.col("amount") > 2.4))
        floor = rows["category"].replace_strict(
            {name: pair[remote] for name, pair in least.items()}, return_dtype=pl.Float64
        )
        # who has too little money asks for half, and prices are written down to the full euro
        assert (rows["amount"].cast(pl.Float64) < np.minimum(floor - 1.0, floor * 0.45)).mean() < 0.002
    assert bought["amount"].min() >= pl.Series([0.1]).cast(pl.Decimal(18, 3))[0]


def test_old_people_are_at_home_by_night_and_students_are_not():
    geography = {"countries": {"DE": 1, "ES": 1}, "cities_per_country": 4}
    world = make_world(geography=geography, activity={"transactions_per_day": 4_000}, fraud={"rate": 0.001})
    rows = pl.concat([day_of(world, date(2025, 3, 11) + timedelta(days=i)) for i in range(6)])
    people = pl.DataFrame(pl.from_arrow(world.catalogs.customers)).unique("customer_id")
    rows = rows.filter((pl.col("channel") == "pos") & ~pl.col("is_fraud") & (pl.col("transaction_type") == "purchase"))
    rows = rows.join(people.select("customer_id", "segment"), on="customer_id")
    hour = pl.col("local_time").dt.hour()
    # Spaniards go home after midnight
    spain = pl.col("merchant_country").cast(pl.String) == "ES"
    late = (hour < 5) & (~spain | (hour >= 1)) | ~spain & (hour >= 23)
    night = rows.group_by(pl.col("segment").cast(pl.String)).agg(late.mean().alias("share"))
    share = dict(night.iter_rows())
    assert share["senior"] < 0.015
    assert (
        rows.filter(pl.col("segment").cast(pl.String) == "student").select((hour >= 23) | (hour < 5)).mean().item()
        > 0.025
    )
    assert share["senior"] < share["family"] < share["student"]
