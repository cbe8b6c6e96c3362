"""Journeys: bounded windows in which a customer is somewhere else.

The one idea: time is cut into windows of 28 days with a phase of each customer's own; a window
holds at most one journey, whose dates and destination are hashed from (customer, window). Whether
someone is away on a day is therefore found without any history.

Belongs here: who is where on a day. Does not belong here: what they buy there.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from fraudsim_assets.maths.integers import remainders
from fraudsim_assets.maths.sampling import choice_table
from fraudsim_assets.streams import Streams, combine
from fraudsim_assets.units import AnyArray, Bools, Floats, Ints, day_date

WINDOW_DAYS = 28

DOMESTIC_TRIPS_PER_YEAR = 1.9
"""Overnight trips inside the country. Source: eurostat_tourism, recalled. [1/year]"""

SEASON = (0.6, 0.7, 0.8, 0.95, 1.0, 1.15, 1.7, 1.75, 1.1, 0.9, 0.6, 0.75)
"""Journeys by month of the window's start. ASSUMPTION: summer peak. [unitless]"""

ABROAD_NIGHTS = (0, 0, 0, 1, 2, 2, 2, 3, 2, 2, 1, 1, 1, 1, 1)
DOMESTIC_NIGHTS = (0, 1, 4, 3, 1, 0.7, 0.5, 0.6)
"""Weights of lengths of journeys, from 0 days. ASSUMPTION. [unitless]"""

DESTINATION_SLOTS = 512


@dataclass(frozen=True)
class Travel:
    """Journeys of a world.

    Attributes
    ----------
    abroad, domestic : (countries, DESTINATION_SLOTS)
        Destination cities by home country; -1 where there is none.
    trips_per_year
        Journeys abroad per customer. [1/year]
    """

    abroad: Ints
    domestic: Ints
    trips_per_year: float

    @classmethod
    def of(cls, *, city_country: Ints, mass: Floats, n_countries: int, trips_per_year: float) -> "Travel":
        """Work out destinations from the mass of shops in each city.

        Parameters
        ----------
        city_country : (c,)
            Country index of each city.
        mass : (c,)
            Attraction of each city, such as its number of shops. [count]
        """
        tables = np.full((2, n_countries, DESTINATION_SLOTS), -1, dtype=np.int64)
        for country in range(n_countries):
            for row, allowed in ((0, city_country != country), (1, city_country == country)):
                weights = np.where(allowed, mass, 0.0)
                if weights.sum() > 0:
                    tables[row, country] = choice_table(weights, DESTINATION_SLOTS)
        return cls(tables[0], tables[1], trips_per_year)

    def whereabouts(
        self, streams: Streams, *, people: Ints, home: Ints, country: Ints, day: int
    ) -> tuple[Bools, Ints, Ints]:
        """Say who is away on a day, and the city everyone is in.

        Parameters
        ----------
        people, home, country : (n,)
            Customer, home city and home country indices.
        day
            Day number.

        Returns
        -------
        (n,), (n,), (n,)
            True where a person is on a journey; city index; city index of the day before, of those who have left home
            or come back, else that of the day.
        """
        clock = day + remainders(people * 7919, WINDOW_DAYS)
        window = clock // WINDOW_DAYS
        into = clock - window * WINDOW_DAYS
        words = streams.draw("travel.window").words(combine(people, window))
        u = (words >> np.uint64(40)).astype(np.float64) / (1 << 24)
        season = np.array(_seasons(day)).take(into)
        p_abroad = self.trips_per_year * WINDOW_DAYS / 365.25 * season
        p_domestic = DOMESTIC_TRIPS_PER_YEAR * WINDOW_DAYS / 365.25
        travels = np.flatnonzero(u < p_abroad + p_domestic)
        away = np.zeros(len(people), dtype=bool)
        city = home.copy()
        before = home.copy()
        if travels.size == 0:
            return away, city, before
        word, into = words.take(travels), into.take(travels)
        abroad = u.take(travels) < p_abroad.take(travels)
        length = np.where(abroad, _nights(ABROAD_NIGHTS, word), _nights(DOMESTIC_NIGHTS, word))
        # a journey ends before its window does, so that the day of coming home lies within
        start = ((word & np.uint64(0xFFFF)).view(np.int64) * (WINDOW_DAYS - length)) >> 16
        gone = np.flatnonzero((into >= start) & (into <= start + length) & (length > 0))
        travels, word, abroad = travels.take(gone), word.take(gone), abroad.take(gone)
        into, start, length = into.take(gone), start.take(gone), length.take(gone)
        slot = ((word >> np.uint64(24)) & np.uint64(DESTINATION_SLOTS - 1)).view(np.int64)
        at = country.take(travels) * DESTINATION_SLOTS + slot
        goal = np.where(abroad, self.abroad.ravel().take(at), self.domestic.ravel().take(at))
        elsewhere = (goal >= 0) & (goal != home.take(travels))
        travels, goal = travels[elsewhere], goal[elsewhere]
        there = (into < start + length)[elsewhere]
        away[travels] = there
        city[travels[there]] = goal[there]
        before[travels] = np.where(into[elsewhere] == start[elsewhere], home[travels], goal)
        return away, city, before


@lru_cache(maxsize=512)
def _seasons(day: int) -> tuple[float, ...]:
    """Factors on journeys in windows that started 0, 1, ... days before a day. (WINDOW_DAYS,) [unitless]"""
    return tuple(SEASON[day_date(day - k).month - 1] for k in range(WINDOW_DAYS))


def _nights(weights: tuple[float, ...], word: AnyArray) -> Ints:
    return _nights_table(weights).take(((word >> np.uint64(16)) & np.uint64(0xFF)).view(np.int64))


@lru_cache(maxsize=2)
def _nights_table(weights: tuple[float, ...]) -> Ints:
    return choice_table(weights, 256).astype(np.int64)
