"""Keys of a day: which account pays at which moment, before anything else is known of the row.

The one idea: a key is enough to compute every column of its row, and keys are cheap. The last
genuine key of an account's day always has slot 0, and the first purchase of its first-numbered trip
slot 1 unless it is the last, so their ids are known without making the others.

Belongs here: the keys of genuine rows, their order, and their transaction ids. Does not belong
here: what is bought (``purchases``), refunds and fraud, which join later.
"""

from dataclasses import dataclass, replace

import numpy as np

from fraudsim_assets.bit_layouts import INTENT, ROW_ORDER, SUBSCRIPTION_CODE, TRANSACTION
from fraudsim_assets.maths.sampling import geometric_extra
from fraudsim_assets.simulation.world import World
from fraudsim_assets.spending.activity import MOST_EXTRA
from fraudsim_assets.spending.rhythm import QUANTILES
from fraudsim_assets.streams import combine, scramble_ids, to_uniforms, unscramble_ids
from fraudsim_assets.units import DAY, MINUTE, SECOND, AnyArray, Bools, Floats, Ints

TRIP, SUBSCRIPTION, REFUND, FRAUD = range(4)
"""Where a row comes from."""

NONE = -1
"""Stands for no transaction."""

AT_ONCE = 1 << 16
"""Accounts whose other days are looked up at once. [count]"""

TRIP_GAP_MINUTES, TRIP_GAP_SIGMA = 16.0, 0.8
"""Median and log spread of the time between purchases of one trip. ASSUMPTION. [minutes], [unitless]"""

SECOND_DECLINE = 0.45
"""Probability that a retry is declined again. ASSUMPTION. [share]"""

RETRY_FIRST, RETRY_SPREAD = 12 * SECOND, 5 * MINUTE
"""Retries follow a decline after 12 s to about 5 min. ASSUMPTION. [microseconds]"""


@dataclass(frozen=True)
class Cast:
    """Accounts of a block with what the day makes of them. Arrays are indexed by position in the block.

    Attributes
    ----------
    accounts, people : (n,)
        Account and customer indices.
    rows : (n,)
        Customer rows valid on the day.
    home, city : (n,)
        Home city, and the city the customer is in.
    away : (n,)
        On a journey.
    """

    day: int
    accounts: Ints
    people: Ints
    rows: Ints
    home: Ints
    city: Ints
    away: Bools

    @classmethod
    def of(cls, world: World, accounts: Ints, day: int) -> "Cast":
        """Look accounts up for a day."""
        entities = world.entities
        people = entities.account_customer.take(accounts)
        rows = entities.customer_versions.rows(people, day)
        home = entities.customer_city.take(rows)
        away, city = world.landscape.travel.whereabouts(
            world.streams, people=people, home=home, country=entities.city_country.take(home), day=day
        )
        return cls(day, accounts, people, rows, home, city, away)

    def take(self, some: Ints) -> "Cast":
        """Choose accounts by position."""
        return Cast(
            self.day,
            accounts=self.accounts.take(some),
            people=self.people.take(some),
            rows=self.rows.take(some),
            home=self.home.take(some),
            city=self.city.take(some),
            away=self.away.take(some),
        )


def rates_on(world: World, accounts: Ints, day: int) -> Floats:
    """Expected trips of accounts on a day. (n,) [1/day]"""
    entities = world.entities
    people = entities.account_customer.take(accounts)
    home = entities.customer_city.take(entities.customer_versions.rows(people, day))
    return _rates(world, accounts, people, home, day)


def _rates(world: World, accounts: Ints, people: Ints, home: Ints, day: int) -> Floats:
    entities = world.entities
    volume = world.timing.volume_on(day).take(entities.city_zone).take(home)
    activity = entities.account_activity.take(accounts)
    return world.habits.activity.rates(
        world.streams, accounts=accounts, activity=activity, people=people, volume=volume, day=day
    )


def trips_on(world: World, cast: Cast) -> Ints:
    """Shopping trips of the accounts. (n,) [count]"""
    rates = _rates(world, cast.accounts, cast.people, cast.home, cast.day)
    return world.habits.activity.counts(world.streams, accounts=cast.accounts, rates=rates, day=cast.day)


def any_trip(world: World, accounts: Ints, day: int) -> Bools:
    """Whether accounts go shopping on a day: true exactly where :func:`trips_on` is positive. (n,)"""
    rates = rates_on(world, accounts, day)
    return world.habits.activity.any(world.streams, accounts=accounts, rates=rates, day=day)


def any_payment(world: World, accounts: Ints, day: int) -> Bools:
    """Whether accounts have a genuine payment on a day: true exactly where :func:`genuine_keys` has one. (n,)"""
    return any_trip(world, accounts, day) | world.habits.subscriptions.any_due(accounts, day)


@dataclass(frozen=True)
class Keys:
    """Rows-to-be. All arrays have one entry per row.

    Attributes
    ----------
    at
        Position of the account in the block.
    moment
        Time of the request since midnight UTC. [microseconds]
    minute : int16
        Time of the intent's first attempt since midnight UTC. [minutes]
    code
        Intent: what a payment's purchase is hashed from; a retry shares it with its first attempt. Of refunds and
        fraud, the row of the table that they came from.
    declined, retry
        Refused by the issuer; second attempt.
    origin
        TRIP, SUBSCRIPTION, REFUND or FRAUD.
    slot
        Number of the row within (account, day), part of its id.
    """

    at: Ints
    moment: Ints
    minute: AnyArray
    code: Ints
    declined: Bools
    retry: Bools
    origin: AnyArray
    slot: Ints

    def __len__(self) -> int:
        return len(self.at)

    def take(self, rows: AnyArray) -> "Keys":
        """Choose rows by index or mask."""
        rows = np.flatnonzero(rows) if rows.dtype == np.bool_ else rows
        return Keys(*(column.take(rows) for column in self.columns()))

    def columns(self) -> tuple[AnyArray, ...]:
        """All arrays, in the order of the fields."""
        return tuple(vars(self).values())

    @classmethod
    def join(cls, *parts: "Keys") -> "Keys":
        """Concatenate."""
        return cls(*(np.concatenate(columns) for columns in zip(*(p.columns() for p in parts), strict=True)))

    def order(self) -> Ints:
        """Rows in the order of account, then time; ties keep the order they had. (n,)"""
        return np.argsort(ROW_ORDER.pack(self.at, self.moment), kind="stable")


def transaction_ids(world: World, *, accounts: Ints, slots: Ints | int, day: Ints | int) -> Ints:
    """Ids of transactions: opaque, but a function of (day, account, slot) alone. (n,) int64"""
    number = TRANSACTION.pack(np.asarray(day, dtype=np.int64), accounts, slots)
    return scramble_ids(number, world.streams.draw("transaction.id").key)


def parse_transaction_ids(world: World, ids: Ints) -> tuple[Ints, Ints, Ints]:
    """Recover (day, account, slot) from ids. Three of (n,)"""
    number = unscramble_ids(ids, world.streams.draw("transaction.id").key)
    day, account, slot = TRANSACTION.unpack(number)
    return day, account, slot


def unordered_keys(world: World, cast: Cast, trips: Ints) -> Keys:
    """Keys of genuine payments of a block of accounts that make some trips, in no useful order and without slots."""
    shopping = _trip_keys(world, cast, trips)
    parts = (shopping, _retries(world, cast, shopping), _subscription_keys(world, cast))
    return Keys.join(*(part for part in parts if len(part))) if len(shopping) else parts[-1]


def first_purchases(world: World, cast: Cast) -> Keys:
    """Keys of the first purchase of each account's first-numbered trip, one per account, without slots.

    All accounts go shopping on the day. The same rows as those of code 0 among :func:`genuine_keys` that
    are no retries, at a fraction of the cost.
    """
    at = np.arange(len(cast.accounts))
    ids = combine(cast.accounts, 0)
    start = _moments(world, cast, at, to_uniforms(world.streams.draw("trip.start", cast.day).words(ids)))
    return _keys(at, start, np.zeros_like(at), _declined(world, ids, cast.day), TRIP)


def slots_of_first(world: World, cast: Cast) -> Ints:
    """Slots of the rows that :func:`first_purchases` gives, if they are not declined. (n,)

    Where another trip starts later, the row is not the last, and its slot is 1; only the others
    need all keys of the day.
    """
    counts = trips_on(world, cast)
    at = np.repeat(np.arange(len(counts)), counts)
    begin = np.cumsum(counts) - counts
    ids = combine(cast.accounts.take(at), INTENT.pack(np.arange(len(at)) - begin.take(at), 0))
    u = to_uniforms(world.streams.draw("trip.start", cast.day).words(ids))
    everyone = np.arange(len(counts))
    latest = np.maximum.reduceat(u, begin) if len(u) else u
    later = _moments(world, cast, everyone, latest) > _moments(world, cast, everyone, u.take(begin))
    slots = np.ones(len(counts), dtype=np.int64)
    unsure = np.flatnonzero(~later)
    keys = genuine_keys(world, cast.take(unsure))
    slots[unsure] = keys.slot[(keys.code == 0) & (keys.origin == TRIP) & ~keys.retry]
    return slots


def _declined(world: World, ids: AnyArray, day: int) -> Bools:
    """Which purchases the issuer refuses. (n,)"""
    return world.streams.draw("payment.declined", day).happens(ids, world.habits.kinds.decline_rate)


def slots_in_order(keys: Keys, n_accounts: int) -> tuple[Ints, Ints]:
    """Put keys in order and number the genuine payments, without moving the keys.

    Returns
    -------
    (n,), (n,)
        Rows in the order of (account, time), and their slots. Slots of genuine payments count down to 0 at each
        account's last one, where the one that :func:`first_purchases` knows and the last but one have changed
        places; those of refunds and fraud stay.
    """
    order = keys.order()
    if len(order) == 0:
        return order, keys.slot
    at, own = keys.at.take(order), (keys.origin < REFUND).take(order)
    so_far = np.cumsum(own, dtype=np.int64)
    ends = np.cumsum(np.bincount(at, minlength=n_accounts)) - 1
    slots = so_far.take(ends, mode="clip").take(at)
    slots -= so_far
    others = np.flatnonzero(~own)
    slots[others] = keys.slot.take(order.take(others))
    starts = (keys.code == 0) & (keys.origin < REFUND) & ~keys.retry
    first = np.flatnonzero(starts.take(order) & (slots > 1))
    if first.size:
        second = np.flatnonzero(own & (slots == 1))
        given = np.ones(n_accounts, dtype=np.int64)
        given[at[first]] = slots[first]
        slots[second] = given.take(at[second])
        slots[first] = 1
    return order, slots


def genuine_keys(world: World, cast: Cast) -> Keys:
    """Keys of genuine payments of a block of accounts, in order and with slots."""
    keys = unordered_keys(world, cast, trips_on(world, cast))
    order, slots = slots_in_order(keys, len(cast.accounts))
    return replace(keys.take(order), slot=slots)


def _trip_keys(world: World, cast: Cast, counts: Ints) -> Keys:
    streams, day = world.streams, cast.day
    at = np.repeat(np.arange(len(counts)), counts)
    number = np.arange(len(at)) - np.repeat(np.cumsum(counts) - counts, counts)
    ids = combine(cast.accounts.take(at), INTENT.pack(number, 0))
    words = streams.draw("trip.start", day).words(ids)
    start = _moments(world, cast, at, to_uniforms(words))
    words = streams.draw("trip.extra", day).words(ids)
    extra = geometric_extra(to_uniforms(words), world.config.activity.trip_extra_purchases, MOST_EXTRA)
    return _purchases_of_trips(world, cast, at, number, start, extra)


def _moments(world: World, cast: Cast, at: Ints, u: Floats) -> Ints:
    """Moments at quantiles of the day's curve where the customers are. (n,) [microseconds]"""
    quantiles = world.timing.rhythm_on(cast.day).quantiles
    zone = world.entities.city_zone.take(cast.city).take(at)
    x = u * QUANTILES
    step = x.astype(np.int64)
    x -= step
    index = zone * (QUANTILES + 1) + step
    flat = quantiles.ravel()
    left = flat.take(index).astype(np.float64)
    right = flat.take(index + 1)
    left += (right - left) * x
    left *= DAY
    return np.minimum(left.astype(np.int64), DAY - 1)


def _purchases_of_trips(world: World, cast: Cast, at: Ints, number: Ints, start: Ints, extra: Ints) -> Keys:
    """One key per purchase of every trip."""
    total = extra + 1
    trip = np.repeat(np.arange(len(at)), total)
    code = INTENT.pack(number.take(trip), 0)
    owner = at.take(trip)
    moment = start.take(trip)
    later = 1 + np.flatnonzero(trip[1:] == trip[:-1])
    child = later - (np.cumsum(total) - total).take(trip[later])
    code[later] |= child
    ids = combine(cast.accounts.take(owner), code)
    if later.size:
        draw = world.streams.draw("trip.gap", cast.day)
        u = to_uniforms(draw.words(ids[later]))
        gap = TRIP_GAP_MINUTES * MINUTE * np.exp(TRIP_GAP_SIGMA * 2.0 * (u - 0.5) * 1.7)
        moment[later] = _within_day(moment[later] + (child * gap).astype(np.int64))
    declined = _declined(world, ids, cast.day)
    return _keys(owner, moment, code, declined, TRIP)


def _within_day(moment: Ints) -> Ints:
    """Reflect moments past midnight back into the day."""
    return np.where(moment >= DAY, np.maximum(2 * DAY - 1 - moment, 0), moment)


def _retries(world: World, cast: Cast, keys: Keys) -> Keys:
    """Second attempts after some of the declines."""
    failed = np.flatnonzero(keys.declined)
    ids = combine(cast.accounts.take(keys.at[failed]), keys.code[failed])
    tried = world.streams.draw("payment.retry", cast.day).happens(ids, world.config.spending.retry_rate)
    failed, ids = failed[tried], ids[tried]
    u = world.streams.draw("payment.retry_delay", cast.day).uniforms(ids)
    moment = _within_day(keys.moment[failed] + RETRY_FIRST + (RETRY_SPREAD * u * u).astype(np.int64))
    again = world.streams.draw("payment.retry_declined", cast.day).happens(ids, SECOND_DECLINE)
    retries = _keys(keys.at[failed], moment, keys.code[failed], again, TRIP)
    retries.retry[:] = True
    retries.minute[:] = keys.minute[failed]
    return retries


def _subscription_keys(world: World, cast: Cast) -> Keys:
    at, which = world.habits.subscriptions.due(world.streams, accounts=cast.accounts, day=cast.day)
    code = SUBSCRIPTION_CODE + which
    ids = combine(cast.accounts.take(at), code)
    # about the same minute every month, at any hour
    hour = 24 * world.streams.draw("subscription.hour").uniforms(ids) ** 0.95
    jitter = world.streams.draw("subscription.jitter", cast.day).uniforms(ids)
    moment = ((hour + jitter / 12) * 3600 * SECOND).astype(np.int64)
    chance = 1.4 * world.config.spending.decline_rate_remote
    declined = world.streams.draw("payment.declined", cast.day).happens(ids, chance)
    return _keys(at, _within_day(moment), code, declined, SUBSCRIPTION)


def _keys(at: Ints, moment: Ints, code: Ints, declined: Bools, origin: int) -> Keys:
    n = len(at)
    return Keys(
        at,
        moment,
        minutes_of(moment),
        code,
        declined,
        np.zeros(n, dtype=bool),
        np.full(n, origin, dtype=np.int8),
        np.zeros(n, dtype=np.int64),
    )


def minutes_of(moment: Ints) -> AnyArray:
    """Whole minutes since midnight. (n,) int16 [minutes]"""
    return (moment // MINUTE).astype(np.int16)
