"""Lodging: what travellers pay to hotels: a bill for each stay, and what is had there in the meantime.

The one idea: a journey has a first and a last day, so the day of its bill follows from it; whatever else is paid at the
hotel makes up for all that changes from day to day, so that over all people hotels have the days that their trade has.

Belongs here: who pays a hotel on a day, and what against the mean. Does not belong here: who is on a journey
(``travel``), and which hotel it is (``towns``).
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from fraudsim_assets.caching import DayCache
from fraudsim_assets.reference_data.itinerary import Itinerary
from fraudsim_assets.spending.dayweights import DayWeights
from fraudsim_assets.spending.travel import Travel
from fraudsim_assets.streams import Streams, combine
from fraudsim_assets.units import AnyArray, Floats, Ints

BILL = 0
"""Number of the occasion that is the bill; what is had at the hotel has the numbers after it."""

MOST_CHANCE = 0.95
"""Largest chance of each further payment at the hotel on one day. [share]"""

_LEAST = 1e-12
_MOST_DAYS = 256
# more than a day looks back


class Guests(NamedTuple):
    """People away from home. One entry per person.

    Attributes
    ----------
    segment, home : (n,)
        Codes of ``SEGMENTS``; homes as ``DayWeights`` numbers them.
    journey : (n,) uint64
        Words that name journeys.
    night, nights : (n,)
        Days since each journey began, and how many it lasts. [days]
    """

    segment: Ints
    home: Ints
    journey: AnyArray
    night: AnyArray
    nights: AnyArray


@dataclass(frozen=True, eq=False)
class Lodging:
    """How travellers pay for their stay.

    Attributes
    ----------
    need
        Code of the need.
    rate
        Payments to hotels of the mean person. [1/day]
    taste : (segments,)
        How often, by stage of life, against the mean. [unitless]
    table
        Shares of bills.
    travel
        Journeys.
    people : (countries,)
        Who lives where. [share]
    reach : (countries, 2)
        Share of journeys abroad, and of those at home, that lead to another city. [share]
    weights
        Homes, and the rates of days there.
    """

    need: int
    rate: float
    taste: Floats
    table: Itinerary
    travel: Travel
    people: Floats
    reach: Floats
    weights: DayWeights

    def due(self, streams: Streams, guests: Guests, day: Ints | int) -> tuple[Ints, Ints]:
        """Find who pays the hotel on a day, or on one each.

        Returns
        -------
        (m,), (m,)
            Positions, ascending; numbers of occasions.
        """
        taste = self.taste.take(guests.segment)
        billed = self.billed.take(self._country.take(guests.home)) * taste
        at_arrival = billed * self.table.bill_at_arrival
        u = streams.draw("lodging.bill").uniforms(guests.journey)
        first, last = guests.night == 0, guests.night == guests.nights - 1
        chance = self._chance(guests.home, day) * taste
        extras = self.table.hotel_extras
        due = np.empty((len(u), 1 + extras), dtype=bool)
        due[:, BILL] = (first & (u < at_arrival)) | (last & (u >= at_arrival) & (u < billed))
        for number in range(1, 1 + extras):
            draw = streams.draw("lodging.extra").sub(number)
            due[:, number] = draw.uniforms(combine(guests.journey, guests.night.astype(np.int64))) < chance
        who, number = np.nonzero(due)
        return who, number

    def basket(self, number: Ints, nights: AnyArray) -> Floats:
        """What is paid against the mean payment to a hotel: bills grow with the nights. (n,) [unitless]"""
        return np.where(number == BILL, self._bill * nights**self.table.bill_growth, self.table.hotel_extra)

    @cached_property
    def billed(self) -> Floats:
        """Journeys of which a bill is paid at the hotel, by home country. (countries,) [share]"""
        per_journey = self.rate * 365.25 / np.maximum(self._journeys.sum(axis=1), _LEAST)
        return np.minimum(per_journey * self.table.bills, self.table.billed)

    @cached_property
    def _journeys(self) -> Floats:
        """Journeys of a person in a year, abroad and at home, by home country. (countries, 2) [1/year]"""
        return self.reach * self.travel.per_year

    @cached_property
    def _bill(self) -> float:
        """What the bill of a night is against the mean payment to a hotel. [unitless]"""
        paid = self.people @ (self.billed[:, None] * self._journeys) / max(self.rate * 365.25, _LEAST)
        growth = self.travel.mean_nights(self.table.bill_growth)
        return float((1 - (1 - paid.sum()) * self.table.hotel_extra) / max(paid @ growth, _LEAST))

    @cached_property
    def _country(self) -> Ints:
        """Country index of homes. (homes,)"""
        return np.array([self.weights.rhythm.zones[zone][0] for zone in self.weights.homes[:, 0]])

    def _chance(self, home: Ints, day: Ints | int) -> Floats:
        """Chance of each further payment at the hotel. (n,) [share]"""
        if np.ndim(day) == 0:
            return self._chances.get(int(day)).take(home)
        days, at = np.unique(day, return_inverse=True)
        return np.stack([self._chances.get(int(one)) for one in days] or [np.zeros(0)])[at, home]

    @cached_property
    def _chances(self) -> DayCache[Floats]:
        """Chances of :meth:`_chance` by home. (homes,)"""

        def find(day: int) -> Floats:
            rates = self.weights.rates.between(day, 1)[self.weights.homes[:, 1], :, 0]
            wanted = self.rate * rates @ self.weights.patterns[self.need]
            expected = self.travel.expected(day)
            share = self.table.bill_at_arrival
            billed = expected.begin * share + expected.end * (1 - share)
            # one by one: sums over an axis round otherwise
            guests = np.array([some @ reach for some, reach in zip(expected.under_way, self.reach, strict=True)])
            bills = np.array([some @ reach for some, reach in zip(billed, self.reach, strict=True)])
            left = wanted - (self.billed * bills)[self._country]
            per_guest = left / np.maximum(guests[self._country], _LEAST)
            return np.clip(per_guest / self.table.hotel_extras, 0.0, MOST_CHANCE)

        return DayCache(find, most=_MOST_DAYS)
