"""Clocks of countries: what bends where, and opening hours by them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudsim_assets.reference_data import packaged
from fraudsim_assets.reference_data.clocks import CountryClock, bend
from fraudsim_assets.reference_data.model import minutes_of

CLOCKS, USUAL = packaged().clocks, packaged().usual_clock
clocks = st.sampled_from(list(CLOCKS.values()))
follows = st.sampled_from(["nothing", "meals", "shops", "food"])
minutes = st.integers(0, 2 * 1440)


@given(clocks, follows, minutes)
def test_bending_there_and_back_is_the_same_time(clock, what, minute):
    anchors = clock.anchors(USUAL, what)
    assert bend(anchors, bend(anchors, minute), back=True) == pytest.approx(minute, abs=1e-6)


@given(clocks, follows, minutes)
def test_later_stays_later_and_a_day_stays_a_day(clock, what, minute):
    anchors = clock.anchors(USUAL, what)
    assert bend(anchors, minute) < bend(anchors, minute + 1)
    assert bend(anchors, minute + 1440) == pytest.approx(bend(anchors, minute) + 1440)


@given(clocks)
def test_what_happens_at_lunch_dinner_and_closing_happens_at_those_of_the_country(clock):
    for what, name in (("meals", "lunch"), ("meals", "dinner"), ("shops", "closes"), ("food", "food_closes")):
        assert bend(clock.anchors(USUAL, what), minutes_of(getattr(USUAL, name))) == minutes_of(getattr(clock, name))


def test_the_usual_clock_bends_nothing():
    for category in packaged().categories:
        assert USUAL.opening_hours(USUAL, category.opens_with, category.shop_hours) == category.shop_hours


@given(clocks, st.sampled_from(packaged().categories))
def test_opening_hours_stay_in_order_keep_their_weight_and_never_exceed_a_day(clock, category):
    hours = clock.opening_hours(USUAL, category.opens_with, category.shop_hours)
    assert all(opens < closes <= opens + 1440 for _, opens, closes in hours)
    assert all(opens % 5 == closes % 5 == 0 for _, opens, closes in hours)
    assert sum(weight for weight, _, _ in hours) == pytest.approx(1.0)


def test_ordinary_food_shops_close_at_ten_and_nowhere_in_the_european_union_later():
    grocery = packaged().category("grocery")
    for country in ("DE", "FR", "IT", "ES", "NL", "PL", "SE", "IE", "PT", "GR", "AT"):
        clock = list(CLOCKS.values())[packaged().clock_of(country)]
        closes = [
            last for _, first, last in clock.opening_hours(USUAL, "food", grocery.shop_hours) if last - first < 1440
        ]
        assert max(closes) <= minutes_of("22:00")


def test_a_country_without_a_clock_lives_by_the_usual_one():
    assert list(CLOCKS.values())[packaged().clock_of("XX")] == USUAL


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"lunch": "20:00"}, r"dinner \(19:30\) must be later than lunch \(20:00\)"),
        ({"food_closes": "18:00"}, r"food_closes \(18:00\) must be later than closes \(19:00\)"),
        ({"break_ends": "13:00"}, r"break_ends \(13:00\) must be later"),
    ],
)
def test_times_out_of_order_are_told(changes, told):
    with pytest.raises(ValueError, match=told):
        CountryClock.model_validate(USUAL.model_dump() | changes)
