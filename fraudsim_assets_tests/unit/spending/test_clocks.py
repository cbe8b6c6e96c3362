"""Curves on clocks of countries: nothing is lost, and peaks move to where people eat and shop."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudsim_assets.config.model import Spending
from fraudsim_assets.reference_data import packaged
from fraudsim_assets.reference_data.model import minutes_of
from fraudsim_assets.spending.kinds import Kinds
from fraudsim_assets.spending.rhythm import bent, share_of_hours

REFERENCE = packaged()
NAMES = list(REFERENCE.clocks)
clocks = st.sampled_from(list(REFERENCE.clocks.values()))


@pytest.fixture(scope="module")
def kinds() -> Kinds:
    return Kinds.of(Spending(), REFERENCE)


def clock(country: str) -> int:
    return REFERENCE.clock_of(country)


def busiest(kinds: Kinds, country: str, kind: int, hours: range) -> float:
    """Middle of the hour of a working day with most payments, among some hours."""
    day = kinds.by_clock[clock(country), kind, 24:48]
    return max(hours, key=lambda hour: day[hour]) + 0.5


def hour_of(country: str, meal: str) -> float:
    """When a meal is eaten in a country."""
    return minutes_of(getattr(REFERENCE.clocks[NAMES[clock(country)]], meal)) / 60


@given(clocks, st.sampled_from(sorted(REFERENCE.hour_curves)), st.sampled_from(["nothing", "meals", "shops", "food"]))
def test_a_bent_shape_has_the_same_sum_and_no_negative_hour(of, name, follows):
    curve = np.array(REFERENCE.hour_curves[name].hours)
    found = bent(curve, of.anchors(REFERENCE.usual_clock, follows))
    assert found.sum() == pytest.approx(curve.sum())
    assert found.min() > -1e-9


@given(clocks, st.integers(0, 23), st.integers(1, 12))
def test_hours_of_the_usual_clock_cover_as_much_of_the_day_wherever_nothing_is_bent(of, begin, length):
    share = share_of_hours(60 * begin, 60 * (begin + length), of.anchors(REFERENCE.usual_clock, "nothing"))
    expected = [any(begin <= hour + day < begin + length for day in (0, 24)) for hour in range(24)]
    assert np.array_equal(share, np.array(expected, dtype=float))


def test_all_clocks_sell_as_much_on_each_day_of_the_week(kinds):
    days = kinds.by_clock.reshape(len(NAMES), len(kinds.share), 7, 24).sum(axis=3)
    assert np.allclose(days, days[:1])
    assert np.allclose(kinds.curve, kinds.by_clock[NAMES.index("other")])


@pytest.mark.parametrize("country", ["DE", "FR", "ES", "IT", "SE", "GR", "PT", "MX", "AR", "US", "GB"])
def test_restaurants_are_busiest_and_meals_are_sent_home_when_people_eat(kinds, country):
    restaurant, sent = 2 * REFERENCE.category_code("restaurant"), 2 * REFERENCE.category_code("fast_food") + 1
    # an hour is the unit of shapes, which lie half of one beside it where they are bent
    assert abs(busiest(kinds, country, restaurant, range(11, 17)) - hour_of(country, "lunch")) <= 1.0
    assert abs(busiest(kinds, country, restaurant, range(17, 24)) - hour_of(country, "dinner")) <= 1.0
    assert abs(busiest(kinds, country, sent, range(24)) - hour_of(country, "dinner")) <= 1.0


def test_shops_are_quieter_over_midday_and_open_later_where_there_is_a_break(kinds):
    clothes = 2 * REFERENCE.category_code("clothing")
    spain, germany = (kinds.by_clock[clock(country), clothes, 24:48] for country in ("ES", "DE"))
    assert spain[14:17].sum() < 0.75 * germany[14:17].sum()
    assert spain[20] > 0
    assert germany[20] == 0
