"""Pay days of people: every country pays as its pay days say, and people's own stand out."""

from datetime import date

import numpy as np
import pytest

from fraudsim_assets.calendar import CalendarData
from fraudsim_assets.reference_data import packaged
from fraudsim_assets.spending.paydays import PayDays, shared_out
from fraudsim_assets.spending.routines import ROUTINES
from fraudsim_assets.streams import Streams
from fraudsim_assets.units import day_number

CALENDAR = CalendarData.of(packaged())
COUNTRIES = ("CH", "US", "DE", "AU", "JP")
PAY = PayDays.of(Streams(3), CALENDAR, COUNTRIES, own=packaged().habits.own_paydays)
N = 12_000
PEOPLE = np.arange(N)


def paid(country: str, day: date) -> float:
    employer = PAY.employer_of(PEOPLE, np.full(N, COUNTRIES.index(country)))
    return float(PAY.paid_on(day_number(day))[employer].mean())


def test_most_swiss_are_paid_on_the_25th_or_the_friday_before():
    # a sixth of people is the step in which employers are shared out; four of them here
    assert paid("CH", date(2025, 9, 25)) == pytest.approx(4 / 6, abs=4 * (2 / 9 / N) ** 0.5)
    assert paid("CH", date(2025, 10, 24)) == paid("CH", date(2025, 9, 25))
    assert paid("CH", date(2025, 10, 25)) == 0


def test_americans_are_paid_on_fridays_half_of_the_fortnightly_ones_at_a_time():
    assert 0.25 < paid("US", date(2025, 9, 5)) < 0.45
    assert 0.25 < paid("US", date(2025, 9, 12)) < 0.45
    assert paid("US", date(2025, 9, 9)) == 0


@pytest.mark.parametrize("code", sorted(CALENDAR.countries))
def test_routines_are_shared_out_as_the_country_pays(code):
    rules = CALENDAR.country(code).pay_days
    found = shared_out(rules, country=code)
    assert len(found) == ROUTINES
    for rule in rules:
        count = sum(name == rule.on for name, _, _ in found)
        assert abs(count - rule.share * ROUTINES) < (2 if rule.on.startswith("every second") else 1)


@pytest.mark.parametrize("first", [day_number(date(2025, 1, 1)), day_number(date(2024, 2, 20))])
def test_the_next_pay_day_is_the_first_that_comes(first):
    for day in range(first, first + 40):
        coming, gone = PAY.next_after(day)
        assert np.all((gone <= day) & (day < coming) & (coming - gone <= 35))
        assert np.array_equal(PAY.next_after(int(coming[0]))[1][0], coming[0])
        assert np.array_equal(PAY.paid_on(day), gone == day)


def test_own_pay_days_stand_out_and_the_crowd_is_as_it_was():
    first = day_number(date(2025, 9, 1))
    felt = PAY.felt(first, 61)
    assert felt.shape == (len(COUNTRIES), ROUTINES, 61)
    np.testing.assert_allclose(felt.mean(axis=1), 0.0, atol=1e-12)
    employer = PAY.slots[COUNTRIES.index("CH")]
    of_25th = np.flatnonzero(np.array([PAY.employers[e][0] for e in employer]) == "25")
    assert felt[COUNTRIES.index("CH"), of_25th[0], 24] > 0.3
    # windows that begin on other days see the same
    np.testing.assert_array_equal(PAY.felt(first + 20, 30), felt[:, :, 20:50])
