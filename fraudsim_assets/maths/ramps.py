"""Ramps: how far something that comes and goes has come, day by day.

Belongs here: piecewise linear courses over days. Does not belong here: what comes and goes.
"""

from dataclasses import dataclass

import numpy as np

from fraudsim_assets.units import Floats, Ints


@dataclass(frozen=True)
class Ramp:
    """Something that rises from 0 to 1, stays, and falls back to 0.

    Attributes
    ----------
    start
        First day above 0. [day number]
    days
        Days over which it rises, and over which it falls; 0 is at once. [days]
    end
        Last day at 1; None if it stays. [day number]
    """

    start: int
    days: int = 0
    end: int | None = None

    def at(self, day: Ints | int) -> Floats:
        """How far it has come on days. (n,) [share]"""
        days = np.asarray(day, dtype=np.float64)
        risen = _climb(days - self.start, self.days)
        return risen if self.end is None else np.minimum(risen, 1.0 - _climb(days - self.end - 1, self.days))

    def touches(self, first: int, last: int) -> bool:
        """Whether it is above 0 on any day from ``first`` to ``last``."""
        return self.start <= last and (self.end is None or first <= self.end + self.days)


def _climb(into: Floats, days: int) -> Floats:
    """Share of a climb, in the middle of the day ``into`` it. (n,)"""
    return np.clip((into + 0.5) / days, 0.0, 1.0) if days else (into >= 0).astype(np.float64)
