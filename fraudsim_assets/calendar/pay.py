"""Pay days: when wages reach accounts, and how long that is felt.

Belongs here: pay days of a country. Does not belong here: which person is paid when.
"""

import re
from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from fraudsim_assets.reference_data.date_rules import WEEKDAYS
from fraudsim_assets.units import Floats, day_date, day_number

_WEEKLY = re.compile(rf"every (second )?({'|'.join(WEEKDAYS)})")
_SATURDAY = 5


def pay_days(rule: str, first: int, last: int, *, phase: int = 0) -> list[int]:
    """Pay days of a rule from one day to another, both included. [day numbers]

    A pay day on a weekend is brought forward to the Friday before.

    Parameters
    ----------
    phase
        Which of the two fortnights, 0 or 1, is the employer's, where the rule is about every second week.
    """
    # a date of a later year may be brought forward into the last one
    years = range(day_date(first).year, day_date(last + 3).year + 1)
    return [day for year in years for day in _of_year(rule, phase, year) if first <= day <= last]


@lru_cache(maxsize=4096)
def _of_year(rule: str, phase: int, year: int) -> tuple[int, ...]:
    """Pay days for the dates of a year. [day numbers]"""
    first, end = date(year, 1, 1), date(year + 1, 1, 1)
    days = range(day_number(first), day_number(end))
    if found := _WEEKLY.fullmatch(rule):
        weekday = WEEKDAYS.index(found[2])
        # 1970-01-01 was a Thursday
        return tuple(d for d in days if (d + 3) % 7 == weekday and (not found[1] or (d + 3) // 7 % 2 == phase))
    parts = rule.split(" and ")
    return tuple(day_number(_working(d)) for d in map(day_date, days) if any(_is_named(part, d) for part in parts))


def _is_named(rule: str, day: date) -> bool:
    """Whether a date is the one that a rule names, be it a working day or not."""
    which, _, weekday = rule.partition(" ")
    if weekday:
        return day.weekday() == WEEKDAYS.index(weekday) and (day.day - 1) // 7 + 1 == int(which)
    is_last = (day + timedelta(days=1)).day == 1
    return is_last if rule == "last" else day.day == int(rule) or (is_last and day.day < int(rule))


def _working(day: date) -> date:
    """The day itself, or the Friday before it."""
    return day - timedelta(days=max(day.weekday() - _SATURDAY + 1, 0))


def fortnightly(rule: str) -> bool:
    """Whether a rule is about every second week, in either of two fortnights."""
    found = _WEEKLY.fullmatch(rule)
    return found is not None and found[1] is not None


def strength(rule: str, phase: int, profile: tuple[float, ...], first: int, n_days: int) -> Floats:
    """Say how strongly the pay days of an employer are felt on consecutive days. (n_days,) [unitless]

    Parameters
    ----------
    rule, phase
        As :func:`pay_days` takes them.
    profile : (k,)
        How strongly a pay day is felt on it and on the days after it. [unitless]
    """
    found = np.zeros(n_days + len(profile))
    for day in pay_days(rule, first - len(profile), first + n_days - 1, phase=phase):
        at = day - first + len(profile)
        end = min(at + len(profile), len(found))
        found[at:end] += profile[: end - at]
    return found[len(profile) :]


def felt(rules: list[tuple[str, float]], profile: tuple[float, ...], first: int, n_days: int) -> Floats:
    """Say how strongly pay days are felt by all people on consecutive days, with mean nought. (n_days,) [unitless]

    Of those who are paid every second week, half are paid in either one.

    Parameters
    ----------
    rules
        Rules for pay days, and the share of people of each.
    profile : (k,)
        How strongly a pay day is felt on it and on the days after it. [unitless]
    """
    parts = [share / 2 * strength(rule, phase, profile, first, n_days) for rule, share in rules for phase in range(2)]
    total = np.sum(parts, axis=0)
    return total - total.mean()
