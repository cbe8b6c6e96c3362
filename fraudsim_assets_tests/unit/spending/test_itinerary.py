"""Itineraries: a person is in one place at a time, and the way between two places takes its time."""

import itertools

import numpy as np
import pytest

from fraudsim_assets.reference_data import packaged
from fraudsim_assets.spending.itinerary import Itineraries, journey_minutes, way_minutes
from fraudsim_assets.spending.towns import Towns
from fraudsim_assets.spending.where import REACH_SLOTS, Cells, Reach
from fraudsim_assets.streams import Streams

N, CITIES, SHOPS = 4_000, 12, 20
STREAMS, TABLE = Streams(9), packaged().itinerary
PEOPLE = np.arange(N)
LATITUDE, LONGITUDE = np.linspace(50.0, 50.0 + 0.3 * (CITIES - 1), CITIES), np.full(CITIES, 8.0)


@pytest.fixture(scope="module")
def towns() -> Towns:
    """Twelve cities in a row, 33 km apart, each with twenty shops of either of two categories but the last."""
    place, category = np.repeat(np.arange(CITIES), 2)[:-1], np.tile([0, 1], CITIES)[:-1]
    size, none = np.full(len(place), SHOPS), np.full(len(place), -1)
    cells = Cells(np.arange(len(place)) * SHOPS, size, place, category, np.zeros(len(place), bool), none, none)
    words = STREAMS.draw("cells").words(np.arange(CITIES * 2 * REACH_SLOTS)).reshape(CITIES, 2, REACH_SLOTS)
    city = (words % np.uint64(CITIES - 1)).astype(np.int32)
    reach = Reach(city * 2 + np.arange(2, dtype=np.int32)[None, :, None], cells, CITIES, 1.06)
    north, east = (0.1 * STREAMS.draw(name).uniforms(np.arange(len(place) * SHOPS)) - 0.05 for name in ("n", "e"))
    at = np.repeat(place, SHOPS)
    positions = (LATITUDE[at] + north + 1j * (LONGITUDE[at] + east)).astype(np.complex64)
    return Towns.of(
        reach,
        latitude=LATITUDE,
        longitude=LONGITUDE,
        positions=positions,
        country=np.zeros(CITIES, dtype=np.int64),
        table=TABLE,
        offsets=STREAMS.draw("u").uniforms(np.arange(3 * CITIES)).reshape(3, CITIES),
    )


def plan(towns: Towns, **changes) -> Itineraries:
    no = np.zeros(N, dtype=bool)
    given = {"city": PEOPLE % CITIES, "away": no, "moved_km": np.zeros(N), "works": ~no, "workday": ~no}
    given |= {"offset": np.zeros(N, dtype=np.int64), "day": 20_000}
    return Itineraries.of(TABLE, STREAMS, towns, people=PEOPLE, home=PEOPLE % CITIES, **(given | changes))


def test_between_two_places_lies_at_least_the_time_of_the_way(towns):
    for workday in (True, False):
        day = plan(towns, workday=np.full(N, workday))
        at = np.repeat(PEOPLE, 96)
        utc = np.tile(np.arange(96) * 15.0 + 3.0, N)
        minute, city = day.place(at, utc, np.zeros(len(at)))
        order = np.lexsort((minute, at))
        at, minute, city = at[order], minute[order], city[order]
        km, gap = towns.distance(city[:-1], city[1:]), np.diff(minute)
        moved = (np.diff(at) == 0) & (km > 0)
        assert moved.sum() > 500
        assert np.all(km[moved] / (gap[moved] / 60) < 130)


def test_people_at_work_are_where_they_work_and_the_others_are_not_far(towns):
    working, free = plan(towns), plan(towns, works=np.zeros(N, dtype=bool))
    # gravity keeps nine of ten at home where the next town is 33 km away
    assert 0.05 < (working.middle != working.morning).mean() < 0.2
    assert towns.distance(free.morning, free.middle).max() <= TABLE.farthest_outing + 1


def test_excursions_leave_town(towns):
    here = np.arange(CITIES)[:, None]
    away = towns.distance(np.repeat(here, REACH_SLOTS, axis=1).ravel(), towns.excursion.ravel())
    assert away.min() >= TABLE.least_outing
    assert away.max() <= TABLE.farthest_outing


def test_most_work_where_they_live_and_the_others_in_near_towns_rather_than_far_ones(towns):
    here = np.repeat(np.arange(CITIES), REACH_SLOTS)
    for table, farthest in ((towns.work, TABLE.farthest_commute), (towns.shopping, TABLE.farthest_shopping)):
        away = towns.distance(here, table.ravel().astype(np.int64))
        assert (away == 0).mean() > 0.5
        assert 0 < away[away > 0].min() <= away.max() <= farthest
        next_door, further = ((away > a) & (away < b) for a, b in ((30, 40), (60, 70)))
        assert next_door.sum() > 3 * further.sum()


def test_borders_keep_people_at_home_but_for_some(towns):
    def crossed(abroad: float) -> float:
        table = TABLE.model_copy(update={"outing_abroad": abroad})
        country = np.arange(CITIES) // (CITIES // 2)
        found = Towns.of(
            towns.reach,
            latitude=LATITUDE,
            longitude=LONGITUDE,
            positions=towns.positions,
            country=country,
            table=table,
            offsets=np.full((3, CITIES), 0.5),
        ).excursion
        return float((country[found] != country[:, None]).mean())

    assert crossed(0.0) == 0.0
    assert 0.0 < crossed(0.3) < crossed(1.0)


def test_who_comes_from_afar_pays_nothing_before_arriving(towns):
    day = plan(towns, moved_km=np.full(N, 600.0))
    minute, _ = day.place(PEOPLE, STREAMS.draw("t").uniforms(PEOPLE) * 1440, np.zeros(N))
    assert minute.min() > 600


def test_journeys_of_people_in_the_west_start_in_their_morning(towns):
    west, home = (plan(towns, moved_km=np.full(N, 200.0), offset=np.full(N, o)) for o in (-480, 0))
    assert np.all(west.arrival == home.arrival + 480)


def test_ways_take_longer_the_further_and_planes_are_for_far_journeys():
    km = np.array([0.0, 5.0, 50.0, 300.0, 699.0])
    assert np.all(np.diff(way_minutes(TABLE, km)) > 0)
    assert np.all(km / (way_minutes(TABLE, km) / 60) < 106)
    assert journey_minutes(TABLE, np.array([5_000.0]))[0] < way_minutes(TABLE, np.array([5_000.0]))[0]


def test_a_trade_that_a_town_lacks_is_found_nearby(towns):
    last = np.array([CITIES - 1])
    assert towns.has(last, np.array([0]))[0]
    assert not towns.has(last, np.array([1]))[0]
    assert towns.km[CITIES - 1, 1] > 30


def test_excursions_that_some_people_give_up_are_days_at_home_and_others_go_as_before(towns):
    planned = plan(towns, workday=np.zeros(N, dtype=bool))
    some = PEOPLE[::2]
    changed = planned.without_excursions(np.isin(PEOPLE, some))
    assert planned.excursion[some].sum() > 100
    assert np.array_equal(
        changed.middle, np.where(changed.excursion | ~planned.excursion, planned.middle, planned.morning)
    )
    assert not changed.excursion[some].any()
    assert np.array_equal(changed.excursion[1::2], planned.excursion[1::2])


def test_the_more_shops_come_to_mind_the_nearer_the_favourite_is(towns):
    zeros = np.zeros(N, dtype=np.int64)
    home = np.full(N, LATITUDE[0] + 1j * LONGITUDE[0], dtype=np.complex64)
    away = []
    for compared in (1, 2, 3, 4):
        slot = towns.choose(
            people=PEOPLE,
            town=zeros,
            kind=zeros,
            ranks=zeros + 1,
            compared=np.full(N, compared),
            home=home,
            favourites=STREAMS.draw("where.favourite"),
        )
        assert np.all(slot < SHOPS)
        away.append(np.abs(towns.positions[slot] - home))
    for fewer, more in itertools.pairwise(away):
        # longitudes weigh less, so the nearest in degrees may differ by their weight
        assert np.all(more <= fewer / np.cos(np.radians(LATITUDE[0])) + 1e-6)
        assert more.mean() < fewer.mean() * 0.97
