"""The calendar of spending: holidays, shopping days, leap years."""

import warnings
from datetime import date, timedelta
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudsim_assets.spending.calendar import (
    date_factors,
    is_public_holiday,
    thanksgiving,
    year_factors,
)
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
        factors = year_factors((country, "FR"), year)
    assert factors.rest[0].sum() >= 5
    assert factors.rest[1].sum() >= 11


@pytest.mark.parametrize(("year", "days"), [(2024, 366), (2025, 365), (2000, 366), (2100, 365)])
def test_a_year_has_all_its_days_and_a_mean_of_one(year, days):
    factors = year_factors(("DE", "GB"), year)
    assert factors.present.shape == (2, days)
    assert np.allclose(factors.present.mean(axis=1), 1.0)
    assert np.allclose(factors.remote.mean(axis=1), 1.0)


def test_black_friday_is_busier_than_the_fridays_around_it():
    friday = thanksgiving(2025) + timedelta(days=1)
    window = date_factors(partial(year_factors, ("FR",)), day_number(friday) - 7, 15)
    assert window.present[0, 7] > 1.02 * max(window.present[0, 0], window.present[0, 14])
    assert window.remote[0, 7] > 1.2 * max(window.remote[0, 0], window.remote[0, 14])


def test_december_is_the_busiest_month_in_shops():
    factors = year_factors(("DE",), 2025).present[0]
    month = np.array([(date(2025, 1, 1) + timedelta(days=i)).month for i in range(365)])
    means = [factors[month == m].mean() for m in range(1, 13)]
    assert int(np.argmax(means)) == 11
    assert means[11] == pytest.approx(1.125, abs=0.05)  # target E11


def test_holidays_are_those_of_the_country():
    assert is_public_holiday("US", date(2025, 7, 4))
    assert not is_public_holiday("FR", date(2025, 7, 4))
    assert is_public_holiday("FR", date(2025, 7, 14))


def test_a_country_without_a_calendar_has_no_holidays_and_an_ordinary_weekend():
    factors = year_factors(("XX",), 2025)
    assert not factors.rest.any()
    assert factors.weekday[0, 4] == 6  # 5 January 2025 is a Sunday


def test_weekends_are_where_the_country_has_them():
    friday = (date(2025, 6, 6) - date(2025, 1, 1)).days
    factors = year_factors(("DE", "EG"), 2025)
    assert factors.weekday[0, friday] == 4
    assert factors.weekday[1, friday] == 5  # Friday and Saturday are Egypt's weekend


@given(st.integers(day_number(date(1995, 1, 5)), day_number(date(2098, 12, 20))), st.integers(1, 6))
def test_a_window_of_days_is_cut_out_of_its_years(first, n_days):
    of_year = partial(year_factors, ("DE",))
    window = date_factors(of_year, first, n_days)
    single = [date_factors(of_year, first + i, 1) for i in range(n_days)]
    assert np.array_equal(window.present, np.concatenate([s.present for s in single], axis=1))
    assert np.array_equal(window.rest, np.concatenate([s.rest for s in single], axis=1))
