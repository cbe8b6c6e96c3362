"""Spans: weights of days in a row, added up, and what cells make of them.

Belongs here: which part of a cell's occasions each of its days gets. Does not belong here: where the weights come from
(``dayweights``), and whose cells they are (``cells``).
"""

from dataclasses import dataclass

import numpy as np

from fraudsim_assets.spending.routines import ROUTINES
from fraudsim_assets.units import AnyArray, Floats, Ints

LENGTHS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 16, 19, 23, 28, 33, 39, 45, 52, 60)
"""Lengths that cells may have. [days]"""

SEASON_DAYS = 28
"""Days before and after by which a day's season is known. [days]"""

REACH_DAYS = LENGTHS[-1] + SEASON_DAYS + 1
"""Days before and after one on which what happens on it depends. [days]"""

_PARTS = 1 << 20


def displacement(most: float, length: AnyArray | int) -> Floats:
    """Part of a closed day's occasions that other days of the cell get, by its length, and the most of it. [share]

    A lunch that was not eaten is gone; some of the haircuts are not. What people buy on the eve of a holiday is a
    factor of its own in the calendar.
    """
    return most * np.minimum((np.asarray(length) - 1) / 4, 1.0)


@dataclass(frozen=True)
class Span:
    """Weights of some days in a row, added up.

    Attributes
    ----------
    first
        The first day.
    total : (days + 1, needs, zones) int32, or int64 where sums outgrow it
        Weights of the days before each, in whole parts of a million, so that sums over days are the same wherever a
        span begins. [2**-20]
    crowd : (days + 1, needs, homes)
        Their sums over routines. [unitless]
    displaced
        Most that a closed day passes on to others. [share]
    """

    first: int
    total: AnyArray
    crowd: Floats
    displaced: float

    @classmethod
    def of(cls, first: int, weights: Floats, *, displaced: float) -> "Span":
        """Add up the weights of days. (days, needs, zones)"""
        total = np.zeros((len(weights) + 1, *weights.shape[1:]))
        np.cumsum(np.rint(weights * _PARTS), axis=0, out=total[1:])
        crowd = total.reshape(*total.shape[:2], -1, ROUTINES).sum(axis=3)
        fits = total[-1].max(initial=0) <= np.iinfo(np.int32).max
        return cls(first, total.astype(np.int32 if fits else np.int64), crowd / _PARTS, displaced)

    def scales(self, day: Ints | int, into: Ints, length: Ints, opens: Ints, *, need: Ints | int, home: Ints) -> Floats:
        """What makes occasions of cells, against those of an average cell, of the weights of their days.

        Parameters
        ----------
        day
            Day number, one or one each.
        into, length, opens
            Days into the cell, of how many; how many of them, the first ones, can have occasions. All broadcast. [days]
        need, home
            Codes of needs, and homes.
        """
        column, begin = need * self.crowd.shape[2] + home, day - into - self.first
        # days are closed to the crowd: that a person mostly goes on another day is no reason to go on this one
        mass = (_before(self.crowd, begin + opens, column) - _before(self.crowd, begin, column)) / ROUTINES
        later, earlier = (_before(self.crowd, begin + d, column) for d in (SEASON_DAYS + 1, -SEASON_DAYS))
        season = (later - earlier) / ROUTINES / (2 * SEASON_DAYS + 1)
        relative = mass / opens / np.maximum(season, 1e-9)
        scale = season * relative ** (1 - displacement(self.displaced, length)) / np.maximum(mass, 1e-9)
        return np.where((into < opens) & (mass > 0), scale, 0.0)

    def shares(
        self, day: Ints | int, into: Ints, scale: Floats, *, need: Ints | int, zone: Ints
    ) -> tuple[AnyArray, AnyArray]:
        """Occasions of cells before a day and until its end, against those of an average cell. Two of float32

        Parameters
        ----------
        day, into, need
            As of :meth:`scales`, and what it found.
        zone
            Home zones.
        """
        column = need * self.total.shape[2] + zone
        so_far = _before(self.total, day - into - self.first, column)
        before, today = (_before(self.total, d - self.first, column) - so_far for d in (day, day + 1))
        return (before / _PARTS * scale).astype(np.float32), (today / _PARTS * scale).astype(np.float32)


def _before(total: AnyArray, at: Ints | int, column: Ints) -> AnyArray:
    """Weight of the days before one, given by its place in a span, by need and zone or home. (n,)"""
    days = total.reshape(len(total), -1)
    return days[at].take(column) if np.ndim(at) == 0 else days.ravel().take(at * days.shape[1] + column)
