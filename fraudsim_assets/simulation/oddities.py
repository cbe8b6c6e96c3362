"""Oddities: what issuers and people get wrong about honest requests that look odd.

The one idea: an issuer suspects what fraud looks like, and honest life looks like it at times: abroad, in the small
hours, on a device without a history, far dearer than usual. There false alerts fall, and there people err: they type
numbers by heart on a strange device, and forget their PIN on a journey.

Belongs here: refusals that follow from a request being odd. Does not belong here: those of states
(``spending.causes``).
"""

import numpy as np

from fraudsim_assets.reference_data.requests import Declines
from fraudsim_assets.simulation.cast import Cast
from fraudsim_assets.simulation.orders import on_fresh_devices
from fraudsim_assets.simulation.rows import Rows
from fraudsim_assets.simulation.world import World
from fraudsim_assets.spending.authorisation import ECOMMERCE
from fraudsim_assets.spending.causes import CODE
from fraudsim_assets.spending.rhythm import SLOTS
from fraudsim_assets.streams import to_uniforms, word_limit
from fraudsim_assets.units import DAY_MINUTES, MINUTE, AnyArray, Floats, Ints

_CODES = np.array([CODE["59"], CODE["82"], CODE["14"], CODE["05"], CODE["55"]], dtype=np.int8)


def odd_refusals(world: World, cast: Cast, rows: Rows) -> AnyArray:
    """Responses to odd requests: 0 where nothing befalls them. (n,) int8"""
    response = np.zeros(len(rows), dtype=np.int8)
    words = world.streams.draw("answer.odd", cast.day).words(cast.ids(rows.at, rows.code))
    some = np.flatnonzero(words < word_limit(_most(world.reference.declines)))
    if some.size == 0:
        return response
    below = np.cumsum(_chances(world, cast, rows.take(some)), axis=1)
    which = (below <= to_uniforms(words[some])[:, None]).sum(axis=1)
    happens = which < len(_CODES)
    response[some[happens]] = _CODES.take(which[happens])
    return response


def _most(table: Declines) -> float:
    """Chance of a request to which everything applies. [share]"""
    where = table.suspected_fresh, table.suspected_night, table.suspected_dear
    abroad = table.suspected_abroad + table.unwanted_abroad + table.forgotten_pin
    border = table.suspected_border + table.unwanted_border
    return sum((table.suspected, *where)) + table.mistyped_code + table.mistyped_number + abroad + border


def _chances(world: World, cast: Cast, rows: Rows) -> Floats:
    """Chances of each of the codes. (n, codes)"""
    table, who = world.reference.declines, cast.who.take(rows.at)
    remote = world.habits.kinds.channel.take(rows.kind) == ECOMMERCE
    home = world.entities.city_country.take(cast.crowd.home).take(who)
    away = rows.codes_of().country != home
    abroad, border = ~remote & away, remote & away
    night = remote & (_local_minute(world, cast.day, rows) < table.small_hours * 60)
    dear = (rows.euros > table.dear_euros) & (rows.euros > table.dear_times * world.habits.kinds.median.take(rows.kind))
    fresh = remote & on_fresh_devices(world, cast, rows)
    odd = table.suspected_abroad * abroad + table.suspected_border * border + table.suspected_fresh * fresh
    odd = odd + table.suspected_night * night + table.suspected_dear * dear
    mistyped = table.mistyped_code * fresh, table.mistyped_number * fresh
    unwanted = table.unwanted_abroad * abroad + table.unwanted_border * border
    return np.stack([table.suspected + odd, *mistyped, unwanted, table.forgotten_pin * abroad], axis=1)


def _local_minute(world: World, day: int, rows: Rows) -> Ints:
    """Local minute of the day at the merchants, by the clock of noon. (n,)"""
    offset = world.timing.rhythm_on(day).offset_minutes[:, SLOTS // 2]
    return (rows.moment // MINUTE + offset.take(rows.codes_of().zone.astype(np.int64))) % DAY_MINUTES
