"""Refunds: money that flows back for a purchase of an earlier day.

The one idea: whether a purchase is given back, and after how many days, is a function of the purchase, so
it happens once at most. On any one day, refunds look back to a handful of earlier days only, which differ
from day to day; the purchase they give back is made again from its key, not read.

Belongs here: which refunds a day has and their originals. Does not belong here: chargebacks,
which are labels.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from fraudsim_assets.bit_layouts import OCCASION as OCCASION_CODE
from fraudsim_assets.bit_layouts import REFUND_SLOT, RETURN
from fraudsim_assets.maths.ordered import places_of
from fraudsim_assets.maths.sampling import choice_table, great_circle_km
from fraudsim_assets.simulation.cast import Cast, folk_of
from fraudsim_assets.simulation.genuine import genuine_rows
from fraudsim_assets.simulation.keys import needs_due
from fraudsim_assets.simulation.opening import closed_at
from fraudsim_assets.simulation.plastics import cards_in_use
from fraudsim_assets.simulation.rows import OCCASION, REFUND, Rows, transaction_ids
from fraudsim_assets.simulation.world import World
from fraudsim_assets.spending.rhythm import SLOTS
from fraudsim_assets.streams import combine
from fraudsim_assets.units import DAY, DAY_MINUTES, MINUTE, Bools, Floats, Ints

AT_ONCE = 1 << 16
"""People looked up at once. [count]"""

_ROWS_AT_ONCE = 1 << 17
# about so many purchases are made again at once; beyond that, arrays outgrow the caches of processors

DELAY_EDGES = (1, 2, 3, 5, 8, 12, 18, 27, 46)
"""Delays of refunds fall into these strata; what is bought on a day has one delay of each. [days]"""


@dataclass(frozen=True)
class Returns:
    """Purchases that are given back on a day, sorted by account. One entry per refund.

    Attributes
    ----------
    account
        Account index.
    kind, merchant, minor
        Facts of the original, with the refunded amount. [-], slot, [minor units]
    original
        Transaction id of the original purchase.
    bought
        When the original was bought. [microseconds since 1970]
    slot
        Slot of the refund's row.
    """

    account: Ints
    kind: Ints
    merchant: Ints
    minor: Ints
    original: Ints
    bought: Ints
    slot: Ints

    def __len__(self) -> int:
        return len(self.account)

    def of_accounts(self, low: int, high: int) -> "Returns":
        """Those of a range of accounts, the last one excluded."""
        return self.take(slice(*np.searchsorted(self.account, (low, high))))

    def among(self, accounts: Ints) -> "Returns":
        """Those of some accounts, ascending."""
        return self.take(np.flatnonzero(places_of(accounts, self.account)[1]))

    def take(self, rows: Ints | slice) -> "Returns":
        """Choose some."""
        return Returns(*(column[rows] for column in vars(self).values()))


def delays_to(world: World, day: int) -> list[tuple[int, int]]:
    """Days whose purchases may come back on a day: stratum and delay of each. [-], [days]"""
    found = []
    for stratum, (low, high) in enumerate(pairwise(DELAY_EDGES)):
        for delay in range(low, high):
            word = world.streams.draw("refund.delay", day - delay).word(stratum)
            if low + word % (high - low) == delay:
                found.append((stratum, delay))
    return found


def find_returns(world: World, people: Ints, day: int) -> Returns:
    """Work out what is given back to people on a day.

    Every earlier day that is looked at has a fixed cost, so this is best done for many people at once.

    Parameters
    ----------
    people : (n,)
        Customer indices, ascending.
    """
    parts = [Returns(*(np.zeros((7, 0), dtype=np.int64)))]
    strata, needs = _strata(world), _refundable_needs(world)
    for stratum, delay in delays_to(world, day):
        mine = people[_stratum(world, strata, people, day - delay) == stratum]
        if len(mine) == 0:
            continue
        wanted, chance = _wanted_back(world, mine, day - delay, needs)
        # people with all they want back
        edges = np.flatnonzero(np.diff(wanted >> _CODE_BITS, prepend=-1, append=-1))
        for begin, end in pairwise((*edges[: -1 : _buyers_at_once(world)], len(wanted))):
            parts.append(_given_back(world, wanted[begin:end], chance[begin:end], day, delay))
    columns = [np.concatenate(column) for column in zip(*(vars(part).values() for part in parts), strict=True)]
    order = np.argsort(columns[0], kind="stable")
    return Returns(*(column[order] for column in columns))


def make_refunds(world: World, cast: Cast, genuine: list[Rows], returns: Returns) -> tuple[Rows, Ints]:
    """Rows of a block's refunds: before an account's last payment, in shops while they are open.

    Parameters
    ----------
    cast, genuine
        A block of accounts and its genuine payments, in parts.
    returns
        What is given back to accounts of the block, or to some of them.

    Returns
    -------
    Rows, (n,)
        Refunds for which there is a time, and when each purchase was made. [-], [microseconds since 1970]
    """
    at = cast.positions(returns.account)
    last = np.full(len(cast.accounts), -1)
    for rows in genuine:
        np.maximum.at(last, rows.at, rows.moment)
    last = last.take(at)
    minute = _moments(world, returns, last / MINUTE, cast.day)
    good = np.flatnonzero((last > 0) & (minute >= 0) & _in_reach(world, cast, at, returns))
    good = good[_on_a_day_for_it(world, cast, at[good], returns.take(good))]
    good = good[_where_open(world, returns.take(good), minute[good], cast.day)]
    chosen, n = returns.take(good), len(good)
    codes = world.entities.seats.codes.take(chosen.merchant)
    found = Rows(
        at=at[good],
        moment=(minute[good] * MINUTE).astype(np.int64),
        origin=np.full(n, REFUND, dtype=np.int8),
        code=np.zeros(n, dtype=np.int64),
        slot=chosen.slot,
        response=np.zeros(n, dtype=np.int8),
        retry=np.zeros(n, dtype=bool),
        kind=chosen.kind,
        merchant=chosen.merchant,
        codes=codes.words,
        minor=chosen.minor,
        euros=world.prices.in_euros(chosen.minor, codes.currency, cast.day),
        original=chosen.original,
    )
    return found, chosen.bought


def _moments(world: World, returns: Returns, last: Floats, day: int) -> Floats:
    """When money is given back, before an account's last payment; negative where no time is left. (n,) [minutes]"""
    u = world.streams.draw("refund.moment", day).uniforms(returns.original)
    remote = world.habits.kinds.is_remote.take(returns.kind)
    zone = world.entities.seats.codes.take(returns.merchant).zone.astype(np.int64)
    offset = world.timing.rhythm_on(day).offset_minutes[:, SLOTS // 2].take(zone)
    merchants = world.entities.merchants_on(day)
    opens, closes = world.entities.occupants.opening_hours[merchants.hours.take(returns.merchant)].T
    begin = np.where(remote, 0.0, np.maximum(opens + 5.0 - offset, 0.0))
    end = np.minimum(np.where(remote, DAY_MINUTES, np.minimum(closes - 5.0 - offset, DAY_MINUTES)), last - 0.5)
    return np.where(end > begin, begin + u * (end - begin), -1.0)


def _in_reach(world: World, cast: Cast, at: Ints, returns: Returns) -> Bools:
    """Whether the person is in a town near the shop on the day; the web is near everywhere. (n,)"""
    towns, city = world.lives.towns, cast.crowd.city.take(cast.who.take(at))
    shop = world.entities.seats.positions.take(returns.merchant)
    km = great_circle_km(towns.latitude.take(city), towns.longitude.take(city), shop.real, shop.imag)
    return world.habits.kinds.is_remote.take(returns.kind) | (km <= world.reference.refunds.back_within_km)


def _on_a_day_for_it(world: World, cast: Cast, at: Ints, returns: Returns) -> Bools:
    """Whether people go to such shops on the day: hardly any do where Sundays and holidays close them. (n,)"""
    weights, categories = world.lives.weights, world.entities.reference.categories
    rates = weights.rates.between(cast.day, 1)[:, :, 0]
    home = weights.home_of_city.take(cast.crowd.home.take(cast.who.take(at)))
    pattern = np.array([weights.rates.data.pattern_names.index(category.days) for category in categories])
    rate = rates[weights.homes[home, 1], pattern.take(returns.kind >> 1)]
    u = world.streams.draw("refund.open", cast.day).uniforms(returns.original)
    return world.habits.kinds.is_remote.take(returns.kind) | (u < rate)


def _where_open(world: World, returns: Returns, minute: Floats, day: int) -> Bools:
    """Whether the shop is open then: it may rest that day, or be bound to the hours of Sundays. (n,)"""
    return world.habits.kinds.is_remote.take(returns.kind) | ~closed_at(world, day, returns.merchant, minute)


def _strata(world: World) -> Ints:
    """Table of strata of delays; one more for all that is kept. (1024,)"""
    back = np.array(world.reference.refunds.delays) * _reconsidered(world)
    return choice_table(np.append(back, 1 - back.sum()), 1024).astype(np.int64)


def _stratum(world: World, strata: Ints, people: Ints, past: int) -> Ints:
    """Stratum of delays in which what people bought on a day comes back. (n,)"""
    words = world.streams.draw("refund.stratum", past).words(people)
    return strata.take((words >> np.uint64(54)).view(np.int64))


def _refundable_needs(world: World) -> frozenset[int]:
    names = {category.name for category in world.entities.reference.categories if category.refundable}
    return frozenset(n for n, need in enumerate(world.lives.model.needs) if names & set(need.serves))


def _wanted_back(world: World, people: Ints, past: int, needs: frozenset[int]) -> tuple[Ints, Floats]:
    """Occasions of an earlier day whose purchases may come back, as person and code, ascending; and their uniforms."""
    draw = world.streams.draw("refund.given", past)
    # what is needed in person is bought in shops
    remote = np.array([need.remote for need in world.lives.model.needs])
    most = _chance(world, remote)
    wanted, chance = [np.zeros(0, dtype=np.int64)], [np.zeros(0)]
    for start in range(0, len(people), AT_ONCE):
        some = people[start : start + AT_ONCE]
        who, code = needs_due(world, folk_of(world, some, past), past, needs=needs)
        owner, code = some.take(who), code.astype(np.int64)
        u = draw.uniforms(combine(owner, code))
        chosen = np.flatnonzero(u < most.take(code >> OCCASION_CODE.bits("number")))
        wanted.append((owner[chosen] << _CODE_BITS) + code[chosen])
        chance.append(u[chosen])
    found, u = np.concatenate(wanted), np.concatenate(chance)
    order = np.argsort(found)
    return found[order], u[order]


def _buyers_at_once(world: World) -> int:
    """People whose purchases of a day are made again at once; who has one to give back makes one more than others."""
    return int(_ROWS_AT_ONCE / (1 + world.config.activity.transactions_per_day / world.entities.n_customers)) + 1


def _chance(world: World, remote: Bools) -> Floats:
    """Chance that goods bought on a day of which some may come back do. (n,) [share]"""
    table = world.reference.refunds
    return np.where(remote, table.web, table.shops) * _rate(world) / _reconsidered(world)


def _reconsidered(world: World) -> float:
    """Days of a person of whose purchases some may come back. [share]"""
    table = world.reference.refunds
    return min(max(table.reconsidered, _rate(world) * table.web), 1.0)


def _rate(world: World) -> float:
    """Chance that what can be given back is. [share]"""
    return min(world.config.spending.refund_rate * world.reference.refunds.odds, 1.0)


def _given_back(world: World, wanted: Ints, u: Floats, day: int, delay: int) -> Returns:
    """Purchases of an earlier day that come back; only people with one are looked at in full."""
    past = day - delay
    buyers = wanted >> _CODE_BITS
    cast = Cast.of_people(world, buyers[np.diff(buyers, prepend=-1) != 0], past)
    rows = genuine_rows(world, cast).in_order(len(cast.accounts))
    at, there = places_of(wanted, (cast.people.take(rows.at) << _CODE_BITS) + rows.code)
    kinds, versions = world.habits.kinds, world.entities.merchant_versions
    chance = _chance(world, kinds.is_remote.take(rows.kind))
    there &= (rows.origin == OCCASION) & (rows.response == 0) & kinds.refundable.take(rows.kind)
    there[there] &= u[at[there]] < chance[there]
    there[there] &= versions.rows(rows.merchant[there], past) == versions.rows(rows.merchant[there], day)
    rows = rows.take(there)
    account = cast.accounts.take(rows.at)
    return Returns(
        account=account,
        kind=rows.kind,
        merchant=rows.merchant,
        minor=_amounts(world, day, combine(account, rows.code), rows),
        original=transaction_ids(world, accounts=account, slots=rows.slot, day=past),
        bought=past * DAY + rows.moment,
        slot=REFUND_SLOT + RETURN.pack(delay, rows.code),
    )


_CODE_BITS = RETURN.bits("code")


def _amounts(world: World, day: int, ids: np.ndarray, rows: Rows) -> Ints:
    """Whole or partial amounts. (n,) [minor units]"""
    u: Floats = world.streams.draw("refund.part", day).uniforms(ids)
    table = world.reference.refunds
    partial = (u < table.partial) & (rows.euros >= table.least_partial_euros)
    least, more = table.part
    share = np.where(partial, least + more * u / table.partial, 1.0)
    return np.maximum((rows.minor * share).astype(np.int64), 1)


def silent_originals(world: World, cast: Cast, at: Ints, bought: Ints) -> Bools:
    """True for refunds whose original was never made, because the card was silent then."""
    return cards_in_use(world, account=cast.accounts.take(at), when=bought)[1]
