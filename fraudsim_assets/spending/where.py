"""Where a purchase happens: personal favourites among the merchants in reach.

The one idea: a person's n-th favourite merchant of a kind is a fixed function of (person, kind,
n), found by hashing; a purchase draws only the rank n, from an unbounded Zipf law. That is
exploration and preferential return without any memory: after n visits about n^(1/a) distinct
merchants have been seen.

Belongs here: cells of merchants, reach between places, the choice of a merchant. Does not belong
here: which place a person is at (``travel``), and what is bought (``kinds``).
"""

from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np

from fraudsim_assets.bit_layouts import FAVOURITE
from fraudsim_assets.maths.integers import remainders
from fraudsim_assets.maths.sampling import bounded_zipf, great_circle_km, pareto_ranks, zipf_spread
from fraudsim_assets.reference_data.markets import Shopping
from fraudsim_assets.streams import Draw, to_uniforms
from fraudsim_assets.units import AnyArray, Bools, Floats, Ints, Ints32

REACH_SLOTS = 64
"""Equally likely cells in reach of a place, per category. Resolution of the reach law: 1/64."""

FAVOURITE_LIMIT = (1 << 20) - 64
"""Largest personal rank; a little below where the ranks of subscriptions begin."""


def personal_ranks(u: Floats, *, exploration: Floats, loyalty: Floats) -> Ints:
    r"""Ranks of merchants on a person's own list: mostly the first few, sometimes any.

    A mixture of a Pareto law among favourites and, while exploring, Zipf's law with exponent one over
    all L ranks, both inverted from one uniform:
    :math:`P(R \ge k) = (1-q) k^{1-a} + q (1 - \ln k / \ln L)`, with a the loyalty.

    Parameters
    ----------
    u : (n,)
        Uniforms in (0, 1). [unitless]
    exploration : (n,)
        Share q of purchases made while exploring. [share]
    loyalty : (n,)
        Zipf exponent a of favourites, above one. [unitless]

    Returns
    -------
    (n,)
        Ranks, from 1 to ``FAVOURITE_LIMIT``.

    References
    ----------
    .. [1] Song, Koren, Wang, Barabasi, "Modelling the scaling properties of human mobility",
       Nature Physics 6, 2010, :doi:`10.1038/nphys1760`: exploration and preferential return.
    """
    x = u - exploration
    x /= 1 - exploration
    np.maximum(x, 1e-16, out=x)
    ranks = pareto_ranks(x, loyalty, FAVOURITE_LIMIT)
    explores = np.flatnonzero(u < exploration)
    ranks[explores] = np.exp(u[explores] / exploration[explores] * np.log(FAVOURITE_LIMIT)).astype(np.int64)
    return ranks


def ranks_on(ranks: Ints, *, people: Ints, kind: Ints, lasts: Ints, day: Ints | int) -> Ints:
    """Ranks on the list of favourites as it stands on a day: those after the first give way to others. (n,)

    Each entry is replaced on days of its own, so that a list changes little by little.

    Parameters
    ----------
    ranks, people, kind : (n,)
        Ranks from 1; customer indices; kinds of purchase.
    lasts : (n,)
        How long an entry lasts; 0 is for good. [days]
    day
        Day number, one or one each.
    """
    some = np.flatnonzero((lasts > 0) & (ranks > 1))
    rank, every = ranks[some], lasts[some]
    phase = people[some] * _PHASES[0] + kind[some] * _PHASES[1] + rank * _PHASES[2]
    now = np.broadcast_to(day, ranks.shape)[some] + remainders(phase, every)
    found = ranks.copy()
    found[some] = 2 + remainders(rank - 2 + now // every * _NEXT_LIST, FAVOURITE_LIMIT - 1)
    return found


_PHASES = (7919, 104_729, 331)
_NEXT_LIST = 8191
# primes that keep lists of people, kinds and times apart


@dataclass(frozen=True)
class Cells:
    """Contiguous runs of merchant slots that share a place and a category.

    Attributes
    ----------
    start, size : (cells,)
        First slot and number of slots.
    place : (cells,)
        City of a physical cell, country of an online cell (indices).
    category : (cells,)
        Category index.
    online : (cells,)
        True for online cells.
    giant, leader : (cells,)
        Number of the giant, and place among the leaders of the country's web market, of a large web shop, which is a
        cell of its own; -1 for others.
    """

    start: Ints
    size: Ints
    place: Ints
    category: Ints
    online: Bools
    giant: Ints
    leader: Ints

    def take(self, some: Ints) -> "Cells":
        """Choose cells."""
        return Cells(*(values[some] for values in (getattr(self, each.name) for each in fields(self))))

    @cached_property
    def is_large(self) -> Bools:
        """Which cells are a large web shop each. (cells,)"""
        return (self.giant >= 0) | (self.leader >= 0)

    @cached_property
    def others(self) -> Ints:
        """Cell of the others of the same place and category, for large web shops; for others, the cell itself. (cells,)

        It follows its large web shops.
        """
        own = np.arange(len(self.start))
        following = np.minimum.accumulate(np.where(self.is_large, len(own), own)[::-1])[::-1]
        return np.minimum(following, len(own) - 1)


_CITIES_AT_ONCE = 128


def reach_kernel(table: Shopping, km: Floats, abroad: Bools, *, scale: float) -> Floats:
    """Weight of places as seen from others, before the mass of their merchants.

    Parameters
    ----------
    table
        Law of distances.
    km : (m, c)
        Distances. [km]
    abroad : (m, c)
        Whether a border lies between.
    scale
        Stretches distances: people go further for dearer things. [unitless]

    Returns
    -------
    (m, c)
        Weights; largest where the distance is nought. [unitless]
    """
    km = km / scale
    falls = (km + table.jump_offset) ** -table.jump_exponent * np.exp(-km / table.jump_cutoff)
    weight = falls / (km + table.jump_ring)
    return np.where(abroad, weight * table.abroad, weight)


def systematic_slots(weights: Floats, offsets: Floats, slots: int = REACH_SLOTS) -> Ints32:
    """Fill equally likely slots with choices in proportion to weights, row by row.

    Systematic sampling: slot i takes the choice at cumulative share (i + offset) / slots, so a
    choice of share p fills p * slots slots, rounded up or down.

    Parameters
    ----------
    weights : (m, k)
        Not negative; rows with a positive sum. [unitless]
    offsets : (m,)
        Uniforms in (0, 1), one per row. [unitless]

    Returns
    -------
    (m, slots)
        Column indices into ``weights``.
    """
    cumulative = np.cumsum(weights, axis=1)
    cumulative /= cumulative[:, -1:]
    row = np.arange(len(weights), dtype=np.float64)[:, None]
    wanted = (np.arange(slots)[None, :] + offsets[:, None]) / slots
    flat = (cumulative + row).ravel()
    found = np.searchsorted(flat, (wanted + row).ravel(), side="left").reshape(len(weights), slots)
    found -= np.arange(len(weights))[:, None] * weights.shape[1]
    return np.clip(found, 0, weights.shape[1] - 1).astype(np.int32)


def masses(cells: Cells) -> Floats:
    """How much a cell draws people, by the number of its merchants. (cells,) [unitless]"""
    size = cells.size.astype(np.float64)
    return np.log1p(size) + np.power(size, 1 / 1.2)


def reach_slots(words: AnyArray) -> Ints:
    """Equally likely slots of a reach, by the lowest bits of words. (n,)"""
    return (words & np.uint64(REACH_SLOTS - 1)).view(np.int64)


@dataclass(frozen=True)
class Reach:
    """Which cell a person at a place turns to, for every category.

    Attributes
    ----------
    cell : (places, categories, REACH_SLOTS)
        Cell indices; places are the cities, then the countries (for remote purchases); -1 where
        a category has no cell of that sort anywhere.
    cells
        The cells.
    n_cities
        Where countries begin among the places.
    popularity
        Zipf exponent of merchants within a cell. [unitless]
    """

    cell: Ints32
    cells: Cells
    n_cities: int
    popularity: float

    def choose(self, *, people: Ints, place: Ints, kind: Ints, ranks: Ints, favourites: Draw) -> Ints:
        """Find the slot of a favourite: a fixed function of (person, kind, rank) at a place.

        Parameters
        ----------
        people : (n,)
            Customer indices.
        place : (n,)
            Place indices: a city for in-store kinds, ``n_cities`` + country for remote kinds.
        kind : (n,)
            Purchase kinds (category * 2 + remote).
        ranks : (n,)
            Personal ranks, from 1.
        favourites
            The world's named decision about favourites.

        Returns
        -------
        (n,)
            Merchant slots.
        """
        words = favourites.words(FAVOURITE.pack(people, kind, ranks))
        index = (place * self.cell.shape[1] + (kind >> 1)) * REACH_SLOTS + reach_slots(words)
        cell = self.cell.ravel().take(index)
        return self.member(to_uniforms(words), cell)

    def member(self, u: Floats, cell: AnyArray) -> Ints:
        """Slots within cells by popularity. (n,)"""
        slot = bounded_zipf(u, self.cells.size.take(cell), self.popularity, spread=self._spread.take(cell))
        slot += self.cells.start.take(cell)
        return slot

    @cached_property
    def _spread(self) -> Floats:
        return zipf_spread(self.cells.size, self.popularity)


def build_reach(
    cells: Cells,
    table: Shopping,
    *,
    latitude: Floats,
    longitude: Floats,
    city_country: AnyArray,
    n_countries: int,
    distance_scale: Floats,
    popularity: float,
    webs: Floats,
    offsets: Floats,
) -> Reach:
    """Work out the reach of every place once per world.

    Parameters
    ----------
    cells
        Cells of merchants.
    table
        Law of distances.
    latitude, longitude, city_country : (c,)
        Cities. [degrees], [degrees], country index
    n_countries
        Number of countries.
    distance_scale : (k,)
        Stretch of distances by category. [unitless]
    popularity
        Zipf exponent within cells. [unitless]
    webs : (n_countries, k, webs)
        What people of a country buy in each online cell, of all that they buy of a category remotely; rows of zeros
        where there is none. [share]
    offsets : (k, c + n_countries)
        Uniforms of systematic sampling for each category and place, cities before countries. [unitless]
    """
    n_cities, n_categories = len(latitude), len(distance_scale)
    found = np.full((n_cities + n_countries, n_categories, REACH_SLOTS), -1, dtype=np.int32)
    # a city without shops has neither inhabitants nor visitors
    used = np.unique(cells.place[~cells.online])
    row = np.zeros(n_cities, dtype=np.int64)
    row[used] = np.arange(len(used))
    lat, lon, country = latitude[used], longitude[used], city_country[used]
    mass = masses(cells)
    shops = [np.flatnonzero((cells.category == k) & ~cells.online) for k in range(n_categories)]
    for some in np.array_split(np.arange(len(used)), -(-len(used) // _CITIES_AT_ONCE)):
        km = great_circle_km(lat[some, None], lon[some, None], lat[None, :], lon[None, :])
        border = country[some, None] != country[None, :]
        kernels = {s: reach_kernel(table, km, border, scale=s) for s in np.unique(distance_scale)}
        for k in range(n_categories):
            if shops[k].size:
                weights = kernels[distance_scale[k]][:, row[cells.place[shops[k]]]] * mass[shops[k]]
                found[used[some], k] = shops[k][systematic_slots(weights, offsets[k, used[some]])]
    online = np.flatnonzero(cells.online)
    for k in range(n_categories):
        sold = np.flatnonzero(webs[:, k].any(axis=0))
        if sold.size:
            found[n_cities:, k] = online[sold][systematic_slots(webs[:, k, sold], offsets[k, n_cities:])]
    return Reach(found, cells, n_cities, popularity)
