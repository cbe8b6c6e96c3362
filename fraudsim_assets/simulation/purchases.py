"""Purchases: when and where needs are met, what is bought and for how much.

The one idea: an occasion has a moment by its need, or that of the outing it is done on; the moment says
where the person is, the place has the shop, and the shop has opening hours, which may move the moment.

Belongs here: occasions of one day as rows, before the issuer is asked. Does not belong here: which occasions there are
(``keys``), what merchants charge (``charges``), answers of the issuer (``answers``).
"""

from dataclasses import dataclass

import numpy as np

from fraudsim_assets.simulation.cast import Cast, Crowd
from fraudsim_assets.simulation.errands import keep_apart
from fraudsim_assets.simulation.keys import Occasions
from fraudsim_assets.simulation.moments import by_night, moments
from fraudsim_assets.simulation.orders import tastes
from fraudsim_assets.simulation.rows import NONE, OCCASION, Rows
from fraudsim_assets.simulation.shocks import trades_left
from fraudsim_assets.simulation.shopping import Shopping, keep_hours, keep_rest, nothing_twice, once_a_day
from fraudsim_assets.simulation.world import World
from fraudsim_assets.spending.amount import FARE
from fraudsim_assets.spending.authorisation import ATM
from fraudsim_assets.spending.itinerary import Itineraries
from fraudsim_assets.spending.kinds import DAY_TYPES, TABLE_BITS, at_another_level
from fraudsim_assets.spending.lives import Lives
from fraudsim_assets.spending.mixes import HOUR_ROWS
from fraudsim_assets.spending.rhythm import HOURS, SLOT_MINUTES, SLOTS
from fraudsim_assets.spending.sums import asked_for
from fraudsim_assets.spending.usual import has_the_usual, usual_factors, usual_words
from fraudsim_assets.units import DAY_MINUTES, MINUTE, AnyArray, Floats, Ints

WORTH_KM = 10.0
"""Unit of the way in which ``farther`` of needs is given. [km]"""

SATED_ATTEMPTS = 3
"""How often travellers who have just eaten look for something else to pay for. [count]"""


@dataclass(frozen=True)
class Visits:
    """Where and when occasions are met. One entry per occasion.

    Attributes
    ----------
    minute
        Time of the UTC day. [minutes]
    kind, merchant
        Kind of purchase; merchant slot.
    factor
        What is paid, against what the need and the shop usually make it. [unitless]
    """

    minute: Floats
    kind: Ints
    merchant: Ints
    factor: Floats


def visits_of(world: World, crowd: Crowd, occasions: Occasions, ids: AnyArray) -> Visits:
    """Find when and where occasions are met."""
    lives, entities, day = world.lives, world.entities, crowd.day
    needs = lives.model.needs
    need, who = occasions.need, occasions.who.astype(np.int64)
    minute = moments(world, crowd, occasions, ids)
    rhythm = world.timing.rhythm_on(day)
    home_zone = entities.city_zone.take(crowd.home)
    zone = entities.city_zone.take(crowd.city).take(who)
    words = world.streams.draw("purchase.kind", day).words(ids)
    # occasions come need by need, those in person first
    here = slice(0, int(np.searchsorted(need, lives.first_remote)))
    web = slice(here.stop, len(need))
    plan, mine = _plans(world, crowd, who[here])
    offset = rhythm.offset_minutes.ravel().take(zone[here] * SLOTS + _slots(minute[here]))
    minute[here] = by_night(world, crowd, who[here], minute=minute[here], offset=offset, zone=zone[here])
    offset = rhythm.offset_minutes.ravel().take(zone[here] * SLOTS + _slots(minute[here]))
    minute[here], town = plan.place(mine, minute[here], offset)
    hour = lives.table_rows.take(zone) + HOUR_ROWS.take(rhythm.week_hour.ravel().take(zone * SLOTS + _slots(minute)))
    row = need * (DAY_TYPES * HOURS) + hour
    stays = np.flatnonzero(need[here] == lives.lodging.need)
    travels = np.flatnonzero(crowd.away.take(who[here]) & (need[here] != lives.lodging.need))
    row[travels] += (len(needs) + crowd.segment.take(who[travels]) - need[travels]) * (DAY_TYPES * HOURS)
    row = at_another_level(row << TABLE_BITS, words)
    kind = lives.table.take(row).astype(np.int64)
    _eat(world, day, who[travels], kind=kind, rows=travels, row=row[travels], minute=minute[travels], ids=ids[travels])
    if (shock := world.epochs.shock_on(day)) is not None:
        country = entities.city_country.take(crowd.home).take(who)
        kind = trades_left(world, day, shock, need=need, kind=kind, row=row, country=country, ids=ids)
    taste, since = ((words >> np.uint64(16)).astype(np.float64) + 0.5) * 2.0**-48, np.full(len(kind), day)
    # one hotel for the whole stay
    town[stays], since[stays] = crowd.city.take(who[stays]), day - crowd.night.take(who[stays]).astype(np.int64)
    taste[stays] = world.streams.draw("lodging.hotel").uniforms(crowd.journey.take(who[stays]))
    plan, town = _at_home(world, plan, mine, need=need[here], kind=kind[here], town=town)
    _in_towns(world, plan, mine, kind=kind[here], town=town, minute=minute[here], offset=offset)
    kinds, people = world.habits.kinds, crowd.people.take(who)
    session = occasions.code[web].astype(np.int64)
    taste[web] = tastes(world, day, people=people[web], session=session, kind=kind[web], u=taste[web])
    ranks = kinds.ranks(taste, people=people, kind=kind, day=since)
    shopping = Shopping(
        world,
        people[here],
        town,
        kind[here],
        ranks[here],
        np.where(town == crowd.home.take(who[here]), lives.compared.take(need[here]), 1),
        entities.customer_position.take(crowd.rows.take(who[here])),
    )
    home = entities.city_country.take(crowd.home).take(who[web])
    merchant = np.empty(len(kind), dtype=np.int64)
    merchant[here] = once_a_day(shopping, who[here])
    merchant[web] = world.landscape.reach.choose(
        people=people[web],
        place=world.landscape.reach.n_cities + home,
        kind=kind[web],
        ranks=ranks[web],
        favourites=world.streams.draw("where.favourite"),
    )
    anything = (len(needs) + crowd.segment.take(who[here])) * (DAY_TYPES * HOURS) + hour[here]
    shopping = nothing_twice(shopping, who[here], merchant=merchant[here], row=anything, ids=ids[here], day=day)
    shopping = keep_rest(world, day, shopping, merchant=merchant[here], minute=minute[here])
    kind[here] = shopping.kind
    keep_hours(world, day, shopping, merchant=merchant[here], minute=minute[here], words=words[here])
    keep_apart(
        world,
        day,
        who[here],
        kind=kind[here],
        merchant=merchant[here],
        minute=minute[here],
        arrival=plan.arrival.take(mine),
        ids=ids[here],
    )
    factor = np.ones(len(kind))
    factor[here] = worth_the_way(lives, need[here], crowd.city.take(who[here]), town)
    factor[here] /= _of_the_day(world, day, need[here], home_zone.take(who[here]))
    return Visits(minute, kind, merchant, factor)


def _plans(world: World, crowd: Crowd, who: Ints) -> tuple[Itineraries, Ints]:
    """Where those people of a crowd are who have errands, given by position; and whose plan each errand belongs to."""
    lives, day = world.lives, crowd.day
    out = np.zeros(len(crowd), dtype=bool)
    out[who] = True
    some = np.flatnonzero(out)
    people, home, city = crowd.people.take(some), crowd.home.take(some), crowd.city.take(some)
    zone = world.entities.city_zone.take(home)
    plan = Itineraries.of(
        world.reference.itinerary,
        world.streams,
        lives.towns,
        people=people,
        home=home,
        city=city,
        away=crowd.away.take(some),
        moved_km=lives.towns.distance(crowd.before.take(some), city),
        works=lives.works.take(people),
        workday=lives.working_on(day).take(zone),
        offset=world.timing.rhythm_on(day).offset_minutes[:, SLOTS // 2].take(zone),
        day=day,
    )
    return plan, (np.cumsum(out) - 1).take(who)


def worth_the_way(lives: Lives, need: Ints, here: Ints, town: Ints) -> Floats:
    """How much more is paid in another town, for which people went there. (n,) [unitless]"""
    factor = np.ones(len(need))
    some = np.flatnonzero(town != here)
    some = some[lives.farther.take(need[some]) > 0]
    way = lives.towns.distance(here[some], town[some])
    factor[some] = (1 + way / WORTH_KM) ** lives.farther.take(need[some])
    return factor


def _of_the_day(world: World, day: int, need: Ints, zone: Ints) -> Floats:
    """What ways make of sums in the mean of the day, by need and home zone. (n,) [unitless]"""
    working, free = world.reference.itinerary.farther_means
    means = np.where(world.lives.working_on(day), working, free)
    return np.where(world.lives.farther.take(need) > 0, means.take(zone), 1.0)


def _eat(
    world: World, day: int, who: Ints, *, kind: Ints, rows: Ints, row: Ints, minute: Floats, ids: AnyArray
) -> None:
    """Let travellers who have just eaten pay for something else; changes kinds."""
    meal = world.habits.kinds.meal
    order = np.lexsort((minute, who))
    order = order[meal.take(kind[rows[order]])]
    close = (np.diff(who[order]) == 0) & (np.diff(minute[order]) < world.reference.itinerary.between_meals)
    again = order[1:][close]
    for attempt in range(SATED_ATTEMPTS):
        words = world.streams.draw("purchase.sated", day).sub(attempt).words(ids[again])
        kind[rows[again]] = world.lives.table.take(at_another_level(row[again], words))
        again = again[meal.take(kind[rows[again]])]


def _slots(minute: Floats) -> Ints:
    """Slots of the day. (n,)"""
    return (minute * (1 / SLOT_MINUTES)).astype(np.int64)


def _at_home(
    world: World, plan: Itineraries, who: Ints, *, need: Ints, kind: Ints, town: Ints
) -> tuple[Itineraries, Ints]:
    """Let people with an errand near home give an excursion up: their days, and the town of each errand."""
    out = plan.excursion.take(who) & (town == plan.middle.take(who))
    bound = world.habits.kinds.travel.take(kind) < world.reference.itinerary.bound_to_home
    errands = out & (bound | world.lives.homebound.take(need))
    stays = np.zeros(len(plan.middle), dtype=bool)
    stays[who[errands]] = True
    home = out & stays.take(who)
    return plan.without_excursions(stays), np.where(home, plan.morning.take(who), town)


def _in_towns(
    world: World, plan: Itineraries, who: Ints, *, kind: Ints, town: Ints, minute: Floats, offset: Ints
) -> None:
    """Send those who do not find a trade where they are to the place of their day that has it; change what is given.

    Where no place of the day has the trade, people turn to what its category names instead, at last to what every town
    has.
    """
    towns = world.lives.towns
    missing = np.flatnonzero(~towns.has(town, kind >> 1))
    for place, begin, length in (
        (plan.middle, plan.begins, np.maximum(plan.ends - plan.begins, 1)),
        (plan.evening, plan.ends + plan.back, np.float32(90)),
    ):
        if missing.size == 0:
            break
        there = place.take(who[missing])
        has = towns.has(there, kind[missing] >> 1)
        go = missing[has]
        town[go] = there[has]
        local = begin.take(who[go]) + (minute[go] % 60.0) / 60.0 * (length.take(who[go]) if np.ndim(length) else length)
        minute[go] = (local - offset[go]) % DAY_MINUTES
        missing = missing[~has]
    for instead in world.lives.instead:
        other = instead.take(kind[missing] >> 1)
        found = (other >= 0) & towns.has(town[missing], np.maximum(other, 0))
        kind[missing[found]] = 2 * other[found]
        missing = missing[~found]


def occasion_rows(world: World, cast: Cast, occasions: Occasions) -> Rows:
    """Rows of occasions, all approved so far."""
    ids = occasions.ids(cast.crowd)
    visits = visits_of(world, cast.crowd, occasions, ids)
    who = occasions.who.astype(np.int64)
    factor = world.prices.customer_ticket.take(cast.crowd.rows).take(who) * world.lives.baskets.take(occasions.need)
    plain = factor.copy()
    stays = np.flatnonzero(occasions.need == world.lives.lodging.need)
    factor[stays] *= world.lives.lodging.basket(occasions.number[stays], cast.crowd.nights.take(who[stays]))
    factor *= visits.factor
    words = world.streams.draw("purchase.amount", cast.day).words(ids)
    spread = _as_usual(world, cast, occasions, visits, ids, words=words, factor=factor, plain=plain)
    if (shock := world.epochs.shock_on(cast.day)) is not None:
        factor *= shock.ticket[visits.kind, world.entities.city_country.take(cast.crowd.home).take(who)]
    return priced_rows(
        world,
        cast,
        at=cast.positions(occasions.account.astype(np.int64)),
        minute=visits.minute,
        origin=OCCASION,
        code=occasions.code.astype(np.int64),
        kind=visits.kind,
        merchant=visits.merchant,
        words=words,
        factor=factor,
        spread=spread,
    )


def _as_usual(
    world: World,
    cast: Cast,
    occasions: Occasions,
    visits: Visits,
    ids: AnyArray,
    *,
    words: AnyArray,
    factor: Floats,
    plain: Floats,
) -> Floats:
    """Let people buy what they always buy: change words and factors of its sums; spread of all sums. (n,) [unitless]"""
    kinds, table, spread = world.habits.kinds, world.reference.shopping, np.ones(len(ids))
    chance = kinds.usual.take(visits.kind)
    some = np.flatnonzero(chance > 0)
    some = some[has_the_usual(world.streams, ids[some], chance[some], cast.day)]
    kind = visits.kind[some]
    # cash is cash at any machine
    shop = np.where(kinds.channel.take(kind) == ATM, world.entities.n_slots, visits.merchant[some])
    words[some] = usual_words(
        table,
        world.streams,
        people=cast.crowd.people.take(occasions.who[some]),
        need=occasions.need[some],
        shop=shop,
        ids=ids[some],
        day=cast.day,
    )
    # a list of fares is the same for all
    spread[some[kinds.style.take(kind) != FARE]] = table.usual_spread
    factor[some] = plain[some] * usual_factors(table, kinds.sigma.take(kind))
    return spread


def priced_rows(
    world: World,
    cast: Cast,
    *,
    at: Ints,
    minute: Floats,
    origin: int,
    code: Ints,
    kind: Ints,
    merchant: Ints,
    words: AnyArray,
    factor: Floats,
    spread: Floats | float,
) -> Rows:
    """Rows of what is bought, with their amounts, all approved so far.

    Parameters
    ----------
    at, minute, code, kind, merchant : (n,)
        As ``Rows`` has them; the time is that of the UTC day. [minutes]
    origin
        As ``Rows`` has it, one for all.
    words : (n,)
        Random words of the amounts.
    factor : (n,)
        Median amount against that of the shop. [unitless]
    spread
        Spread of amounts against the usual one. [unitless]
    """
    n = len(at)
    codes = world.entities.seats.codes.take(merchant)
    minor, euros = _amounts(
        world,
        cast.day,
        kind=kind,
        merchant=merchant,
        currency=codes.currency.astype(np.int64),
        words=words,
        factor=factor,
        spread=spread,
    )
    return Rows(
        at=at,
        moment=(minute * MINUTE).astype(np.int64),
        origin=np.full(n, origin, dtype=np.int8),
        code=code,
        slot=np.zeros(n, dtype=np.int64),
        response=np.zeros(n, dtype=np.int8),
        retry=np.zeros(n, dtype=bool),
        kind=kind,
        merchant=merchant,
        codes=codes.words,
        minor=minor,
        euros=euros,
        original=np.full(n, NONE, dtype=np.int64),
    )


def _amounts(
    world: World,
    day: int,
    *,
    kind: Ints,
    merchant: Ints,
    currency: Ints,
    words: AnyArray,
    factor: Floats,
    spread: Floats | float,
) -> tuple[Ints, Floats]:
    """Amounts in minor units and in euros."""
    minor = asked_for(
        world.habits.kinds,
        world.prices,
        kind=kind,
        merchant=merchant,
        shop=world.prices.shop_levels_on(day).take(merchant),
        currency=currency,
        words=words,
        factor=factor,
        spread=spread,
    )
    return minor, world.prices.in_euros(minor, currency, day)
