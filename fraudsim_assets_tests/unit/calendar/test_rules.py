"""Rules for dates and pay days."""

from datetime import date

import numpy as np
import pytest

from fraudsim_assets.calendar.pay import felt, pay_days
from fraudsim_assets.calendar.rules import days_of_rule
from fraudsim_assets.reference_data.date_rules import check_pay_rule, check_rule
from fraudsim_assets.units import day_date, day_number


def dates(rule: str, year: int) -> list[date]:
    first = day_number(date(year, 1, 1))
    return [day_date(first + int(day)) for day in np.flatnonzero(days_of_rule(rule, year))]


@pytest.mark.parametrize(
    ("rule", "year", "expected"),
    [
        ("12-25", 2024, [date(2024, 12, 25)]),
        ("03-01-1", 2024, [date(2024, 2, 29)]),
        ("easter-2", 2025, [date(2025, 4, 18)]),
        ("easter+39", 2022, [date(2022, 5, 26)]),
        ("orthodox_easter", 2024, [date(2024, 5, 5)]),
        ("2 sun may", 2025, [date(2025, 5, 11)]),
        ("last mon may", 2026, [date(2026, 5, 25)]),
        ("4 thu nov+1", 2019, [date(2019, 11, 29)]),
        ("12-30..12-31", 2023, [date(2023, 12, 30), date(2023, 12, 31)]),
        ("easter-1..easter+1", 2023, [date(2023, 4, 8), date(2023, 4, 9), date(2023, 4, 10)]),
    ],
)
def test_a_rule_means_the_days_of_the_calendar(rule: str, year: int, expected: list[date]) -> None:
    assert dates(rule, year) == expected


def test_a_ramp_rises_evenly_to_one_on_the_last_day() -> None:
    ramp = days_of_rule("12-01..12-24", 2025, ramp=True)
    inside = ramp[334 : 334 + 24]
    assert inside[-1] == 1.0
    assert inside[0] == 0.0
    np.testing.assert_allclose(np.diff(inside), 1 / 23)


@pytest.mark.parametrize("rule", ["13-01", "02-30", "6 sun may", "easter 2", "sun", "2 sun mai", ""])
def test_what_is_no_rule_is_refused(rule: str) -> None:
    with pytest.raises(ValueError, match=r"is not a rule for dates|month must be|day is out of range"):
        check_rule(rule)


def test_a_pay_day_on_a_weekend_comes_on_the_friday_before() -> None:
    first, last = day_number(date(2025, 1, 1)), day_number(date(2025, 12, 31))
    days = [day_date(day) for day in pay_days("25", first, last, country="CH")]
    assert len(days) == 12
    assert date(2025, 1, 24) in days  # the 25th is a Saturday
    assert date(2025, 5, 23) in days  # a Sunday
    assert all(day.weekday() < 5 for day in days)


@pytest.mark.parametrize(
    ("rule", "country", "named", "paid"),
    [
        ("25", "CH", date(2024, 12, 25), date(2024, 12, 24)),  # Christmas
        ("25", "CH", date(2022, 12, 25), date(2022, 12, 23)),  # on a Sunday
        ("1", "US", date(2022, 1, 1), date(2021, 12, 30)),  # New Year's Day is kept on the Friday before
        ("every fri", "AU", date(2022, 4, 15), date(2022, 4, 14)),  # Good Friday
        ("1", "FR", date(2024, 5, 1), date(2024, 4, 30)),  # Labour Day
        ("3", "US", date(2023, 9, 3), date(2023, 9, 1)),  # the Sunday before Labor Day
    ],
)
def test_a_pay_day_on_a_holiday_comes_on_the_working_day_before(
    rule: str, country: str, named: date, paid: date
) -> None:
    near = pay_days(rule, day_number(named) - 6, day_number(named), country=country)
    assert [day_date(day) for day in near][-1] == paid


@pytest.mark.parametrize(
    ("rule", "count"),
    [("last", 12), ("every fri", 52), ("every second fri", 26), ("31", 12), ("15 and last", 24), ("2 wed", 12)],
)
def test_a_year_has_as_many_pay_days_as_its_rule_says(rule: str, count: int) -> None:
    found = pay_days(rule, day_number(date(2026, 1, 1)), day_number(date(2026, 12, 31)), country="US")
    assert abs(len(found) - count) <= (1 if rule.startswith("every") else 0)


def test_pay_days_do_not_depend_on_where_the_search_begins() -> None:
    first = day_number(date(2025, 1, 1))
    for rule in ("25", "last", "1", "15 and last", "3 wed", "every second fri", "every fri"):
        whole = pay_days(rule, first, first + 400, country="DE")
        parts = [day for a, b in ((0, 123), (124, 400)) for day in pay_days(rule, first + a, first + b, country="DE")]
        assert whole == parts


def test_employers_who_pay_every_second_week_are_of_either_week() -> None:
    first = day_number(date(2026, 1, 1))
    weekly = pay_days("every fri", first, first + 400, country="US")
    either = [pay_days("every second fri", first, first + 400, country="US", phase=phase) for phase in range(2)]
    assert sorted(either[0] + either[1]) == weekly
    assert not set(either[0]) & set(either[1])
    profile = (1.0, 0.5)
    halves = felt([("every second fri", 1.0)], profile, first, 364, country="US")
    np.testing.assert_allclose(2 * halves, felt([("every fri", 1.0)], profile, first, 364, country="US"), atol=1e-12)


def test_social_security_comes_on_the_second_wednesday() -> None:
    first = day_number(date(2019, 1, 1))
    assert [day_date(day).day for day in pay_days("2 wed", first, first + 58, country="US")] == [9, 13]


def test_pay_days_of_the_last_month_are_still_felt() -> None:
    first = day_number(date(2025, 2, 1))
    strength = felt([("last", 1.0)], (1.0, 0.8, 0.6), first, 28, country="CH")
    # 31 January 2025 is a Friday
    assert strength[0] - strength[10] == pytest.approx(0.8)
    assert strength.mean() == pytest.approx(0.0, abs=1e-12)


def test_what_is_no_rule_for_pay_days_is_refused() -> None:
    with pytest.raises(ValueError, match="valid are 25, last"):
        check_pay_rule("32")
