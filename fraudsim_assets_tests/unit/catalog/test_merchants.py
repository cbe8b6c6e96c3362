"""The merchants of a small world."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fraudsim_assets.catalog.layout import build_layout
from fraudsim_assets.catalog.lifetimes import LOOK_BACK_DAYS
from fraudsim_assets.catalog.mccs import mcc_description
from fraudsim_assets.catalog.merchants import build_merchants, merchant_batches
from fraudsim_assets.reference_data import packaged
from fraudsim_assets.tables import Merchants, arrow_schema, validate
from fraudsim_assets_tests.unit.catalog.small_world import config_of
from fraudsim_assets_tests.unit.catalog.test_customers import assert_geography_agrees

FIRST = config_of().start_date - timedelta(days=LOOK_BACK_DAYS)
LAST = config_of().end_date
DAY = date(2025, 6, 1)
BRANCHES = packaged().commerce.branch_prices


GIANTS = {giant.address: giant for giant in packaged().giants.values()}
BRANDS = [start + end for start in packaged().brands["invented"].starts for end in packaged().brands["invented"].ends]


def is_branch(frame: pl.DataFrame) -> pl.Series:
    """Which merchants belong to a chain: those whose name begins with a brand."""
    return frame["name"].str.extract(r"^(\S+) ").is_in(BRANDS).fill_null(value=False)


def is_giant(frame: pl.DataFrame) -> pl.Series:
    """Which merchants are a web giant's."""
    return frame["name"].is_in(list(GIANTS))


@pytest.fixture(scope="module")
def many() -> pl.DataFrame:
    """Merchants of one day, enough for chains to grow."""
    frame = pl.DataFrame(pl.from_arrow(build_merchants(config_of(merchants=20_000))))
    day = frame.filter((pl.col("valid_from") <= DAY) & (pl.col("valid_to") > DAY))
    return day.with_columns(pl.col("country", "mcc", "category").cast(pl.String), branch=is_branch(day))


def test_a_name_stands_for_one_trade(many):
    names = many.group_by("name").agg(pl.col("mcc").n_unique().alias("mccs"), pl.len())
    assert names.filter(pl.col("mccs") > 1)["len"].sum() / many.height < 0.001


def test_branches_share_a_name_a_code_and_opening_hours_and_nearly_their_prices(many):
    chains = many.filter("branch").group_by("country", "name")
    spread = chains.agg(
        pl.len(),
        pl.struct("opens_minute", "closes_minute").n_unique().alias("hours"),
        pl.col("mcc").n_unique().alias("mccs"),
        pl.col("ticket_factor").log().std().alias("sigma"),
    ).filter(pl.col("len") >= 5)
    assert spread.height > 50
    assert (spread["mccs"] == 1).all()
    # two small chains may happen to share a brand
    assert (spread["hours"] == 1).mean() > 0.97
    within = float((spread["sigma"] ** 2 * (spread["len"] - 1)).sum() / (spread["len"] - 1).sum()) ** 0.5
    n = int((spread["len"] - 1).sum())
    assert abs(within - BRANCHES) < 0.02 + 4.5 * BRANCHES / np.sqrt(2 * n)


def test_sizes_of_chains_have_a_heavy_tail_and_few_have_most_supermarkets(many):
    for country in ("DE", "FR", "IT"):
        shops = many.filter((pl.col("country") == country) & (pl.col("mcc") == "5411") & ~pl.col("is_online"))
        sizes = shops.filter("branch")["name"].value_counts()["count"].sort(descending=True).to_numpy()
        n, expected = shops.height, packaged().category("grocery").mccs["5411"].chain_share
        assert abs(sizes.sum() / n - expected) < 4.5 * np.sqrt(expected * (1 - expected) / n)
        assert 0.45 < sizes[:4].sum() / n < 0.75
        assert sizes[0] > 8 * np.median(sizes)


def test_a_giant_has_one_name_and_one_code_in_all_its_seats(many):
    giants = many.filter(is_giant(many))
    assert giants["is_online"].all()
    for name, seats in giants.group_by("name"):
        giant = GIANTS[name[0]]
        assert set(seats["mcc"]) == {giant.mcc}
        assert set(seats["category"]) == {giant.category}
        assert set(seats["country"]) <= set(giant.seats)
        assert seats["country"].n_unique() == seats.height
    abroad = giants.filter(pl.col("name") == "omnivend.example")["country"].to_list()
    assert {"LU", "DE"} <= set(abroad)
    assert giants["name"].n_unique() == len(GIANTS)


def test_the_table_honours_its_contract(small):
    assert small.catalogs.merchants.schema == arrow_schema(Merchants)
    validate(Merchants, small.merchants)


def test_every_merchant_is_near_its_city_and_shares_its_country_zone_and_currency(small):
    assert_geography_agrees(small.merchants)


@settings(max_examples=40)
@given(st.dates(FIRST, LAST))
def test_every_slot_has_exactly_one_occupant_on_any_day(small, day):
    valid = small.on(day, "merchants")
    assert valid["slot"].to_list() == list(range(small.config.population.merchants))
    assert valid["merchant_id"].n_unique() == valid.height


def test_merchant_ids_tell_slot_and_generation(small):
    n_slots = small.config.population.merchants
    assert ((small.merchants["merchant_id"] - 1) % n_slots == small.merchants["slot"]).all()
    assert small.merchants["merchant_id"].n_unique() == small.merchants.height
    before = small.merchants.shift(1)
    same = small.merchants["slot"] == before["slot"]
    step = small.merchants.filter(same)["merchant_id"] - before.filter(same)["merchant_id"]
    assert step.unique().to_list() == [n_slots]


def test_a_slot_keeps_its_place_and_trade_and_changes_its_name(small):
    before = small.merchants.shift(1)
    same = small.merchants["slot"] == before["slot"]
    now, then = small.merchants.filter(same), before.filter(same)
    assert now.height > 0
    assert (now["valid_from"] == then["valid_to"]).all()
    kept = ("mcc", "category", "city_id", "latitude", "longitude", "popularity_rank", "is_online")
    for column in kept:
        assert (now[column] == then[column]).all()
    alone = ~(is_branch(now) | is_branch(then))
    assert (now["opens_minute"] == then["opens_minute"]).filter(alone).all(), "hours are the place's own, or a chain's"
    assert (now["ticket_factor"] != then["ticket_factor"]).all()
    civic = now["category"].cast(pl.String).is_in(["transit", "utilities", "government"])
    assert (now["name"] != then["name"]).filter(~civic & ~is_giant(now)).mean() > 0.9
    assert (now["name"] == then["name"]).filter(is_giant(now)).all()


def test_ranks_run_from_one_without_gap_in_every_cell(small):
    day = small.on(DAY, "merchants").with_columns(
        place=pl.when("is_online").then(pl.col("country").cast(pl.String)).otherwise(pl.col("city_id").cast(pl.String))
    )
    for _, cell in day.group_by("is_online", "place", "category"):
        assert cell["popularity_rank"].to_list() == list(range(1, cell.height + 1))
        assert (cell["slot"].diff().drop_nulls() == 1).all()


def test_slots_agree_with_the_layout(small):
    layout = build_layout(small.config)
    day = small.on(DAY, "merchants")
    cell = layout.cell_of(np.arange(layout.n_slots))
    names = np.array([category.name for category in packaged().categories])
    assert day["category"].cast(pl.String).to_list() == names[layout.category[cell]].tolist()
    assert day["is_online"].to_list() == layout.is_online[cell].tolist()
    assert day["country"].cast(pl.String).to_list() == [layout.places.countries[c] for c in layout.country[cell]]


def test_every_code_belongs_to_the_category_and_says_what_it_means(small):
    allowed = {category.name: set(category.mccs) for category in packaged().categories}
    columns = small.merchants.select(pl.col("category", "mcc", "mcc_description").cast(pl.String)).unique()
    for category, mcc, description in columns.iter_rows():
        assert mcc in allowed[category]
        assert description == mcc_description(mcc)


def test_opening_hours_are_those_of_the_category_by_the_clock_of_the_country_and_web_shops_never_close(small):
    reference = packaged()
    clocks = list(reference.clocks.values())
    keys = [pl.col(name).cast(pl.String) for name in ("category", "country")]
    rows = small.merchants.select(*keys, "is_online", "opens_minute", "closes_minute").unique()
    for name, country, is_online, *given_hours in rows.iter_rows():
        category, clock = reference.category(name), clocks[reference.clock_of(country)]
        hours = clock.opening_hours(reference.usual_clock, category.opens_with, category.shop_hours)
        known = {(0, 1440)} if is_online else {(opens, closes) for _, opens, closes in hours}
        assert tuple(given_hours) in known


def test_web_shops_have_addresses_that_cannot_exist(small):
    web = small.merchants.filter("is_online")
    assert web["name"].str.contains(r"^[a-z0-9-]+\.example$").all()
    shops = small.merchants.filter(~pl.col("is_online"))
    assert not shops["name"].str.contains(r"\.example|\s\s|^\s|\s$").any()


def test_prices_of_merchants_average_to_one():
    factor = build_merchants(config_of(merchants=20_000))["ticket_factor"].to_numpy().astype(np.float64)
    assert abs(factor.mean() - 1.0) < 4.5 * factor.std() / np.sqrt(len(factor))


def test_merchants_live_nine_years_on_average():
    frame = pl.DataFrame(pl.from_arrow(build_merchants(config_of(merchants=20_000))))
    slots = frame.unique("slot")
    years = (slots["valid_to"] - slots["valid_from"]).dt.total_days().to_numpy() / 365.2425
    assert abs(years.mean() - 9.0) < 4.5 * years.std() / np.sqrt(len(years))


@settings(max_examples=10)
@given(st.integers(100, 1_500))
def test_values_do_not_depend_on_the_chunk(small, chunk):
    frames = [pl.DataFrame(pl.from_arrow(batch)) for batch in merchant_batches(small.config, chunk=chunk)]
    assert pl.concat(frames).equals(small.merchants)
