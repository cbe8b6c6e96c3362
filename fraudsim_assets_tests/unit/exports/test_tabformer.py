"""TabFormer's format, value by value against a slow reading of the catalogs."""

import polars as pl
import pytest

from fraudsim_assets.exports import tabformer
from fraudsim_assets.exports.tabformer import ERRORS, OTHER_ERROR, SCHEMA
from fraudsim_assets.exports.towns import towns
from fraudsim_assets.tables import RESPONSE_CODES


@pytest.fixture(scope="module")
def shown(sample):
    return tabformer(sample.rows, sample.catalogs).collect()


@pytest.fixture(scope="module")
def ordered(sample):
    """Transactions beside their card's account, in the order of the format."""
    accounts = sample.tables["cards"].select("card_id", "account_id").unique()
    return sample.transactions.join(accounts, on="card_id").sort(
        "customer_id", "account_id", "timestamp", "transaction_id"
    )


def test_columns_and_types_are_those_of_the_format(shown):
    assert dict(shown.schema) == {name: dtype() for name, dtype in SCHEMA.items()}


def test_every_request_is_there_by_user_card_and_time(shown, ordered):
    assert shown.height == ordered.height
    assert shown["User"].to_list() == [i - 1 for i in ordered["customer_id"]]
    assert shown["MCC"].to_list() == [int(mcc) for mcc in ordered["mcc"]]
    clock = list(ordered["local_time"])
    assert shown.select("Year", "Month", "Day").rows() == [(t.year, t.month, t.day) for t in clock]
    assert shown["Time"].to_list() == [f"{t:%H:%M}" for t in clock]
    assert shown["Is Fraud?"].to_list() == ["Yes" if fraud else "No" for fraud in ordered["is_fraud"]]


def test_cards_count_from_zero_within_each_user(shown, ordered, sample):
    held = sample.tables["cards"].group_by("customer_id").agg(pl.col("account_id").unique().sort())
    accounts = dict(held.iter_rows())
    rows = ordered.select("customer_id", "account_id").rows()
    assert shown["Card"].to_list() == [accounts[person].index(account) for person, account in rows]


def test_amounts_are_dollars_and_refunds_are_negative(shown, ordered):
    wanted = []
    for amount, kind in ordered.select("billing_amount", "transaction_type").rows():
        wanted.append(f"$-{amount:.2f}" if kind == "refund" else f"${amount:.2f}")
    assert shown["Amount"].to_list() == wanted
    assert any(text.startswith("$-") for text in wanted)


def test_use_chip_follows_channel_and_entry_mode(shown, ordered):
    for made, channel, entry in zip(shown["Use Chip"], ordered["channel"], ordered["entry_mode"], strict=True):
        chip = "Chip Transaction" if entry in {"chip", "contactless"} else "Swipe Transaction"
        assert made == ("Online Transaction" if channel == "ecommerce" else chip)


def test_errors_are_those_of_declined_requests(shown, ordered):
    for made, code in zip(shown["Errors?"], ordered["response_code"], strict=True):
        assert made == (None if code == "00" else ERRORS.get(code, OTHER_ERROR))
    assert set(ERRORS) < set(RESPONSE_CODES)


def test_places_are_those_of_the_shop_and_nowhere_online(shown, ordered, sample):
    shops = {
        i: (city, country)
        for i, city, country in sample.tables["merchants"].select("merchant_id", "city", "country").rows()
    }
    states = {name for name in towns()["state"] if name}
    for made, row in zip(shown.iter_rows(named=True), ordered.iter_rows(named=True), strict=True):
        city, country = shops[row["merchant_id"]]
        if row["channel"] == "ecommerce":
            assert (made["Merchant City"], made["Merchant State"], made["Zip"]) == ("ONLINE", None, None)
        elif country == "US":
            assert made["Merchant City"] == city
            assert made["Merchant State"] in states
            assert 10_000 <= made["Zip"] < 100_000
        else:
            assert made["Merchant City"] == city
            assert len(made["Merchant State"]) > 2
            assert made["Zip"] is None


def test_merchant_names_are_numbers_that_stand_for_merchants(shown, ordered):
    pairs = pl.DataFrame({"made": shown["Merchant Name"], "shop": ordered["merchant_id"]})
    assert pairs.n_unique() == pairs["made"].n_unique() == pairs["shop"].n_unique()
