"""Volume: how busy each day is over all people, by the calendars of the home countries.

Belongs here: the share of a year's payments that falls on each of its days. Does not belong here: whose payments they
are (``cells``), and holidays of single regions (``dayweights``).
"""

from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from fraudsim_assets.caching import NO_SHELF, KeyedCache, Shelf
from fraudsim_assets.calendar import CalendarData, Region, year_rates
from fraudsim_assets.config.model import Config
from fraudsim_assets.spending.kinds import Kinds
from fraudsim_assets.units import Floats, day_date


@dataclass(frozen=True, eq=False)
class Volume:
    """How busy days are.

    Attributes
    ----------
    calendar
        The calendar's figures.
    countries
        Home countries, and their share of customers. [share]
    patterns : (patterns,)
        Share of payments that follows each day pattern. [share]
    shelf
        Where years outlast this process.
    """

    calendar: CalendarData
    countries: tuple[tuple[str, float], ...]
    patterns: Floats
    shelf: Shelf = NO_SHELF

    @classmethod
    def of(cls, config: Config, kinds: Kinds) -> "Volume":
        """Weigh patterns by what is bought, and countries by their people."""
        reference = config.reference.resolved
        calendar = CalendarData.of(reference)
        patterns = np.zeros(len(calendar.pattern_names))
        for category, pair in zip(reference.categories, kinds.share.reshape(-1, 2), strict=True):
            for name, share in zip((category.days, category.online_days), pair, strict=True):
                patterns[calendar.pattern_names.index(name)] += share
        return cls(calendar, tuple(sorted(config.geography.countries.items())), patterns / patterns.sum())

    def of_year(self, year: int) -> Floats:
        """Payments of each day of a year against those of its mean day. (days of year,) [unitless]"""
        return self._years.get(year)

    def on(self, day: int) -> float:
        """Payments of a day against those of the year's mean day. [unitless]"""
        date = day_date(day)
        return float(self.of_year(date.year)[date.timetuple().tm_yday - 1])

    @cached_property
    def _years(self) -> KeyedCache[int, Floats]:
        def make(year: int) -> Floats:
            total = sum(
                weight * (self.patterns @ year_rates(self.calendar, Region(country), year))
                for country, weight in self.countries
            )
            return np.asarray(total) / np.mean(total)

        return KeyedCache(lambda year: self.shelf.keep(f"days-{year}", partial(make, year)), most=64)
