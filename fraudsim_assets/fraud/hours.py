"""Hours of shops as fraud meets them: who finds a shop closed goes to one that is open.

Belongs here: whether shops are open at a moment, and another one where they are not. Does not belong here: opening
hours themselves (the catalog of merchants), and days of rest (``fraudsim_assets.calendar``).
"""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from fraudsim_assets.calendar import CalendarData
from fraudsim_assets.spending.kept_rates import KeptRates
from fraudsim_assets.spending.resting import Resting
from fraudsim_assets.spending.rhythm import SLOT_MINUTES, SLOTS
from fraudsim_assets.spending.society import Society
from fraudsim_assets.streams import to_uniforms
from fraudsim_assets.units import DAY_MINUTES, MINUTE, AnyArray, Bools, Floats, Ints

if TYPE_CHECKING:
    from fraudsim_assets.calendar.rest import Region

SAME_TRADE, OTHER_TRADES = 4, 10
"""How many other shops of the trade, and then of any trade for every day, are tried; after them, it is a cash machine.
[count]"""


@dataclass(frozen=True, eq=False)
class ShopHours:
    """Opening hours and days of rest of a society's shops.

    Attributes
    ----------
    society
        Genuine life.
    """

    society: Society

    def closed(self, merchant: Ints, moment: Ints, day: int) -> Bools:
        """Whether shops are closed, on a day of rest or by their hours; web shops never are. (n,)

        Parameters
        ----------
        merchant, moment : (n,)
            Merchant slots; time of the UTC day. [microseconds]
        """
        entities = self.society.entities
        zone = entities.seats.codes.take(merchant).zone.astype(np.int64)
        minute = moment // MINUTE
        offsets = self.society.timing.rhythm_on(day).offset_minutes.ravel()
        local = minute + offsets.take(zone * SLOTS + (minute // SLOT_MINUTES).astype(np.int64))
        merchants = entities.merchants_on(day)
        rest = self._resting.closed(merchant, local, day)
        return (merchants.closed(merchant, local % DAY_MINUTES) | rest) & ~entities.seats.online.take(merchant)

    @cached_property
    def _resting(self) -> Resting:
        return Resting(self.society.streams, self.society.entities, self._rates)

    @cached_property
    def _rates(self) -> KeptRates:
        return KeptRates(self._calendar, self._regions, self.society.lives.shelf, "rates-of-shops")

    @cached_property
    def _calendar(self) -> CalendarData:
        return CalendarData.of(self.society.reference)

    @cached_property
    def _regions(self) -> "tuple[Region, ...]":
        places = self.society.landscape.layout.places
        pairs = set(zip(places.city_country, places.subdivision, strict=True))
        return tuple(sorted({self._calendar.region(*place) for place in pairs}, key=str))

    def _cell(self, merchant: Ints) -> Ints:
        return np.searchsorted(self.society.landscape.reach.cells.start, merchant, side="right") - 1

    def open_instead(self, merchant: Ints, kind: Ints, *, moment: Ints, day: int, ids: AnyArray) -> tuple[Ints, Ints]:
        """Replace closed shops by open ones of the same town: of the same trade, else for every day, else cash.

        Parameters
        ----------
        merchant, kind, moment : (n,)
            Merchant slots and kinds of purchase as chosen; time of the UTC day. [-], [-], [microseconds]
        ids : (n,)
            Addresses of the steps for randomness.

        Returns
        -------
        (n,), (n,)
            Merchant slots and kinds.
        """
        merchant, kind = merchant.copy(), kind.copy()
        reach, draw = self.society.landscape.reach, self.society.streams.draw("fraud.open")
        pending = np.flatnonzero(self.closed(merchant, moment, day))
        cell = self._cell(merchant[pending])
        town = reach.cells.place.take(cell)
        shops = self.shops
        for attempt in range(SAME_TRADE + OTHER_TRADES):
            if pending.size == 0:
                return merchant, kind
            words = draw.sub(attempt).words(ids[pending])
            if attempt >= SAME_TRADE:
                cell = shops.cells(town, to_uniforms(words << np.uint64(32)))
            found = reach.member(to_uniforms(words), cell)
            opened = ~self.closed(found, moment[pending], day)
            merchant[pending[opened]] = found[opened]
            kind[pending[opened]] = 2 * reach.cells.category.take(cell[opened])
            pending, cell, town = pending[~opened], cell[~opened], town[~opened]
        self._to_cash(merchant, kind, pending, town, draw.sub(SAME_TRADE + OTHER_TRADES).words(ids[pending]))
        return merchant, kind

    def _to_cash(self, merchant: Ints, kind: Ints, rows: Ints, town: Ints, words: AnyArray) -> None:
        """Send those who find nothing open to the nearest cash machines, where there are any."""
        reach, towns = self.society.landscape.reach, self.society.lives.towns
        for category in np.flatnonzero([category.withdrawal for category in self.society.reference.categories]):
            cell = towns.cell[town, category]
            there = cell >= 0
            merchant[rows[there]] = reach.member(to_uniforms(words[there]), cell[there])
            kind[rows[there]] = 2 * category

    @cached_property
    def shops(self) -> "EverydayShops":
        """Cells of shops for every day, no cash machines."""
        cells, kinds = self.society.landscape.cells, self.society.habits.kinds
        found = [category.everyday and not category.withdrawal for category in self.society.reference.categories]
        shops = np.flatnonzero(~cells.online & np.array(found)[cells.category])
        order = shops[np.argsort(cells.place[shops], kind="stable")]
        size = np.bincount(cells.place[order], minlength=self.society.landscape.reach.n_cities)
        bought = kinds.share.take(2 * cells.category[order])
        return EverydayShops(np.cumsum(size), order, np.concatenate([[0.0], np.cumsum(bought)]))


@dataclass(frozen=True, eq=False)
class EverydayShops:
    """Cells of shops for every day, by city and as often as people buy there.

    Attributes
    ----------
    end : (cities,)
        Where the cells of each city end.
    order : (n,)
        Cells, city by city.
    bought : (n + 1,)
        Share of all purchases at the cells before each. [share]
    """

    end: Ints
    order: Ints
    bought: Floats

    def known(self, town: Ints) -> Bools:
        """Whether towns have any. (n,)"""
        return self.end.take(town) > self._first(town)

    def cells(self, town: Ints, u: Floats) -> Ints:
        """Cells in towns, drawn by uniform numbers; any cell where a town has none. (n,)"""
        first, last = self._first(town), np.maximum(self.end.take(town), 1)
        low = self.bought.take(first)
        aim = low + u * (self.bought.take(last) - low)
        return self.order.take(np.minimum(np.searchsorted(self.bought, aim, side="right"), last) - 1)

    def _first(self, town: Ints) -> Ints:
        return np.where(town > 0, self.end.take(np.maximum(town, 1) - 1), 0)
