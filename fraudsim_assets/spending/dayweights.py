"""Weights of days: how much of a need's occasions each UTC day gets, by need and home zone.

The calendar says how much of a trade falls on each local date of a region; a UTC day takes the hours of
the local dates that it covers.

Belongs here: curves of needs over the local week, and their view of UTC days at each home: their weights, and when
during the day. Does not belong here: rates of dates (``fraudsim_assets.calendar``) and cells (``cells``).
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from fraudsim_assets.caching import NO_SHELF
from fraudsim_assets.calendar import CalendarData
from fraudsim_assets.catalog.places import Places
from fraudsim_assets.reference_data import Reference
from fraudsim_assets.spending.kept_rates import KeptRates
from fraudsim_assets.spending.rhythm import HOURS, SLOT_MINUTES, SLOTS, WEEK_HOURS, Rhythm, zone_offsets
from fraudsim_assets.units import DAY_MINUTES, Bools, Floats, Floats32, Ints

NEAR_UTC = 150
"""Zones closer to UTC than this share only small hours with a second local date of a UTC day, in which hardly anything
is paid. ASSUMPTION. [minutes]"""

QUANTILES = 256
"""Steps of the quantiles of the moment of an occasion within the day. [count]"""


@dataclass(frozen=True)
class DayWeights:
    """Curves of needs, and the homes they are seen from. A home is a time zone in a region with holidays of its own.

    Attributes
    ----------
    curves : (clocks, needs, 168)
        By clock of countries: intensity over the local working week, mean one. [unitless]
    patterns : (needs, patterns)
        Part of each need's occasions that follows each day pattern. [share]
    rates
        Rates of days in the regions of homes.
    rhythm
        Zones.
    homes : (homes, 2)
        Homes, as an index of the rhythm's zones and one of the rates' regions.
    home_of_city : (cities,)
        Home of each city in which people live; -1 for the others.
    clock : (zones,)
        Which clock each zone lives by.
    """

    curves: Floats
    patterns: Floats
    rates: KeptRates
    rhythm: Rhythm
    homes: Ints
    home_of_city: Ints
    clock: Ints

    @classmethod
    def of(
        cls,
        *,
        reference: Reference,
        weights: Floats,
        by_clock: Floats,
        hours: Floats,
        clock: Ints,
        rhythm: Rhythm,
        places: Places,
        home_cities: Ints,
    ) -> "DayWeights":
        """Add up the curves of what each need buys.

        Parameters
        ----------
        weights : (needs, kinds)
            Purchases of each kind that each need makes. [share]
        by_clock : (clocks, kinds, 168)
            Their intensity over the week by clock of countries, mean one. [unitless]
        hours : (clocks, needs, 24)
            How much of each local hour each need comes up in. [share]
        clock : (zones,)
            Which clock each zone lives by.
        home_cities
            Cities in which people live.
        """
        calendar = CalendarData.of(reference)
        codes = [(c.days, c.online_days) for c in reference.categories]
        pattern = np.array([calendar.pattern_names.index(name) for pair in codes for name in pair])
        belongs = np.eye(len(calendar.pattern_names))[pattern]
        total = np.maximum(weights.sum(axis=1, keepdims=True), 1e-300)
        found = [
            (rhythm.zones.index((int(places.country[c]), places.time_zone[c])),
             calendar.region(places.countries[places.country[c]], places.subdivision[c]))
            for c in home_cities
        ]  # fmt: skip
        regions = tuple(sorted({region for _, region in found}, key=str))
        pairs = np.array([(zone, regions.index(region)) for zone, region in found])
        homes, at = np.unique(pairs, axis=0, return_inverse=True)
        home_of_city = np.full(len(places), -1, dtype=np.int64)
        home_of_city[home_cities] = at.ravel()
        return cls(
            curves=_within(np.where(weights.sum(axis=1, keepdims=True) > 0, (weights / total) @ by_clock, 1.0), hours),
            patterns=(weights / total) @ belongs,
            rates=KeptRates(calendar, regions, NO_SHELF, "rates"),
            rhythm=rhythm,
            homes=homes,
            home_of_city=home_of_city,
            clock=clock,
        )

    @property
    def pay(self) -> Floats:
        """Logarithm of how much more often each need comes up on a day on which all are paid. (needs,) [unitless]"""
        return self.patterns @ np.log([pattern.pay for pattern in self.rates.data.patterns.values()])

    @cached_property
    def _hours(self) -> Floats:
        """Share of each hour in the day, times 24, by day of the working week. (clocks, needs, 168)"""
        days = self.curves.reshape(*self.curves.shape[:2], -1, HOURS)
        mean = days.mean(axis=3, keepdims=True)
        return np.where(mean > 0, days / np.maximum(mean, 1e-300), 1.0).reshape(self.curves.shape)

    def weights(self, first: int, n_days: int) -> Floats:
        """Weights of UTC days for every need at every home, mean about one over a year. (n_days, needs, homes)

        A UTC day takes the hours of the local dates that it covers.
        """
        days = self.rates.between(first - 1, n_days + 2)
        rates = np.einsum("np,rpd->dnr", self.patterns, days)[:, :, self.homes[:, 1]]
        weekday = self.rates.weekdays(first - 1, n_days + 2)[self.homes[:, 1]]
        return np.stack([self._weights(rates, weekday, first, day) for day in range(n_days)])

    def _weights(self, rates: Floats, weekday: Ints, first: int, day: int) -> Floats:
        """Weights of one day. (needs, homes)"""
        every = SLOTS // HOURS
        offsets = np.stack([zone_offsets(self.rhythm.zones[z][1], first + day)[::every] for z in self.homes[:, 0]])
        local = np.arange(HOURS) * (DAY_MINUTES // HOURS) + offsets
        shift = local // DAY_MINUTES
        hour = local // 60 - shift * HOURS
        home = np.arange(len(self.homes))[:, None]
        clock = self.clock[self.homes[:, 0]][:, None]
        shares = self._hours[clock, :, weekday[home, day + 1 + shift] * HOURS + hour]
        return (shares * rates[day + 1 + shift, :, home]).mean(axis=1).T

    def working(self, day: int) -> Bools:
        """Whether it is a working day at noon UTC, by zone. (zones,)"""
        free = self.rhythm.free_days(day, 1)
        country = np.array([c for c, _ in self.rhythm.zones])
        return (free.weekday[country, 0] < 5) & ~free.rest[country, 0]

    def seen_from(self, day: int) -> tuple["View", ...]:
        """How a UTC day looks in each zone. (zones,)"""
        weekday = self.rhythm.free_days(day, 1).weekday[:, 0]
        offsets = [int(zone_offsets(name, day)[SLOTS // 2]) for _, name in self.rhythm.zones]
        return tuple(
            View(int(weekday[country]), offset, int(self.clock[zone]), self._of_other_date(zone, offset, day))
            for zone, ((country, _), offset) in enumerate(zip(self.rhythm.zones, offsets, strict=True))
        )

    def _of_other_date(self, zone: int, offset: int, day: int) -> tuple[float, ...]:
        """Rate of the other local date that a UTC day has hours of, against its own, by need; none if hardly any.

        Of a zone with several regions the first one counts, and of a zone without homes none.
        """
        at = self._region_of_zone.get(zone)
        if at is None or abs(offset) < NEAR_UTC:
            return ()
        rates = self.patterns @ self.rates.between(day - 1, 3)[at]
        other = rates[:, 2 if offset > 0 else 0]
        return tuple(np.divide(other, rates[:, 1], out=np.ones(len(rates)), where=rates[:, 1] > 0).round(4).tolist())

    @cached_property
    def _region_of_zone(self) -> dict[int, int]:
        """First region of each zone in which people live."""
        return {int(zone): int(region) for zone, region in self.homes[::-1]}

    def quantiles(self, view: "View") -> Floats32:
        """Quantiles of the moment of each need within a UTC day, in shares of it. (needs, QUANTILES + 1)"""
        curves = self.curves[view.clock]
        local = np.arange(SLOTS) * SLOT_MINUTES + view.offset + view.weekday * DAY_MINUTES
        hour = local // 60 % WEEK_HOURS
        if not view.other_date:
            return _inverse(curves[:, hour], QUANTILES).astype(np.float32)
        is_other = local // DAY_MINUTES != view.weekday
        density = self._hours[view.clock][:, hour] * np.where(is_other, np.array(view.other_date)[:, None], 1.0)
        return _inverse(density, QUANTILES).astype(np.float32)


class View(NamedTuple):
    """A UTC day in a zone.

    Attributes
    ----------
    weekday
        Day of the local working week that the UTC day's date is.
    offset
        Local time minus UTC. [minutes]
    clock
        The clock of the country.
    other_date
        Rate of the other local date that the UTC day has hours of, against its own, by need. (needs,) [unitless]
    """

    weekday: int
    offset: int
    clock: int
    other_date: tuple[float, ...]


def _within(curves: Floats, hours: Floats) -> Floats:
    """Curves confined to hours of the day, each day's sum as it was. (clocks, needs, 168)"""
    days = curves.reshape(*curves.shape[:2], -1, HOURS)
    kept = days * hours[:, :, None, :]
    left = kept.sum(axis=3, keepdims=True)
    kept = np.where(left > 0, kept * (days.sum(axis=3, keepdims=True) / np.maximum(left, 1e-300)), days)
    return kept.reshape(curves.shape)


def _inverse(density: Floats, points: int) -> Floats:
    """Quantiles of piecewise-constant densities, all rows at once. (m, points + 1)"""
    density = density + 1e-12
    edges = np.zeros((len(density), density.shape[1] + 1))
    np.cumsum(density, axis=1, out=edges[:, 1:])
    edges /= edges[:, -1:]
    row = np.arange(len(density))[:, None]
    wanted = np.linspace(0.0, 1.0, points + 1)[None, :] * (1 - 1e-12)
    at = np.searchsorted((edges + 2 * row).ravel(), (wanted + 2 * row).ravel(), side="right").reshape(len(density), -1)
    at = np.clip(at - row * edges.shape[1] - 1, 0, density.shape[1] - 1)
    low = np.take_along_axis(edges, at, axis=1)
    high = np.take_along_axis(edges, at + 1, axis=1)
    return (at + (wanted - low) / np.maximum(high - low, 1e-300)) / density.shape[1]
