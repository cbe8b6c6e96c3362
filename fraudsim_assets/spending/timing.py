"""Timing: the days of a world as every time zone sees them, each worked out once.

Belongs here: what all rows of a day share about its hours. Does not belong here: the curves themselves (``rhythm``,
``inclination``).
"""

from dataclasses import dataclass
from functools import cached_property

from fraudsim_assets.caching import DayCache
from fraudsim_assets.spending.inclination import Inclination
from fraudsim_assets.spending.kinds import Kinds
from fraudsim_assets.spending.rhythm import DayRhythm, Rhythm
from fraudsim_assets.units import Floats


@dataclass(frozen=True, eq=False)
class Timing:
    """When people pay.

    Attributes
    ----------
    rhythm
        Curves over the week, and the zones they are seen from.
    kinds
        Kinds of purchase.
    """

    rhythm: Rhythm
    kinds: Kinds

    def rhythm_on(self, day: int) -> DayRhythm:
        """One UTC day as every zone sees it."""
        return self._rhythms.get(day)

    def inclination_on(self, day: int) -> Inclination:
        """What people tend to buy in each quarter hour of a UTC day."""
        return self._inclinations.get(day)

    def volume_on(self, day: int) -> Floats:
        """Volume of a day in every zone against the average day. (zones,) [unitless]"""
        return self._volumes.get(day)

    @cached_property
    def _rhythms(self) -> DayCache[DayRhythm]:
        return DayCache(self.rhythm.day, most=16)

    @cached_property
    def _inclinations(self) -> DayCache[Inclination]:
        return DayCache(lambda day: Inclination.of(self.kinds, self.rhythm_on(day)), most=4)

    @cached_property
    def _volumes(self) -> DayCache[Floats]:
        return DayCache(self.rhythm.volume, most=4000)
