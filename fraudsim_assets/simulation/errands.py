"""Errands: the payments of a person in shops, as far apart as the ways between them take.

Belongs here: moments moved back until there is time for all the ways before them. Does not belong here: which
shops are met (``purchases``), and where a person is on a day (``spending.itinerary``).
"""

import numpy as np

from fraudsim_assets.maths.sampling import great_circle_km
from fraudsim_assets.simulation.opening import closed_at
from fraudsim_assets.simulation.world import World
from fraudsim_assets.spending.itinerary import journey_minutes
from fraudsim_assets.units import DAY, MINUTE, Floats, Ints

FAR_DEGREES = 0.1
"""Shops further apart than this are not in one town. [degrees]"""

_MINUTE_BITS, _FRACTION = 42, 2.0**31
# a person and a time of the day in one word: 1440 minutes in fractions of 2**31, and up to 2**21 people


def keep_apart(world: World, day: int, who: Ints, *, merchant: Ints, minute: Floats) -> None:
    """Put the payments of a person so far apart as it takes to get from one shop to the next.

    In order of time, each is moved back until there is time for all the ways before it; where its shop is closed by
    then, or the day over, it stays.
    """
    rows = np.argsort((who << _MINUTE_BITS) + (minute * _FRACTION).astype(np.int64), kind="stable")
    holder = who[rows]
    same = np.zeros(len(rows), dtype=bool)
    same[1:] = holder[1:] == holder[:-1]
    at = np.flatnonzero(same)
    here, there = (world.entities.seats.positions.take(merchant[some]) for some in (rows[at], rows[at - 1]))
    least = np.zeros(len(rows), dtype=np.int64)
    least[at] = int(world.reference.itinerary.between_shops * MINUTE)
    far = np.flatnonzero(np.abs(here - there) > FAR_DEGREES)
    km = np.rint(great_circle_km(here.real[far], here.imag[far], there.real[far], there.imag[far]))
    least[at[far]] = np.rint(journey_minutes(world.reference.itinerary, km) * MINUTE).astype(np.int64)
    # whole microseconds: sums over people before must not change the last digit
    moment = np.rint(minute[rows] * MINUTE).astype(np.int64)
    way = np.cumsum(least)
    way -= np.maximum.accumulate(np.where(same, 0, way))
    # a person's moments without the ways before them must not fall
    lane = np.cumsum(~same) * (4 * DAY)
    moved = np.maximum.accumulate(moment - way + lane) - lane + way
    late = np.flatnonzero((moved > moment) & (moved < DAY - MINUTE))
    then = moved[late] / MINUTE
    open_then = ~closed_at(world, day, merchant[rows[late]], then)
    minute[rows[late[open_then]]] = then[open_then]
