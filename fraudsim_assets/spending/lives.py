"""Lives: the needs, cards and towns of people, and what a day looks like to them.

Belongs here: the models of people's lives, set up so that payments are as many as configured and divide
between kinds and channels as configured; and what all people share of a day. Does not belong here: the models
themselves, and rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from fraudsim_assets.caching import NO_SHELF, DayCache, KeyedCache, Shelf
from fraudsim_assets.catalog.entities import Entities
from fraudsim_assets.catalog.households import heads
from fraudsim_assets.catalog.layout import customers_per_city
from fraudsim_assets.config.model import Config
from fraudsim_assets.maths.sampling import lognormal_mean_one
from fraudsim_assets.reference_data.holders import CustomerSegment
from fraudsim_assets.reference_data.needs import Need
from fraudsim_assets.spending.cells import MIDDLE, STEPS, Asked, CellModel, DayCells, DayStates, Folk
from fraudsim_assets.spending.clocks import clocks_of, needed_hours, nights_of
from fraudsim_assets.spending.dayweights import DayWeights, View
from fraudsim_assets.spending.habits import Habits
from fraudsim_assets.spending.kinds import DAY_TYPES, Kinds, segment_odds
from fraudsim_assets.spending.landscape import Landscape
from fraudsim_assets.spending.lodging import Lodging
from fraudsim_assets.spending.mixes import mixes
from fraudsim_assets.spending.needs import weights_of
from fraudsim_assets.spending.paydays import PayDays
from fraudsim_assets.spending.rhythm import HOURS, Rhythm
from fraudsim_assets.spending.routines import ROUTINES, by_routine, made_up, routines
from fraudsim_assets.spending.scattered import ScatteredNeeds
from fraudsim_assets.spending.spans import REACH_DAYS, Span
from fraudsim_assets.spending.towns import Towns
from fraudsim_assets.spending.wallet import CASH, STORE, WEB, Wallet, fitness_of
from fraudsim_assets.streams import Streams, words_of
from fraudsim_assets.tables.codes import SEGMENTS
from fraudsim_assets.units import AnyArray, Bools, Floats, Floats32, Ints

SAMPLE = 1 << 17
"""People by whom rates are set: the mean is known to about 0.2 %. [count]"""

SPAN_DAYS = 32
"""Weights of days are worked out for so many days at once, a matter of speed only. [days]"""

_DAY_HOURS = DAY_TYPES * HOURS


@dataclass(frozen=True, eq=False)
class Lives:
    """Lives of a world's people.

    Attributes
    ----------
    model
        Needs and the cells they come up in.
    weights
        Weights of days.
    lodging
        How travellers pay for their stay.
    pay
        When people are paid.
    wallet
        Cards.
    towns
        Where people work and shop.
    level : (customers,) int8
        Activity. [level]
    works : (customers,)
        Whether each has a workplace or school.
    table : (rows << TABLE_BITS,)
        Kinds by clock of countries, (need, day type, hour), below for journeys by (segment, day type, hour), and level.
    roles : (needs,)
        What a card is wanted for.
    baskets : (needs,)
        What is paid against other payments of the category. [unitless]
    farther : (needs,)
        Power with which what is paid grows with the way to another town. [unitless]
    homebound : (needs,)
        Whether who has a need on a day makes no excursion.
    compared : (needs,)
        Shops of the home town of which the nearest is gone to. [count]
    usually_compared : (categories,)
        The same for the need that makes most payments of a category in person. [count]
    shelf
        Where weights of days outlast this process.
    """

    streams: Streams
    entities: Entities
    model: CellModel
    weights: DayWeights
    lodging: Lodging
    pay: PayDays
    wallet: Wallet
    towns: Towns
    level: AnyArray
    works: Bools
    table: AnyArray
    roles: Ints
    baskets: Floats
    farther: Floats
    homebound: Bools
    compared: Ints
    usually_compared: Ints
    shelf: Shelf = NO_SHELF

    @classmethod
    def of(
        cls,
        config: Config,
        streams: Streams,
        entities: Entities,
        *,
        habits: Habits,
        landscape: Landscape,
        rhythm: Rhythm,
    ) -> "Lives":
        """Set the models up."""
        reference, kinds = entities.reference, habits.kinds
        entries = tuple(_as_configured(n, config) for n in sorted(reference.needs.values(), key=lambda n: n.remote))
        weights = weights_of(entries, reference.categories, kinds.share)
        compared = np.array([need.compared for need in entries])
        layout, n = landscape.layout, entities.n_customers
        wallet = Wallet.of(
            customer=entities.account_customer,
            activity=entities.account_activity,
            fitness=fitness_of(reference.products, entities.account_product),
            slumber=habits.dormancy,
            n_customers=n,
            window_days=reference.habits.card_days,
        )
        level = _activity_levels(streams, entities, wallet.first)
        segment = entities.customer_segment.take(entities.customer_versions.first)
        sample = np.unique(np.linspace(0, n - 1, min(n, SAMPLE)).astype(np.int64))
        towns = Towns.of(
            landscape.reach,
            latitude=layout.places.latitude,
            longitude=layout.places.longitude,
            positions=entities.seats.positions,
            country=entities.city_country,
            table=reference.itinerary,
            offsets=np.stack([streams.draw("town", n).uniforms(words_of(layout.places.city_id)) for n in range(3)]),
        )
        inhabitants = customers_per_city(config, layout)
        home_country = layout.places.country[layout.home_cities].astype(np.int64)
        served = _served(towns, layout.home_cities, inhabitants, least=reference.habits.least_served)
        wanted = weights / served
        lodging = next(i for i, need in enumerate(entries) if need.journeys)
        # wherever they live, people stay where there are hotels
        wanted[lodging] = weights[lodging]
        rate = _shares(entries, wanted, kinds) * habits.occasions_per_day / n
        awake = _awake(habits, wallet.first, sample)
        tastes = _tastes(reference.segments, entries, weights, kinds)
        model = CellModel.of(
            streams,
            entries,
            reference.habits,
            tastes=tastes,
            wanted=np.where(np.arange(len(entries)) == lodging, 0.0, rate),
            level=level.astype(np.int16),
            segment=segment.astype(np.int64),
            routine=routines(streams, np.arange(n)),
            sample=sample,
            weight=awake,
        )
        chance = np.array([reference.segments[name].works for name in SEGMENTS])
        used, clock = np.unique(clocks_of(reference, rhythm), return_inverse=True)
        by_clock = kinds.by_clock[used]
        days = DayWeights.of(
            reference=reference,
            weights=weights,
            by_clock=by_clock,
            hours=needed_hours(reference, entries)[used],
            clock=clock,
            rhythm=rhythm,
            places=layout.places,
            home_cities=layout.home_cities,
        )
        return cls(
            streams=streams,
            entities=entities,
            model=model,
            weights=days,
            pay=habits.purses.pay,
            lodging=Lodging(
                need=lodging,
                rate=float(rate[lodging] / awake.mean()),
                taste=tastes[lodging] / tastes[lodging].take(segment).mean(),
                table=reference.itinerary,
                travel=landscape.travel,
                weights=days,
                people=np.bincount(home_country, inhabitants, len(entities.countries)) / n,
                reach=landscape.travel.reach(cities=layout.home_cities, country=home_country, people=inhabitants),
            ),
            wallet=wallet,
            towns=towns,
            level=level,
            works=streams.draw("life.works").uniforms(np.arange(n)) < chance.take(segment),
            table=mixes(entries, wanted, kinds, by_clock),
            roles=np.array([_role(need) for need in entries]),
            baskets=np.array([need.basket for need in entries]),
            farther=np.array([need.farther for need in entries]),
            homebound=np.array([need.homebound for need in entries]),
            compared=compared,
            usually_compared=compared.take(weights[:, 0::2].argmax(axis=0)),
        )

    @cached_property
    def first_remote(self) -> int:
        """Code of the first need that is met on the web: those met in person come before. [code]"""
        return sum(not need.remote for need in self.model.needs)

    @cached_property
    def table_rows(self) -> Ints:
        """First row of :attr:`table` of each zone, by the clock of its country. (zones,)"""
        return self.weights.clock * ((len(self.model.needs) + len(SEGMENTS)) * _DAY_HOURS)

    @cached_property
    def nights(self) -> Ints:
        """When those who are at home by night go there, by zone. (zones,) [minutes of the local day]"""
        return nights_of(self.entities.reference, self.weights.rhythm)

    @cached_property
    def instead(self) -> tuple[Ints, ...]:
        """What people turn to where a town has no shop of a category, the first choice first; -1 is none.

        Each (categories,). The last choices are what every town has. [category code]
        """
        reference = self.entities.reference
        n = len(reference.categories)
        codes = [[reference.category_code(name) for name in c.instead] for c in reference.categories]
        chosen = [[own[rank] if rank < len(own) else -1 for own in codes] for rank in range(max(map(len, codes)))]
        everyday = [[code] * n for code, c in enumerate(reference.categories) if c.everyday and c.is_sold_in_shops]
        return tuple(np.array(choice) for choice in chosen + everyday)

    @cached_property
    def frequent(self) -> tuple[int, ...]:
        """Codes of needs, those that come up most often first."""
        rates = [float(r.rate[MIDDLE]) for r in self.model.rates]
        return tuple(int(n) for n in np.argsort(-np.array(rates), kind="stable"))

    def folk(self, people: Ints, home: Ints) -> Folk:
        """People as their needs see them, who live in cities."""
        return Folk(people, self.weights.home_of_city.take(home) * ROUTINES + routines(self.streams, people))

    def due(self, asked: Asked, need: int, day: int) -> tuple[Ints, Ints]:
        """Find people whose need comes up on a day, and how often, as :meth:`CellModel.due` does."""
        key = (day, need)
        return self.model.due(asked, need, self._cells.get(key), self._states.get(key))

    @cached_property
    def scattered(self) -> ScatteredNeeds:
        """The same needs, of few people on any days."""
        return ScatteredNeeds.of(self.model)

    def laid_out(self, needs: tuple[int, ...], day: int) -> bool:
        """Whether the tables that :meth:`due` looks up for needs on a day are there."""
        return all((day, n) in self._states and (day, n) in self._cells for n in needs)

    def quantiles_on(self, day: int) -> tuple[Floats32, Ints]:
        """Quantiles of moments within a UTC day, in shares of it.

        Returns
        -------
        (rows * needs * (QUANTILES + 1),), (zones,)
            Quantiles, and the row of each zone.
        """
        return self._quantiles.get(day)

    def working_on(self, day: int) -> Bools:
        """Whether people work on a day, by zone. (zones,)"""
        return self.weights.working(day)

    @cached_property
    def _cells(self) -> KeyedCache[tuple[int, int], DayCells]:
        def find(key: tuple[int, int]) -> DayCells:
            day, need = key
            return self.model.day(need, self.span_around(day), day)

        return KeyedCache(find, most=192)

    @cached_property
    def _states(self) -> KeyedCache[tuple[int, int], DayStates]:
        return KeyedCache(lambda key: self.model.by_state(key[1], self._cells.get(key)), most=64)

    def span_around(self, day: int) -> Span:
        """Weights of the days on which what happens on a day depends."""
        return self._spans.get(day // SPAN_DAYS)

    @cached_property
    def _spans(self) -> DayCache[Span]:
        more = -(-REACH_DAYS // SPAN_DAYS)

        def find(number: int) -> Span:
            numbers = range(number - more, number + more + 1)
            weights = np.concatenate([self._weights.get(i) for i in numbers])
            return Span.of(numbers[0] * SPAN_DAYS, weights, displaced=self.model.table.displaced)

        return DayCache(find, most=8)

    @cached_property
    def _weights(self) -> DayCache[Floats]:
        bound = np.array([need.channel == "present" and need.place != "work" for need in self.model.needs])

        def make(number: int) -> Floats:
            first = number * SPAN_DAYS
            seen = by_routine(
                self.weights.weights(first, SPAN_DAYS), first, bound, errands=self.model.table.errand_days
            )
            for need, absorber in enumerate(self.model.absorbers):
                if absorber >= 0:
                    seen[:, need] *= made_up(
                        seen[:, absorber], self.model.table.absorbed * self.model.rates[absorber].rate[MIDDLE]
                    )
            country = np.array([self.weights.rhythm.zones[zone][0] for zone in self.weights.homes[:, 0]])
            return seen * self.pay.factors(first, SPAN_DAYS, country=country, pay=self.weights.pay)

        return DayCache(lambda number: self.shelf.keep(f"weights-{number}", partial(make, number)), most=64)

    @cached_property
    def _quantiles(self) -> DayCache[tuple[Floats32, Ints]]:
        def find(day: int) -> tuple[Floats32, Ints]:
            views = self.weights.seen_from(day)
            distinct = sorted(set(views))
            table = np.concatenate([self._views.get(view).ravel() for view in distinct])
            return table, np.array([distinct.index(view) for view in views])

        return DayCache(find, most=64)

    @cached_property
    def _views(self) -> KeyedCache[View, Floats32]:
        return KeyedCache(self.weights.quantiles, most=1024)


USUAL_SIGMA, USUAL_EXTRA = 0.55, 0.55
"""What bursts and errands of needs are relative to: defaults of ``activity.weekly_sigma`` and
``activity.trip_extra_purchases``. [unitless], [count]"""


def _as_configured(need: Need, config: Config) -> Need:
    """A need with the configured bursts and errands."""
    burst = need.burst * config.activity.weekly_sigma / USUAL_SIGMA
    errand = min(need.errand * config.activity.trip_extra_purchases / USUAL_EXTRA, 1.0)
    return need.model_copy(update={"burst": burst, "errand": errand})


def _role(need: Need) -> int:
    if need.remote:
        return WEB
    return CASH if "cash_machine" in need.serves else STORE


def _activity_levels(streams: Streams, entities: Entities, first: Ints) -> AnyArray:
    """Activity of customers by their cards' activity and their household. (customers,) int8"""
    table, total = entities.reference.habits, np.add.reduceat(entities.account_activity, first[:-1])
    words = streams.draw("life.household").words(
        heads(streams, entities.reference.households, np.arange(entities.n_customers))
    )
    household = lognormal_mean_one((words >> np.uint64(48)).view(np.int64), table.household_spread).astype(np.float64)
    activity = (total / total.mean()) ** table.activity_power * household
    activity = np.clip(activity / activity.mean(), *table.activity_bounds)
    return np.rint(STEPS * np.log2(activity)).astype(np.int8)


def _awake(habits: Habits, first: Ints, sample: Ints) -> Floats:
    """Share of the time in which people have a card that is awake. (n,)"""
    asleep = np.where(habits.dormancy.rests, 1 - habits.dormancy.awake_share, 0.0)
    return 1 - np.multiply.reduceat(asleep, first[:-1])[sample]


def _shares(entries: tuple[Need, ...], weights: Floats, kinds: Kinds) -> Floats:
    """Share of each need in all occasions; those of a channel sum to the channel's share. (needs,)"""
    share = weights.sum(axis=1)
    remote = np.array([need.remote for need in entries])
    for channel in (False, True):
        wanted = float(kinds.share[kinds.is_remote == channel].sum())
        share[remote == channel] *= wanted / max(float(share[remote == channel].sum()), 1e-300)
    return share


def _tastes(
    segments: Mapping[str, CustomerSegment], entries: tuple[Need, ...], weights: Floats, kinds: Kinds
) -> Floats:
    """How often needs come up by stage of life, against the average. (needs, segments)"""
    odds = segment_odds(segments, float(kinds.share[kinds.is_remote].sum()))
    total = weights.sum(axis=1, keepdims=True)
    tastes = np.where(total > 0, weights @ kinds.taste.T / np.maximum(total, 1e-300), 1.0)
    remote = np.array([need.remote for need in entries])
    tastes[remote] *= odds / odds.mean()
    return tastes


def _served(towns: Towns, city: Ints, people: Ints, *, least: float) -> Floats:
    """Share of people who live where a kind is sold: they buy what those of small towns cannot. (kinds,)"""
    # by where people come from: who has moved until when depends on the days that a catalog lists
    share = people @ (towns.km[city] <= towns.surroundings) / max(int(people.sum()), 1)
    return np.stack([np.maximum(share, least), np.ones(len(share))], axis=1).ravel()
