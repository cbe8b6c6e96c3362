"""Encores: requests that follow an occasion within minutes, mostly at the same merchant, and checks of cards before it.

The one idea: an occasion is not always one payment. Rounds are paid one by one, tickets bought again for friends, games
topped up, baskets split, cash drawn twice; and a shop that stores a card asks for next to nothing first.

Belongs here: such requests as rows, before the issuer is asked. Does not belong here: tries after a refusal
(``answers``).
"""

from dataclasses import replace

import numpy as np

from fraudsim_assets.bit_layouts import OCCASIONS
from fraudsim_assets.maths.ordered import repeated
from fraudsim_assets.maths.sampling import geometric_extra, lognormal_mean_one
from fraudsim_assets.reference_data.requests import ByChannel, MeanByChannel
from fraudsim_assets.simulation.answers import elsewhere
from fraudsim_assets.simulation.cast import Cast
from fraudsim_assets.simulation.opening import still_open
from fraudsim_assets.simulation.orders import on_fresh_devices
from fraudsim_assets.simulation.rows import ENCORE, Rows
from fraudsim_assets.simulation.world import World
from fraudsim_assets.spending.amount import at_least, priced
from fraudsim_assets.spending.causes import below_level, level
from fraudsim_assets.streams import mix_words
from fraudsim_assets.tables.codes import CHANNELS
from fraudsim_assets.units import DAY, MINUTE, AnyArray, Bools, Floats, Ints

MOST_ENCORES = 7
"""Most encores of an occasion. [count]"""

_CHECK = MOST_ENCORES + 1


def encores(world: World, cast: Cast, rows: Rows) -> Rows:
    """Requests beside those of occasions with their answers. The same for any choice of occasions."""
    table, channel = world.reference.encores, world.habits.kinds.channel.take(rows.kind)
    words = world.streams.draw("encore", cast.day).words(cast.ids(rows.at, rows.code))
    chances = _chances(world)
    first = below_level(words, float(chances.max()) * table.across_borders)
    across = _across_borders(world, cast, rows.take(first))
    chance = chances.take(rows.kind[first]) * np.where(across, table.across_borders, 1.0)
    first = first[(level(words[first], 0) < chance) & (rows.response[first] == 0)]
    mean = _by_channel(table.more, channel[first])
    more = geometric_extra(level(words[first], 16), mean, MOST_ENCORES - 1)
    parent, number = repeated(1 + more)
    parts = [_next(world, cast, rows.take(first[parent]), number + 1)] if len(parent) else []
    online = np.flatnonzero(CHANNELS.index("ecommerce") == channel)
    u = level(words[online], 32)
    most = max(table.checked, table.checked_fresh)
    checked, u = online[u < most], u[u < most]
    fresh = on_fresh_devices(world, cast, rows.take(checked))
    checked = checked[u < np.where(fresh, table.checked_fresh, table.checked)]
    if len(checked):
        parts.append(_checks(world, cast, rows.take(checked)))
    if not parts:
        return rows.take(checked)
    found = Rows.join(parts)
    found = found.take((found.moment >= 0) & (found.moment < DAY))
    return found.take(still_open(world, cast.day, found))


def _across_borders(world: World, cast: Cast, rows: Rows) -> Bools:
    """Whether rows are remote orders from another country than the holder's. (n,)"""
    home = world.entities.city_country.take(cast.crowd.home).take(cast.who.take(rows.at))
    return world.habits.kinds.is_remote.take(rows.kind) & (rows.codes_of().country != home)


def _chances(world: World) -> Floats:
    """Chance of an encore by kind of purchase. (kinds,) [share]"""
    channel = world.habits.kinds.channel
    chance = _by_channel(world.reference.encores.chance, channel)
    once = [2 * n for n, category in enumerate(world.entities.reference.categories) if category.encores == "none"]
    chance[[kind for kind in once if CHANNELS[channel[kind]] == "pos"]] = 0.0
    return chance


def _by_channel(entry: ByChannel | MeanByChannel, channel: AnyArray) -> Floats:
    """Numbers of an entry by codes of ``CHANNELS``. (n,)"""
    return np.array([getattr(entry, name) for name in CHANNELS]).take(channel)


def _next(world: World, cast: Cast, rows: Rows, number: Ints) -> Rows:
    """Encores with their numbers, one after the other."""
    rows, table = _numbered(rows, number), world.reference.encores
    words = world.streams.draw("encore.next", cast.day).words(cast.ids(rows.at, rows.code))
    pause = table.minutes * lognormal_mean_one(words & np.uint64(0xFFFF), table.spread).astype(np.float64)
    pause = (pause * MINUTE).astype(np.int64)
    total = np.cumsum(pause)
    begins = np.flatnonzero(number == 1)
    before = np.repeat(total[begins] - pause[begins], np.diff(np.append(begins, len(rows))))
    size = lognormal_mean_one((words >> np.uint64(16)) & np.uint64(0xFFFF), table.size).astype(np.float64)
    size *= _by_channel(table.part, world.habits.kinds.channel.take(rows.kind))
    alike = np.array([category.encores == "alike" for category in world.entities.reference.categories])
    size[alike.take(rows.kind >> 1)] = 1.0
    merchant = elsewhere(world, rows, mix_words(words), np.zeros(len(rows), dtype=bool), share=table.elsewhere)
    rows = replace(rows, merchant=merchant, codes=world.entities.seats.codes.take(merchant).words)
    return _priced(world, cast, replace(rows, moment=rows.moment + total - before), rows.euros * size, words)


def _checks(world: World, cast: Cast, rows: Rows) -> Rows:
    """Checks of cards, a little before the occasions."""
    rows, table = _numbered(rows, np.full(len(rows), _CHECK)), world.reference.encores
    words = world.streams.draw("encore.check", cast.day).words(cast.ids(rows.at, rows.code))
    least, most = table.check_euros
    pause = table.minutes * lognormal_mean_one(words & np.uint64(0xFFFF), table.spread).astype(np.float64)
    euros = np.where(level(words, 16) < table.check_unit, 1.0, least + (most - least) * level(words, 32))
    currency = rows.codes_of().currency.astype(np.int64)
    money = world.prices.money
    minor = np.maximum(np.rint(euros * money.base.take(currency) * money.scale.take(currency)), 1).astype(np.int64)
    value = world.prices.in_euros(minor, currency, cast.day)
    return replace(rows, moment=rows.moment - (pause * MINUTE).astype(np.int64), minor=minor, euros=value)


def _priced(world: World, cast: Cast, rows: Rows, euros: Floats, words: AnyArray) -> Rows:
    """Rows for other amounts, written the way their shops do."""
    currency = rows.codes_of().currency.astype(np.int64)
    rate = world.prices.money.base.take(currency)
    at_least(euros, world.prices.cheapest(world.habits.kinds.least.take(rows.kind), rows.merchant))
    minor = priced(
        world.reference.prices,
        euros * rate,
        style=world.habits.kinds.style.take(rows.kind),
        digits=world.prices.money.digits.take(currency),
        ending=((words >> np.uint64(32)) & np.uint64(0xFF)).view(np.int64),
        note=world.prices.money.note.take(currency),
    )
    return replace(rows, minor=minor, euros=world.prices.in_euros(minor, currency, cast.day))


def _numbered(rows: Rows, number: Ints) -> Rows:
    origin = np.full(len(rows), ENCORE, dtype=np.int8)
    return replace(rows, origin=origin, code=rows.code + number * OCCASIONS)
