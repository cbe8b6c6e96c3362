"""Towns: where people of a city work, shop and go for a day, and what every town has.

The one idea: towns draw people by their size and by how near they are: near ones offer work and shops, further ones
an excursion. In a town, a purchase is made in the town's own shops, or in the nearest one that sells it.

Belongs here: tables by city, worked out once per world, and the choice of a merchant in a town. Does not
belong here: where a person is on a day (``itinerary``).
"""

from dataclasses import dataclass

import numpy as np

from fraudsim_assets.bit_layouts import FAVOURITE
from fraudsim_assets.maths.sampling import great_circle_km
from fraudsim_assets.reference_data.itinerary import Itinerary
from fraudsim_assets.spending.where import REACH_SLOTS, Reach, masses, reach_slots, systematic_slots
from fraudsim_assets.streams import Draw, mix_words, to_uniforms
from fraudsim_assets.units import Complexes32, Floats, Floats32, Ints, Ints32


@dataclass(frozen=True)
class Towns:
    """Tables by city.

    Attributes
    ----------
    cell, km : (cities, categories)
        Nearest cell of a category, -1 where there is none, and how far away it is. [km]
    work, shopping, excursion : (cities, REACH_SLOTS)
        Equally likely towns.
    latitude, longitude : (cities,)
        Centres. [degrees]
    positions : (merchant slots,)
        Shops as latitude + longitude i. complex64 [degrees]
    reach
        Reach of all places.
    surroundings
        What is no further away belongs to a town's surroundings. [km]
    """

    cell: Ints32
    km: Floats32
    work: Ints32
    shopping: Ints32
    excursion: Ints32
    latitude: Floats
    longitude: Floats
    positions: Complexes32
    reach: Reach
    surroundings: float

    @classmethod
    def of(
        cls,
        reach: Reach,
        *,
        latitude: Floats,
        longitude: Floats,
        positions: Complexes32,
        country: Ints,
        table: Itinerary,
        offsets: Floats,
    ) -> "Towns":
        """Work the tables out.

        Parameters
        ----------
        latitude, longitude, positions
            As :class:`Towns` has them.
        country : (cities,)
            Countries of cities.
        table
            How towns draw people.
        offsets : (3, cities)
            Uniforms of systematic sampling of workplaces, shopping towns and excursions. [unitless]
        """
        n = reach.n_cities
        n_categories = reach.cell.shape[1]
        cell, km = np.full((n, n_categories), -1, dtype=np.int32), np.full((n, n_categories), np.inf, dtype=np.float32)
        place = np.append(reach.cells.place, 0)
        for k in range(n_categories):
            seen = reach.cell[:n, k]
            city = place.take(seen)
            away = great_circle_km(latitude[:, None], longitude[:, None], latitude.take(city), longitude.take(city))
            away = np.where(seen >= 0, away, np.inf)
            best = away.argmin(axis=1)[:, None]
            cell[:, k] = np.take_along_axis(seen, best, axis=1)[:, 0]
            km[:, k] = np.take_along_axis(away, best, axis=1)[:, 0]
        own = np.flatnonzero(~reach.cells.online)
        at = (reach.cells.place[own], reach.cells.category[own])
        cell[at], km[at] = own, 0.0

        size = np.bincount(reach.cells.place[own], masses(reach.cells)[own], minlength=n)
        apart = great_circle_km(latitude[:, None], longitude[:, None], latitude, longitude)
        border = country[:, None] != country

        def towns(half: float, least: float, farthest: float, abroad: float, u: Floats) -> Ints32:
            weight = (
                size
                * (apart + half) ** -2.0
                * np.exp(-apart * table.farthest_folds / farthest)
                * np.where(border, abroad, 1.0)
            )
            weight *= (apart >= least) & (apart <= farthest)
            some = np.flatnonzero(weight.any(axis=1))
            found = np.repeat(np.arange(n, dtype=np.int32)[:, None], REACH_SLOTS, axis=1)
            found[some] = systematic_slots(weight[some], u[some])
            return found

        return cls(
            cell=cell,
            km=km,
            work=towns(table.commute, 0.0, table.farthest_commute, table.commute_abroad, offsets[0]),
            shopping=towns(table.shopping_way, 0.0, table.farthest_shopping, table.shopping_abroad, offsets[1]),
            excursion=towns(table.outing, table.least_outing, table.farthest_outing, table.outing_abroad, offsets[2]),
            latitude=latitude,
            longitude=longitude,
            positions=positions,
            reach=reach,
            surroundings=table.surroundings,
        )

    def distance(self, here: Ints, there: Ints) -> Floats:
        """Distances between centres of cities. (n,) [km]"""
        away = np.zeros(len(here))
        apart = np.flatnonzero(here != there)
        a, b = here[apart], there[apart]
        away[apart] = great_circle_km(
            self.latitude.take(a), self.longitude.take(a), self.latitude.take(b), self.longitude.take(b)
        )
        return away

    def has(self, town: Ints, category: Ints) -> np.ndarray:
        """Whether a category is sold in a town or its surroundings. (n,)"""
        return self.km.ravel().take(town * self.km.shape[1] + category) <= self.surroundings

    def choose(
        self, *, people: Ints, town: Ints, kind: Ints, ranks: Ints, compared: Ints, home: Complexes32, favourites: Draw
    ) -> Ints:
        """Find the slot of a favourite in a town: a fixed function of (person, home, kind, rank). (n,)

        Parameters
        ----------
        people, town, kind : (n,)
            Customer index, city index, kind of purchase in shops.
        ranks : (n,)
            Personal ranks, from 1.
        compared : (n,)
            Shops that come to mind, of which the nearest to home is the favourite. [count]
        home : (n,)
            Homes as latitude + longitude i. [degrees]
        favourites
            The world's named decision about favourites.
        """
        words = favourites.words(FAVOURITE.pack(people, kind, ranks))
        cell = self.cell.ravel().take(town * self.cell.shape[1] + (kind >> 1))
        slot = self.reach.member(to_uniforms(words), cell)
        some = np.flatnonzero(compared > 1)
        away = self._away(home.take(some), slot.take(some))
        for further in range(1, int(compared.max(initial=1))):
            left = compared.take(some) > further
            some, away = some[left], away[left]
            other = self.reach.member(to_uniforms(mix_words(words.take(some) + np.uint64(further))), cell.take(some))
            there = self._away(home.take(some), other)
            nearer = there < away
            slot[some[nearer]] = other[nearer]
            away = np.minimum(away, there)
        return slot

    def _away(self, home: Complexes32, slot: Ints) -> Floats:
        """Distances from homes to shops, squared, by which those of one home can be put in order. (n,)"""
        way = self.positions.take(slot) - home
        return way.real**2 + (way.imag * np.cos(np.radians(home.real))) ** 2


def towns_of(table: Ints32, city: Ints, words: np.ndarray) -> Ints:
    """Towns of people of cities, by six bits of words. (n,)"""
    return table.ravel().take(city * REACH_SLOTS + reach_slots(words)).astype(np.int64)
