"""Itineraries: where a person is at every minute of a day.

The one idea: a day has three blocks of time, a place each: mornings at home, the middle of the day at work,
in town or on an excursion, evenings at home or in the shopping town. Whatever is paid in person, with
any card, is paid where the block says; between blocks lies the time that the way takes.

Belongs here: blocks of the day, and moments moved out of the time on the way. Does not belong here:
journeys (``travel``) and what is bought.
"""

from dataclasses import dataclass

import numpy as np

from fraudsim_assets.spending.towns import Towns, towns_of
from fraudsim_assets.streams import Streams
from fraudsim_assets.units import DAY_MINUTES, AnyArray, Bools, Floats, Ints

WORKING = {
    "student": 0.92,
    "young_professional": 0.9,
    "family": 0.86,
    "affluent": 0.8,
    "mid_life": 0.84,
    "senior": 0.06,
}
"""Share of people with a workplace or school, by stage of life. ASSUMPTION after employment rates. [share]"""

PRESENCE = 0.8
"""Working days spent at the workplace. ASSUMPTION: the others are at home, ill or on leave. [share]"""

EXCURSION = (0.08, 0.3)
"""Days with an excursion: working days off, weekends and holidays. ASSUMPTION, tuned to target G04. [share]"""

TO_TOWN = 0.4
"""Evenings, and free days, on which errands are done in the shopping town. ASSUMPTION. [share]"""

LEAVES, WORKS = (440.0, 100.0), (480.0, 100.0)
"""When work begins and how long it lasts: least and spread. ASSUMPTION. [local minutes], [minutes]"""

GOES_OUT, STAYS_OUT = (570.0, 120.0), (180.0, 240.0)
"""When free people go out and for how long: least and spread. ASSUMPTION. [local minutes], [minutes]"""

LEAST_WAY, SLOW_KMH, FAST_KMH = 6.0, 45.0, 105.0
"""Ways take a few minutes, and hours by distance: slowly near by, fast over long distances. ASSUMPTION.
[minutes], [km/h]"""

FLIGHT_KM, FLIGHT_MINUTES, FLIGHT_KMH = 700.0, 210.0, 750.0
"""Journeys further than this go by plane, with time at airports. ASSUMPTION. [km], [minutes], [km/h]"""

EARLIEST_DEPARTURE = 300.0
"""Journeys start after this time of the day at home, and of the UTC day. ASSUMPTION. [minutes]"""


def way_minutes(km: Floats) -> Floats:
    """How long ways on the ground take, at least. (n,) [minutes]"""
    speed = SLOW_KMH + (FAST_KMH - SLOW_KMH) * np.minimum(km / 150.0, 1.0)
    return LEAST_WAY + 60.0 * km / speed


def journey_minutes(km: Floats) -> Floats:
    """How long journeys take, at least: by plane where it is far. (n,) [minutes]"""
    return np.where(km > FLIGHT_KM, FLIGHT_MINUTES + 60.0 * km / FLIGHT_KMH, way_minutes(km))


@dataclass(frozen=True)
class Itineraries:
    """A day of some people, one entry each.

    Attributes
    ----------
    morning, middle, evening
        City of each block.
    begins, ends : float32
        Local time at which the middle block begins and ends. [minutes]
    there, back : float32
        How long the ways before and after the middle block take. [minutes]
    arrival : float32
        Before this time of the UTC day a person who changes places is on the way; else 0. [minutes]
    """

    morning: Ints
    middle: Ints
    evening: Ints
    begins: AnyArray
    ends: AnyArray
    there: AnyArray
    back: AnyArray
    arrival: AnyArray

    @classmethod
    def of(
        cls,
        streams: Streams,
        towns: Towns,
        *,
        people: Ints,
        home: Ints,
        city: Ints,
        away: Bools,
        moved_km: Floats,
        works: Bools,
        workday: Bools,
        offset: Ints,
        day: int,
    ) -> "Itineraries":
        """Plan a day.

        Parameters
        ----------
        people, home, city : (n,)
            Customer, home city, and the city each is in.
        away : (n,)
            On a journey.
        moved_km : (n,)
            How far people have come since the day before by starting on a journey or ending one. [km]
        works, workday : (n,)
            Whether each has a workplace, and whether people work there on the day.
        offset : (n,)
            Local time at home minus UTC. [minutes]
        """
        habit = _habits(streams, people)
        words = streams.draw("itinerary.day", day).words(people)
        u = [_uniform(words, shift) for shift in (0, 12, 24, 36)]
        at_work = works & workday & (u[0] < PRESENCE) & ~away
        shopping = towns_of(towns.shopping, city, habit)
        work = _work(towns, home, habit)
        trip = towns_of(towns.excursion, city, words >> np.uint64(48))
        excursion = ~at_work & (u[1] < np.where(workday, *EXCURSION))
        in_town = u[2] < TO_TOWN
        middle = np.where(at_work, work, np.where(excursion, trip, np.where(in_town, shopping, city)))
        evening = np.where(at_work & in_town & (shopping != middle), shopping, city)
        begin, length = (
            np.where(at_work, a, b) for a, b in zip((*LEAVES, *WORKS)[::2], (*GOES_OUT, *STAYS_OUT)[::2], strict=True)
        )
        late, longer = (
            np.where(at_work, a, b) for a, b in zip((*LEAVES, *WORKS)[1::2], (*GOES_OUT, *STAYS_OUT)[1::2], strict=True)
        )
        there, back = way_minutes(towns.distance(city, middle)), way_minutes(towns.distance(middle, evening))
        begins = begin + late * u[3] + there
        moved = np.flatnonzero(moved_km > 0)
        arrival = np.zeros(len(people), dtype=np.float32)
        leaves = EARLIEST_DEPARTURE + np.maximum(-offset[moved], 0)
        arrival[moved] = np.minimum(leaves + journey_minutes(moved_km[moved]), 0.85 * DAY_MINUTES)
        return cls(
            morning=city,
            middle=middle,
            evening=evening,
            begins=begins.astype(np.float32),
            ends=(begins + length + longer * _uniform(words, 52)).astype(np.float32),
            there=there.astype(np.float32),
            back=back.astype(np.float32),
            arrival=arrival,
        )

    def place(self, at: Ints, utc: AnyArray, offset: AnyArray) -> tuple[AnyArray, Ints]:
        """Say where people are at moments, and move moments out of the time on the way.

        Parameters
        ----------
        at : (n,)
            Positions of the people.
        utc : (n,)
            Time of the UTC day. [minutes]
        offset : (n,)
            Local time minus UTC. [minutes]

        Returns
        -------
        (n,), (n,)
            Moments, in order to reach the place [minutes]; city indices.
        """
        arrival = self.arrival.take(at)
        on_the_way = np.flatnonzero(utc < arrival)
        if on_the_way.size:
            utc, arrival = utc.copy(), arrival[on_the_way]
            utc[on_the_way] = arrival + utc[on_the_way] * (1 - arrival / DAY_MINUTES)
        local = _of_day(utc + offset)
        begins, ends = self.begins.take(at), self.ends.take(at)
        goes = np.flatnonzero((local >= begins - self.there.take(at)) & (local < begins))
        comes = np.flatnonzero((local >= ends) & (local < ends + self.back.take(at)))
        delay = np.zeros(len(local))
        delay[goes] = self.there.take(at.take(goes))
        delay[comes] += self.back.take(at.take(comes))
        local += delay
        city = np.where(local < begins, self.morning.take(at), self.middle.take(at))
        late = np.flatnonzero(local >= ends)
        city[late] = self.evening.take(at.take(late))
        return _of_day(utc + delay), city


def _of_day(minute: Floats) -> Floats:
    """Minutes of the day, of times less than a day before or after it; changed in place. (n,)"""
    minute[minute >= DAY_MINUTES] -= DAY_MINUTES
    minute[minute < 0] += DAY_MINUTES
    return minute


def work_towns(streams: Streams, towns: Towns, *, people: Ints, home: Ints) -> Ints:
    """Cities where people work or go to school, if they do. (n,)"""
    return _work(towns, home, _habits(streams, people))


def _habits(streams: Streams, people: Ints) -> AnyArray:
    """Words that choose people's towns. (n,)"""
    return streams.draw("itinerary.towns").words(people)


def _work(towns: Towns, home: Ints, habit: AnyArray) -> Ints:
    return towns_of(towns.work, home, habit >> np.uint64(6))


def _uniform(words: AnyArray, shift: int) -> Floats:
    """Uniforms from twelve bits of words. (n,)"""
    return (((words >> np.uint64(shift)) & np.uint64(0xFFF)).astype(np.float64) + 0.5) / 4096.0
