"""Public holidays and weekends by country.

Belongs here: which days are free in which country. Does not belong here: how much is spent on them
(``fraudsim_assets.calendar``), and the hours of a day (``rhythm``).
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from fraudsim_assets.units import Bools, Ints, day_date, day_number


def thanksgiving(year: int) -> date:
    """Fourth Thursday of November. Source: 5 U.S.C. 6103."""
    first = date(year, 11, 1)
    return first + timedelta(days=(3 - first.weekday()) % 7 + 21)


@dataclass(frozen=True)
class FreeDays:
    """Free days of consecutive dates in several countries.

    Attributes
    ----------
    first_day
        The first date. [day number]
    rest : (countries, days)
        Whether it is a public holiday.
    weekday : (countries, days)
        Day of the working week: 0 first working day, 5 and 6 the weekend, wherever it falls.
    """

    first_day: int
    rest: Bools
    weekday: Ints


def _year_days(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=i) for i in range((date(year + 1, 1, 1) - first).days)]


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
def free_days_of(countries: tuple[str, ...], year: int) -> FreeDays:
    """Free days of a year in every country.

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
    rest = np.zeros((len(countries), len(days)), dtype=bool)
    weekday = np.zeros(rest.shape, dtype=np.int64)
    calendar_weekday = np.array([d.weekday() for d in days])
    for c, country in enumerate(countries):
        public, weekend = _public_holidays(country, year)
        last = max(weekend, key=lambda d: (d in weekend and (d + 1) % 7 not in weekend, d)) if weekend else 6
        weekday[c] = (calendar_weekday - (last - 6)) % 7
        rest[c] = [day in public for day in days]
    return FreeDays(day_number(days[0]), rest, weekday)


def free_days(of_year: Callable[[int], FreeDays], first: int, n_days: int) -> FreeDays:
    """Free days of consecutive local dates.

    Parameters
    ----------
    of_year
        Gives those of a year, as :func:`free_days_of` does.
    first
        First day. [day number]
    n_days
        How many days. [days]
    """
    parts = [of_year(year) for year in sorted({day_date(first + i).year for i in range(n_days)})]
    start = first - parts[0].first_day
    window = slice(start, start + n_days)
    rest, weekday = (
        np.concatenate(arrays, axis=1)[:, window] for arrays in zip(*((p.rest, p.weekday) for p in parts), strict=True)
    )
    return FreeDays(first, rest, weekday)


def is_public_holiday(country: str, day: date) -> bool:
    """Whether a day is a public holiday of a country."""
    return day in _public_holidays(country, day.year)[0]
