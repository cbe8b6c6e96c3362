"""Fashions: what drifts by itself, as smooth lines through hashed levels.

The one idea: levels are hashed from a name and the number of a window of time, and time between them lies on a line, so
every moment knows its own without any other.

Belongs here: levels over time, and what thieves want by the week. Does not belong here: shares and tactics of
scenarios, which use the same lines (``courses``).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fraudsim_assets.caching import KeyedCache
from fraudsim_assets.config.fraud import Drift
from fraudsim_assets.maths.sampling import QUANTILE_BITS, normal_quantiles
from fraudsim_assets.streams import Streams
from fraudsim_assets.units import Floats, Ints

WEEK = 7.0
"""Fashions change by the week in which campaigns start. [operational days]"""

_WEEKS_KEPT = 64


def levels(streams: Streams, name: str, days: Ints | Floats, every: int) -> Floats:
    """Level of something that drifts: normal, and smooth from window to window. (n,) [standard deviations]

    Parameters
    ----------
    days : (n,)
        Times. [days]
    every
        Time from one hashed level to the next. [days]
    """
    window, into = np.divmod(days / every, 1.0)
    draw = streams.draw(f"fraud.drift.{name}")
    before, after = (draw.uniforms(window.astype(np.int64) + k) * (1 << QUANTILE_BITS) for k in (0, 1))
    turn, normal = into * np.pi / 2, normal_quantiles().astype(np.float64)
    return normal.take(before.astype(np.int64)) * np.cos(turn) + normal.take(after.astype(np.int64)) * np.sin(turn)


@dataclass(frozen=True, eq=False)
class Fashions:
    """What sells among thieves, and for how much.

    Attributes
    ----------
    streams, drift
        Randomness of the world, and how far things drift.
    categories
        Names of the spending categories, by code.
    """

    streams: Streams
    drift: Drift
    categories: tuple[str, ...]

    def goods(self, week: int) -> Floats:
        """Factors on the weights of categories that campaigns of a week buy or test in. (categories,) [unitless]"""
        return self._goods.get(week)

    @cached_property
    def _goods(self) -> KeyedCache[int, Floats]:
        def find(week: int) -> Floats:
            when = np.array([(week + 0.5) * WEEK])
            drawn = [levels(self.streams, f"goods.{name}", when, self.drift.days)[0] for name in self.categories]
            return np.exp(self.drift.goods * np.array(drawn))

        return KeyedCache(find, most=_WEEKS_KEPT)

    def sums(self, scenario: str, start: Floats) -> Floats:
        """Factors on what one purchase of campaigns is meant to bring, with mean one. (n,) [unitless]"""
        spread = self.drift.sums
        when = (start // WEEK + 0.5) * WEEK
        return np.exp(spread * levels(self.streams, f"sums.{scenario}", when, self.drift.days) - spread**2 / 2)
