"""Charges: what merchants charge to cards on file on a day, as rows.

Belongs here: service, moment and amount of subscriptions. Does not belong here: which are due
(``spending.subscriptions``), and answers of the issuer (``answers``).
"""

import numpy as np

from fraudsim_assets.reference_data.later_rows import Charges as ChargeTimes
from fraudsim_assets.simulation.cast import Cast
from fraudsim_assets.simulation.purchases import priced_rows
from fraudsim_assets.simulation.rows import NONE, SUBSCRIPTION, Rows
from fraudsim_assets.simulation.world import World
from fraudsim_assets.spending.rhythm import SLOTS
from fraudsim_assets.spending.subscriptions import FAVOURITE_RANK, MOST, Charges, price_rises
from fraudsim_assets.streams import combine
from fraudsim_assets.units import DAY_MINUTES, Floats, Ints

OTHER_SERVICES = 4
"""How many further services are looked at by who subscribes to the first one already. [count]"""


def charge_rows(world: World, cast: Cast, charges: Charges) -> Rows:
    """Rows of subscriptions: fixed amounts, charged in the merchant's batch of the day, mostly at night."""
    table, streams, day, entities = world.reference.charges, world.streams, cast.day, world.entities
    people, who = cast.people.take(charges.at), cast.who.take(charges.at)
    ids = combine(people, charges.number)
    kind = world.habits.subscriptions.kinds_of(streams, people, charges.number)
    country = entities.city_country.take(cast.crowd.home).take(who).astype(np.int64)
    merchant = services(world, people, charges.number, kind=kind, country=country)
    batch = _batch(table, streams.draw("subscription.batch").uniforms(merchant))
    local = batch + table.batch_minutes * streams.draw("subscription.moment", day).uniforms(ids)
    zone = entities.seats.codes.take(merchant).zone.astype(np.int64)
    minute = (local - world.timing.rhythm_on(day).offset_minutes[:, SLOTS // 2].take(zone)) % DAY_MINUTES
    return priced_rows(
        world,
        cast,
        at=charges.at,
        minute=minute,
        origin=SUBSCRIPTION,
        code=charges.number,
        kind=kind,
        merchant=merchant,
        words=streams.draw("subscription.amount").words(ids),
        factor=price_rises(streams, world.reference.subscriptions, ids, charges.base),
        spread=table.spread,
    )


def _batch(table: ChargeTimes, u: Floats) -> Floats:
    """When batches begin, by uniforms of their shops. (n,) [minutes of the local day]"""
    by_day = u < table.by_day
    part = np.where(by_day, u / table.by_day, (u - table.by_day) / (1 - table.by_day))
    (night, hours), (begin, length) = table.night, table.daytime
    return np.where(by_day, begin + length * part, night + hours * part)


def services(world: World, people: Ints, number: Ints, *, kind: Ints, country: Ints) -> Ints:
    """Merchants that people's subscriptions are with: another one for each of a kind, where there are enough. (n,)

    What the lower numbers of the same kind are with is found first, from the lowest on.

    Parameters
    ----------
    people, number, kind, country : (n,)
        Customer index, number of the subscription, kind of purchase, home country.
    """
    model, reach = world.habits.subscriptions, world.landscape.reach
    favourites = world.streams.draw("subscription.merchant")
    taken = np.full((len(people), MOST), NONE, dtype=np.int64)
    for n in range(int(number.max(initial=-1)) + 1):
        some = np.flatnonzero(number >= n)
        some = some[model.kinds_of(world.streams, people[some], n) == kind[some]]
        for further in range(OTHER_SERVICES + 1):
            ranks = np.full(len(some), FAVOURITE_RANK + n + further * MOST)
            place = reach.n_cities + country[some]
            found = reach.choose(people=people[some], place=place, kind=kind[some], ranks=ranks, favourites=favourites)
            known = (taken[some, :n] == found[:, None]).any(axis=1)
            taken[some, n] = found
            some = some[known]
            if some.size == 0:
                break
    return taken[np.arange(len(people)), number]
