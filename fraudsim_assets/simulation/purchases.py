"""Purchases: what is bought, where and for how much, given the key of a row.

Belongs here: the composition of ``spending`` into the facts of a purchase, for any keys of one
day. Does not belong here: columns that follow from those facts (``transactions``).
"""

from dataclasses import dataclass

import numpy as np

from fraudsim_assets.bit_layouts import SUBSCRIPTION_CODE
from fraudsim_assets.catalog.seats import SeatCodes
from fraudsim_assets.simulation.keys import SUBSCRIPTION, Cast, Keys
from fraudsim_assets.simulation.world import World
from fraudsim_assets.spending.amount import SMALLEST_TICKET_EUR, priced, tickets
from fraudsim_assets.spending.inclination import FAILED
from fraudsim_assets.spending.kinds import AWAY_ROWS, REMOTE_ROWS, TABLE_BITS
from fraudsim_assets.spending.rhythm import SLOT_MINUTES
from fraudsim_assets.spending.subscriptions import FAVOURITE_RANK
from fraudsim_assets.spending.where import personal_ranks
from fraudsim_assets.streams import combine
from fraudsim_assets.units import DAY_MINUTES, AnyArray, Bools, Floats, Ints

CLOSED_ATTEMPTS = 5
"""How many further favourites are tried while the shop is closed. [count]"""

SUBSCRIPTION_SPREAD = 0.6
"""Spread of subscriptions against that of other purchases of the kind. ASSUMPTION. [unitless]"""

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
    codes
        The merchant's codes.
    minor
        Amount. [minor units of the merchant's currency]
    euros
        Amount. [EUR]
    """

    kind: Ints
    merchant: Ints
    codes: SeatCodes
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
    codes = world.entities.seats.codes.take(merchant)
    minor, euros = _amounts(
        world, cast, keys, ids, kind=kind, merchant=merchant, currency=codes.currency.astype(np.int64)
    )
    return Purchases(kind, merchant, codes, minor, euros)


def first_choices(world: World, cast: Cast, keys: Keys) -> Ints:
    """Kinds of trip purchases before anybody looks whether a shop is open. (n,)"""
    return _intents(world, cast, keys, combine(cast.accounts.take(keys.at), keys.code)).kind


def _intents(world: World, cast: Cast, keys: Keys, ids: AnyArray) -> "_Intents":
    """What decides the kinds of purchases, and the kinds first thought of."""
    streams, day, kinds, entities = world.streams, cast.day, world.habits.kinds, world.entities
    today = world.timing.inclination_on(day)
    cells = today.first_cells(entities.city_zone.take(cast.city), entities.customer_segment.take(cast.rows))
    cell = cells.take(keys.at)
    cell += keys.minute // np.int16(SLOT_MINUTES)
    cell += np.multiply(keys.declined | keys.retry, FAILED, dtype=np.int64)
    # all purchases of a trip are either in shops or remote
    trip = ids & ~np.uint64(7)
    remote = streams.draw("purchase.remote", day).words(trip) < today.remote.take(cell)
    row = today.row.take(cell)
    row += np.multiply(remote, REMOTE_ROWS, dtype=np.int64)
    row += np.multiply(cast.away, AWAY_ROWS, dtype=np.int64).take(keys.at)
    people = cast.people.take(keys.at)
    words = streams.draw("purchase.kind", day).words(ids)
    level = kinds.levels(words, people=people, habits=streams.draw("purchase.habit"))
    minute = keys.minute + today.offset.take(cell)
    minute += (minute < 0).view(np.int8) * _DAY_MINUTES
    minute -= (minute >= _DAY_MINUTES).view(np.int8) * _DAY_MINUTES
    return _Intents(people, remote, minute, row, kinds.choose(row, level))


_DAY_MINUTES = np.int16(DAY_MINUTES)


@dataclass(frozen=True)
class _Intents:
    """What is thought of before anybody looks for a shop, one entry per row.

    Attributes
    ----------
    people
        Customer indices.
    remote
        Bought remotely.
    minute : int16
        Local time where the customer is. [minutes of the day]
    row
        Row of ``Kinds.table``: what the choice of a kind depends on.
    kind
        Kind first thought of.
    """

    people: Ints
    remote: Bools
    minute: AnyArray
    row: Ints
    kind: Ints


def _where(world: World, cast: Cast, keys: Keys, ids: AnyArray) -> tuple[Ints, Ints]:
    streams, day, kinds = world.streams, cast.day, world.habits.kinds
    intents = _intents(world, cast, keys, ids)
    kind = intents.kind
    web = world.landscape.reach.n_cities + world.entities.city_country.take(cast.home)
    shopping = _Shopping(
        people=intents.people,
        place=np.where(intents.remote, web.take(keys.at), cast.city.take(keys.at)),
        minute=intents.minute,
        taste=streams.draw("purchase.rank", day).uniforms(ids),
    )
    merchant, pending = shopping.shops(world, kind, day, attempts=CLOSED_ATTEMPTS)
    for attempt in range(1, OTHER_KINDS + 1):
        if pending.size == 0:
            break
        # nothing of the kind is open: something else is bought
        words = streams.draw("purchase.other_kind", day, attempt).words(ids[pending])
        level = (words >> np.uint64(64 - TABLE_BITS)).view(np.int64)
        kind[pending] = kinds.choose(intents.row[pending], level)
        found = shopping.take(pending).shops(world, kind[pending], day, attempts=OTHER_CLOSED_ATTEMPTS)
        merchant[pending], closed = found
        pending = pending[closed]
    return kind, merchant


@dataclass(frozen=True)
class _Shopping:
    """Who looks for a shop where and when, one entry per row."""

    people: Ints
    place: Ints
    minute: AnyArray
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
        favourites, reach = world.streams.draw("where.favourite"), world.landscape.reach
        ranks = personal_ranks(self.taste, world.habits.kinds.exploration.take(kind))
        merchant = reach.choose(people=self.people, place=self.place, kind=kind, ranks=ranks, favourites=favourites)
        merchants = world.entities.merchants_on(day)
        pending = np.flatnonzero(merchants.closed(merchant, self.minute))
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
            pending = pending[merchants.closed(next_best, self.minute[pending])]
        return merchant, pending


def _subscribed(world: World, cast: Cast, keys: Keys, rows: Ints) -> tuple[Ints, Ints]:
    """Kinds and merchants of subscriptions: fixed for (account, number)."""
    at = keys.at[rows]
    which = keys.code[rows] - SUBSCRIPTION_CODE
    ids = combine(cast.accounts.take(at), which)
    byte = (world.streams.draw("subscription.kind").words(ids) >> np.uint64(56)).view(np.int64)
    kind = world.habits.subscriptions.kind.take(byte)
    country = world.entities.city_country.take(cast.home).take(at)
    merchant = world.landscape.reach.choose(
        people=cast.accounts.take(at),
        place=world.landscape.reach.n_cities + country,
        kind=kind,
        ranks=FAVOURITE_RANK + which,
        favourites=world.streams.draw("subscription.merchant"),
    )
    return kind, merchant


def _amounts(
    world: World, cast: Cast, keys: Keys, ids: AnyArray, *, kind: Ints, merchant: Ints, currency: Ints
) -> tuple[Ints, Floats]:
    """Amounts in minor units and in euros."""
    kinds, day = world.habits.kinds, cast.day
    words = world.streams.draw("purchase.amount", day).words(ids)
    fixed = np.flatnonzero(keys.origin == SUBSCRIPTION)
    if fixed.size:
        words[fixed] = world.streams.draw("subscription.amount").words(ids[fixed])
    median = kinds.median.take(kind)
    median *= world.prices.shop_levels_on(day).take(merchant)
    income = world.prices.customer_ticket.take(cast.rows).take(keys.at)
    income[fixed] = 1.0
    median *= income
    sigma = kinds.sigma.take(kind)
    sigma[fixed] *= SUBSCRIPTION_SPREAD
    level = (words & np.uint64(0xFFFF)).view(np.int64)
    euros = tickets(level, median, sigma, kinds.tail.take(kind))
    np.maximum(euros, SMALLEST_TICKET_EUR, out=euros)
    # shop prices do not move with the exchange rate of the day
    rate = world.prices.money.base.take(currency)
    euros *= rate
    minor = priced(
        euros,
        style=kinds.style.take(kind),
        digits=world.prices.money.digits.take(currency),
        ending=((words >> np.uint64(24)) & np.uint64(0xFF)).view(np.int64),
        rate=rate,
    )
    return minor, world.prices.in_euros(minor, currency, day)
