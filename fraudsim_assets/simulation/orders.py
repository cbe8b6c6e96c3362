"""Orders: which of them people place at shops that they come across, rather than at their own.

The one idea: a session explores or does not. Where it does, the shop is any, and the browser is often one that has no
history: that of an application in which an advertisement was touched. So new shops and new devices come together.

Belongs here: what a session that explores means for shop and device. Does not belong here: ids of devices
(``spending.networks``), and lists of favourites (``spending.where``).
"""

import numpy as np

from fraudsim_assets.bit_layouts import OCCASIONS
from fraudsim_assets.simulation.cast import Cast
from fraudsim_assets.simulation.rows import Rows
from fraudsim_assets.simulation.world import World
from fraudsim_assets.spending.networks import exploring_sessions, fresh_sessions
from fraudsim_assets.units import Bools, Floats, Ints


def exploring(world: World, day: int, *, people: Ints, session: Ints, kind: Ints) -> Bools:
    """Whether remote orders are placed at shops that people come across. (n,)

    Parameters
    ----------
    people, session, kind : (n,)
        Customer indices; numbers of their sessions on the day; kinds of purchase.
    """
    exploration = world.habits.kinds.exploration.take(kind)
    return exploring_sessions(world.streams, people=people, session=session, exploration=exploration, day=day)


def tastes(world: World, day: int, *, people: Ints, session: Ints, kind: Ints, u: Floats) -> Floats:
    """Uniforms that choose shops of remote orders: below the share of exploration where the session explores. (n,)

    Parameters
    ----------
    people, session, kind : (n,)
        As of :func:`exploring`.
    u : (n,)
        Uniforms. [unitless]
    """
    exploration = world.habits.kinds.exploration.take(kind)
    explores = exploring(world, day, people=people, session=session, kind=kind)
    return np.where(explores, u * exploration, exploration + u * (1.0 - exploration))


def on_fresh_devices(world: World, cast: Cast, rows: Rows) -> Bools:
    """Whether remote orders come from devices without a history. (n,)"""
    people, session = cast.people.take(rows.at), rows.code % OCCASIONS
    explores = exploring(world, cast.day, people=people, session=session, kind=rows.kind)
    return fresh_sessions(
        world.streams,
        world.reference.networks,
        people=people,
        session=session,
        day=cast.day,
        exploring=explores,
    )
