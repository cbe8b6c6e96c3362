"""Laws of the catalogs as a whole."""

import hashlib
import os
import subprocess
import sys
from datetime import date, timedelta

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fraudsim_assets.catalog import Catalogs, build_catalogs
from fraudsim_assets.config import Config
from fraudsim_assets.errors import ConfigError
from fraudsim_assets_tests.unit.catalog.small_world import SmallWorld, config_of

NAMES = ("customers", "cards", "merchants")
TINY = {"customers": 600, "cards": 800, "merchants": 300}

DIGEST = """
import hashlib, sys
from datetime import date
from fraudsim_assets.catalog import build_catalogs
from fraudsim_assets.config import Config
from fraudsim_assets.config.model import Population
config = Config(seed=7, end_date=date(2025, 12, 31), population=Population(customers=600, cards=800, merchants=300))
catalogs = build_catalogs(config)
digest = hashlib.sha256()
for table in (catalogs.customers, catalogs.cards, catalogs.merchants):
    digest.update(repr(table.to_pylist()).encode())
print(digest.hexdigest())
"""


def digest_of(catalogs: Catalogs) -> str:
    digest = hashlib.sha256()
    for name in NAMES:
        digest.update(repr(getattr(catalogs, name).to_pylist()).encode())
    return digest.hexdigest()


def test_another_process_makes_the_same_world():
    environment = {**os.environ, "PYTHONHASHSEED": "4711"}
    other = subprocess.run(
        [sys.executable, "-c", DIGEST], env=environment, capture_output=True, text=True, check=True, timeout=120
    )
    assert other.stdout.strip() == digest_of(build_catalogs(config_of(seed=7, end_date=date(2025, 12, 31), **TINY)))


@settings(max_examples=10)
@given(st.dates(date(2024, 1, 1), date(2027, 1, 1)), st.integers(0, 400), st.integers(1, 2_000))
def test_a_later_end_only_adds_rows(start, days, more):
    near = SmallWorld.of(config_of(start_date=start, end_date=start + timedelta(days=days), **TINY))
    far = SmallWorld.of(config_of(start_date=start, end_date=start + timedelta(days=days + more), **TINY))
    for name in NAMES:
        before, after = getattr(near, name), getattr(far, name)
        kept = after.join(before, on=before.columns, how="semi", nulls_equal=True, maintain_order="left")
        assert kept.equals(before)
        # first plastics of accounts that open later are listed whatever the end
        within = pl.col("valid_from") <= near.config.end_date
        assert after.filter(within).height == before.filter(within).height
        assert set(before.filter(~within).get_column("version").to_list() if name == "cards" else []) <= {1}
        assert name == "cards" or before.filter(~within).is_empty()


@settings(max_examples=10)
@given(st.dates(date(2021, 3, 1), date(2029, 1, 1)), st.integers(0, 390))
def test_the_start_inside_a_decade_changes_no_valid_row(start, later):
    one = config_of(start_date=start, end_date=date(2029, 12, 31), **TINY)
    second = min(start + timedelta(days=later), date(2029, 6, 1))
    two = config_of(start_date=second, end_date=date(2029, 12, 31), **TINY)
    worlds = SmallWorld.of(one), SmallWorld.of(two)
    for name in NAMES:
        ours, theirs = (world.on(two.start_date, name) for world in worlds)
        assert ours.equals(theirs)


@settings(max_examples=8)
@given(
    st.integers(0, 2**63 - 1),
    st.dates(date(1990, 1, 1), date(2099, 12, 31)),
    st.sampled_from([{"DE": 1.0}, {"US": 3.0, "CA": 1.0}, {"JP": 1.0, "KR": 1.0}, {"GB": 1.0, "IN": 5.0}]),
)
def test_any_world_has_one_valid_row_per_entity_on_its_first_and_last_day(seed, start, countries):
    geography = Config().geography.model_copy(update={"countries": countries})
    world = SmallWorld.of(config_of(seed=seed, start_date=start, end_date=None, geography=geography, **TINY))
    for day in (start, date(start.year + 3, start.month, min(start.day, 28))):
        listed = {name: world.on(day, name) for name in NAMES}
        assert (listed["customers"].height, listed["merchants"].height) == (600, 300)
        cards = listed["cards"]
        # further lines of credit are opened in the course of the era
        assert 600 < cards.height <= 800
        assert cards["account_id"].is_unique().all()
        assert cards["customer_id"].n_unique() == 600


def test_every_holder_of_a_card_is_a_customer(small):
    assert set(small.cards["customer_id"]) <= set(small.customers["customer_id"])


def test_tables_are_arrow_tables_without_unexpected_nulls(small):
    for name in NAMES:
        table = getattr(small.catalogs, name)
        assert isinstance(table, pa.Table)
        table.validate(full=True)
        nulls = {column for column in table.column_names if table[column].null_count}
        assert nulls <= {"credit_limit", "replaces_card_id"}


def test_a_world_without_seed_is_an_error():
    with pytest.raises(ConfigError, match="seed is not set"):
        build_catalogs(config_of(seed=None, **TINY))
