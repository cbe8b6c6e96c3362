"""The cards of a small world."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fraudsim_assets.catalog.cards import build_cards, card_batches
from fraudsim_assets.catalog.customers import build_customers
from fraudsim_assets.catalog.lifetimes import LOOK_BACK_DAYS, era_of
from fraudsim_assets.catalog.plastics import TEST_BINS
from fraudsim_assets.config.model import Activity, Geography
from fraudsim_assets.errors import CatalogMismatchError
from fraudsim_assets.tables import NETWORKS, PRODUCTS, Cards, arrow_schema, validate
from fraudsim_assets.units import day_date
from fraudsim_assets_tests.unit.catalog.small_world import config_of

FIRST = config_of().start_date - timedelta(days=LOOK_BACK_DAYS)
LAST = config_of().end_date


def accounts(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.unique("account_id", keep="first", maintain_order=True)


def test_the_table_honours_its_contract(small):
    assert small.catalogs.cards.schema == arrow_schema(Cards)
    validate(Cards, small.cards)


@settings(max_examples=40)
@given(st.dates(FIRST, LAST))
def test_every_account_has_exactly_one_plastic_on_any_day_from_its_opening_on(small, day):
    valid = small.on(day, "cards")
    opens_later = small.cards.filter((pl.col("version") == 1) & (pl.col("valid_from") > day))
    assert sorted([*valid["account_id"], *opens_later["account_id"]]) == list(
        range(1, small.config.population.cards + 1)
    )
    assert opens_later["product"].eq("credit").all()
    assert (valid["expiry"] >= day).all()


def test_renewal_keeps_the_account_and_comes_before_expiry(small):
    before = small.cards.shift(1)
    same = small.cards["account_id"] == before["account_id"]
    now, then = small.cards.filter(same), before.filter(same)
    assert (now["valid_from"] == then["valid_to"]).all()
    assert (now["version"] == then["version"] + 1).all()
    lead = (then["expiry"] - now["valid_from"]).dt.total_days()
    assert lead.min() >= 2
    assert lead.max() <= 34
    for column in ("customer_id", "product", "network", "bin", "currency", "activity"):
        assert (now[column] == then[column]).all()
    for column in ("card_id", "token"):
        assert (now[column] != then[column]).all()


def test_cards_expire_at_the_end_of_a_month_three_to_five_years_apart(small):
    assert ((small.cards["expiry"] + timedelta(days=1)).dt.day() == 1).all()
    before = small.cards.shift(1)
    same = small.cards["account_id"] == before["account_id"]
    years = small.cards.filter(same)["expiry"].dt.year() - before.filter(same)["expiry"].dt.year()
    assert set(years.unique().to_list()) == {3, 4, 5}


def test_every_customer_has_a_card_and_accounts_are_in_the_order_of_customers(small):
    listed = accounts(small.cards)
    assert listed["account_id"].to_list() == list(range(1, small.config.population.cards + 1))
    assert listed["customer_id"].is_sorted()
    assert set(listed["customer_id"]) == set(range(1, small.config.population.customers + 1))


def test_further_cards_are_spread_unequally(small):
    counts = accounts(small.cards).group_by("customer_id").len()["len"]
    assert counts.max() >= 4
    assert 0.4 < (counts == 1).mean() < 0.75


@pytest.mark.parametrize("cards", [4_000, 4_001, 12_000])
def test_the_number_of_accounts_is_exact(cards):
    config = config_of(cards=cards)
    table = build_cards(config, build_customers(config))
    assert np.unique(table["account_id"].to_numpy()).tolist() == list(range(1, cards + 1))


def test_tokens_are_unique_and_no_card_number_can_be_rebuilt(small):
    listed = accounts(small.cards)
    assert listed["token"].n_unique() == listed.height
    assert listed["bin"].cast(pl.String).str.len_chars().unique().to_list() == [8]
    assert listed["last4"].n_unique() > 0.4 * min(listed.height, 10_000)


def test_leading_digits_fit_network_and_product(small):
    listed = accounts(small.cards).select(pl.col("network", "product", "bin").cast(pl.String)).unique()
    for network, product, number in listed.iter_rows():
        assert number in TEST_BINS[network, product]
    first_digit = {"visa": "4", "mastercard": "25", "amex": "3"}
    for (network, product), numbers in TEST_BINS.items():
        assert (network in NETWORKS, product in PRODUCTS) == (True, True)
        assert all(number[0] in first_digit[network] for number in numbers)


def test_only_credit_cards_have_a_limit_and_only_adults_have_credit(small):
    listed = accounts(small.cards)
    is_credit = listed["product"].cast(pl.String) == "credit"
    assert (listed["credit_limit"].is_not_null() == is_credit).all()
    born = small.customers.unique("customer_id").select("customer_id", "birth_date")
    holders = listed.filter(is_credit).join(born, on="customer_id")
    latest_birth = holders["birth_date"].max()
    assert latest_birth <= day_date(era_of(small.config).first - int(18 * 365.2425))


def test_limits_grow_with_income_and_are_round(small):
    listed = accounts(small.cards).filter(pl.col("credit_limit").is_not_null())
    income = small.customers.unique("customer_id").select("customer_id", "income_factor")
    joined = listed.join(income, on="customer_id")
    limit = joined["credit_limit"].cast(pl.Float64)
    reference = small.config.reference.resolved
    worth = np.array([reference.currency(code).units_per_euro for code in joined["currency"].cast(pl.String)])
    euros = limit.to_numpy() / worth
    smallest, largest = reference.credit_lines.bounds
    # rounding to a half of the leading power of ten moves a line by a quarter at most
    assert ((euros >= 0.75 * smallest) & (euros <= 1.25 * largest)).all()
    correlation = np.corrcoef(np.log(euros), np.log(joined["income_factor"].to_numpy()))[0, 1]
    assert correlation > 0.5
    assert (limit % 50 == 0).all()


def test_limits_are_in_the_money_of_the_country():
    medians = {}
    for country in ("DE", "JP"):
        config = config_of(customers=2_000, cards=4_000, merchants=300, geography=Geography(countries={country: 1.0}))
        frame = pl.DataFrame(pl.from_arrow(build_cards(config, build_customers(config))))
        assert frame["currency"].cast(pl.String).unique().to_list() == [{"DE": "EUR", "JP": "JPY"}[country]]
        medians[country] = float(frame["credit_limit"].drop_nulls().cast(pl.Float64).median())
    assert 100 < medians["JP"] / medians["DE"] < 250


def test_activity_has_mean_one_by_construction_and_the_first_card_leads():
    config = config_of(customers=40_000, cards=60_000)
    listed = accounts(pl.DataFrame(pl.from_arrow(build_cards(config, build_customers(config)))))
    activity = listed["activity"].to_numpy().astype(np.float64)
    assert abs(activity.mean() - 1.0) < 4.5 * activity.std() / np.sqrt(len(activity))
    pairs = listed.filter(pl.len().over("customer_id") == 2)
    first = pairs.group_by("customer_id", maintain_order=True).first()["activity"].sum()
    share = first / pairs["activity"].sum()
    assert abs(share - 0.7) < 0.03


def test_inequality_of_activity_is_in_the_band_of_real_cards():
    config = config_of(customers=40_000, cards=60_000)
    activity = np.sort(accounts(pl.DataFrame(pl.from_arrow(build_cards(config, build_customers(config)))))["activity"])
    n = len(activity)
    gini = (2 * np.arange(1, n + 1) - n - 1) @ activity.astype(np.float64) / (n * activity.sum(dtype=np.float64))
    assert 0.45 <= gini <= 0.70  # target C11


def test_without_spread_activity_is_the_part_of_the_account():
    config = config_of(activity=Activity(card_sigma=0.0))
    listed = accounts(pl.DataFrame(pl.from_arrow(build_cards(config, build_customers(config)))))
    means = listed.group_by("customer_id").agg(pl.col("activity").mean())["activity"]
    assert np.allclose(means.to_numpy(), 1.0, atol=1e-6)


@settings(max_examples=10)
@given(st.integers(200, 5_000))
def test_values_do_not_depend_on_the_chunk(small, chunk):
    frames = [pl.DataFrame(pl.from_arrow(batch)) for batch in card_batches(small.config, chunk=chunk)]
    assert pl.concat(frames).equals(small.cards)


def test_customers_of_another_configuration_are_refused(small):
    with pytest.raises(CatalogMismatchError, match=r"population\.customers is 3999"):
        build_cards(config_of(customers=3_999), small.catalogs.customers)


def test_a_plastic_issued_to_a_new_account_is_its_first_version():
    config = config_of(start_date=date(2020, 1, 1), end_date=date(2020, 3, 1))
    frame = pl.DataFrame(pl.from_arrow(build_cards(config, build_customers(config))))
    first = frame.filter(pl.col("version") == 1)
    assert first.height > 0
    assert (first["valid_from"] < first["valid_to"]).all()
    lately = first.filter(pl.col("valid_from") > config.start_date - timedelta(days=LOOK_BACK_DAYS))
    assert lately["product"].eq("credit").all()
    assert lately.height > 200
    # evenly over the decade and the time that catalogs look back before it
    expected = lately.height * 365.25 / (LOOK_BACK_DAYS + 3_653)
    for year in range(2020, 2030):
        assert (lately["valid_from"].dt.year() == year).sum() == pytest.approx(expected, abs=4.5 * np.sqrt(expected))
