"""Itineraries: where a person is at every minute of a day.

The one idea: a day has three blocks of time, a place each: mornings at home, the middle of the day at work,
in town or on an excursion, evenings at home or in the shopping town. Whatever is paid in person, with
any card, is paid where the block says; between blocks lies the time that the way takes.

Belongs here: blocks of the day, and moments moved out of the time on the way. Does not belong here:
journeys (``travel``) and what is bought.
"""

from dataclasses import dataclass, replace

import numpy as np

from fraudsim_assets.reference_data.itinerary import Itinerary
from fraudsim_assets.spending.towns import Towns, towns_of
from fraudsim_assets.streams import Streams, halves
from fraudsim_assets.units import DAY_MINUTES, AnyArray, Bools, Floats, Ints


def way_minutes(table: Itinerary, km: Floats) -> Floats:
    """How long ways on the ground take, at least. (n,) [minutes]"""
    speed = table.slow_kmh + (table.fast_kmh - table.slow_kmh) * np.minimum(km / table.fast_km, 1.0)
    return table.least_way + 60.0 * km / speed


def journey_minutes(table: Itinerary, km: Floats) -> Floats:
    """How long journeys take, at least: by plane where it is far. (n,) [minutes]"""
    flight = table.flight_minutes + 60.0 * km / table.flight_kmh
    return np.where(km > table.flight_km, flight, way_minutes(table, km))


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
    excursion
        Whether the middle block is an excursion.
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
    excursion: Bools
    arrival: AnyArray

    @classmethod
    def of(
        cls,
        table: Itinerary,
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
        table
            Times, speeds and shares.
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
        u = [_uniform(words, shift) for shift in (0, 12, 24)]
        at_work = works & workday & (u[0] < table.at_work) & ~away
        shopping = towns_of(towns.shopping, city, habit)
        work = _work(towns, home, habit)
        trip = towns_of(towns.excursion, city, words >> np.uint64(48))
        excursion = ~at_work & (trip != city) & (u[1] < np.where(workday, table.excursion, table.weekend_excursion))
        in_town = u[2] < table.to_town
        middle = np.where(at_work, work, np.where(excursion, trip, np.where(in_town, shopping, city)))
        evening = np.where(at_work & in_town & (shopping != middle), shopping, city)
        begin, late = (np.where(at_work, a, b) for a, b in zip(table.leaves, table.goes_out, strict=True))
        length, longer = (np.where(at_work, a, b) for a, b in zip(table.works, table.stays_out, strict=True))
        there, back = (way_minutes(table, towns.distance(a, b)) for a, b in ((city, middle), (middle, evening)))
        sooner, until = halves(streams.draw("itinerary.hours", day).words(people))
        begins = begin + late * sooner + there
        moved = np.flatnonzero(moved_km > 0)
        arrival = np.zeros(len(people), dtype=np.float32)
        leaves = table.earliest_departure + np.maximum(-offset[moved], 0)
        arrival[moved] = np.minimum(
            leaves + journey_minutes(table, moved_km[moved]), table.latest_arrival * DAY_MINUTES
        )
        return cls(
            morning=city,
            middle=middle,
            evening=evening,
            begins=begins.astype(np.float32),
            ends=(begins + length + longer * until).astype(np.float32),
            there=there.astype(np.float32),
            back=back.astype(np.float32),
            excursion=excursion,
            arrival=arrival,
        )

    def without_excursions(self, of: Bools) -> "Itineraries":
        """The same days but for those of some people, by mask, who stay at home instead of an excursion. (n,)"""
        stays = of & self.excursion
        return replace(self, middle=np.where(stays, self.morning, self.middle), excursion=self.excursion & ~stays)

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
