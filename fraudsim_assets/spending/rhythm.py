"""When people pay: curves over the hours of the week, and how they fall on a UTC day.

The one idea: the intensity of payments of a group of people is a curve over local clock time; a
UTC day sees 96 quarter hours of it through the group's time zone, so days with 23 or 25 hours
need no special case.

Belongs here: the curves by profile, and one UTC day as every zone sees it. Does not belong here: on
which days people pay (``cells``, ``dayweights``).
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from fraudsim_assets.spending.calendar import date_factors
from fraudsim_assets.units import DAY_MINUTES, Floats, Ints, day_start

HOURS = 24
WEEK_HOURS = 168
SLOT_MINUTES = 15
SLOTS = 96

# fmt: off
HOUR_CURVES: dict[str, tuple[float, ...]] = {
    # from midnight to 23 hours
    "groceries": (0, 0, 0, 0, 0, 0, 1, 4, 7, 9, 11, 11.5, 10, 8.5, 8, 9, 11, 13, 12, 8, 4, 2, 0, 0),
    "meals": (5, 2.5, 0.2, 0.05, 0, 0, 0.2, 0.5, 1, 1.5, 2.5, 7, 13, 11, 5, 3.5, 3.5, 6, 11, 13, 11, 8, 5.5, 4),
    "lunch": (11, 9, 4, 1.5, 0.8, 1, 1.5, 3, 4, 4.5, 6, 12, 16, 11, 6, 5, 5.5, 7.5, 9, 9, 7, 5, 3.5, 2.5),
    "coffee": (18, 13, 7, 0, 0, 0.5, 3, 8, 10, 11, 10.5, 9.5, 10, 9, 8, 8, 7, 6, 7, 10, 12, 14, 15, 14),
    "fuel": (3.2, 2.4, 2, 2, 2.8, 4.2, 5, 7, 7, 6, 6, 6, 6, 6, 6, 7, 9, 10, 8, 5, 3, 2, 1.5, 1),
    "commute": (4, 3, 1.4, 1, 2.2, 4.8, 7, 12, 10, 6, 5, 5, 5, 5, 5, 7, 9, 11, 8, 5, 4, 3.5, 3, 2),
    "retail": (0, 0, 0, 0, 0, 0, 0.1, 0.5, 2, 6.5, 11, 13, 12.5, 10.5, 10.5, 12, 12, 11, 7.5, 3, 0.8, 0.2, 0, 0),
    "office": (0.2, 0.1, 0, 0, 0, 0, 0.3, 1.5, 7, 12, 13, 11, 7.5, 6, 9, 11, 10.5, 8, 4, 1.5, 0.8, 0.6, 0.4, 0.3),
    "trades": (0, 0, 0, 0, 0, 0, 1, 4, 8, 10, 10, 9, 7, 7, 9, 10, 12, 13, 6, 1, 0, 0, 0, 0),
    "leisure": (0.5, 0.2, 0, 0, 0, 0, 0.5, 1, 2, 5, 8, 9, 8, 9, 10, 9, 8, 8, 9, 9, 6, 3, 1.5, 1),
    "night_out": (6, 5, 4, 3, 2, 2, 3, 4, 4, 4, 4, 4, 4, 4, 4, 4, 5, 6, 6, 6, 6, 7, 8, 7),
    "online": (
        2.4, 1.3, 0.8, 0.5, 0.4, 0.6, 1.4, 2.6, 4, 5, 5.5, 5.6, 5.6, 5.4, 5.2, 5.2, 5.2, 5.4, 5.8, 6.5, 7.2, 7.2, 6, 4,
    ),
    "billing": (2, 1.6, 1.6, 1.6, 1.8, 2, 3, 5, 5.5, 6, 6, 5.5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 4.5, 4, 3.5),
    "banking": (1.2, 0.6, 0.4, 0.3, 0.4, 1.2, 4, 8, 8.5, 7, 5.5, 5, 6, 5.5, 4.5, 4.5, 5, 6, 7, 8, 8.5, 7.5, 5, 2.6),
    "cash": (0.5, 0.3, 0.2, 0.1, 0.2, 0.5, 2, 4, 6, 8, 10, 11, 10, 9, 9, 9, 9, 9, 7, 5, 3.5, 2.5, 1.5, 1),
}
# fmt: on
"""Share of a weekday's payments by local hour. ASSUMPTION, shaped after targets E01 to E06. [unitless]"""

WEEKDAYS: dict[str, tuple[float, ...]] = {
    "even": (0.97, 0.97, 0.99, 1.01, 1.07, 1.08, 0.91),
    "workdays": (1.17, 1.15, 1.14, 1.14, 1.18, 0.86, 0.36),
    "friday_saturday": (0.89, 0.89, 0.93, 1.02, 1.21, 1.29, 0.77),
    "weekend": (0.84, 0.85, 0.88, 0.96, 1.14, 1.62, 0.71),
    "online": (1.08, 1.03, 1.01, 1.00, 0.97, 0.90, 1.01),
    "billing": (1.15, 1.08, 1.06, 1.06, 1.05, 0.80, 0.80),
}
"""Volume by day of the working week, weekend last. ASSUMPTION, shaped after targets E01 to E05. [unitless]"""

SATURDAY_SHIFT_HOURS = 1
SLEEPS_LATE = frozenset({"coffee", "leisure", "meals", "lunch", "commute"})
"""Weekend days start about an hour later. ASSUMPTION. [h]"""


def week_curve(hours: str, weekdays: str, *, open_share: Floats | None = None) -> Floats:
    """Intensity over the 168 hours of a local week.

    Parameters
    ----------
    hours
        A key of ``HOUR_CURVES``.
    weekdays
        A key of ``WEEKDAYS``.
    open_share : (24,)
        Share of shops open by hour; all of them if not given. [share]

    Returns
    -------
    (168,)
        Mean one; hour 0 is midnight at the start of the first working day. [unitless]
    """
    curve = np.array(HOUR_CURVES[hours], dtype=np.float64)
    late = np.roll(curve, SATURDAY_SHIFT_HOURS) if hours in SLEEPS_LATE else curve
    if open_share is not None:
        curve, late = curve * open_share, late * open_share
    days = np.array(WEEKDAYS[weekdays])
    week = np.concatenate([shape / shape.sum() * days[d] for d, shape in enumerate([curve] * 5 + [late] * 2)])
    return week / week.mean()


@lru_cache(maxsize=1024)
def _time_zone(name: str) -> ZoneInfo:
    """A time zone, kept: the standard library forgets zones that nothing refers to."""
    return ZoneInfo(name)


@lru_cache(maxsize=65536)
def zone_offsets(zone: str, day: int) -> Ints:
    """Offset of local time from UTC in each quarter hour of a UTC day. (96,), not to be written to [minutes]"""
    tz = _time_zone(zone)
    start = day_start(day).astimezone(tz).utcoffset()
    end = (day_start(day) + timedelta(minutes=24 * 60 - 1)).astimezone(tz).utcoffset()
    if start == end and start is not None:
        return np.broadcast_to(int(start.total_seconds() // 60), SLOTS)
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
    volume : (zones,)
        Mean intensity of the day against the average day of the year. [unitless]
    week_hour : (zones, SLOTS)
        Hour of the local working week in each quarter hour; public holidays count as the last
        day of the weekend.
    offset_minutes : (zones, SLOTS)
        Local time minus UTC. [minutes]
    """

    volume: Floats
    week_hour: Ints
    offset_minutes: Ints


@dataclass(frozen=True)
class Rhythm:
    """Curves of all kinds together, and the zones they are seen from.

    Attributes
    ----------
    countries : (c,)
        ISO 3166-1 alpha-2 codes.
    zones : (z,)
        Pairs of (country index, time zone name).
    present, remote : (168,)
        Summed intensity of in-store and remote kinds, weighted by their shares, so that the two
        together have mean one. [unitless]
    """

    countries: tuple[str, ...]
    zones: tuple[tuple[int, str], ...]
    present: Floats
    remote: Floats

    def day(self, day: int) -> DayRhythm:
        """Work out one UTC day."""
        view = self._view(day)
        return DayRhythm(
            volume=view.density.mean(axis=1),
            week_hour=view.week_hour,
            offset_minutes=view.offset_minutes,
        )

    def volume(self, day: int) -> Floats:
        """Mean intensity of a UTC day in every zone, without the rest of :meth:`day`. (zones,) [unitless]"""
        return self._view(day).density.mean(axis=1)

    def _view(self, day: int) -> "_View":
        first, n_days = day - 1, 3
        factors = date_factors(self.countries, first, n_days)
        offsets = np.stack([zone_offsets(zone, day) for _, zone in self.zones])
        country = np.array([c for c, _ in self.zones])[:, None]
        local = np.arange(SLOTS) * SLOT_MINUTES + offsets
        shift = local // DAY_MINUTES
        hour = local // 60 - shift * HOURS
        date = country * n_days + shift + (day - first)
        present, remote, working = factors.present.take(date), factors.remote.take(date), factors.weekday.take(date)
        weekday = np.where(factors.rest.take(date), 6, working)
        week_hour = working * HOURS + hour
        density = self.present.take(week_hour) * present + self.remote.take(week_hour) * remote
        return _View(density, weekday * HOURS + hour, offsets)


@dataclass(frozen=True)
class _View:
    """Intensity of a UTC day by zone and quarter hour, and what led to it."""

    density: Floats
    week_hour: Ints
    offset_minutes: Ints
