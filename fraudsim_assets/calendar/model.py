"""`CalendarData`: the tables of the calendar, ready for rates to be worked out.

Belongs here: looking entries up. Does not belong here: the shape of entries (``reference_data.days``), and the
product of all factors (``rates``).
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Self

import numpy as np

from fraudsim_assets.calendar.rest import Region
from fraudsim_assets.reference_data import Reference
from fraudsim_assets.reference_data.days import CountryDays, DayEvent, DayPattern
from fraudsim_assets.units import Floats

_ALL, _OTHER = "all", "other"


@dataclass(frozen=True, eq=False)
class CalendarData:
    """All of the calendar's figures.

    Attributes
    ----------
    patterns, events, countries
        By name; what holds for a country that is not named stands under ``other``.
    """

    patterns: dict[str, DayPattern]
    events: dict[str, DayEvent]
    countries: dict[str, CountryDays]

    @classmethod
    @lru_cache(maxsize=8)
    def of(cls, reference: Reference) -> Self:
        """Take the calendar's tables from the reference data of a configuration: one object for all who ask."""
        return cls(reference.day_patterns, reference.day_events, reference.country_days)

    @cached_property
    def pattern_names(self) -> tuple[str, ...]:
        """Names of the patterns, in the order of their codes."""
        return tuple(self.patterns)

    def region(self, country: str, subdivision: str) -> Region:
        """Region of a place, as far as its holidays differ from those of its country.

        Parameters
        ----------
        country
            ISO 3166-1 alpha-2 code.
        subdivision
            GeoNames code of the subdivision within the country.
        """
        days = self.country(country)
        return Region(country, None if days.rest is not None else days.subdivisions.get(subdivision))

    def country(self, code: str) -> CountryDays:
        """What a country makes of days."""
        return self.countries.get(code, self.countries[_OTHER])

    def pay_profile(self, code: str) -> tuple[float, ...]:
        """How strongly a pay day is felt on it and on the days after it. (k,) [unitless]"""
        return self.country(code).pay_profile or self.countries[_OTHER].pay_profile or ()

    def journeys(self, code: str) -> tuple[float, ...]:
        """Journeys by month, in any unit. (12,)"""
        return self.country(code).journeys or self.countries[_OTHER].journeys or ()

    def event_factors(self, code: str) -> Floats:
        """Logarithms of the factors of events in a country. (patterns, events) [unitless]"""
        own = self.country(code).events
        factors = np.ones((len(self.patterns), len(self.events)))
        for row, (name, pattern) in zip(factors, self.patterns.items(), strict=True):
            given = pattern.events | own.get(_ALL, {}) | own.get(name, {})
            for column, event in enumerate(self.events):
                row[column] = given.get(event, 1.0)
        return np.log(factors)
