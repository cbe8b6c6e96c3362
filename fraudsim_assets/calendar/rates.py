"""Rates of days: what a year looks like in a region, for each day pattern.

Belongs here: the product of all factors of a day. Does not belong here: rules for dates (``rules``),
holidays (``rest``), pay days (``pay``).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from fraudsim_assets.calendar.model import CalendarData
from fraudsim_assets.calendar.pay import felt
from fraudsim_assets.calendar.rest import Region, RestDays, rest_days
from fraudsim_assets.calendar.rules import days_of_rule
from fraudsim_assets.reference_data.date_rules import WEEKDAYS
from fraudsim_assets.units import Floats, Ints, day_date, day_number

_SATURDAY, _SUNDAY = 5, 6
_ANY_YEAR = 2000
_MIDDLE = 15
# the day of a month that has exactly the month's factor


@lru_cache(maxsize=4096)
def year_rates(data: CalendarData, region: Region, year: int) -> Floats:
    """Say how spending is spread over a year.

    Parameters
    ----------
    data
        The calendar's figures.
    region
        Where.
    year
        Calendar year.

    Returns
    -------
    (patterns, days of year)
        Rates of all patterns, each with mean one over the year; not to be written to. [unitless]
    """
    country = data.country(region.country)
    rest = rest_days(region, year, country.rest)
    rates = _days_of_week(data, region, rest, year)
    events = _events(data, region, rest, year)
    logs = np.stack([np.log(_months(data, region, name, year)) for name in data.patterns])
    evened = _evened(data, rest, events)
    logs -= np.log(rates) * evened
    logs += np.log(_month_days(data, year))
    logs += data.event_factors(region.country) @ events
    logs += _around_rest(data, region, country.rest, year, evened)
    pay = felt(
        [(pay_day.on, pay_day.share) for pay_day in country.pay_days],
        data.pay_profile(region.country),
        day_number(date(year, 1, 1)),
        len(rest.weekday),
        country=region.country,
    )
    logs += np.outer(np.log([pattern.pay for pattern in data.patterns.values()]), pay)
    rates = rates * np.exp(logs)
    rates /= rates.mean(axis=1, keepdims=True)
    rates.setflags(write=False)
    return rates


@dataclass(frozen=True)
class DayRates:
    """Rates of consecutive days in several regions.

    Attributes
    ----------
    data
        The calendar's figures.
    regions : (r,)
        Where.
    """

    data: CalendarData
    regions: tuple[Region, ...]

    def of_year(self, year: int) -> Floats:
        """Rates of the days of a year. (regions, patterns, days of year) [unitless]"""
        return np.stack([year_rates(self.data, region, year) for region in self.regions])

    def between(self, first: int, n_days: int) -> Floats:
        """Rates of consecutive local dates. (regions, patterns, n_days) [unitless]

        Parameters
        ----------
        first
            First day. [day number]
        n_days
            How many days. [days]
        """
        found = np.empty((len(self.regions), len(self.data.patterns), n_days))
        for year in range(day_date(first).year, day_date(first + n_days - 1).year + 1):
            begins = day_number(date(year, 1, 1)) - first
            rates = self.of_year(year)[:, :, max(-begins, 0) : n_days - begins]
            found[:, :, max(begins, 0) :][:, :, : rates.shape[2]] = rates
        return found

    def weekdays(self, first: int, n_days: int) -> Ints:
        """Days of the working week of consecutive local dates: 5 and 6 are the weekend. (regions, n_days)"""
        monday = (first + 3 + np.arange(n_days)) % 7
        shift = [
            rest_days(region, _ANY_YEAR, None).weekday[0] - date(_ANY_YEAR, 1, 1).weekday() for region in self.regions
        ]
        return (monday + np.array(shift)[:, None]) % 7


def _days_of_week(data: CalendarData, region: Region, rest: RestDays, year: int) -> Floats:
    """Factors of weekdays, with holidays as Sundays. (patterns, days)"""
    country = data.country(region.country)
    trading = np.zeros(len(rest.weekday), dtype=bool)
    for rule in country.trading_sundays:
        trading |= days_of_rule(rule, year) > 0
    rows = []
    for name, pattern in data.patterns.items():
        sunday = country.sunday.get(name, pattern.sunday)
        row = np.array([*country.weekday.get(name, pattern.weekday), sunday])[rest.weekday]
        row[trading & (rest.weekday == _SUNDAY)] = country.trading_sunday.get(name, sunday)
        row[rest.holiday] = sunday * pattern.holiday
        rows.append(row * np.array(country.weekdays)[rest.weekday])
    return np.stack(rows)


def _months(data: CalendarData, region: Region, name: str, year: int) -> Floats:
    """Factors of the time of year, between those of the months' middles. (days,)"""
    months = data.country(region.country).months.get(name, data.patterns[name].months)
    first = date(year, 1, 1)
    n_days = (date(year + 1, 1, 1) - first).days
    middles = np.array([(date(year, month, _MIDDLE) - first).days for month in range(1, 13)])
    return np.interp(np.arange(n_days), middles, months, period=n_days)


@lru_cache(maxsize=64)
def _month_days(data: CalendarData, year: int) -> Floats:
    """Factors of days of the month. (patterns, days)"""
    first = date(year, 1, 1)
    number = [(first + timedelta(days=i)).day for i in range((date(year + 1, 1, 1) - first).days)]
    return np.array([[pattern.month_days.get(str(day), 1.0) for day in number] for pattern in data.patterns.values()])


def _events(data: CalendarData, region: Region, rest: RestDays, year: int) -> Floats:
    """How far each day belongs to each event. (events, days)"""
    rows = []
    monday = (date(year, 1, 1).weekday() + np.arange(len(rest.weekday))) % 7
    for event in data.events.values():
        rule = event.rule(year)
        if rule is None or (event.countries and region.country not in event.countries):
            days = np.zeros(len(rest.weekday))
        else:
            days = days_of_rule(rule, year, ramp=event.ramp)
        if event.weekday == "weekend":
            days = np.where(rest.weekday >= _SATURDAY, days, 0.0)
        elif event.weekday is not None:
            days = np.where(monday == WEEKDAYS.index(event.weekday), days, 0.0)
        rows.append(days)
    return np.stack(rows)


def _evened(data: CalendarData, rest: RestDays, events: Floats) -> Floats:
    """How far each day is like others whatever its weekday; days of rest are not. (days,) [share]"""
    evens = np.array([event.evens for event in data.events.values()])
    works = ~rest.holiday & (rest.weekday != _SUNDAY)
    return np.where(works, (evens[:, None] * events).max(axis=0), 0.0)


def _around_rest(
    data: CalendarData, region: Region, rules: tuple[str, ...] | None, year: int, evened: Floats
) -> Floats:
    """Logarithms of what holidays do to the days around them, also across New Year. (patterns, days)"""
    years = [rest_days(region, y, rules) for y in (year - 1, year, year + 1)]
    holiday = np.concatenate([rest.holiday for rest in years])
    weekday = np.concatenate([rest.weekday for rest in years])
    off = holiday | (weekday == _SUNDAY)
    free = holiday | (weekday >= _SATURDAY)
    soon, before = np.roll(holiday, -1), np.roll(holiday, 1)
    eve = ~off & soon
    long_eve = ~off & np.where(weekday == _SATURDAY, np.roll(holiday, -2), soon & np.roll(off, -2))
    after = ~off & before & (weekday != 0)
    bridge = ~free & np.roll(free, -1) & np.roll(free, 1) & (soon | before)
    first = len(years[0].weekday)
    days = np.stack([eve, long_eve, after, bridge])[:, first : first + len(evened)].astype(np.float64)
    # Saturdays are eves of a day of rest as they are, but for as far as they are like other days
    days[0] *= np.where(years[1].weekday == _SATURDAY, evened, 1.0)
    factors = np.array([[p.eve, p.long_eve, p.day_after, p.bridge] for p in data.patterns.values()])
    return np.log(factors) @ days
