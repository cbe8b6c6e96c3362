"""Shocks: occasions that a shock to spending takes away, those that it adds, and what is bought at the others.

The one idea: of the occasions of a usual day some do not come up, which, is a function of each one; where people pay
more, some of the occasions of the same weekday a year before come up as well. So nothing differs outside the shock, and
no day must be made to find another.

Belongs here: the choice. Does not belong here: how much a shock takes and adds (``spending.epochs``).
"""

from collections.abc import Callable

import numpy as np

from fraudsim_assets.bit_layouts import OCCASION
from fraudsim_assets.simulation.world import World
from fraudsim_assets.spending.cells import Folk
from fraudsim_assets.spending.epochs import ShockOfDay
from fraudsim_assets.spending.kinds import at_another_level
from fraudsim_assets.spending.routines import ROUTINES
from fraudsim_assets.streams import combine, to_uniforms
from fraudsim_assets.units import AnyArray, Ints

BORROWED_DAYS = 364
"""Occasions are added from days so far back: weekdays are the same, and cells of needs are others. [days]"""

ADDED, ADDED_ROOM = 32, 16
"""First number of an added occasion, and how many one earlier day can add to a need of a person. [count]"""

ATTEMPTS = 24
"""Kinds looked at for an occasion; the last is taken however far it has fallen. [count]"""

Due = tuple[AnyArray, AnyArray]
"""Position of the person, int32; need and number, int16."""


def shocked(
    world: World,
    folk: Folk,
    day: int,
    shock: ShockOfDay,
    usual: Callable[[int, frozenset[int] | None], Due],
    needs: frozenset[int] | None,
) -> Due:
    """Occasions of a day of a shock.

    Parameters
    ----------
    usual
        Finds the occasions that a day without a shock has, of some needs.
    needs
        Codes of the needs that are looked at; None is all.

    Returns
    -------
    (n,) int32, (n,) int16
        Position of the person; need and number. Need by need, and within each by person.
    """
    home = folk.zone // ROUTINES

    def chosen(found: Due, layer: int) -> Due:
        """Occasions that come up with the chance that the layer has of each."""
        who, code = found
        need, number = OCCASION.unpack(code.astype(np.int64))
        chance = shock.visits[need, home.take(who)] - layer
        room = ADDED_ROOM if layer else ADDED
        ids = combine(folk.people.take(who), code.astype(np.int64))
        draw = world.streams.draw("shock.occasion", day).sub(layer)
        kept = np.flatnonzero((number < room) & (draw.uniforms(ids) < chance))
        number = number + (ADDED + ADDED_ROOM * (layer - 1) if layer else 0)
        return who[kept], OCCASION.pack(need[kept], number[kept]).astype(np.int16)

    parts = [chosen(usual(day, needs), 0)]
    most = shock.visits.max(axis=1)
    for layer in (1, 2):
        more = frozenset(np.flatnonzero(most > layer).tolist())
        more = more if needs is None else more & needs
        if more:
            parts.append(chosen(usual(day - layer * BORROWED_DAYS, more), layer))
    who, code = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((code, who, code.astype(np.int64) >> OCCASION.bits("number")))
    return who[order], code[order]


def trades_left(
    world: World, day: int, shock: ShockOfDay, *, need: Ints, kind: Ints, row: Ints, country: Ints, ids: AnyArray
) -> Ints:
    """Kinds of purchase of occasions: of what a need buys, trades that fell further are chosen less often.

    Parameters
    ----------
    need, kind, country : (n,)
        Needs, kinds as on a day without a shock, and home countries of the people.
    row : (n,)
        Places of the kinds in ``lives.table``.
    ids : (n,) uint64
        Words that name occasions.

    Returns
    -------
    (n,)
    """
    found, pending = kind.copy(), np.arange(len(kind))
    draw = world.streams.draw("shock.trade", day)
    for attempt in range(ATTEMPTS):
        words = draw.sub(attempt).words(ids[pending])
        if attempt:
            found[pending] = world.lives.table.take(at_another_level(row[pending], words))
        place = country[pending]
        chance = shock.trades[found[pending], place] / np.maximum(shock.most[need[pending], place], 1e-9)
        pending = pending[to_uniforms(words) >= chance]
        if pending.size == 0:
            break
    return found
