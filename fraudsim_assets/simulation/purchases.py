"""Purchases: what is bought, where and for how much, given the key of a row.

Belongs here: the composition of ``spending`` into the facts of a purchase, for any keys of one
day. Does not belong here: columns that follow from those facts (``transactions``).
"""

from dataclasses import dataclass

import numpy as np

from fraudsim_assets.maths.sampling import pareto_ranks
from fraudsim_assets.simulation.keys import SUBSCRIPTION, SUBSCRIPTION_CODE, Cast, Keys
from fraudsim_assets.simulation.world import World
from fraudsim_assets.spending.amount import SMALLEST_TICKET_EUR, priced, tickets
from fraudsim_assets.spending.rhythm import SLOT_MINUTES, SLOTS
from fraudsim_assets.spending.subscriptions import FAVOURITE_RANK
from fraudsim_assets.streams import combine
from fraudsim_assets.units import MINUTE, AnyArray, Bools, Floats, Ints

CLOSED_ATTEMPTS = 12
"""How many further favourites are tried while the shop is closed. [count]"""


@dataclass(frozen=True)
class Purchases:
    """Facts of purchases, one entry per row.

    Attributes
    ----------
    kind
        Kind of purchase.
    merchant
        Merchant slot.
    minor
        Amount. [minor units of the merchant's currency]
    euros
        Amount. [EUR]
    """

    kind: Ints
    merchant: Ints
    minor: Ints
    euros: Floats


def make_purchases(world: World, cast: Cast, keys: Keys) -> Purchases:
    """Work out genuine purchases and subscriptions of one day.

    Parameters
    ----------
    cast
        The block's accounts.
    keys
        Rows of origin TRIP or SUBSCRIPTION; any subset, any order.
    """
    ids = combine(cast.accounts.take(keys.at), keys.code)
    kind, merchant = _where(world, cast, keys, ids)
    subscribed = np.flatnonzero(keys.origin == SUBSCRIPTION)
    if subscribed.size:
        kind[subscribed], merchant[subscribed] = _subscribed(world, cast, keys, subscribed)
    minor, euros = _amounts(world, cast, keys, ids, kind, merchant)
    return Purchases(kind, merchant, minor, euros)


def _where(world: World, cast: Cast, keys: Keys, ids: AnyArray) -> tuple[Ints, Ints]:
    streams, day, kinds = world.streams, cast.day, world.kinds
    rhythm = world.rhythm_on(day)
    city = cast.city.take(keys.at)
    zone = world.entities.city_zone.take(city)
    quarter = keys.intended // (SLOT_MINUTES * MINUTE)
    week_hour = rhythm.week_hour.ravel().take(zone * SLOTS + quarter)
    segment = world.customer_segment.take(cast.rows).take(keys.at)
    away = cast.away.take(keys.at)

    trip = combine(cast.accounts.take(keys.at), keys.code & ~7)
    failed = (keys.declined | keys.retry).astype(np.int64)
    odds = kinds.remote_odds[failed, segment, week_hour] * rhythm.remote_odds.take(zone)
    remote = streams.draw("purchase.remote", day).uniforms(trip) * (1 + odds) < odds
    people = cast.people.take(keys.at)
    words = streams.draw("purchase.kind", day).words(ids)
    level = kinds.levels(words, people=people, habits=streams.draw("purchase.habit"))
    kind = kinds.choose(week_hour=week_hour, remote=remote, segment=segment, away=away, level=level)

    home_country = world.entities.city_country.take(cast.home).take(keys.at)
    place = np.where(remote, world.reach.n_cities + home_country, city)
    ranks = pareto_ranks(streams.draw("purchase.rank", day).uniforms(ids), kinds.exponent.take(kind))
    return kind, _open_shops(world, keys, people=people, place=place, kind=kind, ranks=ranks, zone=zone, day=day)


def _open_shops(
    world: World, keys: Keys, *, people: Ints, place: Ints, kind: Ints, ranks: Ints, zone: Ints, day: int
) -> Ints:
    """Favourites at the drawn ranks; a closed shop is passed over for the next rank."""
    favourites = world.streams.draw("where.favourite")
    reach = world.reach
    merchant = reach.choose(people=people, place=place, kind=kind, ranks=ranks, favourites=favourites)
    minute = _local_minute(world, keys, zone, day)
    pending = np.flatnonzero(_closed(world, merchant, minute, day))
    for attempt in range(1, CLOSED_ATTEMPTS + 1):
        if pending.size == 0:
            break
        next_best = reach.choose(
            people=people[pending],
            place=place[pending],
            kind=kind[pending],
            ranks=ranks[pending] + attempt,
            favourites=favourites,
        )
        merchant[pending] = next_best
        pending = pending[_closed(world, next_best, minute[pending], day)]
    return merchant


def _local_minute(world: World, keys: Keys, zone: Ints, day: int) -> Ints:
    quarter = keys.intended // (SLOT_MINUTES * MINUTE)
    offset = world.rhythm_on(day).offset_minutes.ravel().take(zone * SLOTS + quarter)
    return (keys.intended // MINUTE + offset) % 1440


def _closed(world: World, merchant: Ints, minute: Ints, day: int) -> Bools:
    merchants = world.merchants_on(day)
    opens, closes = merchants.opens.take(merchant), merchants.closes.take(merchant)
    return ((minute < opens) | (minute >= closes)) & (minute + 1440 >= closes)


def _subscribed(world: World, cast: Cast, keys: Keys, rows: Ints) -> tuple[Ints, Ints]:
    """Kinds and merchants of subscriptions: fixed for (account, number)."""
    at = keys.at[rows]
    which = keys.code[rows] - SUBSCRIPTION_CODE
    ids = combine(cast.accounts.take(at), which)
    byte = (world.streams.draw("subscription.kind").words(ids) >> np.uint64(56)).view(np.int64)
    kind = world.subscriptions.kind.take(byte)
    country = world.entities.city_country.take(cast.home).take(at)
    merchant = world.reach.choose(
        people=cast.accounts.take(at),
        place=world.reach.n_cities + country,
        kind=kind,
        ranks=FAVOURITE_RANK + which,
        favourites=world.streams.draw("subscription.merchant"),
    )
    return kind, merchant


def _amounts(world: World, cast: Cast, keys: Keys, ids: AnyArray, kind: Ints, merchant: Ints) -> tuple[Ints, Floats]:
    """Amounts in minor units and in euros."""
    kinds, merchants, day = world.kinds, world.merchants_on(cast.day), cast.day
    words = world.streams.draw("purchase.amount", day).words(ids)
    fixed = np.flatnonzero(keys.origin == SUBSCRIPTION)
    if fixed.size:
        words[fixed] = world.streams.draw("subscription.amount").words(ids[fixed])
    median = kinds.median.take(kind) * merchants.ticket.take(merchant)
    median *= world.price_level.take(merchants.country.take(merchant))
    income = world.customer_ticket.take(cast.rows).take(keys.at)
    income[fixed] = 1.0
    euros = tickets(
        (words & np.uint64(0xFFFF)).view(np.int64),
        median * income,
        kinds.sigma.take(kind) * np.where(keys.origin == SUBSCRIPTION, 0.6, 1.0),
        kinds.tail.take(kind),
    )
    np.maximum(euros, SMALLEST_TICKET_EUR, out=euros)
    currency = merchants.currency.take(merchant)
    # shop prices do not move with the exchange rate of the day
    rate = world.money.base.take(currency)
    digits = world.money.digits.take(currency)
    minor = priced(
        euros * rate,
        style=kinds.style.take(kind),
        digits=digits,
        ending=((words >> np.uint64(24)) & np.uint64(0xFF)).view(np.int64),
        rate=rate,
    )
    day_rate = world.exchange_rates_on(day).take(currency)
    return minor, minor / (np.power(10.0, digits) * day_rate)
