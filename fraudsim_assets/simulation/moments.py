"""Moments: when during the day needs come up, alone or one after the other on an outing.

Belongs here: the first guess at the time of an occasion. Does not belong here: where the person is then, and the hours
of shops (``purchases``).
"""

import numpy as np

from fraudsim_assets.simulation.cast import Crowd
from fraudsim_assets.simulation.keys import Occasions
from fraudsim_assets.simulation.world import World
from fraudsim_assets.spending.dayweights import QUANTILES
from fraudsim_assets.streams import to_uniforms
from fraudsim_assets.tables.codes import SEGMENTS
from fraudsim_assets.units import DAY_MINUTES, MINUTE, AnyArray, Floats, Ints


def moments(world: World, crowd: Crowd, occasions: Occasions, ids: AnyArray) -> Floats:
    """When occasions come up, errands and orders of a sitting one after the other. (n,) [minutes of the UTC day]"""
    lives, day = world.lives, crowd.day
    quantiles, row_of_zone = lives.quantiles_on(day)
    row = row_of_zone.take(world.entities.city_zone.take(crowd.city)) * len(lives.model.needs)
    need, who = occasions.need, occasions.who
    words = world.streams.draw("occasion.moment", day).words(ids)
    minute = _quantile(quantiles, need + row.take(who), to_uniforms(words))
    chance = np.array([n.errand for n in lives.model.needs]) * 65536
    joined = np.flatnonzero((words & np.uint64(0xFFFF)).astype(np.float64) < chance.take(need))
    remote = int(np.searchsorted(joined, int(np.searchsorted(need, lives.first_remote))))
    joined, sittings = joined[:remote], joined[remote:]
    if joined.size:
        outing = world.streams.draw("occasion.outing", day).words(crowd.people)
        begins = _quantile(quantiles, row, to_uniforms(outing))
        minute[joined] = begins.take(who[joined]) + _one_after_the_other(
            who[joined], _pauses(world, day, world.reference.shopping.between_errands, ids[joined])
        )
    minute[sittings] = _of_the_first(who[sittings], minute[sittings]) + _one_after_the_other(
        who[sittings], _pauses(world, day, world.reference.shopping.between_orders, ids[sittings])
    )
    return np.where(minute >= DAY_MINUTES, np.maximum(2 * DAY_MINUTES - 1e-3 - minute, 0.0), minute)


def _pauses(world: World, day: int, bounds: tuple[float, float], ids: AnyArray) -> Floats:
    """Times before occasions from the ones before them, given their least and spread. (n,) [minutes]"""
    least, spread = bounds
    return least + spread * world.streams.draw("occasion.pause", day).uniforms(ids)


def _of_the_first(who: AnyArray, minute: Floats) -> Floats:
    """Moments of the first occasion of each person, in the order given. (n,) [minutes]"""
    order = np.argsort(who, kind="stable")
    first = np.flatnonzero(np.diff(who[order], prepend=-1) != 0)
    found = np.empty(len(who))
    found[order] = np.repeat(minute[order[first]], np.diff(np.append(first, len(who))))
    return found


def _one_after_the_other(who: AnyArray, pause: Floats) -> Floats:
    """How long after the beginning of an outing each errand of a person is, in the order given. (n,) [minutes]"""
    order = np.argsort(who, kind="stable")
    first = np.diff(who[order], prepend=-1) != 0
    # whole microseconds: sums over people before must not change the last digit
    least = np.where(first, 0, np.rint(pause[order] * MINUTE).astype(np.int64))
    total = np.cumsum(least)
    total -= np.maximum.accumulate(np.where(first, total, 0))
    after = np.empty(len(who))
    after[order] = total / MINUTE
    return after


def by_night(world: World, crowd: Crowd, who: Ints, *, minute: Floats, offset: Ints, zone: Ints) -> Floats:
    """Moments of occasions in person: those who are at home by night go out in the evening instead. (n,) [minutes]

    The night is folded into the evening at its beginning: what would be early in it is late in the evening.

    Parameters
    ----------
    who : (n,)
        Whose occasions they are, as positions in the crowd.
    minute, offset : (n,)
        Times of the UTC day, and what the clock is ahead of it. [minutes]
    zone : (n,)
        Where people are: the night begins by the clock of the country.
    """
    table = world.reference.itinerary
    chance = np.array([world.reference.segments[name].early for name in SEGMENTS])
    nights, ends = world.lives.nights, table.night[1] * 60.0
    # whole minutes tell who may be out by night, a minute more on either side
    earliest = int(nights.min())
    about = minute.astype(np.int64) + (offset - earliest + 1)
    about[about < 0] += DAY_MINUTES
    about[about >= DAY_MINUTES] -= DAY_MINUTES
    some = np.flatnonzero(about <= (ends - earliest) % DAY_MINUTES + 2)
    begins = nights.take(zone[some])
    length = (ends - begins) % DAY_MINUTES
    into = (minute[some] + offset[some] - begins) % DAY_MINUTES
    within = into < length
    some, into, begins, length = some[within], into[within], begins[within], length[within]
    people, segment = (of_crowd.take(who[some]) for of_crowd in (crowd.people, crowd.segment))
    early = world.streams.draw("moment.early").uniforms(people) < chance.take(segment)
    some, into, begins, length = some[early], into[early], begins[early], length[early]
    found = minute.copy()
    local = begins - 60.0 * table.evening * into / length
    found[some] = (local - offset[some]) % DAY_MINUTES
    return found


def _quantile(quantiles: AnyArray, row: Ints, u: Floats) -> Floats:
    """Look quantiles up. (n,) [minutes of the UTC day]"""
    x = u * QUANTILES
    step = x.astype(np.int64)
    x -= step
    index = row * (QUANTILES + 1) + step
    left = quantiles.take(index).astype(np.float64)
    left += (quantiles.take(index + 1) - left) * x
    left *= DAY_MINUTES
    return np.minimum(left, DAY_MINUTES - 1e-3, out=left)
