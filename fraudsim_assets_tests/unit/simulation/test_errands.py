"""Errands: payments of a person in shops, their ways and stays, and what is paid again and again."""

import numpy as np
import pytest

from fraudsim_assets.maths.sampling import great_circle_km
from fraudsim_assets.simulation.cast import Cast, Crowd
from fraudsim_assets.simulation.errands import stays, ways
from fraudsim_assets.simulation.keys import occasions_on
from fraudsim_assets.simulation.moments import moments
from fraudsim_assets.simulation.purchases import occasion_rows, visits_of
from fraudsim_assets.spending.itinerary import journey_minutes
from fraudsim_assets.units import MINUTE, day_number
from fraudsim_assets_tests.unit.simulation.worlds import FIRST

DAYS = 20


@pytest.fixture(scope="module")
def visited(world):
    """Occasions in person of some days, by person and time: person, minute since the first day, kind and merchant."""
    found = []
    for n in range(DAYS):
        crowd = Crowd.of(world, np.arange(world.entities.n_customers), day_number(FIRST) + n)
        occasions = occasions_on(world, crowd)
        visits = visits_of(world, crowd, occasions, occasions.ids(crowd))
        here = occasions.need < world.lives.first_remote
        rows = (occasions.who[here], visits.minute[here] + n * 1440, visits.kind[here], visits.merchant[here])
        found.append(np.stack([each.astype(np.float64) for each in rows]))
    rows = np.concatenate(found, axis=1)
    return rows[:, np.lexsort((rows[1], rows[0]))]


@pytest.fixture(scope="module")
def pairs(visited):
    """Occasions of one person within an hour of each other: minutes between, merchants, and the kind of the second."""
    who, minute, kind, merchant = visited
    after = np.flatnonzero((who[1:] == who[:-1]) & (np.diff(minute) < 60))
    return np.diff(minute)[after], merchant[after], merchant[after + 1], kind[after + 1].astype(np.int64)


def test_who_goes_to_the_next_shop_walks_where_that_is_as_fast(world):
    positions = world.entities.seats.positions.astype(np.complex128)
    there = np.arange(len(positions))
    here = np.zeros(len(there), dtype=np.int64)
    km = great_circle_km(positions[here].real, positions[here].imag, positions[there].real, positions[there].imag)
    minutes, table = ways(world, here, there), world.reference.itinerary
    assert minutes[0] == 0.0
    # ways are known to ten metres, at the speed of people on foot at worst
    slack = 0.005 * 60 / table.walking_kmh + 1e-9
    assert np.all(minutes <= 60 * km / table.walking_kmh + slack)
    assert np.all(minutes <= journey_minutes(table, km) + slack)
    assert np.all(minutes >= np.minimum(60 * km / table.walking_kmh, journey_minutes(table, km)) - slack)


def test_people_stay_in_shops_as_long_as_their_trade_takes_in_the_median(world):
    n, spread = 4_000, world.reference.itinerary.stay_spread
    for name in ("fuel", "restaurant"):
        kind = np.full(n, 2 * world.reference.category_code(name))
        found = np.median(stays(world, 20_000, kind, np.arange(n)))
        expected = world.reference.categories[kind[0] >> 1].stay
        assert abs(np.log(found / expected)) < 4 * 1.25 * spread / n**0.5


def test_errands_of_one_need_on_one_outing_come_one_after_the_other(world):
    crowd = Crowd.of(world, np.arange(world.entities.n_customers), day_number(FIRST))
    occasions = occasions_on(world, crowd)
    minute = moments(world, crowd, occasions, occasions.ids(crowd))
    here = occasions.need < world.lives.first_remote
    several = np.stack([occasions.who[here], occasions.need[here], minute[here]])
    assert np.unique(several, axis=1).shape[1] == here.sum()


def test_hardly_anybody_pays_in_two_shops_within_minutes(visited, pairs):
    n, gap = visited.shape[1], pairs[0]
    assert n > 10_000
    for minutes, share in ((2.9, 0.002), (5.0, 0.02)):
        assert (gap < minutes).sum() / n < share + 4 * (share / n) ** 0.5


def test_few_come_back_to_the_same_shop_within_an_hour_but_for_another_drink(world, pairs):
    _, before, after, kind = pairs
    again = (before == after) & ~world.habits.kinds.revisited.take(kind)
    assert len(again) > 1_000
    # a small town has few other shops: 0.08 where the only one of a trade sells to one person twice, 0.042 where not
    assert again.mean() < 0.042 + 3 * (0.042 / len(again)) ** 0.5


def test_stays_and_ways_show_in_the_times_between_payments(pairs, world):
    gap, before, after, kind = pairs
    other = before != after
    stay = world.habits.kinds.stay.take(kind)
    quick, slow = gap[other & (stay <= 10)], gap[other & (stay >= 25)]
    assert min(len(quick), len(slow)) > 200
    assert np.quantile(quick, 0.1) < np.quantile(slow, 0.1) - 3


def test_people_pay_their_usual_sum_again_where_they_buy_the_same(world):
    found = []
    for n in range(DAYS):
        cast = Cast.of_people(world, np.arange(world.entities.n_customers), day_number(FIRST) + n)
        rows = occasion_rows(world, cast, occasions_on(world, cast.crowd))
        people = cast.people.take(rows.at)
        found.append(np.stack([people, rows.merchant, rows.code >> 6, n * 1440 + rows.moment // MINUTE, rows.minor]))
        found[-1] = np.concatenate([found[-1], rows.kind[None]])
    rows = np.concatenate(found, axis=1).astype(np.int64)
    rows = rows[:, np.lexsort(rows[[3, 2, 1, 0]])]
    before = (rows[:3, 1:] == rows[:3, :-1]).all(axis=0) & (rows[5, 1:] == rows[5, :-1])
    same = rows[4, 1:] == rows[4, :-1]
    second = world.reference.shopping.usual_second
    for name in ("cafe_bar", "grocery"):
        code = world.reference.category_code(name)
        some = before & (rows[5, 1:] == 2 * code)
        n, usual = some.sum(), world.reference.categories[code].usual
        assert n > 200
        # two usual sums are paid as often as each other; by chance a few other sums are the same
        expected = usual**2 * (1 - second / 2)
        assert expected - 4 * (0.25 / n) ** 0.5 < same[some].mean() < expected + 0.05 + 4 * (0.25 / n) ** 0.5
