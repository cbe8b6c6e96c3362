"""Periods, windows and eras."""

from datetime import date, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fraudsim_assets.catalog.lifetimes import LOOK_BACK_DAYS, era_of, expand, listing_window, period_of
from fraudsim_assets.units import day_number
from fraudsim_assets_tests.unit.catalog.small_world import config_of


@given(st.integers(-20_000, 60_000), st.integers(1, 10_000), st.data())
def test_a_day_lies_in_exactly_one_period(day, length, data):
    phase = data.draw(st.integers(0, length - 1))
    period = int(period_of(day, np.array([phase]), np.array([length]))[0])
    assert period * length - phase <= day < (period + 1) * length - phase


@given(st.lists(st.tuples(st.integers(-5, 50), st.integers(0, 6)), min_size=1, max_size=20))
def test_expansion_lists_every_period_once_and_in_order(ranges):
    first = np.array([start for start, _ in ranges])
    last = first + np.array([extra for _, extra in ranges])
    entities, periods = expand(first, last)
    expected = [(i, p) for i in range(len(ranges)) for p in range(first[i], last[i] + 1)]
    assert list(zip(entities.tolist(), periods.tolist(), strict=True)) == expected


def test_the_window_reaches_back_before_the_start_and_up_to_the_end():
    config = config_of(start_date=date(2025, 3, 1), end_date=date(2025, 4, 1))
    window = listing_window(config)
    assert window.first == day_number(date(2025, 3, 1)) - LOOK_BACK_DAYS
    assert window.last == day_number(date(2025, 4, 1))


def test_without_an_end_the_window_reaches_three_years_ahead():
    assert listing_window(config_of(end_date=None)).last == day_number(date(2028, 1, 1))
    leap = listing_window(config_of(start_date=date(2028, 2, 29), end_date=None))
    assert leap.last == day_number(date(2031, 2, 28))


@given(st.dates(date(1990, 1, 1), date(2099, 12, 31)))
def test_an_era_begins_before_any_day_that_is_listed(start):
    config = config_of(start_date=start, end_date=start + timedelta(days=30))
    assert era_of(config).first <= listing_window(config).first
    assert era_of(config) == era_of(config_of(start_date=date(start.year // 10 * 10, 1, 1), end_date=None))
