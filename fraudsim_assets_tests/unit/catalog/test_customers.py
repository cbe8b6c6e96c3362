"""The customers of a small world."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fraudsim_assets.catalog.customers import build_customers, customer_batches
from fraudsim_assets.catalog.geography import scatter
from fraudsim_assets.catalog.households import heads
from fraudsim_assets.catalog.lifetimes import LOOK_BACK_DAYS
from fraudsim_assets.catalog.places import build_places
from fraudsim_assets.catalog.randomness import streams_of
from fraudsim_assets.maths.sampling import great_circle_km
from fraudsim_assets.reference_data import packaged
from fraudsim_assets.streams import Streams
from fraudsim_assets.tables import Customers, arrow_schema, validate
from fraudsim_assets_tests.unit.catalog.small_world import config_of

FIRST = config_of().start_date - timedelta(days=LOOK_BACK_DAYS)
LAST = config_of().end_date
CITIES = packaged().cities


def cities(frame: pl.DataFrame) -> pl.DataFrame:
    """Each row's city as the catalog of places has it."""
    places = build_places(config_of())
    reference = pl.DataFrame(
        {
            "city_id": places.city_id,
            "place_name": places.name,
            "place_country": places.city_country,
            "place_zone": places.time_zone,
            "place_currency": places.city_currency,
            "place_latitude": places.latitude,
            "place_longitude": places.longitude,
        }
    )
    return frame.join(reference, on="city_id", how="left", validate="m:1", maintain_order="left")


def assert_geography_agrees(frame: pl.DataFrame) -> None:
    joined = cities(frame)
    for ours, theirs in (
        ("city", "place_name"),
        ("country", "place_country"),
        ("time_zone", "place_zone"),
        ("currency", "place_currency"),
    ):
        assert (joined[ours].cast(pl.String) == joined[theirs]).all()
    columns = ("latitude", "longitude", "place_latitude", "place_longitude")
    distance = great_circle_km(*(joined[column].to_numpy() for column in columns))
    assert distance.max() <= CITIES.farthest + 0.1


def test_one_address_in_five_lies_in_the_surroundings_of_its_city():
    n, spread = 40_000, 2.0
    centre = np.full(n, 50.0), np.full(n, 8.0)
    north, east = scatter(CITIES, Streams(5).draw("a"), np.arange(n), *centre, spread=np.full(n, spread))
    km = great_circle_km(north, east, 50.0, 8.0)
    beyond = np.exp(-((4 * spread) ** 2) / 2 / (CITIES.surroundings_width * spread) ** 2) * CITIES.surroundings
    assert abs((km > 4 * spread).mean() - beyond) < 4 * (beyond / n) ** 0.5 + 0.0004


def test_the_table_honours_its_contract(small):
    assert small.catalogs.customers.schema == arrow_schema(Customers)
    validate(Customers, small.customers)


def test_every_home_is_near_its_city_and_shares_its_country_zone_and_currency(small):
    assert_geography_agrees(small.customers)


@settings(max_examples=40)
@given(st.dates(FIRST, LAST))
def test_every_customer_has_exactly_one_version_on_any_day(small, day):
    valid = small.on(day, "customers")
    assert valid["customer_id"].to_list() == list(range(1, small.config.population.customers + 1))


def test_versions_follow_each_other_without_gap_and_stay_the_same_person(small):
    before = small.customers.shift(1)
    same = small.customers["customer_id"] == before["customer_id"]
    now, then = small.customers.filter(same), before.filter(same)
    assert (now["valid_from"] == then["valid_to"]).all()
    assert (now["version"] == then["version"] + 1).all()
    for column in ("first_name", "last_name", "email", "birth_date", "segment", "income_factor", "opened_on"):
        assert (now[column] == then[column]).all()
    moved = (now["latitude"] != then["latitude"]) | (now["longitude"] != then["longitude"])
    assert moved.all()


def test_listed_versions_all_touch_the_window(small):
    assert (small.customers["valid_from"] <= LAST).all()
    assert (small.customers["valid_to"] > FIRST).all()


def test_customers_of_one_city_of_origin_are_neighbours(small):
    day = small.on(date(2025, 1, 1), "customers")
    changes = (day["city_id"] != day["city_id"].shift(1)).sum()
    assert changes < 0.05 * day.height


def test_addresses_are_unique_and_in_reserved_domains(small):
    people = small.customers.unique("customer_id")
    assert people["email"].n_unique() == people.height
    assert (
        people["email"]
        .str.contains(r"^[a-z]+(\.[a-z]+)?[0-9]+@(example\.(com|org|net)|[a-z]+\.[a-z]{2}\.example)$")
        .all()
    )


@pytest.mark.parametrize("countries", [{"GR": 1, "CY": 1}, {"BG": 1}, {"JP": 1}, {"UA": 1}])
def test_people_of_other_scripts_have_addresses_of_their_own_names_and_countries(countries):
    table = build_customers(config_of(geography={"countries": countries, "cities_per_country": 10}))
    people = pl.DataFrame(pl.from_arrow(table)).unique("customer_id")
    assert people["email"].n_unique() == people.height
    names = people["email"].str.extract(r"^([a-z.]+)")
    assert names.n_unique() > 0.5 * people.height
    domains = people["email"].str.extract(r"\.([a-z]{2})\.example$")
    assert set(domains.drop_nulls()) == {code.lower() for code in countries}
    assert (
        0.55 - 4.5 * np.sqrt(0.25 / people.height)
        < domains.is_not_null().mean()
        < 0.56 + 4.5 * np.sqrt(0.25 / people.height)
    )


def test_households_mostly_share_a_family_name(small):
    people = small.customers.unique("customer_id", maintain_order=True).sort("customer_id")
    ordinals = people["customer_id"].to_numpy() - 1
    head = heads(streams_of(small.config), packaged().households, ordinals)
    country = people["country"].cast(pl.String).to_numpy()
    members = np.flatnonzero((head != ordinals) & (country == country[head]))
    same = (people["last_name"].to_numpy() == people["last_name"].to_numpy()[head])[members]
    # names of women and men differ in some languages, and movers have names of where they came from
    assert 0.82 - 0.15 < same.mean() < 0.83 + 4.5 * np.sqrt(0.82 * 0.18 / len(members))


def test_the_relationship_begins_after_birth_and_before_anything_listed(small):
    people = small.customers
    age = (people["opened_on"] - people["birth_date"]).dt.total_days() / 365.2425
    assert age.min() >= 10.0
    assert (people["opened_on"] < FIRST).all()
    assert (people["version"] == 1).sum() > 0
    first = people.filter(pl.col("version") == 1)
    assert (first["valid_from"] == first["opened_on"]).all()


def test_people_are_adults_in_the_middle_of_the_decade(small):
    age = (date(2025, 1, 1) - small.customers["birth_date"]).dt.total_days() / 365.2425
    assert age.min() >= 17.99
    assert age.max() <= 95.01


def test_homes_per_country_follow_the_weights(small):
    weights = small.config.geography.countries
    day = small.on(date(2025, 1, 1), "customers")
    n = day.height
    counts = dict(day.group_by(pl.col("country").cast(pl.String)).len().iter_rows())
    for country, weight in weights.items():
        share = weight / sum(weights.values())
        moved = 0.02  # movers to another country, at most this share of a country in its few years
        assert abs(counts[country] / n - share) <= moved + 1 / n


@settings(max_examples=10)
@given(st.integers(1, 5_000))
def test_values_do_not_depend_on_the_chunk(small, chunk):
    chunks = list(customer_batches(small.config, chunk=chunk + 200))
    assert pl.concat([pl.DataFrame(pl.from_arrow(batch)) for batch in chunks]).equals(small.customers)


def test_another_seed_makes_other_people(small):
    other = pl.DataFrame(pl.from_arrow(build_customers(config_of(seed=2))))
    first = small.customers.unique("customer_id", keep="first", maintain_order=True)
    second = other.unique("customer_id", keep="first", maintain_order=True)
    assert (first["birth_date"] == second["birth_date"]).mean() < 0.01


def test_income_multiplies_tickets_by_one_on_average():
    frame = pl.DataFrame(pl.from_arrow(build_customers(config_of(customers=40_000, cards=40_000))))
    factor = frame.unique("customer_id")["income_factor"].to_numpy().astype(np.float64)
    assert abs(factor.mean() - 1.0) < 4.5 * factor.std() / np.sqrt(len(factor))


def test_about_six_in_a_hundred_move_in_a_year():
    config = config_of(customers=40_000, cards=40_000, end_date=date(2027, 12, 31))
    frame = pl.DataFrame(pl.from_arrow(build_customers(config)))
    moves = frame.filter(pl.col("valid_from").is_between(date(2025, 1, 1), date(2027, 12, 31))).height
    expected = 0.06 * 3 * 40_000
    assert abs(moves - expected) < 0.1 * expected + 4.5 * np.sqrt(expected)
