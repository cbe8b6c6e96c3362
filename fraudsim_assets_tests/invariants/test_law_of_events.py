"""The one law, for events that are no payments."""

import os
import subprocess
import sys
from datetime import timedelta

import polars as pl
import pytest

from fraudsim_assets.catalog import build_catalogs
from fraudsim_assets.simulation import World, simulate_day, simulate_events
from fraudsim_assets.tables.codes import EVENT_TYPES
from fraudsim_assets_tests.invariants.test_law import DAY, day_of, digest, make_world


def events_of(world: World, day=DAY, part=(0, 1)) -> pl.DataFrame:
    return pl.from_arrow(simulate_events(world, day, part=part).read())


@pytest.fixture(scope="module")
def alone() -> pl.DataFrame:
    """Events of the day, made alone in a fresh world."""
    return events_of(make_world())


def test_a_fortnight_has_events_of_every_kind():
    """Otherwise the tests below would compare too little."""
    world = make_world()
    seen = pl.concat([events_of(world, DAY + timedelta(days=n)) for n in range(14)])
    assert set(seen["event_type"]) == set(EVENT_TYPES)
    assert seen["event_id"].n_unique() == seen.height


def test_events_of_a_day_are_the_same_within_a_longer_run_in_any_order(alone):
    world = make_world()
    for away in (3, -5, 1, -1, 40):
        events_of(world, DAY + timedelta(days=away))
    simulate_day(world, DAY).read()
    assert events_of(world).equals(alone)


def test_a_stream_of_events_read_twice_gives_the_same(alone):
    stream = simulate_events(make_world(), DAY)
    assert pl.from_arrow(stream.read()).equals(alone)
    assert pl.from_arrow(stream.read()).equals(alone)


@pytest.mark.parametrize("generation", [{"chunk_rows": 1}, {"chunk_rows": 13, "threads": 3}, {"chunk_rows": 4_000_000}])
def test_chunks_and_threads_change_no_event(alone, generation):
    assert events_of(make_world(generation=generation)).equals(alone)


@pytest.mark.parametrize("parts", [2, 7])
def test_parts_in_order_are_all_events_of_the_day(alone, parts):
    world = make_world()
    assert pl.concat([events_of(world, part=(i, parts)) for i in range(parts)]).equals(alone)


@pytest.mark.parametrize(
    "horizon",
    [
        {"start_date": "2025-03-30", "end_date": "2025-03-30"},
        {"start_date": "2024-11-02"},
        {"end_date": "2027-12-31"},
    ],
    ids=["that day only", "earlier start", "later end"],
)
def test_another_horizon_changes_no_event(alone, horizon):
    assert events_of(make_world(**horizon)).equals(alone)


def test_a_world_that_keeps_no_catalogs_makes_the_same_events(alone):
    config = make_world().config
    assert events_of(World(config, build_catalogs(config), keep_catalogs=False)).equals(alone)


def test_another_seed_gives_other_events(alone):
    other = events_of(make_world(seed=987_654))
    assert not set(alone["event_id"]) & set(other["event_id"])


def test_events_that_are_off_are_none_and_change_no_payment(alone):
    off = make_world(account_events={"enabled": False})
    assert events_of(off).schema == alone.schema
    assert events_of(off).is_empty()
    assert day_of(off).equals(day_of(make_world()))


def test_more_frequent_events_change_no_payment(alone):
    busy = make_world(account_events={"level": 3.0})
    assert events_of(busy).height > 2 * alone.height
    assert day_of(busy).equals(day_of(make_world()))


def test_other_processes_with_other_hash_seeds_make_the_same_events(alone):
    code = "from fraudsim_assets_tests.invariants.test_law_of_events import *; print(digest(events_of(make_world())))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONHASHSEED": "77", "OMP_NUM_THREADS": "1", "TZ": "Pacific/Auckland", "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == digest(alone)
