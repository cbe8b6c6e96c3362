"""`Shape`: a year of daily values in factors, alike for published years and made ones.

The one idea: a day is a weekday of a season, in a week, on a day of the month, and some days have a name; each of these
has a factor. So a year can be told, compared and drawn without its 365 values.

Belongs here: from daily values to factors and back. Does not belong here: whose year it is (``table``, ``tally``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from fraudsim_assets.reference_data.date_rules import span_of_rule
from fraudsim_assets.units import AnyArray, Bools, Floats, Ints

WEEKS = 53
"""Weeks of a year, the last one of a day or two. [count]"""

SEASONS = ("winter", "rest")
"""January and February, in which some trades have weeks of their own, and the rest of the year."""

_ROUNDS = 100
_LEAST = 1e-9


@dataclass(frozen=True)
class Dates:
    """What factors go by, on each day of a year.

    Attributes
    ----------
    weekday, season, week, month, month_day : (days of year,)
        Weekday from Monday, position in ``SEASONS``, week from 1 January, month and day of the month, all from nought.
    named
        Position in the year of each named day.
    """

    weekday: Ints
    season: Ints
    week: Ints
    month: Ints
    month_day: Ints
    named: Mapping[str, int]

    @classmethod
    def of(cls, year: int, rules: Mapping[str, str]) -> "Dates":
        """Look at a year; of names for one day, the last counts."""
        first = date(year, 1, 1)
        days = [first + timedelta(days=i) for i in range((date(year + 1, 1, 1) - first).days)]
        at = {name: (span_of_rule(rule, year)[0] - first).days for name, rule in rules.items()}
        names = {position: name for name, position in at.items()}
        return cls(
            weekday=np.array([day.weekday() for day in days]),
            season=np.array([0 if day.month <= 2 else 1 for day in days]),
            week=np.arange(len(days)) // 7,
            month=np.array([day.month - 1 for day in days]),
            month_day=np.array([day.day - 1 for day in days]),
            named={name: position for position, name in names.items()},
        )

    @property
    def has_name(self) -> Bools:
        """Which days have a name. (days of year,)"""
        found = np.zeros(len(self.weekday), dtype=bool)
        found[list(self.named.values())] = True
        return found


@dataclass(frozen=True)
class Shape:
    """Factors of a year.

    Attributes
    ----------
    weekdays : (SEASONS, 7)
        From Monday; the mean of a season is one. [unitless]
    weeks : (WEEKS,)
        Level of the weeks from 1 January. [unitless]
    month_days : (31,)
        From the first; their mean is one. [unitless]
    named
        Named days against others of their weekday, week and day of the month. [unitless]
    """

    weekdays: Floats
    weeks: Floats
    month_days: Floats
    named: Mapping[str, float]

    @classmethod
    def fit(cls, values: Floats, dates: Dates) -> "Shape":
        """Find the factors of a year: named days apart, sums by weekday, week and day of the month are as given.

        Parameters
        ----------
        values : (days of year,)
            Not negative. [any unit]
        """
        level = values / max(values.mean(), _LEAST)
        usual = np.where(dates.has_name, 0.0, 1.0)
        weekday = dates.season * 7 + dates.weekday
        groups = ((weekday, 7 * len(SEASONS)), (dates.week, WEEKS), (dates.month_day, 31))
        factors = [np.ones(n) for _, n in groups]
        total = [np.bincount(at, usual * level, n).astype(np.float64) for at, n in groups]
        for _ in range(_ROUNDS):
            for own, (at, n) in enumerate(groups):
                others = np.prod(
                    [f[a] for k, (f, (a, _)) in enumerate(zip(factors, groups, strict=True)) if k != own], 0
                )
                expected = np.bincount(at, usual * others, n)
                factors[own] = _filled(total[own], expected)
                if own == 0:
                    # weeks carry the level of seasons
                    seasons = factors[own].reshape(len(SEASONS), 7)
                    factors[own] = (seasons / seasons.mean(axis=1, keepdims=True)).ravel()
        weekdays, weeks, month_days = factors
        shape = cls(weekdays.reshape(-1, 7), weeks * month_days.mean(), month_days / month_days.mean(), {})
        plain = shape.plain(dates)
        named = {name: float(level[at] / max(plain[at], _LEAST)) for name, at in dates.named.items()}
        return replace(shape, named=named)

    @property
    def weekday(self) -> Floats:
        """Factors of weekdays in most of the year, from Monday. (7,) [unitless]"""
        return self.weekdays[-1]

    def plain(self, dates: Dates) -> Floats:
        """Days as they would be without a name. (days of year,) [unitless]"""
        weekday = self.weekdays[dates.season, dates.weekday]
        return weekday * self.weeks[dates.week] * self.month_days[dates.month_day]

    def curve(self, dates: Dates) -> Floats:
        """Days against the mean day. (days of year,) [unitless]"""
        values = self.plain(dates)
        for name, at in dates.named.items():
            values[at] *= self.named[name]
        return values / values.mean()


def by_month(values: Floats, dates: Dates) -> Floats:
    """Mean day of each month against that of the year. (12,) [unitless]"""
    return np.bincount(dates.month, values, 12) / np.bincount(dates.month, minlength=12) / values.mean()


def _filled(total: Floats, expected: AnyArray) -> Floats:
    """Ratios; groups of which all days have a name take those between their neighbours. (n,)"""
    known = np.flatnonzero(expected > 0)
    ratio = np.maximum(total[known], _LEAST) / expected[known]
    return np.interp(np.arange(len(total)), known, ratio)
