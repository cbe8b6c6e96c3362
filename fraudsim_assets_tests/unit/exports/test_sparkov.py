"""The Kaggle format, value by value against a slow reading of the catalogs."""

from datetime import timedelta

import polars as pl
import pytest

from fraudsim_assets.errors import CatalogMismatchError
from fraudsim_assets.exports import sparkov
from fraudsim_assets.exports.sparkov import IN_TWO, KIDS_AND_PETS, SCHEMA
from fraudsim_assets.reference_data import packaged

FOURTEEN = {
    "entertainment",
    "food_dining",
    "gas_transport",
    "grocery_net",
    "grocery_pos",
    "health_fitness",
    "home",
    "kids_pets",
    "misc_net",
    "misc_pos",
    "personal_care",
    "shopping_net",
    "shopping_pos",
    "travel",
}


@pytest.fixture(scope="module")
def shown(sample):
    return sparkov(sample.rows, sample.catalogs).collect()


@pytest.fixture(scope="module")
def paid(sample):
    kept = pl.col("is_approved") & (pl.col("transaction_type").cast(pl.String) != "refund")
    return sample.transactions.filter(kept).sort("timestamp", "transaction_id")


def test_columns_and_types_are_those_of_the_format(shown):
    assert dict(shown.schema) == {name: dtype() for name, dtype in SCHEMA.items()}


def test_every_approved_payment_is_there_once_in_order_of_time(shown, paid):
    assert shown.height == paid.height
    assert shown["unix_time"].to_list() == [int(t.timestamp()) for t in paid["timestamp"]]
    assert shown["Unnamed: 0"].to_list() == list(range(paid.height))
    assert shown["amt"].to_list() == [float(amount) for amount in paid["billing_amount"]]
    assert shown["is_fraud"].to_list() == [int(fraud) for fraud in paid["is_fraud"]]
    assert shown["trans_num"].n_unique() == paid.height


def test_times_are_those_of_one_clock_and_never_go_back(shown, paid):
    told = shown["trans_date_trans_time"].str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us")
    assert told.is_sorted()
    behind = paid["timestamp"].dt.replace_time_zone(None).dt.truncate("1s") - told
    assert behind.n_unique() == 1
    assert timedelta(hours=5) <= behind[0] <= timedelta(hours=8), "standard time of most customers, who live in the USA"


def valid_row(table, key, value, day):
    """The one version of an entity that is valid on a day, by looking at all of them."""
    rows = [row for row in table if row[key] == value and row["valid_from"] <= day]
    return next(row for row in rows if row["valid_to"] is None or row["valid_to"] > day)


def test_people_and_shops_are_those_valid_on_the_day(shown, paid, sample):
    tables = {name: list(sample.tables[name].iter_rows(named=True)) for name in ("customers", "merchants")}
    rows = zip(shown.iter_rows(named=True), paid.iter_rows(named=True), strict=True)
    for made, row in list(rows)[::25]:
        day = row["timestamp"].date()
        person = valid_row(tables["customers"], "customer_id", row["customer_id"], day)
        shop = valid_row(tables["merchants"], "merchant_id", row["merchant_id"], day)
        assert made["merchant"] == "fraud_" + shop["name"]
        assert (made["merch_lat"], made["merch_long"]) == (shop["latitude"], shop["longitude"])
        assert (made["first"], made["last"]) == (person["first_name"], person["last_name"])
        assert (made["lat"], made["long"], made["city"]) == (person["latitude"], person["longitude"], person["city"])
        assert made["dob"] == person["birth_date"].isoformat()
        assert made["city_pop"] >= 15_000
        assert len(made["state"]) == 2
        assert (made["state"] == person["country"]) == (person["country"] != "US")
        ours = packaged().category(shop["category"]).sparkov
        ours = "kids_pets" if int(row["mcc"]) in KIDS_AND_PETS else ours
        half = "_net" if row["channel"] == "ecommerce" else "_pos"
        assert made["category"] == (ours + half if ours in IN_TWO else ours)


def test_categories_are_the_fourteen(shown):
    seen = set(shown["category"])
    assert seen <= FOURTEEN
    assert len(seen) > 10


def test_every_category_of_the_simulation_has_its_place():
    halves = {name + half for name in IN_TWO for half in ("_net", "_pos")}
    assert ({category.sparkov for category in packaged().categories} - set(IN_TWO)) | halves | {"kids_pets"} == FOURTEEN
    assert set(KIDS_AND_PETS) <= {int(mcc) for category in packaged().categories for mcc in category.mccs}


def test_card_numbers_stand_for_cards(shown, paid):
    pairs = pl.DataFrame({"made": shown["cc_num"], "card": paid["card_id"]})
    assert pairs.n_unique() == pairs["made"].n_unique() == pairs["card"].n_unique()


def test_what_is_made_up_belongs_to_its_customer(shown, paid):
    for column in ("street", "job", "gender", "zip"):
        assert (
            pl.DataFrame({"made": shown[column], "of": paid["customer_id"]}).n_unique()
            <= paid["customer_id"].n_unique() + 5
        )


def test_a_missing_catalog_is_told_by_name(sample):
    with pytest.raises(CatalogMismatchError, match="catalogs has no merchants; it holds customers"):
        sparkov(sample.rows, {"customers": sample.catalogs["customers"]})


def test_a_category_of_a_configuration_has_the_place_that_it_says():
    import polars as pl

    from fraudsim_assets.config import load_config
    from fraudsim_assets.exports.sparkov import _category

    pets = "reference.categories.pets={extends: jewelry, share: 0.01, sparkov: personal_care}"
    rows = pl.DataFrame({"category": ["pets", "fuel"], "mcc": [5944, 5541], "remote": [False, False]})
    shown = rows.select(category=_category(load_config(overrides=[pets], env={}).reference.resolved))
    assert shown["category"].to_list() == ["personal_care", "gas_transport"]
