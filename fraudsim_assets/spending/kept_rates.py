"""Kept rates: what the days of a year are like, worked out once for all processes of a machine.

The one idea: holidays and pay days of many regions take longer to look up than a day's first rows take to make, and
are the same for every process.

Belongs here: rates of days by year, on a shelf. Does not belong here: what they are (``calendar``).
"""

from dataclasses import dataclass
from functools import cached_property

from fraudsim_assets.caching import KeyedCache, Shelf
from fraudsim_assets.calendar import DayRates
from fraudsim_assets.units import Floats


@dataclass(frozen=True)
class KeptRates(DayRates):
    """Rates of days in regions, which outlast this process.

    Attributes
    ----------
    shelf, name
        Where they are kept, and as what.
    """

    shelf: Shelf
    name: str

    def of_year(self, year: int) -> Floats:
        """Rates of the days of a year. (regions, patterns, days of year) [unitless]"""
        return self._years.get(year)

    @cached_property
    def _years(self) -> KeyedCache[int, Floats]:
        def find(year: int) -> Floats:
            return self.shelf.keep(f"{self.name}-{year}", lambda: super(KeptRates, self).of_year(year))

        return KeyedCache(find, most=8)
