"""Journeys: bounded windows, found without history."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudsim_assets.calendar import CalendarData
from fraudsim_assets.reference_data import packaged
from fraudsim_assets.spending.travel import Travel
from fraudsim_assets.streams import Streams
from fraudsim_assets.units import day_number

STREAMS = Streams(8)
COUNTRY = np.array([0, 0, 0, 1, 1, 2])
SEASONS = np.array([CalendarData.of(packaged()).journeys(country) for country in ("DE", "AU", "other")])
TABLE = packaged().itinerary
MASS = np.array([10.0, 5, 1, 8, 2, 1])
TRAVEL = Travel.of(city_country=COUNTRY, mass=MASS, seasons=SEASONS, trips_per_year=1.5, table=TABLE)
N = 4_000
PEOPLE, HOME = np.arange(N), np.arange(N) % 3
LONGEST = max(map(len, TRAVEL.nights)) - 1


def where(day: int, people: np.ndarray = PEOPLE) -> tuple[np.ndarray, np.ndarray]:
    home = HOME[people]
    return TRAVEL.journeys(STREAMS, people=people, home=home, country=COUNTRY[home], day=day).whereabouts(home)[:2]


def test_nobody_is_away_at_home_and_everybody_else_is_at_home():
    away, city = where(day_number(date(2025, 7, 10)))
    assert np.array_equal(city[~away], HOME[~away])
    assert np.all(city[away] != HOME[away])
    assert 0.01 < away.mean() < 0.12


def test_summer_has_more_journeys_than_november():
    july, november = (where(day_number(date(2025, month, 15)))[0].mean() for month in (7, 11))
    assert july > 1.4 * november


def test_australians_travel_in_january_and_germans_in_august():
    def away(month: int, country: int) -> float:
        days = [day_number(date(2025, month, day)) for day in (8, 15, 22)]
        found = [
            TRAVEL.journeys(STREAMS, people=PEOPLE, home=HOME, country=np.full(N, country), day=day)
            .whereabouts(HOME)[0]
            .mean()
            for day in days
        ]
        return float(np.mean(found))

    assert away(1, 1) > 1.2 * away(8, 1)
    assert away(8, 0) > 1.5 * away(1, 0)


@given(st.integers(0, N - 1), st.integers(9_000, 40_000))
def test_a_journey_is_a_bounded_stay_in_one_city(person, day):
    stays = [where(day + i, np.array([person])) for i in range(56)]
    length, goal = 0, -1
    for away, city in stays:
        if not away[0]:
            length, goal = 0, -1
            continue
        if goal not in (-1, city[0]):
            length = 0  # a second journey follows on the first
        goal = city[0]
        length += 1
        assert length <= LONGEST


@given(st.integers(9_000, 40_000))
def test_whereabouts_do_not_depend_on_who_else_is_asked(day):
    some = np.array([3, 77, 1_234, 3_999])
    away, city = where(day)
    alone = where(day, some)
    assert np.array_equal(alone[0], away[some])
    assert np.array_equal(alone[1], city[some])


def test_the_days_abroad_have_the_expected_share_over_a_year():
    abroad = [
        (COUNTRY[city[away]] != COUNTRY[HOME[away]]).sum() / N
        for away, city in (where(day_number(date(2025, 1, 5)) + 5 * i) for i in range(73))
    ]
    weights = np.array(TABLE.nights_abroad)
    nights = (weights * np.arange(len(weights))).sum() / weights.sum()
    assert np.mean(abroad) == pytest.approx(1.5 * nights / 365.25, rel=0.2)


def test_a_world_of_one_country_has_no_journeys_abroad():
    alone = Travel.of(
        city_country=np.zeros(2, dtype=int), mass=np.ones(2), seasons=SEASONS[:1], trips_per_year=5.0, table=TABLE
    )
    found = alone.journeys(
        STREAMS, people=PEOPLE, home=PEOPLE % 2, country=np.zeros(N, dtype=int), day=day_number(date(2025, 7, 1))
    )
    _, city, _ = found.whereabouts(PEOPLE % 2)
    assert set(np.unique(city)) <= {0, 1}


@given(st.integers(9_000, 40_000))
def test_who_has_just_moved_was_elsewhere_the_day_before(day):
    _, yesterday = where(day - 1)
    _, city, before = TRAVEL.journeys(STREAMS, people=PEOPLE, home=HOME, country=COUNTRY[HOME], day=day).whereabouts(
        HOME
    )
    came = before != city
    # two windows may meet in one night, when somebody leaves on the day of coming home
    assert (before[came] == yesterday[came]).mean() > 0.95
    assert (yesterday[~came] == city[~came]).mean() > 0.995


def test_journeys_are_as_many_as_expected():
    # Germans, each day of a year: sampling errors of journeys that last for days are those of their beginnings
    germans = np.flatnonzero(COUNTRY[HOME] == 0)
    found = np.zeros((365, 3))
    for i in range(365):
        day = day_number(date(2025, 1, 1)) + i
        journeys = TRAVEL.journeys(STREAMS, people=germans, home=HOME[germans], country=COUNTRY[HOME[germans]], day=day)
        away = journeys.take(np.flatnonzero(journeys.are_under_way))
        found[i] = len(away.at), (away.night == 0).sum(), (away.night == away.nights - 1).sum()
    reach = TRAVEL.reach(cities=np.arange(3), country=COUNTRY[:3], people=np.bincount(HOME, minlength=3))[0]
    days = [TRAVEL.expected(day_number(date(2025, 1, 1)) + i) for i in range(365)]
    wanted = np.array([[part[0] @ reach for part in day] for day in days]) * len(germans)
    begun = wanted[:, 1].sum()
    np.testing.assert_allclose(found.sum(axis=0), wanted.sum(axis=0), rtol=4 / begun**0.5)
    summer, winter = (slice(180, 240), slice(320, 380))
    for season in (summer, winter):
        few = wanted[season, 1].sum()
        np.testing.assert_allclose(found[season, 0].sum(), wanted[season, 0].sum(), rtol=5 / few**0.5)
