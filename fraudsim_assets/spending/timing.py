"""Timing: the days of a world as every time zone sees them, each worked out once.

Belongs here: what all rows of a day share about its hours. Does not belong here: how one is worked out (``rhythm``).
"""

from dataclasses import dataclass
from functools import cached_property

from fraudsim_assets.caching import DayCache
from fraudsim_assets.spending.rhythm import DayRhythm, Rhythm
from fraudsim_assets.spending.volume import Volume


@dataclass(frozen=True, eq=False)
class Timing:
    """When people pay.

    Attributes
    ----------
    rhythm
        The zones that days are seen from.
    volume
        How busy days are.
    """

    rhythm: Rhythm
    volume: Volume

    def rhythm_on(self, day: int) -> DayRhythm:
        """One UTC day as every zone sees it."""
        return self._rhythms.get(day)

    @cached_property
    def _rhythms(self) -> DayCache[DayRhythm]:
        return DayCache(self.rhythm.day, most=16)
