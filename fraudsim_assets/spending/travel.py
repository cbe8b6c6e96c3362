"""Journeys: bounded windows in which a customer is somewhere else.

The one idea: time is cut into windows of 28 days with a phase of each customer's own; a window
holds at most one journey, whose dates and destination are hashed from (customer, window). Whether
someone is away on a day is therefore found without any history.

Belongs here: who is where on a day. Does not belong here: what they buy there.
"""

from collections.abc import Callable
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
    seasons : (countries, 12)
        Journeys by home country and month, against the mean month. [unitless]
    """

    abroad: Ints
    domestic: Ints
    trips_per_year: float
    seasons: Floats

    @classmethod
    def of(cls, *, city_country: Ints, mass: Floats, seasons: Floats, trips_per_year: float) -> "Travel":
        """Work out destinations from the mass of shops in each city.

        Parameters
        ----------
        city_country : (c,)
            Country index of each city.
        mass : (c,)
            Attraction of each city, such as its number of shops. [count]
        seasons : (countries, 12)
            Journeys by month, in any unit.
        """
        n_countries = len(seasons)
        tables = np.full((2, n_countries, DESTINATION_SLOTS), -1, dtype=np.int64)
        for country in range(n_countries):
            for row, allowed in ((0, city_country != country), (1, city_country == country)):
                weights = np.where(allowed, mass, 0.0)
                if weights.sum() > 0:
                    tables[row, country] = choice_table(weights, DESTINATION_SLOTS)
        return cls(tables[0], tables[1], trips_per_year, seasons / seasons.mean(axis=1, keepdims=True))

    def whereabouts(
        self,
        streams: Streams,
        *,
        people: Ints,
        home: Ints,
        country: Ints,
        day: Ints | int,
        made: Callable[[Ints, Ints], Floats] | None = None,
    ) -> tuple[Bools, Ints, Ints]:
        """Say who is away on a day, and the city everyone is in.

        Parameters
        ----------
        people, home, country : (n,)
            Customer, home city and home country indices.
        day
            Day number, one or one each.
        made
            Share of journeys that are made, by home country and first day; None is all of them.

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
        first = int(np.min(day)) - WINDOW_DAYS + 1
        opened = day - into
        month = np.array(_months(first, int(np.max(day)) - first + 1)).take(opened - first)
        season = self.seasons.ravel().take(country * 12 + month)
        season *= WINDOW_DAYS / 365.25
        p_abroad = self.trips_per_year * season
        p_domestic = DOMESTIC_TRIPS_PER_YEAR * season
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
        if made is not None:
            some = travels.take(gone)
            kept = streams.draw("travel.made").uniforms(combine(people.take(some), window.take(some)))
            gone = gone[kept < made(country.take(some), opened.take(some) + start.take(gone))]
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
def _months(first: int, n_days: int) -> tuple[int, ...]:
    """Months, from nought, in which the middles of windows lie that start on so many days. (n_days,)"""
    return tuple(day_date(first + k + WINDOW_DAYS // 2).month - 1 for k in range(n_days))


def season_on(seasons: Floats, day: int) -> Floats:
    """Journeys that are under way on a day, against the mean day. (n,) [unitless]

    Parameters
    ----------
    seasons : (n, 12)
        Journeys by month, against the mean month. [unitless]
    """
    return seasons[:, list(_months(day - WINDOW_DAYS + 1, WINDOW_DAYS))[::-1]].mean(axis=1)


def _nights(weights: tuple[float, ...], word: AnyArray) -> Ints:
    return _nights_table(weights).take(((word >> np.uint64(16)) & np.uint64(0xFF)).view(np.int64))


@lru_cache(maxsize=2)
def _nights_table(weights: tuple[float, ...]) -> Ints:
    return choice_table(weights, 256).astype(np.int64)
