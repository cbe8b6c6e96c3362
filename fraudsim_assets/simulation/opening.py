"""Opening: whether merchants are open when rows are asked for.

Belongs here: the question of rows, and of shops at moments. Does not belong here: opening hours (``catalog.seats``).
"""

import numpy as np

from fraudsim_assets.simulation.rows import Rows
from fraudsim_assets.simulation.world import World
from fraudsim_assets.spending.rhythm import SLOT_MINUTES, SLOTS
from fraudsim_assets.units import DAY_MINUTES, MINUTE, Bools, Floats, Ints


def still_open(world: World, day: int, rows: Rows) -> Bools:
    """Whether merchants are open when rows are asked for; the web always is. (n,)"""
    remote = world.habits.kinds.is_remote.take(rows.kind)
    return remote | ~closed_at(world, day, rows.merchant, rows.moment / MINUTE)


def closed_at(world: World, day: int, shops: Ints, minute: Floats) -> Bools:
    """Whether shops are closed at moments of a UTC day, by their hours or for the whole date. (n,)"""
    local = local_minutes(world, day, shops, minute)
    shut = world.entities.merchants_on(day).closed(shops, local % DAY_MINUTES)
    return shut | world.resting.closed(shops, local, day)


def resting_at(world: World, day: int, shops: Ints, minute: Floats) -> Bools:
    """Whether shops stay closed on the whole date of moments of a UTC day. (n,)"""
    return world.resting.rests(shops, local_minutes(world, day, shops, minute) // DAY_MINUTES, day)


def all_resting_at(world: World, day: int, shops: Ints, minute: Floats) -> Bools:
    """Whether all shops of their town and category stay closed on the date of moments of a UTC day. (n,)"""
    return world.resting.all_rest(shops, local_minutes(world, day, shops, minute) // DAY_MINUTES, day)


def local_minutes(world: World, day: int, shops: Ints, minute: Floats) -> Ints:
    """Clock time at shops, from midnight of the day. (n,) [minutes]"""
    whole = minute.astype(np.int64)
    slot = whole // SLOT_MINUTES + world.entities.seats.codes.take(shops).zone * np.int64(SLOTS)
    return whole + world.timing.rhythm_on(day).offset_minutes.ravel().take(slot)
