"""Free days: holidays, weekends, leap years."""

import warnings
from datetime import date
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudsim_assets.spending.calendar import free_days, free_days_of, is_public_holiday, thanksgiving
from fraudsim_assets.units import day_number

years = st.integers(1995, 2099)


@given(years)
def test_thanksgiving_is_the_fourth_thursday_of_november(year):
    day = thanksgiving(year)
    assert day.month == 11
    assert day.weekday() == 3
    assert 22 <= day.day <= 28


@pytest.mark.parametrize("country", ["IN", "DE", "US", "SA"])
@pytest.mark.parametrize("year", [1995, 2036, 2099])
def test_far_years_have_the_holidays_that_can_be_computed_and_say_nothing(country, year):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        free = free_days_of((country, "FR"), year)
    assert free.rest[0].sum() >= 5
    assert free.rest[1].sum() >= 11


@pytest.mark.parametrize(("year", "days"), [(2024, 366), (2025, 365), (2000, 366), (2100, 365)])
def test_a_year_has_all_its_days(year, days):
    free = free_days_of(("DE", "GB"), year)
    assert free.rest.shape == free.weekday.shape == (2, days)


def test_holidays_are_those_of_the_country():
    assert is_public_holiday("US", date(2025, 7, 4))
    assert not is_public_holiday("FR", date(2025, 7, 4))
    assert is_public_holiday("FR", date(2025, 7, 14))


def test_a_country_without_a_calendar_has_no_holidays_and_an_ordinary_weekend():
    free = free_days_of(("XX",), 2025)
    assert not free.rest.any()
    assert free.weekday[0, 4] == 6  # 5 January 2025 is a Sunday


def test_weekends_are_where_the_country_has_them():
    friday = (date(2025, 6, 6) - date(2025, 1, 1)).days
    free = free_days_of(("DE", "EG"), 2025)
    assert free.weekday[0, friday] == 4
    assert free.weekday[1, friday] == 5  # Friday and Saturday are Egypt's weekend


@given(st.integers(day_number(date(1995, 1, 5)), day_number(date(2098, 12, 20))), st.integers(1, 6))
def test_a_window_of_days_is_cut_out_of_its_years(first, n_days):
    of_year = partial(free_days_of, ("DE",))
    window = free_days(of_year, first, n_days)
    single = [free_days(of_year, first + i, 1) for i in range(n_days)]
    assert np.array_equal(window.weekday, np.concatenate([s.weekday for s in single], axis=1))
    assert np.array_equal(window.rest, np.concatenate([s.rest for s in single], axis=1))
