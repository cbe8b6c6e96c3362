"""Charges: what merchants charge to cards on file on a day, as rows.

Belongs here: moments of subscriptions, and their rows. Does not belong here: which are due and with which service
(``spending.subscriptions``, ``spending.services``), and answers of the issuer (``answers``).
"""

import numpy as np

from fraudsim_assets.reference_data.later_rows import Charges as ChargeTimes
from fraudsim_assets.simulation.cast import Cast
from fraudsim_assets.simulation.purchases import priced_rows
from fraudsim_assets.simulation.rows import SUBSCRIPTION, Rows
from fraudsim_assets.simulation.world import World
from fraudsim_assets.spending.rhythm import SLOTS
from fraudsim_assets.spending.subscriptions import Charges, price_rises
from fraudsim_assets.streams import combine
from fraudsim_assets.units import DAY_MINUTES, Floats


def charge_rows(world: World, cast: Cast, charges: Charges) -> Rows:
    """Rows of subscriptions: fixed amounts, charged in the merchant's batch of the day, mostly at night."""
    table, streams, day, entities = world.reference.charges, world.streams, cast.day, world.entities
    people, who = cast.people.take(charges.at), cast.who.take(charges.at)
    ids = combine(people, charges.number)
    kind = world.habits.subscriptions.kinds_of(streams, people, charges.number)
    country = entities.city_country.take(cast.crowd.home).take(who).astype(np.int64)
    merchant = world.services.of(people, charges.number, kind=kind, country=country)
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
