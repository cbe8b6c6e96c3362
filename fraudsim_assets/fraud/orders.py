"""`OrdersAbroad`: from which countries thieves order, and what they buy there, as honest orders across borders do.

The one idea: what is sold abroad differs from country to country. Whoever chose the country by all that people order
there, and then bought something else, would stand alone in shops that no stranger visits. So country and purchase are
drawn together: a thief's wish for a category counts as much in a country as honest orders of it go there.

Belongs here: countries and kinds of orders abroad. Does not belong here: what thieves wish (``wares``), and shops
(``scene``).
"""

from collections.abc import Iterator, Mapping
from functools import cached_property

import numpy as np

from fraudsim_assets.caching import KeyedCache
from fraudsim_assets.fraud.campaigns import Campaigns
from fraudsim_assets.fraud.fashions import WEEK, Fashions
from fraudsim_assets.spending.society import Society
from fraudsim_assets.units import AnyArray, Floats, Ints

NOWHERE = -1
"""Country and kind of orders of what no honest order across a border is for."""

_KEPT = 1 << 12

_Key = tuple[tuple[tuple[str, float], ...], int, int]
# weights by category, home country, week


class OrdersAbroad:
    """Orders from web shops of other countries.

    Parameters
    ----------
    society
        Genuine life: what people of each country order where.
    fashions
        What sells among thieves.
    """

    def __init__(self, society: Society, fashions: Fashions) -> None:
        self._society, self._fashions = society, fashions

    def countries(self, categories: Mapping[str, float], campaigns: Campaigns, *, home: Ints, u: Floats) -> Ints:
        """Countries that campaigns order from.

        Parameters
        ----------
        categories
            What they buy, weights by category; without any, what people usually buy. [unitless]
        home : (n,)
            Country index of the holder.
        u : (n,)
            Uniforms that choose. [unitless]

        Returns
        -------
        (n,)
            Country indices other than the holder's; ``NOWHERE`` where people of the country order none of it abroad.
        """
        found = np.full(len(home), NOWHERE, dtype=np.int64)
        for joint, rows in self._alike(categories, campaigns, home):
            found[rows] = _chosen(joint.sum(axis=0), u[rows])
        return found

    def kinds(
        self, categories: Mapping[str, float], campaigns: Campaigns, *, home: Ints, country: Ints, u: Floats
    ) -> Ints:
        """Kinds of purchase from web shops of countries; arguments as of :meth:`countries`.

        Parameters
        ----------
        country : (n,)
            Where the shops are.

        Returns
        -------
        (n,)
            Kinds; ``NOWHERE`` where people of the holder's country order none of it there.
        """
        found = np.full(len(home), NOWHERE, dtype=np.int64)
        for joint, rows in self._alike(categories, campaigns, home):
            for seat in np.unique(country[rows]).tolist():
                some = rows[country[rows] == seat]
                category = _chosen(joint[:, seat], u[some])
                found[some] = np.where(category == NOWHERE, NOWHERE, 2 * category + 1)
        return found

    def _alike(
        self, categories: Mapping[str, float], campaigns: Campaigns, home: Ints
    ) -> Iterator[tuple[Floats, Ints]]:
        """Rows of one home country and week, and what is ordered there. Pairs of (categories, countries) and (m,)."""
        weights = tuple(sorted(categories.items()))
        week = (campaigns.start // WEEK).astype(np.int64)
        pairs, which = np.unique(np.stack([home, week], axis=1), axis=0, return_inverse=True)
        for n, (here, when) in enumerate(pairs.tolist()):
            yield self._joint.get((weights, here, when)), np.flatnonzero(which.ravel() == n)

    @cached_property
    def _joint(self) -> KeyedCache[_Key, Floats]:
        def find(key: _Key) -> Floats:
            categories, home, week = key
            share = self._society.bought[1::2]
            wished = share
            if any(weight > 0 for _, weight in categories):
                wished, goods = np.zeros(len(share)), self._fashions.goods(week)
                for name, weight in categories:
                    code = self._society.reference.category_code(name)
                    wished[code] = weight * goods[code] if share[code] > 0 else 0.0
            return wished[:, None] * self._ordered[home]

        return KeyedCache(find, most=_KEPT)

    @cached_property
    def _ordered(self) -> Floats:
        """Share of what people of a country buy of a category remotely that comes from each other country.

        (countries, categories, countries)
        """
        landscape = self._society.landscape
        seats = landscape.cells.place[landscape.cells.online]
        n = len(landscape.webs)
        found = np.stack([landscape.webs[:, :, seats == seat].sum(axis=2) for seat in range(n)], axis=2)
        found[np.arange(n), :, np.arange(n)] = 0.0
        return found


def _chosen(weights: Floats, u: Floats) -> AnyArray:
    """Positions in proportion to weights; ``NOWHERE`` where all are zero. (n,)"""
    if not weights.any():
        return np.full(len(u), NOWHERE, dtype=np.int64)
    reached = np.cumsum(weights)
    found = np.searchsorted(reached, u * reached[-1], side="right")
    return np.minimum(found, np.flatnonzero(weights)[-1])
