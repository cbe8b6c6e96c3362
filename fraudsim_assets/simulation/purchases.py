"""Purchases: what is bought, where and for how much, given the key of a row.

Belongs here: the composition of ``spending`` into the facts of a purchase, for any keys of one
day. Does not belong here: columns that follow from those facts (``transactions``).
"""

from dataclasses import dataclass

import numpy as np

from fraudsim_assets.simulation.keys import SUBSCRIPTION, SUBSCRIPTION_CODE, Cast, Keys
from fraudsim_assets.simulation.world import World
from fraudsim_assets.spending.amount import SMALLEST_TICKET_EUR, priced, tickets
from fraudsim_assets.spending.kinds import TABLE_BITS, Kinds
from fraudsim_assets.spending.rhythm import SLOT_MINUTES, SLOTS
from fraudsim_assets.spending.subscriptions import FAVOURITE_RANK
from fraudsim_assets.spending.where import personal_ranks
from fraudsim_assets.streams import combine
from fraudsim_assets.units import MINUTE, AnyArray, Bools, Floats, Ints

CLOSED_ATTEMPTS = 5
"""How many further favourites are tried while the shop is closed. [count]"""

OTHER_KINDS, OTHER_CLOSED_ATTEMPTS = 6, 1
"""How many other kinds of purchase are tried where no favourite is open, and how many further favourites of each.
[count]"""


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


def first_choices(world: World, cast: Cast, keys: Keys) -> Ints:
    """Kinds of trip purchases before anybody looks whether a shop is open. (n,)"""
    return _intents(world, cast, keys, combine(cast.accounts.take(keys.at), keys.code))[1]


def _intents(world: World, cast: Cast, keys: Keys, ids: AnyArray) -> tuple["_Setting", Ints]:
    """What decides the kinds of purchases, and the kinds first thought of."""
    streams, day, kinds = world.streams, cast.day, world.kinds
    rhythm = world.rhythm_on(day)
    zone = world.entities.city_zone.take(cast.city).take(keys.at)
    quarter = keys.intended // (SLOT_MINUTES * MINUTE)
    week_hour = rhythm.week_hour.ravel().take(zone * SLOTS + quarter)
    segment = world.entities.customer_segment.take(cast.rows).take(keys.at)

    trip = combine(cast.accounts.take(keys.at), keys.code & ~7)
    failed = (keys.declined | keys.retry).astype(np.int64)
    _, segments, week_hours = kinds.remote_odds.shape
    odds = kinds.remote_odds.ravel().take((failed * segments + segment) * week_hours + week_hour)
    odds *= rhythm.remote_odds.take(zone)
    remote = streams.draw("purchase.remote", day).uniforms(trip) * (1 + odds) < odds
    words = streams.draw("purchase.kind", day).words(ids)
    level = kinds.levels(words, people=cast.people.take(keys.at), habits=streams.draw("purchase.habit"))
    setting = _Setting(week_hour, remote, segment, cast.away.take(keys.at))
    return setting, setting.kinds(kinds, level)


def _where(world: World, cast: Cast, keys: Keys, ids: AnyArray) -> tuple[Ints, Ints]:
    streams, day, kinds = world.streams, cast.day, world.kinds
    setting, kind = _intents(world, cast, keys, ids)
    city = cast.city.take(keys.at)
    home_country = world.entities.city_country.take(cast.home).take(keys.at)
    shopping = _Shopping(
        people=cast.people.take(keys.at),
        place=np.where(setting.remote, world.reach.n_cities + home_country, city),
        minute=_local_minute(world, keys, world.entities.city_zone.take(city), day),
        taste=streams.draw("purchase.rank", day).uniforms(ids),
    )
    merchant, pending = shopping.shops(world, kind, day, attempts=CLOSED_ATTEMPTS)
    for attempt in range(1, OTHER_KINDS + 1):
        if pending.size == 0:
            break
        # nothing of the kind is open: something else is bought
        words = streams.draw("purchase.other_kind", day, attempt).words(ids[pending])
        kind[pending] = setting.take(pending).kinds(kinds, (words >> np.uint64(64 - TABLE_BITS)).view(np.int64))
        found = shopping.take(pending).shops(world, kind[pending], day, attempts=OTHER_CLOSED_ATTEMPTS)
        merchant[pending], closed = found
        pending = pending[closed]
    return kind, merchant


@dataclass(frozen=True)
class _Setting:
    """What decides the kinds of purchases, one entry per row."""

    week_hour: Ints
    remote: Bools
    segment: Ints
    away: Bools

    def take(self, rows: Ints) -> "_Setting":
        return _Setting(self.week_hour[rows], self.remote[rows], self.segment[rows], self.away[rows])

    def kinds(self, kinds: Kinds, level: Ints) -> Ints:
        return kinds.choose(
            week_hour=self.week_hour, remote=self.remote, segment=self.segment, away=self.away, level=level
        )


@dataclass(frozen=True)
class _Shopping:
    """Who looks for a shop where and when, one entry per row."""

    people: Ints
    place: Ints
    minute: Ints
    taste: Floats

    def take(self, rows: Ints) -> "_Shopping":
        return _Shopping(self.people[rows], self.place[rows], self.minute[rows], self.taste[rows])

    def shops(self, world: World, kind: Ints, day: int, *, attempts: int) -> tuple[Ints, Ints]:
        """Favourites at the drawn ranks; a closed shop is passed over for the next rank, so many times.

        Returns
        -------
        (n,), (m,)
            Merchant slots, and the rows for which all that were tried are closed.
        """
        favourites, reach = world.streams.draw("where.favourite"), world.reach
        ranks = personal_ranks(self.taste, world.kinds.exploration.take(kind))
        merchant = reach.choose(people=self.people, place=self.place, kind=kind, ranks=ranks, favourites=favourites)
        pending = np.flatnonzero(_closed(world, merchant, self.minute, day))
        for attempt in range(1, attempts + 1):
            if pending.size == 0:
                break
            next_best = reach.choose(
                people=self.people[pending],
                place=self.place[pending],
                kind=kind[pending],
                ranks=ranks[pending] + attempt,
                favourites=favourites,
            )
            merchant[pending] = next_best
            pending = pending[_closed(world, next_best, self.minute[pending], day)]
        return merchant, pending


def _local_minute(world: World, keys: Keys, zone: Ints, day: int) -> Ints:
    quarter = keys.intended // (SLOT_MINUTES * MINUTE)
    offset = world.rhythm_on(day).offset_minutes.ravel().take(zone * SLOTS + quarter)
    minute = keys.intended // MINUTE + offset
    minute += 1440 * (minute < 0)
    minute -= 1440 * (minute >= 1440)
    return minute


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
    median = kinds.median.take(kind) * world.shop_levels_on(day).take(merchant)
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
    return minor, minor / (world.money.scale.take(currency) * day_rate)
