"""The calendar of spending: months, public holidays and shopping days by country.

Belongs here: factors on the daily volume that depend on a date and a country only. Does not
belong here: the hour of the day and the day of the week (``rhythm``).
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from fraudsim_assets.units import Bools, Floats, Ints, day_date, day_number

MONTHS_PRESENT = (0.92, 0.92, 0.98, 0.99, 1.01, 1.01, 1.01, 1.0, 0.98, 1.0, 1.02, 1.13)
"""Monthly factor of in-store volume, January first. Source: census_mrts (recalled, target E11). [unitless]"""

MONTHS_REMOTE = (0.96, 0.93, 0.97, 0.97, 0.98, 0.97, 0.97, 0.97, 0.98, 1.01, 1.12, 1.17)
"""Monthly factor of remote volume, January first. ASSUMPTION: the same peak, earlier and higher. [unitless]"""

HOLIDAY_PRESENT, HOLIDAY_REMOTE = 0.62, 0.92
"""Volume on a public holiday. ASSUMPTION: many shops are closed, web shops are not. [unitless]"""

CHRISTMAS_PRESENT = 0.30
"""In-store volume on 25 December where it is a public holiday. ASSUMPTION. [unitless]"""

HOLIDAY_EVE_PRESENT = 1.12
"""In-store volume on the day before a public holiday. ASSUMPTION. [unitless]"""

BLACK_FRIDAY_PRESENT, BLACK_FRIDAY_REMOTE = 1.14, 1.45
"""Black Friday; together about +20 % in number. Source: nationwide_2024 (target E09). [unitless]"""

CYBER_MONDAY_REMOTE, SINGLES_DAY_REMOTE = 1.35, 1.12
"""Remote volume on the Monday after Thanksgiving and on 11 November. ASSUMPTION. [unitless]"""

CHRISTMAS_RUSH_PRESENT = 1.14
"""In-store volume from 15 to 23 December. ASSUMPTION. [unitless]"""


def thanksgiving(year: int) -> date:
    """Fourth Thursday of November. Source: 5 U.S.C. 6103."""
    first = date(year, 11, 1)
    return first + timedelta(days=(3 - first.weekday()) % 7 + 21)


@dataclass(frozen=True)
class YearFactors:
    """Factors of one year for several countries.

    Attributes
    ----------
    present, remote : (countries, days of year)
        Volume factors, mean one over the year. [unitless]
    rest : (countries, days of year)
        True on public holidays. [unitless]
    weekday : (countries, days of year)
        Day of the working week: 0 first working day, 5 and 6 the weekend, wherever it falls.
    """

    first_day: int
    present: Floats
    remote: Floats
    rest: Bools
    weekday: Ints


def _year_days(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=i) for i in range((date(year + 1, 1, 1) - first).days)]


def _shopping_days(days: list[date]) -> tuple[Floats, Floats]:
    """Factors all countries share."""
    present = np.array([MONTHS_PRESENT[d.month - 1] for d in days])
    remote = np.array([MONTHS_REMOTE[d.month - 1] for d in days])
    friday = thanksgiving(days[0].year) + timedelta(days=1)
    for i, day in enumerate(days):
        if day == friday:
            present[i] *= BLACK_FRIDAY_PRESENT
            remote[i] *= BLACK_FRIDAY_REMOTE
        elif day == friday + timedelta(days=3):
            remote[i] *= CYBER_MONDAY_REMOTE
        elif (day.month, day.day) == (11, 11):
            remote[i] *= SINGLES_DAY_REMOTE
        elif day.month == 12 and 15 <= day.day <= 23:
            present[i] *= CHRISTMAS_RUSH_PRESENT
    return present, remote


@lru_cache(maxsize=512)
def _public_holidays(country: str, year: int) -> tuple[frozenset[date], frozenset[int]]:
    """Public holidays and weekend days of a country; none known counts as none, Saturday and Sunday.

    Holidays that hang on a lunisolar calendar are tabulated only so far (India: 2001 to 2035); in other
    years such a country has its remaining holidays.
    """
    import holidays

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Requested Holidays are available only", category=UserWarning)
        try:
            calendar = holidays.country_holidays(country, years=[year, year + 1])
        except NotImplementedError:
            return frozenset(), frozenset({5, 6})
    return frozenset(calendar), frozenset(calendar.weekend)


@lru_cache(maxsize=64)
def year_factors(countries: tuple[str, ...], year: int) -> YearFactors:
    """Volume factors of every day of a year in every country.

    Parameters
    ----------
    countries : (c,)
        ISO 3166-1 alpha-2 codes.
    year
        Calendar year.

    References
    ----------
    .. [1] Public holidays: the ``holidays`` package (MIT).
    """
    days = _year_days(year)
    shared_present, shared_remote = _shopping_days(days)
    present = np.tile(shared_present, (len(countries), 1))
    remote = np.tile(shared_remote, (len(countries), 1))
    rest = np.zeros(present.shape, dtype=bool)
    weekday = np.zeros(present.shape, dtype=np.int64)
    calendar_weekday = np.array([d.weekday() for d in days])
    for c, country in enumerate(countries):
        public, weekend = _public_holidays(country, year)
        last = max(weekend, key=lambda d: (d in weekend and (d + 1) % 7 not in weekend, d)) if weekend else 6
        weekday[c] = (calendar_weekday - (last - 6)) % 7
        for i, day in enumerate(days):
            if day in public:
                rest[c, i] = True
                christmas = (day.month, day.day) == (12, 25)
                present[c, i] *= CHRISTMAS_PRESENT if christmas else HOLIDAY_PRESENT
                remote[c, i] *= HOLIDAY_REMOTE
            elif day + timedelta(days=1) in public:
                present[c, i] *= HOLIDAY_EVE_PRESENT
    present /= present.mean(axis=1, keepdims=True)
    remote /= remote.mean(axis=1, keepdims=True)
    return YearFactors(day_number(days[0]), present, remote, rest, weekday)


@dataclass(frozen=True)
class DateFactors:
    """Factors of consecutive days: a window of :class:`YearFactors` that may cross New Year."""

    present: Floats
    remote: Floats
    rest: Bools
    weekday: Ints


def date_factors(of_year: Callable[[int], YearFactors], first: int, n_days: int) -> DateFactors:
    """Volume factors of consecutive local dates.

    Parameters
    ----------
    of_year
        Gives the factors of a year, as :func:`year_factors` does.
    first
        First day. [day number]
    n_days
        How many days. [days]

    Returns
    -------
    arrays of shape (c, n_days)
    """
    years = {day_date(first + i).year for i in range(n_days)}
    parts = [of_year(year) for year in sorted(years)]
    start = first - parts[0].first_day
    window = slice(start, start + n_days)
    return DateFactors(
        np.concatenate([p.present for p in parts], axis=1)[:, window],
        np.concatenate([p.remote for p in parts], axis=1)[:, window],
        np.concatenate([p.rest for p in parts], axis=1)[:, window],
        np.concatenate([p.weekday for p in parts], axis=1)[:, window],
    )


def is_public_holiday(country: str, day: date) -> bool:
    """Whether a day is a public holiday of a country."""
    return day in _public_holidays(country, day.year)[0]
