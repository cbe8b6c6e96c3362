"""Resting: which shops stay closed on a date, or keep a Sunday's hours, where law or custom closes a trade.

The one idea: how much of a trade is left on a date follows from the calendar; the less it is, the fewer shops open, and
always the same ones do: at stations, and where tourists are.

Belongs here: shops and dates. Does not belong here: hours that shops choose (the catalog of merchants), how much is
left of a trade (``fraudsim_assets.calendar``), and what people do before closed doors (``simulation.shopping``).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fraudsim_assets.caching import DayCache
from fraudsim_assets.calendar import DayRates
from fraudsim_assets.catalog.entities import Entities
from fraudsim_assets.streams import Streams
from fraudsim_assets.units import DAY_MINUTES, Bools, Floats, Floats32, Ints, Ints32

_LEAST = 1e-9
_WEEK, _FIRST_WEEKDAY, _SUNDAY = 7, 3, 6
# day number 0 is a Thursday, three days after a Monday


@dataclass(frozen=True, eq=False)
class Resting:
    """Days of rest of a world's shops.

    Attributes
    ----------
    streams
        All randomness of the world.
    entities
        The catalogs as arrays.
    rates
        Rates of days in regions; shops in others never rest.
    """

    streams: Streams
    entities: Entities
    rates: DayRates

    def rests(self, shops: Ints, after: Ints, day: int) -> Bools:
        """Whether shops stay closed on local dates; web shops never do. (n,)

        Parameters
        ----------
        shops : (n,)
            Merchant slots.
        after : (n,)
            The date, against that of the day: -1, 0 or 1. [days]
        """
        shares = self._about.get(day)
        if shares is None:
            return np.zeros(len(shops), dtype=bool)
        cell = (after + 1) * np.int64(shares.size // 3) + self._cell.take(shops)
        return self._threshold.take(shops) >= shares.take(cell)

    def all_rest(self, shops: Ints, after: Ints, day: int) -> Bools:
        """Whether all shops of their town and category stay closed on local dates, as :meth:`rests` has them. (n,)"""
        shares = self._about.get(day)
        if shares is None:
            return np.zeros(len(shops), dtype=bool)
        cell = (after + 1) * np.int64(shares.size // 3) + self._cell.take(shops)
        return self._least.take(shops) >= shares.take(cell)

    def is_usual(self, day: int) -> bool:
        """Whether neither rest nor a Sunday's hours close any shop on a date that a UTC day has hours of."""
        near = {(day + after + _FIRST_WEEKDAY) % _WEEK for after in (-1, 0, 1)}
        return self._about.get(day) is None and (self._sunday_hours is None or _SUNDAY not in near)

    def closed(self, shops: Ints, local: Ints, day: int) -> Bools:
        """Whether shops are closed for the whole date or by the hours of Sundays; web shops never are. (n,)

        Parameters
        ----------
        shops : (n,)
            Merchant slots.
        local : (n,)
            Clock time at them, from midnight of the day. [minutes]
        """
        if self.is_usual(day):
            return np.zeros(len(shops), dtype=bool)
        after, minute = np.divmod(local, np.int64(DAY_MINUTES))
        opens, closes = self.hours(shops, after, day)
        return self.rests(shops, after, day) | (minute < opens) | (minute >= closes)

    def hours(self, shops: Ints, after: Ints, day: int) -> tuple[Ints, Ints]:
        """Between which minutes of local dates shops may open, as far as the law of Sundays says. Two of (n,)

        Parameters
        ----------
        shops, after : (n,)
            As :meth:`rests` has them.
        """
        opens, closes = np.zeros(len(shops), dtype=np.int64), np.full(len(shops), DAY_MINUTES)
        if self._sunday_hours is not None:
            some = np.flatnonzero((day + after + _FIRST_WEEKDAY) % _WEEK == _SUNDAY)
            opens[some], closes[some] = self._sunday_hours[:, shops[some]]
        return opens, closes

    @cached_property
    def _about(self) -> DayCache[Floats32 | None]:
        """Shares of shops that open the day before, on the day, and the day after; None where all do. Flat"""

        def find(day: int) -> Floats32 | None:
            found = self._open_shares(day - 1, 3)
            return found.ravel() if (found < np.inf).any() else None

        return DayCache(find, most=64)

    def _open_shares(self, first: int, n_days: int) -> Floats32:
        """Share of shops that open on dates; endless where all do. (n_days, regions + 1, categories) [share]"""
        categories = self.entities.reference.categories
        names = self.rates.data.pattern_names
        pattern = np.array([names.index(category.days) for category in categories])
        share = (
            self.rates.between(first, n_days)[:, pattern].transpose(2, 0, 1)
            / self.entities.reference.shopping.open_rate
        )
        always = np.array([category.withdrawal for category in categories])
        share = np.where((share < 1) & ~always, share, np.inf)
        return np.append(share, np.full((n_days, 1, len(categories)), np.inf), axis=1).astype(np.float32)

    @cached_property
    def _sunday_hours(self) -> Ints32 | None:
        """When shops may open on Sundays, and when they must close; None where no law says so. (2, slots) [minutes]"""
        categories, places, entities = self.entities.reference.categories, self.entities.places, self.entities
        city = entities.merchant_city.take(entities.merchant_versions.first)
        country = np.array(places.city_country)[city]
        pattern = np.array([category.days for category in categories])[entities.seats.category]
        hours = np.repeat(np.array([[0], [DAY_MINUTES]], dtype=np.int32), entities.n_slots, axis=1)
        for code in np.unique(country):
            for trade, law in self.rates.data.country(str(code)).sunday_hours.items():
                bound = (country == code) & (pattern == trade) & (self._threshold >= law.exempt)
                hours[:, bound] = np.rint([[law.opens * 60], [law.closes * 60]])
        return hours if (hours[0] > 0).any() or (hours[1] < DAY_MINUTES).any() else None

    @cached_property
    def _threshold(self) -> Floats32:
        """Share of its like from which on a shop opens; below nought for web shops. (slots,) [share]"""
        u = self.streams.draw("merchant.rest").uniforms(np.arange(self.entities.n_slots))
        return np.where(self.entities.seats.online, -1.0, u / np.maximum(self._ease, _LEAST)).astype(np.float32)

    @cached_property
    def _least(self) -> Floats32:
        """Least threshold of the shops of the same town and category. (slots,) [share]"""
        city = self.entities.merchant_city.take(self.entities.merchant_versions.first)
        seats = self.entities.seats
        group = (city * len(self.entities.reference.categories) + seats.category) * 2 + seats.online
        _, at = np.unique(group, return_inverse=True)
        least = np.full(at.max(initial=-1) + 1, np.inf, dtype=np.float32)
        np.minimum.at(least, at, self._threshold)
        return least.take(at)

    @property
    def _ease(self) -> Floats:
        """How easily shops open against others of their category. (slots,) [unitless]"""
        reference = self.entities.reference
        table = np.ones((len(reference.categories), len(reference.mccs)))
        for code, category in enumerate(reference.categories):
            for mcc, trade in category.mccs.items():
                table[code, reference.mccs.index(mcc)] = trade.on_rest_days
        return table[self.entities.seats.category, self.entities.seats.codes.mcc]

    @cached_property
    def _cell(self) -> Ints32:
        """Where the share of each shop stands among those of a date. (slots,)"""
        return (self._region * len(self.entities.reference.categories) + self.entities.seats.category).astype(np.int32)

    @property
    def _region(self) -> Ints:
        """Region of each shop, as the rates number them; one more for others. (slots,)"""
        places, entities = self.entities.places, self.entities
        position = {region: i for i, region in enumerate(self.rates.regions)}
        pairs = list(zip(places.city_country, places.subdivision, strict=True))
        of_place = {place: position.get(self.rates.data.region(*place), len(position)) for place in set(pairs)}
        city = entities.merchant_city.take(entities.merchant_versions.first)
        return np.array([of_place[place] for place in pairs])[city]
