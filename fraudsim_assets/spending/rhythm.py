"""When people pay: curves over the hours of the week, and which of these hours a UTC day has.

The one idea: the intensity of payments of a group of people is a curve over local clock time; a
UTC day sees 96 quarter hours of it through the group's time zone, so days with 23 or 25 hours
need no special case.

Belongs here: the curves by profile, and one UTC day as every zone sees it. Does not belong here: on
which days people pay (``cells``, ``dayweights``).
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property, lru_cache, partial
from zoneinfo import ZoneInfo

import numpy as np

from fraudsim_assets.caching import NO_SHELF, KeyedCache, Shelf
from fraudsim_assets.reference_data.clocks import Anchors, bend
from fraudsim_assets.reference_data.hours import HourCurve, WeekShape
from fraudsim_assets.spending.calendar import FreeDays, free_days, free_days_of
from fraudsim_assets.units import DAY_MINUTES, Floats, Ints, day_start

HOURS = 24
WEEK_HOURS = 168
SLOT_MINUTES = 15
SLOTS = 96

NIGHT_HOURS = 6
"""Hours from midnight on that belong to the evening before. [h]"""


def bent(curve: Floats, anchors: Anchors) -> Floats:
    """A shape of the day on another clock. (24,), with the same sum

    Parameters
    ----------
    curve : (24,)
        Weight of each hour of the usual clock. [unitless]
    anchors
        Where times of the usual clock lie on the other one.
    """
    if all(here == there for here, there in anchors):
        return curve
    since = np.concatenate([[0.0], np.cumsum(curve)])
    edges = [bend(anchors, 60 * hour, back=True) / 60 for hour in range(HOURS + 1)]
    days = np.floor(np.array(edges) / HOURS)
    return np.diff(days * since[-1] + np.interp(edges - days * HOURS, np.arange(HOURS + 1), since))


def share_of_hours(begin: float, end: float, anchors: Anchors = ()) -> Floats:
    """How much of each hour of a clock lies between two times of the usual one, up to a day apart. (24,) [share]

    Parameters
    ----------
    begin, end
        Times of the usual clock. [minutes of the local day]
    anchors
        Where times of the usual clock lie on the other one; on themselves if not given.
    """
    first, last = (bend(anchors, minute) if anchors else minute for minute in (begin, end))
    edges = np.arange(HOURS + 1) * 60.0
    covered = [np.diff(np.clip(edges + day * DAY_MINUTES, first, last)) for day in (-1, 0, 1)]
    return np.sum(covered, axis=0) / 60.0


def week_curve(
    hours: HourCurve, week: WeekShape, *, later: int, open_share: Floats | None = None, anchors: Anchors = ()
) -> Floats:
    """Intensity over the 168 hours of a local week.

    Parameters
    ----------
    hours, week
        Shapes of the day and of the week.
    later
        How much later weekend days start where they do. [h]
    open_share : (24,)
        Share of shops open by hour; all of them if not given. [share]
    anchors
        Where times of the usual clock lie on the one of the country; on themselves if not given.

    Returns
    -------
    (168,)
        Mean one; hour 0 is midnight at the start of the first working day. [unitless]
    """
    curve = bent(np.array(hours.hours, dtype=np.float64), anchors)
    late = np.roll(curve, later) if hours.late_weekends else curve
    shapes = np.array([curve] * 5 + [late] * 2)
    shapes[:, :NIGHT_HOURS] *= np.array(hours.nights)[:, None]
    if open_share is not None:
        shapes *= open_share
    made = (shapes / shapes.sum(axis=1, keepdims=True) * np.array(week.days)[:, None]).ravel()
    return made / made.mean()


@lru_cache(maxsize=1024)
def _time_zone(name: str) -> ZoneInfo:
    """A time zone, kept: the standard library forgets zones that nothing refers to."""
    return ZoneInfo(name)


@lru_cache(maxsize=65536)
def _offset_at_midnight(zone: str, day: int) -> int:
    """Offset of local time from UTC at the start of a UTC day. [minutes]"""
    offset = day_start(day).astimezone(_time_zone(zone)).utcoffset()
    return int(offset.total_seconds() // 60) if offset is not None else 0


@lru_cache(maxsize=1024)
def _all_day(offset: int) -> Ints:
    """One offset in every quarter hour. (96,), not to be written to [minutes]"""
    return np.broadcast_to(offset, SLOTS)


@lru_cache(maxsize=65536)
def zone_offsets(zone: str, day: int) -> Ints:
    """Offset of local time from UTC in each quarter hour of a UTC day. (96,), not to be written to [minutes]"""
    tz, begins = _time_zone(zone), _offset_at_midnight(zone, day)
    if begins == _offset_at_midnight(zone, day + 1):
        return _all_day(begins)
    offsets = []
    for slot in range(SLOTS):
        moment = (day_start(day) + timedelta(minutes=slot * SLOT_MINUTES)).astimezone(tz)
        offset = moment.utcoffset()
        offsets.append(int(offset.total_seconds() // 60) if offset is not None else 0)
    return np.array(offsets)


@dataclass(frozen=True)
class DayRhythm:
    """One UTC day as every zone sees it. A zone here is a pair of country and time zone.

    Attributes
    ----------
    week_hour : (zones, SLOTS)
        Hour of the local working week in each quarter hour; public holidays count as the last
        day of the weekend.
    offset_minutes : (zones, SLOTS)
        Local time minus UTC. [minutes]
    """

    week_hour: Ints
    offset_minutes: Ints


@dataclass(frozen=True)
class Rhythm:
    """The zones that days are seen from.

    Attributes
    ----------
    countries : (c,)
        ISO 3166-1 alpha-2 codes.
    zones : (z,)
        Pairs of (country index, time zone name).
    shelf
        Where free days outlast this process.
    """

    countries: tuple[str, ...]
    zones: tuple[tuple[int, str], ...]
    shelf: Shelf = NO_SHELF

    def free_days(self, first: int, n_days: int) -> FreeDays:
        """Free days of consecutive local dates, from a day number on."""
        return free_days(self._years.get, first, n_days)

    @cached_property
    def _years(self) -> KeyedCache[int, FreeDays]:
        def find(year: int) -> FreeDays:
            return self.shelf.keep(f"free-days-{year}", partial(free_days_of, self.countries, year))

        return KeyedCache(find, most=16)

    def day(self, day: int) -> DayRhythm:
        """Work out one UTC day."""
        first, n_days = day - 1, 3
        free = self.free_days(first, n_days)
        offsets = np.stack([zone_offsets(zone, day) for _, zone in self.zones])
        country = np.array([c for c, _ in self.zones])[:, None]
        local = np.arange(SLOTS) * SLOT_MINUTES + offsets
        shift = local // DAY_MINUTES
        hour = local // 60 - shift * HOURS
        date = country * n_days + shift + (day - first)
        weekday = np.where(free.rest.take(date), 6, free.weekday.take(date))
        return DayRhythm(weekday * HOURS + hour, offsets)
