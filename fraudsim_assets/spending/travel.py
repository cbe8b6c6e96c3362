"""Journeys: bounded windows in which a customer is somewhere else.

The one idea: time is cut into windows of 28 days with a phase of each customer's own; a window
holds at most one journey, whose dates and destination are hashed from (customer, window). Whether
someone is away on a day is therefore found without any history.

Belongs here: who is where on a day. Does not belong here: what they buy there.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from fraudsim_assets.maths.integers import remainders
from fraudsim_assets.maths.sampling import choice_table
from fraudsim_assets.reference_data.itinerary import Itinerary
from fraudsim_assets.streams import Streams, combine
from fraudsim_assets.units import AnyArray, Bools, Floats, Ints, day_date

WINDOW_DAYS = 28

DESTINATION_SLOTS = 512


@dataclass(frozen=True)
class Journeys:
    """Journeys that are under way on a day, or over since the day before. One entry per journey.

    Attributes
    ----------
    at : (n,)
        Positions of the people among those who were asked for.
    city : (n,)
        Destinations.
    night, nights : (n,)
        Days since the journey began, and how many it lasts: on the day of coming home both are the same. [days]
    ids : (n,) uint64
        Words that name journeys.
    """

    at: Ints
    city: Ints
    night: Ints
    nights: Ints
    ids: AnyArray

    @property
    def are_under_way(self) -> Bools:
        """Whether people are away, not on the day of coming home. (n,)"""
        return self.night < self.nights

    def take(self, some: Ints) -> "Journeys":
        """Choose journeys."""
        return Journeys(*(getattr(self, field.name)[some] for field in fields(self)))

    def whereabouts(self, home: Ints) -> tuple[Bools, Ints, Ints]:
        """Say who is away, and the city everyone is in, given the home cities of all who were asked for.

        Returns
        -------
        (people,), (people,), (people,)
            True where a person is on a journey; city index; city index of the day before, of those who have left home
            or come back, else that of the day.
        """
        away = np.zeros(len(home), dtype=bool)
        city, before = home.copy(), home.copy()
        there = self.are_under_way
        away[self.at] = there
        city[self.at[there]] = self.city[there]
        before[self.at] = np.where(self.night == 0, home[self.at], self.city)
        return away, city, before


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
    table
        Journeys inside the country, and lengths of journeys.
    """

    abroad: Ints
    domestic: Ints
    trips_per_year: float
    seasons: Floats
    table: Itinerary

    @classmethod
    def of(
        cls, *, city_country: Ints, mass: Floats, seasons: Floats, trips_per_year: float, table: Itinerary
    ) -> "Travel":
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
        return cls(tables[0], tables[1], trips_per_year, seasons / seasons.mean(axis=1, keepdims=True), table)

    def journeys(
        self,
        streams: Streams,
        *,
        people: Ints,
        home: Ints,
        country: Ints,
        day: Ints | int,
        made: Callable[[Ints, Ints], Floats] | None = None,
    ) -> Journeys:
        """Find who is on a journey on a day, or has come home.

        Parameters
        ----------
        people, home, country : (n,)
            Customer, home city and home country indices.
        day
            Day number, one or one each.
        made
            Share of journeys that are made, by home country and first day; None is all of them.
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
        p_domestic = self.table.domestic_trips * season
        travels = np.flatnonzero(u < p_abroad + p_domestic)
        word, into = words.take(travels), into.take(travels)
        abroad = u.take(travels) < p_abroad.take(travels)
        ids = combine(people, window).take(travels)
        length = np.where(abroad, *(_nights(weights, word) for weights in self.nights))
        # a journey ends before its window does, so that the day of coming home lies within
        start = ((word & np.uint64(0xFFFF)).view(np.int64) * (WINDOW_DAYS - length)) >> 16
        gone = np.flatnonzero((into >= start) & (into <= start + length) & (length > 0))
        if made is not None:
            some = travels.take(gone)
            kept = streams.draw("travel.made").uniforms(ids.take(gone))
            gone = gone[kept < made(country.take(some), opened.take(some) + start.take(gone))]
        travels, word, abroad, ids = travels.take(gone), word.take(gone), abroad.take(gone), ids.take(gone)
        night, length = into.take(gone) - start.take(gone), length.take(gone)
        slot = ((word >> np.uint64(24)) & np.uint64(DESTINATION_SLOTS - 1)).view(np.int64)
        at = country.take(travels) * DESTINATION_SLOTS + slot
        goal = np.where(abroad, self.abroad.ravel().take(at), self.domestic.ravel().take(at))
        elsewhere = (goal >= 0) & (goal != home.take(travels))
        return Journeys(travels, goal, night, length, ids).take(np.flatnonzero(elsewhere))

    @property
    def per_year(self) -> Floats:
        """Journeys of a person abroad, and inside the country. (2,) [1/year]"""
        return np.array([self.trips_per_year, self.table.domestic_trips])

    @property
    def nights(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Weights of lengths of journeys abroad, and inside the country, from 0 nights. [unitless]"""
        return self.table.nights_abroad, self.table.nights_at_home

    def mean_nights(self, power: float) -> Floats:
        """Mean of a power of the nights of journeys, abroad and inside the country. (2,) [unitless]"""
        return np.array([(_nights_table(nights) ** power).mean() for nights in self.nights])

    def reach(self, *, cities: Ints, country: Ints, people: Ints) -> Floats:
        """Share of journeys abroad, and of those inside the country, that lead to another city, by home country.

        Parameters
        ----------
        cities, country, people : (n,)
            Cities in which people live, their countries, and how many live there. [count]

        Returns
        -------
        (countries, 2)
        """
        other = (self.domestic[country] >= 0) & (self.domestic[country] != cities[:, None])
        n_countries = len(self.seasons)
        total = np.maximum(np.bincount(country, people, n_countries), 1)
        inside = np.bincount(country, people * other.mean(axis=1), n_countries) / total
        return np.stack([(self.abroad >= 0).mean(axis=1), inside], axis=1)

    def expected(self, day: int) -> "Expected":
        """Journeys of people of each country on a day, as many as there are on average, wherever they lead."""
        months = np.array(_months(day - WINDOW_DAYS + 1, WINDOW_DAYS))[::-1]
        season = self.seasons[:, months] / 365.25
        return Expected(
            *(_days_of_window(self.nights) @ season[:, None, :, None])[..., 0].swapaxes(0, 1) * self.per_year
        )


class Expected(NamedTuple):
    """Journeys of a day per person, by home country, abroad and inside it.

    Attributes
    ----------
    under_way, begin, end
        All of them, and those of which it is the first or the last day away. (countries, 2) [count]
    """

    under_way: Floats
    begin: Floats
    end: Floats


@lru_cache(maxsize=4)
def _days_of_window(lengths: tuple[tuple[float, ...], ...]) -> Floats:
    """Chance that a journey is under way, begins or has its last day, by day of its window. (3, 2, WINDOW_DAYS)"""
    found = np.zeros((3, 2, WINDOW_DAYS))
    for kind, weights in enumerate(lengths):
        share = np.bincount(_nights_table(weights), minlength=len(weights)) / len(_nights_table(weights))
        for nights in range(1, len(weights)):
            starts = np.arange(WINDOW_DAYS - nights)
            chance = share[nights] / len(starts)
            for into in range(nights):
                found[0, kind, starts + into] += chance
            found[1, kind, starts] += chance
            found[2, kind, starts + nights - 1] += chance
    return found


@lru_cache(maxsize=512)
def _months(first: int, n_days: int) -> tuple[int, ...]:
    """Months, from nought, in which the middles of windows lie that start on so many days. (n_days,)"""
    return tuple(day_date(first + k + WINDOW_DAYS // 2).month - 1 for k in range(n_days))


def _nights(weights: tuple[float, ...], word: AnyArray) -> Ints:
    return _nights_table(weights).take(((word >> np.uint64(16)) & np.uint64(0xFF)).view(np.int64))


@lru_cache(maxsize=8)
def _nights_table(weights: tuple[float, ...]) -> Ints:
    return choice_table(weights, 256).astype(np.int64)
