"""Rules for dates: which days of a year a feast, an event or a season falls on.

A rule is one of

- ``12-25``: a date; ``12-19..12-23``: all dates from one to the other; ``03-01-1``: the last day of February;
- ``easter-2``, ``easter-2..easter+1``: days from Easter Sunday (western, or ``orthodox_easter``);
- ``2 sun may``: the second Sunday of May; ``last mon may``: the last Monday; ``4 thu nov+1``: the day after the fourth
  Thursday of November.

Belongs here: from rules to dates. Does not belong here: which rules there are, and arrays of days (``calendar.rules``);
configurations are read and checked without numpy.
"""

import re
from datetime import date, timedelta
from functools import lru_cache

from dateutil.easter import EASTER_ORTHODOX, EASTER_WESTERN, easter

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_DATE = re.compile(r"(\d\d)-(\d\d)([+-]\d+)?")
_EASTER = re.compile(r"(orthodox_)?easter([+-]\d+)?")
_NTH = re.compile(rf"([1-5]|last) ({'|'.join(WEEKDAYS)}) ({'|'.join(MONTHS)})([+-]\d+)?")
_PAY_DATE = rf"(?:[12]?\d|3[01]|last|[1-4] (?:{'|'.join(WEEKDAYS)}))"
_PAY_DAY = re.compile(rf"{_PAY_DATE}(?: and {_PAY_DATE})*|every (?:second )?(?:{'|'.join(WEEKDAYS)})")
_LEAP_YEAR = 2000


def check_rule(rule: str) -> str:
    """Give a rule back if it is one.

    Raises
    ------
    ValueError
        If it is not; says what a rule looks like.
    """
    span_of_rule(rule, _LEAP_YEAR)
    return rule


def check_pay_rule(rule: str) -> str:
    """Give a rule for pay days back if it is one: dates of the month, weekdays of it, or weekdays.

    Raises
    ------
    ValueError
        If it is not; says what one looks like.
    """
    if not _PAY_DAY.fullmatch(rule):
        raise ValueError(
            f"{rule!r} is not a rule for pay days; valid are 25, last, '15 and last', '2 wed', 'every fri' and "
            "'every second fri'"
        )
    return rule


def span_of_rule(rule: str, year: int) -> tuple[date, date]:
    """First and last day that a rule means in a year."""
    first, _, last = rule.partition("..")
    return _day(first, year), _day(last or first, year)


@lru_cache(maxsize=4096)
def _day(rule: str, year: int) -> date:
    """Day that a rule without a range means."""
    if found := _DATE.fullmatch(rule):
        return date(year, int(found[1]), int(found[2])) + timedelta(days=int(found[3] or 0))
    if found := _EASTER.fullmatch(rule):
        method = EASTER_ORTHODOX if found[1] else EASTER_WESTERN
        return easter(year, method) + timedelta(days=int(found[2] or 0))
    if found := _NTH.fullmatch(rule):
        weekday, month = WEEKDAYS.index(found[2]), MONTHS.index(found[3]) + 1
        return _nth_weekday(year, month, weekday, found[1]) + timedelta(days=int(found[4] or 0))
    raise ValueError(
        f"{rule!r} is not a rule for dates; valid are 12-25, 12-19..12-23, easter-2, orthodox_easter+1, '2 sun may', "
        "'last mon may' and '4 thu nov+1'"
    )


def _nth_weekday(year: int, month: int, weekday: int, which: str) -> date:
    if which == "last":
        last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
        return last - timedelta(days=(last.weekday() - weekday) % 7)
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (int(which) - 1))
