"""Weights of days: how much of a need's occasions each UTC day gets, by need and home zone.

This is the place for the calendar: whatever makes a day busier or quieter for a trade in a country
belongs into these weights, and cells displace what a closed day cannot have.

Belongs here: curves of needs over the local week, and their view of one UTC day in each zone: its
weight, and when during the day. Does not belong here: factors of dates by country (``calendar``) and
cells (``cells``).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fraudsim_assets.reference_data.needs import Need
from fraudsim_assets.spending.calendar import date_factors
from fraudsim_assets.spending.rhythm import HOURS, SLOT_MINUTES, SLOTS, WEEK_HOURS, Rhythm, zone_offsets
from fraudsim_assets.units import DAY_MINUTES, Bools, Floats, Floats32, Ints

QUANTILES = 256
"""Steps of the quantiles of the moment of an occasion within the day. [count]"""


@dataclass(frozen=True)
class DayWeights:
    """Curves of needs, and the zones they are seen from.

    Attributes
    ----------
    curves : (needs, 168)
        Intensity over the local working week, mean one. [unitless]
    remote : (needs,)
        Which calendar of dates a need follows.
    rhythm
        Zones.
    homes : (home zones,)
        Zones in which people live, as indices of the rhythm's.
    """

    curves: Floats
    remote: Bools
    rhythm: Rhythm
    homes: Ints

    @classmethod
    def of(cls, needs: Sequence[Need], *, weights: Floats, curve: Floats, rhythm: Rhythm, homes: Ints) -> "DayWeights":
        """Add up the curves of what each need buys.

        Parameters
        ----------
        weights : (needs, kinds)
            Purchases of each kind that each need makes. [share]
        curve : (kinds, 168)
            Their intensity over the week, mean one. [unitless]
        """
        mixed = []
        for mix in weights:
            total = float(mix.sum())
            mixed.append((mix / total) @ curve if total > 0 else np.ones(curve.shape[1]))
        return cls(np.stack(mixed), np.array([need.remote for need in needs]), rhythm, homes)

    def weights(self, day: int) -> Floats:
        """Weight of a UTC day for every need in every home zone, mean about one over a year. (needs, home zones)"""
        first, n_days = day - 1, 3
        factors = date_factors(self.rhythm.countries, first, n_days)
        chosen = [self.rhythm.zones[z] for z in self.homes]
        every = SLOTS // HOURS
        local = np.arange(HOURS) * (DAY_MINUTES // HOURS) + np.stack(
            [zone_offsets(name, day)[::every] for _, name in chosen]
        )
        shift = local // DAY_MINUTES
        hour = local // 60 - shift * HOURS
        date = np.array([c for c, _ in chosen])[:, None] * n_days + shift + (day - first)
        week_hour = factors.weekday.take(date) * HOURS + hour
        factor = np.stack([factors.present.take(date), factors.remote.take(date)])
        return (self.curves[:, week_hour] * factor[self.remote.astype(np.int64)]).mean(axis=2)

    def working(self, day: int) -> Bools:
        """Whether it is a working day at noon UTC, by zone. (zones,)"""
        factors = date_factors(self.rhythm.countries, day, 1)
        country = np.array([c for c, _ in self.rhythm.zones])
        return (factors.weekday[country, 0] < 5) & ~factors.rest[country, 0]

    def seen_from(self, day: int) -> tuple[tuple[int, int], ...]:
        """Weekday of a UTC day's date, and local time minus UTC at noon [minutes], by zone."""
        weekday = date_factors(self.rhythm.countries, day, 1).weekday[:, 0]
        return tuple((int(weekday[c]), int(zone_offsets(name, day)[SLOTS // 2])) for c, name in self.rhythm.zones)

    def quantiles(self, weekday: int, offset: int) -> Floats32:
        """Quantiles of the moment of each need within a UTC day, in shares of it. (needs, QUANTILES + 1)

        Parameters
        ----------
        weekday
            Day of the local working week that the UTC day's date is.
        offset
            Local time minus UTC. [minutes]
        """
        local = np.arange(SLOTS) * SLOT_MINUTES + offset + weekday * DAY_MINUTES
        return _inverse(self.curves[:, local // 60 % WEEK_HOURS], QUANTILES).astype(np.float32)


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
