"""`Wares`: what thieves buy, by the weights of scenarios, the fashion of the week and what is sold where.

Belongs here: kinds of purchase. Does not belong here: at which merchant and for how much (``scene``), and how fashions
come about (``fashions``).
"""

from collections.abc import Mapping
from functools import cached_property

import numpy as np

from fraudsim_assets.caching import KeyedCache
from fraudsim_assets.fraud.campaigns import Campaigns
from fraudsim_assets.fraud.fashions import WEEK, Fashions
from fraudsim_assets.fraud.orders import OrdersAbroad
from fraudsim_assets.maths.sampling import choice_table
from fraudsim_assets.spending.society import Society
from fraudsim_assets.units import AnyArray, Bools, Floats, Ints

_LEVELS = 1024

_TABLES_KEPT = 1 << 12

_Key = tuple[tuple[tuple[str, float], ...], bool, bool, int]
# weights by category, remote, abroad, week


class Wares:
    """Kinds of purchase that thieves choose from.

    Parameters
    ----------
    society
        Genuine life: what is sold, and what people buy.
    """

    def __init__(self, society: Society) -> None:
        self._society = society

    @cached_property
    def fashions(self) -> Fashions:
        """What sells among thieves over time."""
        return Fashions(self._society.streams, self._society.config.fraud.drift, self._society.reference.category_names)

    @cached_property
    def orders(self) -> OrdersAbroad:
        """Orders from web shops of other countries."""
        return OrdersAbroad(self._society, self.fashions)

    def kinds_abroad(
        self, categories: Mapping[str, float], campaigns: Campaigns, *, level: Ints, home: Ints, country: Ints
    ) -> Ints:
        """Kinds that are ordered from web shops of another country, of what is bought there.

        Parameters
        ----------
        home, country : (n,)
            Country indices of the holder and of the shops; other parameters as of :meth:`kinds`.

        Returns
        -------
        (n,)
            Kinds; what is bought abroad anywhere where nothing of it is bought in the country.
        """
        u = (level + 0.5) / _LEVELS
        found = self.orders.kinds(categories, campaigns, home=home, country=country, u=u)
        lost = np.flatnonzero(found < 0)
        if lost.size:
            yes = np.ones(len(lost), dtype=bool)
            found[lost] = self.kinds(categories, campaigns.take(lost), level=level[lost], remote=yes, abroad=yes)
        return found

    def kinds(
        self,
        categories: Mapping[str, float],
        campaigns: Campaigns,
        *,
        level: Ints,
        remote: Bools,
        abroad: Bools,
    ) -> Ints:
        """Kinds of purchase from weights by category and the fashion of the weeks in which campaigns start. (n,)

        Parameters
        ----------
        categories
            Weights by category. [unitless]
        level : (n,)
            Levels below 1,024 that choose.
        remote, abroad : (n,)
            Web shops rather than shops; those of other countries.
        """
        found, week = np.zeros(len(level), dtype=np.int64), (campaigns.start // WEEK).astype(np.int64)
        weights = tuple(sorted(categories.items()))
        for one in np.unique(week).tolist():
            for web, away in ((False, False), (False, True), (True, False), (True, True)):
                some = np.flatnonzero((week == one) & (remote == web) & (abroad == away))
                if some.size:
                    table = self._tables.get((weights, web, away, one))
                    found[some] = table[level[some]]
        return found

    def kind_table(
        self, categories: Mapping[str, float], *, remote: bool, abroad: bool = False, week: int | None = None
    ) -> AnyArray:
        """Kinds of purchase by level, from weights by category; those not sold in this world are left out.

        Parameters
        ----------
        categories
            Weights by category. [unitless]
        remote
            Web shops rather than shops.
        abroad
            Shops abroad, where people buy other things: few order meals across a border or look for furniture on a
            journey, and rooms are paid for on journeys alone.
        week
            Week whose fashion the weights follow; None for the weights as they are.

        Raises
        ------
        ConfigError
            If a category does not exist.

        Returns
        -------
        (1024,)
            Kinds; the most common kind of the channel if none of the categories is sold.
        """
        share = self._society.bought
        weights = np.zeros(len(share))
        wanted = np.ones(len(share) // 2) if week is None else self.fashions.goods(week)
        for name, weight in categories.items():
            code = self._society.reference.category_code(name)
            kind = 2 * code + remote
            weights[kind] = weight * wanted[code] if share[kind] > 0 else 0.0
        weights *= self._sold(abroad=abroad)
        if weights.sum() == 0:
            return self.usual_kinds(remote=remote, abroad=abroad)
        return choice_table(weights, _LEVELS).astype(np.int64)

    def usual_kinds(self, *, remote: bool, abroad: bool = False) -> AnyArray:
        """Kinds of purchase by level, as genuine purchases have them; arguments as of :meth:`kind_table`. (1024,)"""
        share = self._society.bought
        weights = np.where(np.arange(len(share)) % 2 == remote, share, 0.0)
        return choice_table(weights * self._sold(abroad=abroad), _LEVELS).astype(np.int64)

    def _sold(self, *, abroad: bool) -> Floats:
        """How readily each kind is bought abroad, or where the holder lives. (kinds,) [unitless]"""
        kinds = self._society.habits.kinds
        if not abroad:
            return np.where(kinds.lodging, 0.0, 1.0)
        odds = np.repeat([category.foreign_odds for category in self._society.reference.categories], 2)
        return np.where(kinds.is_remote, odds, kinds.travel)

    @cached_property
    def _tables(self) -> KeyedCache[_Key, AnyArray]:
        def find(key: _Key) -> AnyArray:
            categories, remote, abroad, week = key
            return self.kind_table(dict(categories), remote=remote, abroad=abroad, week=week)

        return KeyedCache(find, most=_TABLES_KEPT)
