"""Where a purchase happens: personal favourites among the merchants in reach.

The one idea: a person's n-th favourite merchant of a kind is a fixed function of (person, kind,
n), found by hashing; a purchase draws only the rank n, from an unbounded Zipf law. That is
exploration and preferential return without any memory: after n visits about n^(1/a) distinct
merchants have been seen.

Belongs here: cells of merchants, reach between places, the choice of a merchant. Does not belong
here: which place a person is at (``travel``), and what is bought (``kinds``).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fraudsim_assets.bit_layouts import FAVOURITE
from fraudsim_assets.maths.sampling import bounded_zipf, great_circle_km, pareto_ranks, zipf_spread
from fraudsim_assets.streams import Draw, to_uniforms
from fraudsim_assets.units import AnyArray, Bools, Floats, Ints, Ints32

REACH_SLOTS = 64
"""Equally likely cells in reach of a place, per category. Resolution of the reach law: 1/64."""

JUMP_OFFSET_KM, JUMP_EXPONENT, JUMP_CUTOFF_KM = 1.5, 1.75, 120.0
"""Law of distances P(r) ~ (r + r0)^-b exp(-r/k); the source has cut-offs of 80 and 400 km. Source: gonzalez2008
(target G01). [km], [unitless], [km]"""

RING_KM = 3.0
"""Width that turns a law of distances into one of places: places at distance r number as r. ASSUMPTION. [km]"""

ABROAD_PENALTY = 0.01
"""Weight of a place across the border against one as near at home. ASSUMPTION. [unitless]"""

FAVOURITE_LIMIT = (1 << 20) - 64
"""Largest personal rank; a little below where the ranks of subscriptions begin."""


FAVOURITE_EXPONENT = 3.6
"""Zipf exponent of a person's ranks among favourites: the first take most visits. ASSUMPTION, tuned to song2010
(targets F01, F02). [unitless]"""


def personal_ranks(u: Floats, exploration: Floats) -> Ints:
    r"""Ranks of merchants on a person's own list: mostly the first few, sometimes any.

    A mixture of a Pareto law among favourites and, while exploring, Zipf's law with exponent one over
    all L ranks, both inverted from one uniform:
    :math:`P(R \ge k) = (1-q) k^{1-a} + q (1 - \ln k / \ln L)`, with a the ``FAVOURITE_EXPONENT``.

    Parameters
    ----------
    u : (n,)
        Uniforms in (0, 1). [unitless]
    exploration : (n,)
        Share q of purchases made while exploring. [share]

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
    ranks = pareto_ranks(x, FAVOURITE_EXPONENT, FAVOURITE_LIMIT)
    explores = np.flatnonzero(u < exploration)
    ranks[explores] = np.exp(u[explores] / exploration[explores] * np.log(FAVOURITE_LIMIT)).astype(np.int64)
    return ranks


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
    """

    start: Ints
    size: Ints
    place: Ints
    category: Ints
    online: Bools


_CITIES_AT_ONCE = 128


def reach_kernel(km: Floats, abroad: Bools, *, scale: float) -> Floats:
    """Weight of places as seen from others, before the mass of their merchants.

    Parameters
    ----------
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
    weight = (km + JUMP_OFFSET_KM) ** -JUMP_EXPONENT * np.exp(-km / JUMP_CUTOFF_KM) / (km + RING_KM)
    return np.where(abroad, weight * ABROAD_PENALTY, weight)


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
        near = (words & np.uint64(REACH_SLOTS - 1)).view(np.int64)
        index = (place * self.cell.shape[1] + (kind >> 1)) * REACH_SLOTS + near
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
    *,
    latitude: Floats,
    longitude: Floats,
    city_country: AnyArray,
    n_countries: int,
    distance_scale: Floats,
    foreign_share: float,
    popularity: float,
    remote_shares: Floats,
    foreign_odds: Floats,
    offsets: Floats,
) -> Reach:
    """Work out the reach of every place once per world.

    Parameters
    ----------
    cells
        Cells of merchants.
    latitude, longitude, city_country : (c,)
        Cities. [degrees], [degrees], country index
    n_countries
        Number of countries.
    distance_scale : (k,)
        Stretch of distances by category. [unitless]
    foreign_share
        Share of remote purchases at merchants abroad. [share]
    popularity
        Zipf exponent within cells. [unitless]
    remote_shares : (k,)
        Share of each category in remote purchases. [share]
    foreign_odds : (k,)
        How readily each category is bought abroad, against the average. [unitless]
    offsets : (k, c + n_countries)
        Uniforms of systematic sampling for each category and place, cities before countries. [unitless]
    """
    n_cities, n_categories = len(latitude), len(distance_scale)
    table = np.full((n_cities + n_countries, n_categories, REACH_SLOTS), -1, dtype=np.int32)
    # nobody lives in or travels to a city without shops
    used = np.unique(cells.place[~cells.online])
    row = np.zeros(n_cities, dtype=np.int64)
    row[used] = np.arange(len(used))
    lat, lon, country = latitude[used], longitude[used], city_country[used]
    size = cells.size.astype(np.float64)
    mass = np.log1p(size) + np.power(size, 1 / 1.2)
    shops = [np.flatnonzero((cells.category == k) & ~cells.online) for k in range(n_categories)]
    for some in np.array_split(np.arange(len(used)), -(-len(used) // _CITIES_AT_ONCE)):
        km = great_circle_km(lat[some, None], lon[some, None], lat[None, :], lon[None, :])
        border = country[some, None] != country[None, :]
        kernels = {s: reach_kernel(km, border, scale=s) for s in np.unique(distance_scale)}
        for k in range(n_categories):
            if shops[k].size:
                weights = kernels[distance_scale[k]][:, row[cells.place[shops[k]]]] * mass[shops[k]]
                table[used[some], k] = shops[k][systematic_slots(weights, offsets[k, used[some]])]
    abroad = _foreign_shares(cells, n_countries, foreign_share, remote_shares=remote_shares, odds=foreign_odds)
    for k in range(n_categories):
        webs = np.flatnonzero((cells.category == k) & cells.online)
        if webs.size:
            own = cells.place[webs][None, :] == np.arange(n_countries)[:, None]
            weights = _web_weights(own, mass[webs], abroad[:, k])
            table[n_cities:, k] = webs[systematic_slots(weights, offsets[k, n_cities:])]
    return Reach(table, cells, n_cities, popularity)


def _foreign_shares(
    cells: Cells, n_countries: int, foreign_share: float, *, remote_shares: Floats, odds: Floats
) -> Floats:
    """Share bought abroad of each category, by country. (countries, categories)

    Where a country has no web shop of a category, all of that category is bought abroad. The rest is
    in proportion to the odds, scaled such that the share of all together is the wanted one.
    """
    at_home = np.zeros((n_countries, len(remote_shares)), dtype=bool)
    at_home[cells.place[cells.online], cells.category[cells.online]] = True
    weights = remote_shares / max(float(remote_shares.sum()), 1e-300)
    low, high = np.zeros((n_countries, 1)), np.full((n_countries, 1), 1e3)
    for _ in range(60):
        scale = (low + high) / 2
        shares = np.where(at_home, np.minimum(odds * scale, 1.0), 1.0)
        too_much = (shares * weights).sum(axis=1, keepdims=True) > foreign_share
        low, high = np.where(too_much, low, scale), np.where(too_much, scale, high)
    return np.where(at_home, np.minimum(odds * low, 1.0), 1.0)


def _web_weights(own: Bools, mass: Floats, foreign_share: Floats) -> Floats:
    """Weights of online cells by country: the wanted share abroad where there is a choice."""
    home = np.where(own, mass, 0.0)
    abroad = np.where(own, 0.0, mass)
    home_sum, abroad_sum = home.sum(axis=1, keepdims=True), abroad.sum(axis=1, keepdims=True)
    wanted = 1.0 - foreign_share[:, None]
    home_share = np.where(home_sum > 0, np.where(abroad_sum > 0, wanted, 1.0), 0.0)
    return home * (home_share / np.maximum(home_sum, 1e-300)) + abroad * (
        (1 - home_share) / np.maximum(abroad_sum, 1e-300)
    )
