"""Where: reach, favourites, personal ranks."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudsim_assets.maths.sampling import great_circle_km
from fraudsim_assets.reference_data import packaged
from fraudsim_assets.spending.where import (
    FAVOURITE_LIMIT,
    REACH_SLOTS,
    Cells,
    Reach,
    build_reach,
    personal_ranks,
    ranks_on,
    reach_kernel,
    systematic_slots,
)
from fraudsim_assets.streams import Streams

N = 200_000
TABLE = packaged().shopping
uniforms = st.floats(1e-12, 1 - 1e-12)
weights = st.lists(st.lists(st.floats(0, 10), min_size=4, max_size=4), min_size=1, max_size=5)


def uniform_offsets(categories: int, places: int) -> np.ndarray:
    return np.stack([Streams(1).draw("offsets", k).uniforms(np.arange(places)) for k in range(categories)])


def little_world(**changes) -> Reach:
    """Three cities in two countries, two categories; one country has no web shop of the second."""
    cells = Cells(
        start=np.array([0, 5, 8, 9, 12, 20]),
        size=np.array([5, 3, 1, 3, 8, 4]),
        place=np.array([0, 1, 2, 0, 0, 1]),
        category=np.array([0, 0, 0, 1, 0, 1]),
        online=np.array([False, False, False, False, True, True]),
        giant=np.full(6, -1),
        leader=np.full(6, -1),
    )
    settings = {
        "latitude": np.array([52.5, 52.4, 48.9]),
        "longitude": np.array([13.4, 13.1, 2.3]),
        "city_country": np.array([0, 0, 1]),
        "n_countries": 2,
        "distance_scale": np.array([1.0, 2.0]),
        "popularity": 1.06,
        "webs": np.tile(np.eye(2), (2, 1, 1)),
        "offsets": uniform_offsets(2, 5),
    }
    return build_reach(cells, TABLE, **settings | changes)


@given(weights, st.lists(uniforms, min_size=5, max_size=5))
def test_slots_are_shared_out_in_proportion_up_to_rounding(rows, offsets):
    table = np.array(rows)
    table[:, 0] += 0.01
    slots = systematic_slots(table, np.array(offsets[: len(rows)]))
    for row, chosen in zip(table, slots, strict=True):
        wanted = row / row.sum() * REACH_SLOTS
        counts = np.bincount(chosen, minlength=4)
        assert counts.sum() == REACH_SLOTS
        assert np.all(np.abs(counts - wanted) < 1 + 1e-6)
        assert np.all(counts[row == 0] == 0)


def test_near_places_weigh_more_and_borders_count():
    km, abroad = np.array([[0.0, 22.0, 167.0, 22.0]]), np.array([[False, False, False, True]])
    here, near, far, across = reach_kernel(TABLE, km, abroad, scale=1.0)[0]
    assert here > near > far
    assert near > 50 * across


def test_dear_things_are_fetched_from_further_away():
    km, abroad = np.array([0.0, 100.0]), np.zeros(2, dtype=bool)
    near, far = (reach_kernel(TABLE, km, abroad, scale=s) for s in (1.0, 4.0))
    assert far[1] / far[0] > near[1] / near[0]


def ranks_of(u, exploration, loyalty=2.0):
    return personal_ranks(u, exploration=np.full(len(u), exploration), loyalty=np.full(len(u), loyalty))


@given(st.lists(uniforms, min_size=2, max_size=30), st.floats(0.02, 0.9), st.floats(1.05, 20.0))
def test_personal_ranks_start_at_one_and_are_finite(us, exploration, loyalty):
    ranks = ranks_of(np.array(us), exploration, loyalty)
    assert ranks.min() >= 1
    assert ranks.max() < 1 << 20


@pytest.mark.parametrize("loyalty", [1.5, 2.0, 9.0])
@pytest.mark.parametrize("exploration", [0.05, 0.3, 0.6])
def test_personal_ranks_have_the_declared_mixture(exploration, loyalty):
    u = Streams(2).draw("test.ranks").uniforms(np.arange(N))
    ranks = ranks_of(u, exploration, loyalty)
    for k in (2, 3, 10, 100):
        expected = exploration * (1 - np.log(k) / np.log(FAVOURITE_LIMIT)) + (1 - exploration) * k ** (1 - loyalty)
        assert (ranks >= k).mean() == pytest.approx(expected, abs=4 * np.sqrt(0.25 / N))


def test_more_exploration_finds_more_merchants():
    u = Streams(2).draw("test.ranks").uniforms(np.arange(2_000))
    few, many = (len(np.unique(ranks_of(u, q))) for q in (0.05, 0.5))
    assert many > 3 * few


@given(st.integers(0, 1 << 33), st.integers(0, 79), st.integers(2, FAVOURITE_LIMIT), st.integers(1, 400))
def test_a_favourite_that_is_not_the_first_lasts_as_long_as_its_trade_says(person, kind, rank, lasts):
    days = np.arange(20_000, 20_000 + 2 * lasts + 1)
    full = partial(np.full, len(days))
    found = ranks_on(full(rank), people=full(person), kind=full(kind), lasts=full(lasts), day=days)
    assert 2 <= found.min() <= found.max() <= FAVOURITE_LIMIT
    changes = np.flatnonzero(np.diff(found))
    assert len(changes) == 2
    assert changes[1] - changes[0] == lasts
    alone = [ranks_on(full(rank)[:1], people=full(person)[:1], kind=full(kind)[:1], lasts=full(lasts)[:1], day=20_000)]
    assert alone[0][0] == found[0]


def test_first_favourites_and_those_of_lasting_trades_stay():
    people, days = np.arange(100), np.arange(100) * 50
    for ranks, lasts in ((np.ones(100, dtype=np.int64), 60), (np.arange(1, 101), 0)):
        found = ranks_on(ranks, people=people, kind=people % 7, lasts=np.full(100, lasts), day=days)
        assert (found == ranks).all()


@given(st.integers(0, 10**6), st.integers(0, 2), st.integers(1, 10**6))
def test_a_favourite_is_a_function_of_person_kind_and_rank(person, place, rank):
    reach, draw = little_world(), Streams(1).draw("where.favourite")
    ask = {"people": np.array([person]), "place": np.array([place]), "kind": np.array([0]), "ranks": np.array([rank])}
    alone = reach.choose(**ask, favourites=draw)
    among = reach.choose(
        people=np.array([5, person]),
        place=np.array([0, place]),
        kind=np.array([0, 0]),
        ranks=np.array([7, rank]),
        favourites=draw,
    )
    assert alone[0] == among[1]


def test_merchants_are_of_the_kind_that_was_asked_for():
    reach, draw = little_world(), Streams(1).draw("where.favourite")
    people = np.arange(3_000)
    for kind, place, slots in ((0, 0, range(9)), (2, 2, range(9, 12)), (1, 3, range(12, 20)), (3, 4, range(20, 24))):
        chosen = reach.choose(
            people=people,
            place=np.full(3_000, place),
            kind=np.full(3_000, kind),
            ranks=np.ones(3_000, dtype=np.int64),
            favourites=draw,
        )
        assert set(np.unique(chosen)) <= set(slots)


def test_the_first_shop_of_a_cell_is_the_most_popular():
    reach, draw = little_world(), Streams(1).draw("where.favourite")
    n = 40_000
    chosen = reach.choose(
        people=np.arange(n),
        place=np.full(n, 3),
        kind=np.ones(n, dtype=np.int64),
        ranks=np.ones(n, dtype=np.int64),
        favourites=draw,
    )
    counts = np.bincount(chosen, minlength=20)[12:20]
    assert np.all(np.diff(counts) < 4 * np.sqrt(counts[:-1]))
    assert counts[0] > 3 * counts[7]


def test_people_without_a_shop_at_home_go_to_near_towns_more_than_to_far_ones():
    rng = Streams(9).draw("test.map")
    n = 120
    latitude, longitude = 45 + 8 * rng.uniforms(np.arange(n)), 5 + 8 * rng.sub(1).uniforms(np.arange(n))
    towns = np.arange(0, n, 3)
    cells = Cells(
        start=np.arange(len(towns)) * 4,
        size=np.full(len(towns), 4),
        place=towns,
        category=np.zeros(len(towns), dtype=np.int64),
        online=np.zeros(len(towns), dtype=bool),
        giant=np.full(len(towns), -1),
        leader=np.full(len(towns), -1),
    )
    reach = build_reach(
        cells,
        TABLE,
        latitude=latitude,
        longitude=longitude,
        city_country=np.zeros(n, dtype=np.int64),
        n_countries=1,
        distance_scale=np.ones(1),
        popularity=1.0,
        webs=np.zeros((1, 1, 0)),
        offsets=uniform_offsets(1, n + 1),
    )
    home = np.repeat(np.arange(n), REACH_SLOTS)
    there = cells.place[reach.cell[:n, 0].ravel()]
    km = great_circle_km(latitude[home], longitude[home], latitude[there], longitude[there])
    supplied = np.isin(home, towns)
    assert (there == home)[supplied].mean() > 0.95
    assert np.quantile(km[~supplied], 0.9) > 1.5 * np.median(km[~supplied]) > 20
