"""Operational time: a clock that runs with the volume of genuine payments.

The one idea: campaigns start evenly on a clock that ticks faster on busy days. A process that is
even on that clock has, on every day, an expected number of fraudulent rows in proportion to the
genuine ones, so the configured fraud rate holds on Sundays and on Black Friday alike, and no day
needs to know another's count.

Belongs here: the mapping between days and operational time. Does not belong here: what starts when.
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from fraudsim_assets.spending.society import Society
from fraudsim_assets.spending.volume import Volume
from fraudsim_assets.units import Floats, Ints, day_date, day_number


@dataclass(frozen=True)
class OperationalClock:
    """Operational time, in days of mean volume; it agrees with the calendar at every New Year.

    Attributes
    ----------
    volume
        How busy days are.
    """

    volume: Volume

    @classmethod
    def of(cls, society: Society) -> "OperationalClock":
        """Set the clock of a society."""
        return cls(society.timing.volume)

    @cached_property
    def _years(self) -> dict[int, Floats]:
        return {}

    def _year(self, year: int) -> Floats:
        """Operational time at the start of each day of a year, and at its end. (days + 1,)"""
        if year not in self._years:
            volume = self.volume.of_year(year)
            share = np.concatenate([[0.0], np.cumsum(volume)]) / volume.sum()
            self._years[year] = day_number(date(year, 1, 1)) + share * len(volume)
        return self._years[year]

    def starts(self, first: int, last: int) -> Floats:
        """Operational time at the start of consecutive days.

        Parameters
        ----------
        first, last
            Day numbers; both are included.

        Returns
        -------
        (last - first + 1,)
            Increasing. [operational days]
        """
        parts = []
        for year in range(day_date(first).year, day_date(last).year + 1):
            times = self._year(year)
            begin = day_number(date(year, 1, 1))
            low, high = max(first - begin, 0), min(last - begin, len(times) - 2)
            parts.append(times[low : high + 1])
        return np.concatenate(parts)

    def days_of(self, times: Floats) -> Ints:
        """Days in which operational times fall. (n,) [day number]"""
        if times.size == 0:
            return np.zeros(0, dtype=np.int64)
        first, last = int(times.min()) - 40, int(times.max()) + 40
        return first + np.searchsorted(self.starts(first, last), times, side="right") - 1
