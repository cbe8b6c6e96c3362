"""Oddities: what issuers and people get wrong about honest requests that look odd.

The one idea: an issuer suspects what fraud looks like, and honest life looks like it at times: abroad, in the small
hours, on a device without a history, far dearer than usual. There false alerts fall, and there people err: they type
numbers by heart on a strange device, and forget their PIN on a journey.

Belongs here: refusals that follow from a request being odd. Does not belong here: those of states
(``spending.causes``).
"""

import numpy as np

from fraudsim_assets.bit_layouts import OCCASIONS
from fraudsim_assets.simulation.cast import Cast
from fraudsim_assets.simulation.rows import Rows
from fraudsim_assets.simulation.world import World
from fraudsim_assets.spending.authorisation import ECOMMERCE
from fraudsim_assets.spending.causes import CODE
from fraudsim_assets.spending.networks import fresh_sessions
from fraudsim_assets.spending.rhythm import SLOTS
from fraudsim_assets.streams import to_uniforms, word_limit
from fraudsim_assets.units import DAY_MINUTES, MINUTE, AnyArray, Floats, Ints

SUSPECTED = {"plain": 0.00004, "abroad": 0.008, "fresh": 0.009, "night": 0.005, "dear": 0.008}
"""False alerts of the issuer (59): of any request, and in addition of those in person abroad, on a device without a
history, remote in the small hours, and dear. ASSUMPTION after target N13: 3 to 10 false for a true one. [share]"""

MISTYPED = {"82": 0.030, "14": 0.012}
"""Wrong card data on a device that has none of them stored, in addition to usual. ASSUMPTION. [share]"""

FORGOTTEN = 0.008
"""Wrong PINs abroad, in addition to usual. ASSUMPTION. [share]"""

DEAR_EUR, DEAR_TIMES = 150.0, 3.0
"""Dear is what costs at least so much, and so many times the usual ticket of its kind. ASSUMPTION. [EUR], [unitless]"""

SMALL_HOURS = 5
"""The night ends at this hour. ASSUMPTION. [local hour]"""

_CODES = np.array([CODE["59"], CODE["82"], CODE["14"], CODE["55"]], dtype=np.int8)
_MOST = sum(SUSPECTED.values()) + sum(MISTYPED.values()) + FORGOTTEN


def odd_refusals(world: World, cast: Cast, rows: Rows) -> AnyArray:
    """Responses to odd requests: 0 where nothing befalls them. (n,) int8"""
    response = np.zeros(len(rows), dtype=np.int8)
    words = world.streams.draw("answer.odd", cast.day).words(cast.ids(rows.at, rows.code))
    some = np.flatnonzero(words < word_limit(_MOST))
    below = np.cumsum(_chances(world, cast, rows.take(some)), axis=1)
    which = (below <= to_uniforms(words[some])[:, None]).sum(axis=1)
    happens = which < len(_CODES)
    response[some[happens]] = _CODES.take(which[happens])
    return response


def _chances(world: World, cast: Cast, rows: Rows) -> Floats:
    """Chances of each of the codes. (n, codes)"""
    who = cast.who.take(rows.at)
    remote = world.habits.kinds.channel.take(rows.kind) == ECOMMERCE
    home = world.entities.city_country.take(cast.crowd.home).take(who)
    abroad = ~remote & (rows.codes_of().country != home)
    night = remote & (_local_minute(world, cast.day, rows) < SMALL_HOURS * 60)
    dear = (rows.euros > DEAR_EUR) & (rows.euros > DEAR_TIMES * world.habits.kinds.median.take(rows.kind))
    session = rows.code % OCCASIONS
    fresh = remote & fresh_sessions(world.streams, people=cast.crowd.people.take(who), session=session, day=cast.day)
    odd = {"abroad": abroad, "fresh": fresh, "night": night, "dear": dear}
    suspected = SUSPECTED["plain"] + sum(SUSPECTED[name] * holds for name, holds in odd.items())
    mistyped = [chance * fresh for chance in MISTYPED.values()]
    return np.stack([suspected, *mistyped, FORGOTTEN * abroad], axis=1)


def _local_minute(world: World, day: int, rows: Rows) -> Ints:
    """Local minute of the day at the merchants, by the clock of noon. (n,)"""
    offset = world.timing.rhythm_on(day).offset_minutes[:, SLOTS // 2]
    return (rows.moment // MINUTE + offset.take(rows.codes_of().zone.astype(np.int64))) % DAY_MINUTES
