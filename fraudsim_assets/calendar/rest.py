"""Days of rest: public holidays of regions, and where in the working week a day lies.

Belongs here: which days are holidays where. Does not belong here: what that means for spending (``rates``).
"""

import warnings
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np

from fraudsim_assets.calendar.rules import days_of_rule
from fraudsim_assets.units import Bools, Ints


@dataclass(frozen=True)
class Region:
    """A country, or a part of one with holidays of its own.

    Attributes
    ----------
    country
        ISO 3166-1 alpha-2 code.
    subdivision
        Code of the subdivision in the tables of holidays; None for the whole country.
    """

    country: str
    subdivision: str | None = None


@dataclass(frozen=True)
class RestDays:
    """One year of a region.

    Attributes
    ----------
    holiday : (days of year,)
        Public holidays.
    weekday : (days of year,)
        Day of the working week: 0 the first working day, 5 and 6 the weekend, wherever it falls.
    """

    holiday: Bools
    weekday: Ints


@lru_cache(maxsize=2048)
def rest_days(region: Region, year: int, rules: tuple[str, ...] | None) -> RestDays:
    """Look up the days of rest of a year.

    Parameters
    ----------
    rules
        Rules for the holidays; None takes the region's public holidays.

    References
    ----------
    .. [1] Public holidays: the ``holidays`` package (MIT).
    """
    first = date(year, 1, 1)
    n_days = (date(year + 1, 1, 1) - first).days
    public, weekend = _public_holidays(region, year)
    holiday = np.zeros(n_days, dtype=bool)
    if rules is None:
        holiday[[(day - first).days for day in public if day.year == year]] = True
    else:
        for rule in rules:
            holiday |= days_of_rule(rule, year) > 0
    last = max(weekend, key=lambda d: ((d + 1) % 7 not in weekend, d)) if weekend else 6
    weekday = (first.weekday() + np.arange(n_days) - (last - 6)) % 7
    return RestDays(holiday, weekday)


def _public_holidays(region: Region, year: int) -> tuple[frozenset[date], frozenset[int]]:
    """Public holidays and weekend days; a country that is not tabulated has none, and rests on Saturday and Sunday.

    Holidays that hang on a lunisolar calendar are tabulated only so far (India: 2001 to 2035); in other
    years such a country has its remaining holidays.
    """
    import holidays

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Requested Holidays are available only", category=UserWarning)
        try:
            calendar = holidays.country_holidays(region.country, subdiv=region.subdivision, years=[year])
        except NotImplementedError:
            return frozenset(), frozenset({5, 6})
    return frozenset(calendar), frozenset(calendar.weekend)
