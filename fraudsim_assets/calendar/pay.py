"""Pay days: when wages reach accounts, and how long that is felt.

Belongs here: pay days of a country. Does not belong here: which person is paid when.
"""

import re
from datetime import date
from functools import lru_cache

import numpy as np

from fraudsim_assets.calendar.rest import Region, rest_days
from fraudsim_assets.reference_data.date_rules import WEEKDAYS
from fraudsim_assets.units import Bools, Floats, Ints, day_date, day_number

_WEEKLY = re.compile(rf"every (second )?({'|'.join(WEEKDAYS)})")
_SATURDAY = 5
_MOST_FREE = 10
# days that banks may be closed in a row


def pay_days(rule: str, first: int, last: int, *, country: str, phase: int = 0) -> list[int]:
    """Pay days of a rule from one day to another, both included. [day numbers]

    A pay day on a weekend or a public holiday is brought forward to the working day before.

    Parameters
    ----------
    country
        ISO 3166-1 alpha-2 code: whose working days.
    phase
        Which of the two fortnights, 0 or 1, is the employer's, where the rule is about every second week.
    """
    # a date of a later year may be brought forward into the last one
    years = range(day_date(first).year, day_date(last + _MOST_FREE).year + 1)
    return [day for year in years for day in _of_year(rule, phase, country, year) if first <= day <= last]


@lru_cache(maxsize=8192)
def _of_year(rule: str, phase: int, country: str, year: int) -> tuple[int, ...]:
    """Pay days for the dates of a year. [day numbers]"""
    days = np.arange(day_number(date(year, 1, 1)), day_number(date(year + 1, 1, 1)))
    # 1970-01-01 was a Thursday
    weekday = (days + 3) % 7
    if found := _WEEKLY.fullmatch(rule):
        mine = (days + 3) // 7 % 2 == phase if found[1] else True
        named = (weekday == WEEKDAYS.index(found[2])) & mine
    else:
        named = np.any([_is_named(part, days, weekday) for part in rule.split(" and ")], axis=0)
    return tuple(_last_working(country, year)[named].tolist())


@lru_cache(maxsize=512)
def _last_working(country: str, year: int) -> Ints:
    """The working day on or before each day of a year. (days of year,) [day numbers]"""
    years = [rest_days(Region(country), y, None) for y in (year - 1, year)]
    works = np.concatenate([~rest.holiday & (rest.weekday < _SATURDAY) for rest in years])
    first = day_number(date(year - 1, 1, 1))
    days = first + np.arange(len(works))
    return np.maximum.accumulate(np.where(works, days, first))[len(years[0].weekday) :]


def _is_named(rule: str, days: Ints, weekday: Ints) -> Bools:
    """Whether dates are those that a rule names, be they working days or not. (n,)"""
    months = np.append(days, days[-1] + 1).astype("datetime64[D]").astype("datetime64[M]")
    number = days - months[:-1].astype("datetime64[D]").astype(np.int64) + 1
    which, _, name = rule.partition(" ")
    if name:
        return (weekday == WEEKDAYS.index(name)) & ((number - 1) // 7 + 1 == int(which))
    is_last = months[1:] != months[:-1]
    return is_last if rule == "last" else (number == int(rule)) | (is_last & (number < int(rule)))


def fortnightly(rule: str) -> bool:
    """Whether a rule is about every second week, in either of two fortnights."""
    found = _WEEKLY.fullmatch(rule)
    return found is not None and found[1] is not None


def strength(rule: str, phase: int, profile: tuple[float, ...], first: int, n_days: int, *, country: str) -> Floats:
    """Say how strongly the pay days of an employer are felt on consecutive days. (n_days,) [unitless]

    Parameters
    ----------
    rule, phase, country
        As :func:`pay_days` takes them.
    profile : (k,)
        How strongly a pay day is felt on it and on the days after it. [unitless]
    """
    found = np.zeros(n_days + len(profile))
    for day in pay_days(rule, first - len(profile), first + n_days - 1, country=country, phase=phase):
        at = day - first + len(profile)
        end = min(at + len(profile), len(found))
        found[at:end] += profile[: end - at]
    return found[len(profile) :]


def felt(
    rules: list[tuple[str, float]], profile: tuple[float, ...], first: int, n_days: int, *, country: str
) -> Floats:
    """Say how strongly pay days are felt by all people on consecutive days, with mean nought. (n_days,) [unitless]

    Of those who are paid every second week, half are paid in either one.

    Parameters
    ----------
    rules
        Rules for pay days, and the share of people of each.
    profile : (k,)
        How strongly a pay day is felt on it and on the days after it. [unitless]
    country
        ISO 3166-1 alpha-2 code: whose working days.
    """
    parts = [
        share / 2 * strength(rule, phase, profile, first, n_days, country=country)
        for rule, share in rules
        for phase in range(2)
    ]
    total = np.sum(parts, axis=0)
    return total - total.mean()
