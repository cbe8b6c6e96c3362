"""`Scene`: the society as a fraudster meets it.

Belongs here: look-ups that scenarios share: where a victim lives, which merchants a gang uses,
what things cost. Does not belong here: what a scenario does with them.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TypeVar

import numpy as np

from fraudsim_assets.bit_layouts import FAVOURITE, ZONE_WEEK
from fraudsim_assets.caching import KeyedCache
from fraudsim_assets.fraud.campaigns import Campaigns
from fraudsim_assets.fraud.clock import OperationalClock
from fraudsim_assets.fraud.hideouts import Hideouts
from fraudsim_assets.fraud.hours import ShopHours
from fraudsim_assets.fraud.rings import Rings
from fraudsim_assets.fraud.victims import Victims
from fraudsim_assets.fraud.wares import Wares
from fraudsim_assets.maths.sampling import bounded_zipf, choice_table, great_circle_km
from fraudsim_assets.reference_data.thieves import Thieves
from fraudsim_assets.spending.amount import FARE, at_least, dearest_fare, on_the_list, priced, ticket_levels, tickets
from fraudsim_assets.spending.favourites import favourites
from fraudsim_assets.spending.rhythm import SLOTS, zone_offsets
from fraudsim_assets.spending.society import Society
from fraudsim_assets.spending.where import personal_ranks, ranks_on, reach_slots
from fraudsim_assets.streams import Streams, below, combine, to_uniforms
from fraudsim_assets.units import DAY, AnyArray, Bools, Floats, Ints

PERSON_BITS = FAVOURITE.bits("person")
"""Persons that exist only as patterns of favourites are numbered below 2**34."""

_LEVELS = 1024


K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(frozen=True, eq=False)
class Scene:
    """A society and the difficulty its fraud is set to.

    Attributes
    ----------
    society
        Genuine life.
    difficulty
        How far fraud hides: easy, realistic or hard.
    rows_per_day
        Fraudulent rows expected per operational day, of all scenarios. [1/day]
    """

    society: Society
    difficulty: str
    rows_per_day: float

    @property
    def stealth(self) -> float:
        """Share of steps that hide in the holder's own habits. [share]"""
        return dict(self.thieves.stealth)[self.difficulty]

    @property
    def thieves(self) -> Thieves:
        """How fraudsters work."""
        return self.society.reference.thieves

    @property
    def streams(self) -> Streams:
        """Randomness of the world."""
        return self.society.streams

    @cached_property
    def hours(self) -> ShopHours:
        """When shops are open."""
        return ShopHours(self.society)

    @cached_property
    def victims(self) -> Victims:
        """How exposed accounts are."""
        return Victims.of(self.society, self.clock)

    @cached_property
    def rings(self) -> Rings:
        """Organised groups of fraudsters."""
        kinds = self.society.reference.rings
        ordered = tuple(kinds[name] for name in sorted(kinds))
        return Rings(
            self.streams, ordered, self.society.config.fraud.rings, self.rows_per_day, self.thieves.least_rings
        )

    @cached_property
    def hideouts(self) -> Hideouts:
        """Where fraudsters work from."""
        return Hideouts(self.society, self.rings)

    @cached_property
    def clock(self) -> OperationalClock:
        """Which days operational times fall on."""
        return OperationalClock.of(self.society)

    def cache(self, make: "Callable[[Scene, K], V]", *, most: int) -> KeyedCache[K, V]:
        """What a scenario works out once and keeps for this world.

        Parameters
        ----------
        make
            A function of the scene and a key, and of nothing else: the same function always gets the same cache.
        most
            How many values are kept, a matter of speed only. [count]
        """
        return self._caches.setdefault(make, KeyedCache(partial(make, self), most=most))

    @cached_property
    def _caches(self) -> dict[Callable, KeyedCache]:
        return {}

    def customers(self, account: Ints) -> Ints:
        """Customer index of accounts. (n,)"""
        return self.society.entities.account_customer.take(account)

    def home_city(self, account: Ints, day: Ints | int) -> Ints:
        """City index where the holders live on a day. (n,)"""
        entities = self.society.entities
        return entities.customer_city.take(entities.customer_versions.rows(self.customers(account), day))

    def any_account(self, words: AnyArray) -> Ints:
        """Account indices, all equally likely. (n,)"""
        return below(words, self.society.entities.n_accounts)

    def country_of(self, city: Ints) -> Ints:
        """Country index of cities. (n,)"""
        return self.society.entities.city_country.take(city)

    @cached_property
    def _foreign_webs(self) -> Ints:
        """Countries of web shops by home country and level, home excluded. (countries, levels)"""
        bought = self.society.landscape.web_countries
        n = len(bought)
        table = np.tile(np.arange(n)[:, None], (1, _LEVELS))
        for country in range(n):
            weights = np.where(np.arange(n) == country, 0.0, bought[country])
            if weights.sum() > 0:
                table[country] = choice_table(weights, _LEVELS)
        return table

    def ordered_from(
        self, categories: Mapping[str, float], campaigns: Campaigns, *, home: Ints, abroad: Bools, u: Floats
    ) -> Ints:
        """Country of the web shops that campaigns order from: another one as honest orders of their wares choose it.

        Arguments as of ``OrdersAbroad.countries``; where ``abroad`` is not, it is the holder's own. (n,)
        """
        found = self.wares.orders.countries(categories, campaigns, home=home, u=u)
        return np.where(abroad & (found >= 0), found, self.web_country(home, abroad, u))

    def web_country(self, home: Ints, abroad: Bools, u: Floats) -> Ints:
        """Country of the web shops used: the holder's own, or another one as honest orders choose it. (n,)"""
        foreign = self._foreign_webs[home, (u * _LEVELS).astype(np.int64)]
        return np.where(abroad, foreign, home)

    def foreign_city(self, country: Ints, u: Floats) -> Ints:
        """City abroad that people of a country travel to; -1 where there is none. (n,)"""
        slots = self.society.landscape.travel.abroad.shape[1]
        return self.society.landscape.travel.abroad[country, (u * slots).astype(np.int64)]

    @cached_property
    def wares(self) -> Wares:
        """What thieves buy."""
        return Wares(self.society)

    def merchants(
        self, *, persona: Ints, place: Ints, kind: Ints, u: Floats, own: Bools, day: int, buyer: Ints | None = None
    ) -> Ints:
        """Merchants from a pattern of favourites.

        Parameters
        ----------
        persona : (n,)
            Whose favourites: a customer index where ``own``, else any number below 2**34.
        place, kind : (n,)
            Place index and kind of purchase.
        u : (n,)
            Uniforms that choose the rank. [unitless]
        own : (n,)
            The holder's genuine favourites, as they are on the day, rather than a gang's.
        buyer : (n,)
            Country index of the holder: web shops of another country are those that honest orders from there go to.
            Without it, they are those that the country's own people use.
        """
        society = self.society
        kinds = society.habits.kinds
        ranks = personal_ranks(u, exploration=kinds.exploration.take(kind), loyalty=kinds.loyalty.take(kind))
        reach = society.landscape.reach
        gang = reach.choose(
            people=persona, place=place, kind=kind, ranks=ranks, favourites=self.streams.draw("fraud.favourite")
        )
        if buyer is not None:
            self._seen_from(buyer, gang, persona=persona, place=place, kind=kind, ranks=ranks)
        some = np.flatnonzero(own)
        people, place, kind = persona[some], place[some], kind[some]
        gang[some] = favourites(
            society,
            people=people,
            place=place,
            kind=kind,
            ranks=ranks_on(ranks[some], people=people, kind=kind, lasts=kinds.lasts.take(kind), day=day),
            day=day,
        )
        return gang

    def _seen_from(self, buyer: Ints, merchant: Ints, *, persona: Ints, place: Ints, kind: Ints, ranks: Ints) -> None:
        """Replace merchants abroad on the web by those that people of the buyers' countries turn to; in place."""
        reach = self.society.landscape.reach
        country = place - reach.n_cities
        some = np.flatnonzero((kind % 2 == 1) & (country >= 0) & (country != buyer))
        words = self.streams.draw("fraud.favourite").words(FAVOURITE.pack(persona[some], kind[some], ranks[some]))
        near = reach_slots(words)
        cell = np.full(len(some), -1, dtype=np.int64)
        pairs, which = np.unique(np.stack([buyer[some], country[some]], axis=1), axis=0, return_inverse=True)
        for n, (home, seat) in enumerate(pairs.tolist()):
            mine = np.flatnonzero(which == n)
            cell[mine] = self._web_cells.get((home, seat))[kind[some[mine]] >> 1, near[mine]]
        sold = cell >= 0
        merchant[some[sold]] = reach.member(to_uniforms(words[sold]), cell[sold])

    @cached_property
    def _web_cells(self) -> KeyedCache[tuple[int, int], Ints]:
        return KeyedCache(lambda pair: self.society.landscape.web_cells(*pair), most=1024)

    def careless_merchants(self, merchant: Ints, gang: Ints, kind: Ints) -> Ints:
        """The merchants that gangs keep using instead of others of the same kind and place.

        Any merchant but a large web shop will do, popular or not: what counts is that it looks away. So its share of
        fraud becomes one that a bank can notice (target I03).

        Parameters
        ----------
        merchant, gang, kind : (n,)
            Merchant slots as chosen; numbers of the gangs; kinds of purchase.

        Returns
        -------
        (n,)
            Merchant slots: one for every gang, kind and place.
        """
        cells = self.society.landscape.reach.cells
        cell = np.searchsorted(cells.start, merchant, side="right") - 1
        others = cells.others.take(cell)
        # a giant sells more than those that are like it
        cell = np.where(cells.category.take(others) == kind >> 1, others, cell)
        words = self.streams.draw("fraud.careless").words(combine(gang, cell))
        return cells.start.take(cell) + below(words, cells.size.take(cell))

    def place(self, *, kind: Ints, city: Ints, web_country: Ints) -> Ints:
        """Place index of purchases: the city for shops, the country of the web shop for remote kinds. (n,)"""
        return np.where(kind % 2 == 1, self.society.landscape.reach.n_cities + web_country, city)

    def near(self, merchant: Ints, *, place: Ints, kind: Ints, words: AnyArray) -> tuple[Ints, Ints]:
        """Keep purchases in shops to the surroundings of a city, so that whoever buys could have gone there.

        Parameters
        ----------
        merchant, place, kind : (n,)
            Merchant slots as chosen; place index and kind of purchase.
        words : (n,) uint64
            Randomness that chooses another shop where the chosen one is too far.

        Returns
        -------
        (n,), (n,)
            Merchant slots and kinds. A shop further than ``surroundings_km`` from the city's centre is
            replaced by one of the nearest cell that sells the kind; where that is too far as well, by
            any shop of the city.
        """
        landscape, seats = self.society.landscape, self.society.entities.seats
        reach, cities = landscape.reach, landscape.layout.places
        merchant, kind = merchant.copy(), kind.copy()
        shops = np.flatnonzero(place < reach.n_cities)
        at = seats.positions.take(merchant[shops])
        km = self._km(place[shops], at.real, at.imag)
        far = shops[km > self.thieves.surroundings_km]
        if far.size == 0:
            return merchant, kind
        home = place[far]
        cell = reach.cell[home, kind[far] >> 1]
        city = reach.cells.place.take(cell)
        km = self._km(home[:, None], cities.latitude.take(city), cities.longitude.take(city))
        nearest = km.argmin(axis=1)
        found = np.take_along_axis(cell, nearest[:, None], axis=1)[:, 0]
        everyday = self.hours.shops
        else_where = (km[np.arange(len(far)), nearest] > self.thieves.surroundings_km) & everyday.known(home)
        other = everyday.cells(home, to_uniforms(words[far] << np.uint64(24)))
        found = np.where(else_where, other, found)
        kind[far] = np.where(else_where, 2 * reach.cells.category.take(found), kind[far])
        within = reach.cells.size.take(found)
        merchant[far] = reach.cells.start.take(found) + bounded_zipf(to_uniforms(words[far]), within, reach.popularity)
        return merchant, kind

    def _km(self, city: Ints, latitude: AnyArray, longitude: AnyArray) -> Floats:
        """Distance of places from the centres of cities. [km]"""
        cities = self.society.landscape.layout.places
        return great_circle_km(cities.latitude.take(city), cities.longitude.take(city), latitude, longitude)

    def prices(
        self, *, kind: Ints, merchant: Ints, words: AnyArray, factor: Floats, sigma: Floats, day: int
    ) -> tuple[Ints, Floats]:
        """Amounts drawn like genuine tickets of the kind, stretched by a factor.

        Parameters
        ----------
        words : (n,) uint64
            Randomness: level of the ticket and ending of the price.
        factor : (n,)
            Factor on the median. [unitless]
        sigma : (n,)
            Factor on the spread. [unitless]

        Returns
        -------
        (n,), (n,)
            Amounts. [minor units], [EUR]
        """
        society = self.society
        kinds = society.habits.kinds
        fare = kinds.style.take(kind) == FARE
        median = self._median(kind, merchant, day) * factor
        level = ticket_levels(words)
        table = society.reference.prices
        level[fare] = on_the_list(table, level[fare])
        euros = tickets(table, level, median, kinds.sigma.take(kind) * sigma, kinds.tail.take(kind))
        return self.write(euros=euros, kind=kind, merchant=merchant, words=words, day=day)

    def write(self, *, euros: Floats, kind: Ints, merchant: Ints, words: AnyArray, day: int) -> tuple[Ints, Floats]:
        """Write amounts in the merchant's currency and way of pricing. Two of (n,) [minor units], [EUR]

        Nothing costs less than the cheapest of its kind, unless a web shop would ask for as little to check a card; and
        of a list of fares, it is the dearest ticket that the amount pays, or the cheapest.
        """
        society, kinds = self.society, self.society.habits.kinds
        smallest, largest = society.reference.encores.check_euros
        euros, least = np.maximum(euros, smallest), society.prices.cheapest(kinds.least.take(kind), merchant)
        check = kinds.is_remote.take(kind) & (euros < least) & (euros <= largest)
        sold = np.flatnonzero(~check)
        euros[sold] = at_least(euros[sold], least[sold])
        listed = sold[kinds.style.take(kind[sold]) == FARE]
        fares = kind[listed]
        ticket = dearest_fare(
            society.reference.prices,
            euros[listed],
            median=self._median(fares, merchant[listed], day),
            sigma=kinds.sigma.take(fares),
            tail=kinds.tail.take(fares),
            least=least[listed],
        )
        check[listed] = kinds.is_remote.take(fares) & (euros[listed] <= largest) & (ticket > euros[listed])
        euros[listed] = np.where(check[listed], euros[listed], ticket)
        currency = society.entities.seats.codes.take(merchant).currency
        money = society.prices.money
        rate, digits, note = money.base.take(currency), money.digits.take(currency), money.note.take(currency)
        ending = ((words >> np.uint64(24)) & np.uint64(0xFF)).view(np.int64)
        style = society.habits.kinds.style.take(kind)
        table = society.reference.prices
        minor = priced(table, euros * rate, style=style, digits=digits, ending=ending, note=note)
        minor[check] = np.maximum(np.rint(euros * rate * money.scale.take(currency)), 1)[check]
        return minor, society.prices.in_euros(minor, currency, day)

    def _median(self, kind: Ints, merchant: Ints, day: int) -> Floats:
        """Median tickets of kinds at merchants. (n,) [EUR]"""
        return self.society.habits.kinds.median.take(kind) * self.society.prices.shop_levels_on(day).take(merchant)

    def moment(self, *, account: Ints, local: Floats, day: Ints) -> Ints:
        """Moments of UTC days at which it is a given local time where the holders live.

        Parameters
        ----------
        local : (n,)
            Local time as a share of the day. [unitless]
        day : (n,)
            Day numbers.

        Returns
        -------
        (n,)
            Time since midnight UTC. [microseconds]
        """
        zone = self.society.entities.city_zone.take(self.home_city(account, day))
        offset = self._offsets(zone, day // 7)
        return ((local - offset / 1440.0) % 1.0 * DAY).astype(np.int64)

    def _offsets(self, zone: Ints, week: Ints) -> Ints:
        """Local time minus UTC at noon in the middle of a week. (n,) [minutes]"""
        pair, inverse = np.unique(ZONE_WEEK.pack(zone, week), return_inverse=True)
        names = self.society.entities.zones
        pairs = np.stack(ZONE_WEEK.unpack(pair), axis=1).tolist()
        found = [zone_offsets(names[z][1], w * 7 + 3)[SLOTS // 2] for z, w in pairs]
        return np.array(found, dtype=np.int64)[inverse]
