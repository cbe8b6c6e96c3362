"""Encores: requests that follow an occasion within minutes, at the same merchant, and checks of cards before it.

The one idea: an occasion is not always one payment. Rounds are paid one by one, tickets bought again for friends, games
topped up, baskets split, cash drawn twice; and a shop that stores a card asks for next to nothing first.

Belongs here: such requests as rows, before anybody asks the issuer. Does not belong here: tries after a refusal
(``answers``).
"""

from dataclasses import replace

import numpy as np

from fraudsim_assets.bit_layouts import OCCASIONS
from fraudsim_assets.maths.ordered import repeated
from fraudsim_assets.maths.sampling import geometric_extra, lognormal_mean_one
from fraudsim_assets.simulation.cast import Cast
from fraudsim_assets.simulation.opening import still_open
from fraudsim_assets.simulation.rows import ENCORE, Rows
from fraudsim_assets.simulation.world import World
from fraudsim_assets.spending.amount import CHECK_EUR, at_least, priced
from fraudsim_assets.spending.causes import below_level, level
from fraudsim_assets.spending.networks import fresh_sessions
from fraudsim_assets.tables.codes import CHANNELS
from fraudsim_assets.units import DAY, MINUTE, AnyArray, Floats, Ints

ENCORE_CHANCE = {"pos": 0.008, "ecommerce": 0.012, "atm": 0.001}
"""Occasions that are paid in several requests. ASSUMPTION. [share]"""

MORE_ENCORES = {"pos": 0.15, "ecommerce": 1.2, "atm": 0.02}
"""Mean number of further requests beyond the first: at a till one thing was forgotten, while games are topped up again
and again. ASSUMPTION. [count]"""

MOST_ENCORES = 7
"""Most encores of an occasion. [count]"""

ENCORE_MINUTES, ENCORE_SPREAD = 6.0, 1.2
"""Mean time from one request to the next, and standard deviation of its logarithm. ASSUMPTION. [minutes], [unitless]"""

ENCORE_SIZE = 0.5
"""Standard deviation of the logarithm of an encore's amount against the occasion's. ASSUMPTION. [unitless]"""

CHECKED, CHECKED_FRESH = 0.004, 0.12
"""Remote occasions before which the card is checked: on a known device, and on one without a history. ASSUMPTION.
[share]"""

_CHECK = MOST_ENCORES + 1


def encores(world: World, cast: Cast, rows: Rows) -> Rows:
    """Requests beside those of occasions with their answers. The same for any choice of occasions."""
    channel = world.habits.kinds.channel.take(rows.kind)
    words = world.streams.draw("encore", cast.day).words(cast.ids(rows.at, rows.code))
    chances = _chances(world)
    first = below_level(words, float(chances.max()))
    first = first[(level(words[first], 0) < chances.take(rows.kind[first])) & (rows.response[first] == 0)]
    mean = np.array([MORE_ENCORES[name] for name in CHANNELS]).take(channel[first])
    more = geometric_extra(level(words[first], 16), mean, MOST_ENCORES - 1)
    parent, number = repeated(1 + more)
    follow = _next(world, cast, rows.take(first[parent]), number + 1)
    online = np.flatnonzero(CHANNELS.index("ecommerce") == channel)
    u = level(words[online], 32)
    checked, u = online[u < max(CHECKED, CHECKED_FRESH)], u[u < max(CHECKED, CHECKED_FRESH)]
    people = cast.people.take(rows.at[checked])
    fresh = fresh_sessions(world.streams, people=people, session=rows.code[checked], day=cast.day)
    checked = checked[u < np.where(fresh, CHECKED_FRESH, CHECKED)]
    found = Rows.join([follow, _checks(world, cast, rows.take(checked))])
    found = found.take((found.moment >= 0) & (found.moment < DAY))
    return found.take(still_open(world, cast.day, found))


def _chances(world: World) -> Floats:
    """Chance of an encore by kind of purchase. (kinds,) [share]"""
    channel = world.habits.kinds.channel
    chance = np.array([ENCORE_CHANCE[name] for name in CHANNELS]).take(channel)
    once = [2 * n for n, category in enumerate(world.entities.reference.categories) if category.encores == "none"]
    chance[[kind for kind in once if CHANNELS[channel[kind]] == "pos"]] = 0.0
    return chance


def _next(world: World, cast: Cast, rows: Rows, number: Ints) -> Rows:
    """Encores with their numbers, one after the other."""
    rows = _numbered(rows, number)
    words = world.streams.draw("encore.next", cast.day).words(cast.ids(rows.at, rows.code))
    pause = ENCORE_MINUTES * lognormal_mean_one(words & np.uint64(0xFFFF), ENCORE_SPREAD).astype(np.float64)
    pause = (pause * MINUTE).astype(np.int64)
    total = np.cumsum(pause)
    begins = np.flatnonzero(number == 1)
    before = np.repeat(total[begins] - pause[begins], np.diff(np.append(begins, len(rows))))
    size = lognormal_mean_one((words >> np.uint64(16)) & np.uint64(0xFFFF), ENCORE_SIZE).astype(np.float64)
    alike = np.array([category.encores == "alike" for category in world.entities.reference.categories])
    size[alike.take(rows.kind >> 1)] = 1.0
    return _priced(world, cast, replace(rows, moment=rows.moment + total - before), rows.euros * size, words)


def _checks(world: World, cast: Cast, rows: Rows) -> Rows:
    """Checks of cards, a little before the occasions."""
    rows = _numbered(rows, np.full(len(rows), _CHECK))
    words = world.streams.draw("encore.check", cast.day).words(cast.ids(rows.at, rows.code))
    least, unit, most = CHECK_EUR
    pause = ENCORE_MINUTES * lognormal_mean_one(words & np.uint64(0xFFFF), ENCORE_SPREAD).astype(np.float64)
    euros = np.where(level(words, 16) < 0.5, unit, least + (most - least) * level(words, 32))
    currency = rows.codes_of().currency.astype(np.int64)
    money = world.prices.money
    minor = np.maximum(np.rint(euros * money.base.take(currency) * money.scale.take(currency)), 1).astype(np.int64)
    value = world.prices.in_euros(minor, currency, cast.day)
    return replace(rows, moment=rows.moment - (pause * MINUTE).astype(np.int64), minor=minor, euros=value)


def _priced(world: World, cast: Cast, rows: Rows, euros: Floats, words: AnyArray) -> Rows:
    """Rows for other amounts, written the way their shops do."""
    currency = rows.codes_of().currency.astype(np.int64)
    rate = world.prices.money.base.take(currency)
    at_least(euros, world.habits.kinds.least.take(rows.kind))
    minor = priced(
        euros * rate,
        style=world.habits.kinds.style.take(rows.kind),
        digits=world.prices.money.digits.take(currency),
        ending=((words >> np.uint64(32)) & np.uint64(0xFF)).view(np.int64),
        rate=rate,
    )
    return replace(rows, minor=minor, euros=world.prices.in_euros(minor, currency, cast.day))


def _numbered(rows: Rows, number: Ints) -> Rows:
    origin = np.full(len(rows), ENCORE, dtype=np.int8)
    return replace(rows, origin=origin, code=rows.code + number * OCCASIONS)
