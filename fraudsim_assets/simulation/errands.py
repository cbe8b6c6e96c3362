"""Errands: the payments of a person in shops, as far apart as the ways between them and the stays in them take.

The one idea: who has paid goes on to the next shop, by the way that takes least, and is there a while before paying.

Belongs here: moments moved until there is time for all ways and stays before them. Does not belong here: which shops
are met (``purchases``), and where a person is on a day (``spending.itinerary``).
"""

from functools import lru_cache

import numpy as np

from fraudsim_assets.maths.sampling import great_circle_km, normal_quantiles
from fraudsim_assets.simulation.opening import closed_at, local_minutes
from fraudsim_assets.simulation.world import World
from fraudsim_assets.spending.itinerary import journey_minutes
from fraudsim_assets.units import DAY, DAY_MINUTES, MINUTE, AnyArray, Bools, Floats, Ints

KM_DIGITS = 2
"""Ways are known to so many decimals of a kilometre: the last digits of a sine are the processor's own. [count]"""

_MINUTE_BITS, _FRACTION = 42, 2.0**31
# a person and a time of the day in one word: 1440 minutes in fractions of 2**31, and up to 2**21 people


def keep_apart(
    world: World,
    day: int,
    who: Ints,
    *,
    kind: Ints,
    merchant: Ints,
    minute: Floats,
    arrival: AnyArray,
    ids: AnyArray,
) -> None:
    """Put the payments of a person so far apart as it takes to get from one shop to the next and to shop there.

    In order of time, each is moved back until there is time for all the ways and stays before it. Where its shop is
    closed by then, or the day over, it comes before that, and what is before it is done sooner where shops are open.

    Parameters
    ----------
    who, kind, merchant : (n,)
        Whose occasions they are, kinds of purchase, and merchant slots.
    minute : (n,)
        Times of the UTC day; changed in place. [minutes]
    arrival : (n,)
        Before these times people are on the way to where they are on the day. [minutes]
    ids : (n,)
        Words that name occasions.
    """
    rows = np.argsort((who << _MINUTE_BITS) + (minute * _FRACTION).astype(np.int64), kind="stable")
    holder, shops = who[rows], merchant[rows]
    same = np.zeros(len(rows), dtype=bool)
    same[1:] = holder[1:] == holder[:-1]
    at = np.flatnonzero(same)
    takes = ways(world, shops[at - 1], shops[at])
    takes += stays(world, day, kind[rows[at]], ids[rows[at]])
    # whole microseconds: sums over people before must not change the last digit
    least = np.zeros(len(rows), dtype=np.int64)
    least[at] = np.rint(takes * MINUTE).astype(np.int64)
    moment, there = (np.rint(when[rows] * MINUTE).astype(np.int64) for when in (minute, arrival))
    way = np.cumsum(least)
    way -= np.maximum.accumulate(np.where(same, 0, way))
    # a person's moments without the ways before them must not fall
    lane = np.cumsum(~same) * (4 * DAY) - way
    moved = np.maximum.accumulate(np.maximum(moment, there) + lane) - lane
    later = np.flatnonzero(moved > moment)
    latest = moved.copy()
    latest[later] = _latest(world, day, shops[later], moment[later], moved[later], ids=ids[rows[later]])
    if np.any(latest < moved):
        moved = np.minimum.accumulate((latest + lane)[::-1])[::-1] - lane
        shut = (moved < 0) | _closed(world, day, shops, np.maximum(moved, 0), moved != moment)
        moved = np.where(shut, moment, moved)
    changed = np.flatnonzero(moved != moment)
    minute[rows[changed]] = moved[changed] / MINUTE


def _closed(world: World, day: int, merchant: Ints, moment: Ints, asked: Bools) -> Bools:
    """Whether shops are closed at moments; false where it is not asked. (n,)"""
    found, some = np.zeros(len(moment), dtype=bool), np.flatnonzero(asked & (moment < DAY - MINUTE))
    found[some] = closed_at(world, day, merchant[some], moment[some] / MINUTE)
    return found


def _latest(world: World, day: int, merchant: Ints, moment: Ints, moved: Ints, *, ids: AnyArray) -> Ints:
    """Where shops are closed or it is night or another day at moments moved to: until when people come. (n,) [us]

    Most of them come late. Night is no bound for who comes in it anyway.
    """
    local = local_minutes(world, day, merchant, moment / MINUTE) % DAY_MINUTES
    night = (world.lives.nights.take(world.entities.seats.codes.take(merchant).zone) - local) % DAY_MINUTES
    over = (moved >= DAY - MINUTE) | (moved - moment >= night * MINUTE)
    some = np.flatnonzero(over | _closed(world, day, merchant, moved, ~over))
    merchant, moment, local, night = (values[some] for values in (merchant, moment, local, night))
    closes = world.entities.occupants.opening_hours[world.entities.merchants_on(day).hours.take(merchant), 1]
    left = np.minimum(np.where(local < closes - DAY_MINUTES, closes - DAY_MINUTES, closes) - local, night)
    spare = int(world.reference.shopping.safe_opening * MINUTE)
    last = np.minimum(moment + left * int(MINUTE) - spare, DAY - int(MINUTE) - 1)
    part = np.sqrt(world.streams.draw("errand.closing", day).uniforms(ids[some]))
    last = moment + np.rint((last - moment) * part).astype(np.int64)
    possible = (last > moment) & ~_closed(world, day, merchant, last, last > moment)
    found = moved.copy()
    found[some] = np.minimum(moved[some], np.where(possible, last, moment))
    return found


def ways(world: World, here: Ints, there: Ints) -> Floats:
    """How long it takes from shops to others, on foot where that is as fast. (n,) [minutes]"""
    table, positions = world.reference.itinerary, world.entities.seats.positions
    found = np.zeros(len(here))
    some = np.flatnonzero(here != there)
    a, b = (positions.take(shops[some]).astype(np.complex128) for shops in (here, there))
    km = np.round(great_circle_km(a.real, a.imag, b.real, b.imag), KM_DIGITS)
    found[some] = np.minimum(60.0 * km / table.walking_kmh, journey_minutes(table, km))
    return found


def stays(world: World, day: int, kind: Ints, ids: AnyArray) -> Floats:
    """How long people are in shops before they pay. (n,) [minutes]"""
    level = world.streams.draw("errand.stay", day).words(ids) >> np.uint64(48)
    return world.habits.kinds.stay.take(kind) * _stay_levels(world.reference.itinerary.stay_spread).take(
        level.view(np.int64)
    )


@lru_cache(maxsize=4)
def _stay_levels(spread: float) -> Floats:
    """What medians of stays are multiplied by, by level. (65536,) [unitless]"""
    factor: Floats = np.exp(spread * normal_quantiles().astype(np.float64))
    return factor.round(9)
