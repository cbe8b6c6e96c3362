"""The one law: every value is a pure function of (config, seed, entity, day)."""

import hashlib
import os
import subprocess
import sys
from datetime import date, timedelta

import polars as pl
import pytest

from fraudsim_assets.catalog import build_catalogs
from fraudsim_assets.config import load_config
from fraudsim_assets.simulation import World, simulate_day, simulate_labels

DAY = date(2025, 3, 30)  # the clocks change in Europe


SPENDING = {"refund_rate": 0.15}


def make_world(**overrides) -> World:
    given = {"fraud": {"rate": 0.03}, "spending": SPENDING} | overrides
    config = load_config("tiny", overrides=given, env={})
    return World(config, build_catalogs(config))


def day_of(world: World, day: date = DAY, part: tuple[int, int] = (0, 1)) -> pl.DataFrame:
    return pl.from_arrow(simulate_day(world, day, part=part).read())


@pytest.fixture(scope="module")
def alone() -> pl.DataFrame:
    """The day, made alone in a fresh world."""
    return day_of(make_world())


def test_the_day_has_fraud_refunds_and_several_currencies(alone):
    """Otherwise the tests below would compare too little."""
    assert alone["is_fraud"].sum() > 5
    assert alone["original_txn_id"].is_not_null().any()
    assert alone["currency"].n_unique() > 1


def test_a_day_is_the_same_within_a_longer_run_in_any_order(alone):
    world = make_world()
    for away in (3, -5, 1, -1, 40):
        day_of(world, DAY + timedelta(days=away))
    assert day_of(world).equals(alone)


def test_a_stream_read_twice_gives_the_same(alone):
    stream = simulate_day(make_world(), DAY)
    assert pl.from_arrow(stream.read()).equals(alone)
    assert pl.from_arrow(stream.read()).equals(alone)


@pytest.mark.parametrize("chunk_rows", [1, 13, 4_000_000])
def test_the_size_of_chunks_changes_nothing(alone, chunk_rows):
    assert day_of(make_world(generation={"chunk_rows": chunk_rows})).equals(alone)


def test_a_world_that_keeps_no_catalogs_makes_the_same_day(alone):
    config = make_world().config
    world = World(config, build_catalogs(config), keep_catalogs=False)
    with pytest.raises(LookupError, match="keep_catalogs=False"):
        _ = world.catalogs
    assert day_of(world).equals(alone)


def test_threads_change_nothing(alone):
    assert day_of(make_world(generation={"chunk_rows": 13, "threads": 3})).equals(alone)


@pytest.mark.parametrize("most", [1, 17])
def test_the_number_of_accounts_looked_up_at_once_changes_nothing(alone, monkeypatch, most):
    monkeypatch.setattr("fraudsim_assets.simulation.day._STRETCH_PEOPLE", most)
    for module in ("previous", "refunds"):
        monkeypatch.setattr(f"fraudsim_assets.simulation.{module}.AT_ONCE", 5)
    assert day_of(make_world()).equals(alone)


@pytest.mark.parametrize("parts", [2, 7])
def test_parts_in_order_are_the_whole_day(alone, parts):
    world = make_world()
    assert pl.concat([day_of(world, part=(i, parts)) for i in range(parts)]).equals(alone)


@pytest.mark.parametrize(
    "horizon",
    [
        {"start_date": "2025-03-30", "end_date": "2025-03-30"},
        {"start_date": "2024-11-02"},
        {"end_date": "2027-12-31"},
    ],
    ids=["that day only", "earlier start", "later end"],
)
def test_another_horizon_changes_nothing(alone, horizon):
    assert day_of(make_world(**horizon)).equals(alone)


def test_labels_do_not_depend_on_what_else_was_made():
    busy = make_world()
    day_of(busy)
    busy_labels = [pl.from_arrow(simulate_labels(busy, DAY + timedelta(days=i)).read()) for i in (30, 2, 0)]
    fresh = pl.from_arrow(simulate_labels(make_world(), DAY).read())
    assert fresh.height > 0
    assert busy_labels[-1].equals(fresh)


def test_another_seed_gives_another_day(alone):
    other = day_of(make_world(seed=987_654))
    assert not set(alone["transaction_id"]) & set(other["transaction_id"])
    assert not alone["amount"].head(100).equals(other["amount"].head(100))


def test_settings_that_say_nothing_about_content_change_nothing(alone):
    world = make_world(storage={"base_dir": "elsewhere"}, checks={"z": 9.0}, generation={"row_group_rows": 17})
    assert day_of(world).equals(alone)


def test_more_nulls_in_one_column_move_no_other_column(alone):
    other = day_of(make_world(nulls={"device_id": 0.5}))
    assert other["device_id"].null_count() > alone["device_id"].null_count()
    assert other.drop("device_id").equals(alone.drop("device_id"))


def test_a_higher_contactless_share_moves_nothing_but_the_entry_mode(alone):
    other = day_of(make_world(spending=SPENDING | {"contactless_share": 0.3}))
    genuine = ~alone["is_fraud"]
    changed = [
        name
        for name in alone.columns
        if not other.filter(genuine)[name].equals(alone.filter(genuine)[name], null_equal=True)
    ]
    assert changed == ["entry_mode"]


def test_other_processes_with_other_hash_seeds_make_the_same_day(alone):
    code = (
        "import hashlib; from datetime import date; from fraudsim_assets_tests.invariants.test_law import *; "
        "print(digest(day_of(make_world())))"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "OMP_NUM_THREADS": "1", "TZ": zone, "LC_ALL": "C"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed, zone in (("1", "Pacific/Auckland"), ("77", "America/Los_Angeles"))
    }
    assert printed == {digest(alone)}


def digest(frame: pl.DataFrame) -> str:
    """Digest of all values, in order."""
    return hashlib.sha256(repr(frame.rows()).encode()).hexdigest()
