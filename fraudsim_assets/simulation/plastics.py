"""Plastics of a world: which card an account pays with at a moment.

Belongs here: asking a world. Does not belong here: the law (``fraud.plastics``), and the catalog rows of reissued cards
(``catalogs``).
"""

import numpy as np

from fraudsim_assets.fraud.plastics import cards_at
from fraudsim_assets.simulation.world import World
from fraudsim_assets.units import DAY, Bools, Ints


def cards_in_use(world: World, *, account: Ints, when: Ints) -> tuple[Ints, Bools]:
    """Card ids and silence at moments.

    Parameters
    ----------
    account : (n,)
        Account indices.
    when : (n,)
        Moments within ``LOOK_BACK_DAYS`` of each other. [microseconds since 1970]

    Returns
    -------
    (n,), (n,)
        Card ids; true in a silent spell, when the id is that of the blocked card.
    """
    if len(account) == 0:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=bool)
    history = world.history.blocks_around(int(when.max()) // DAY)
    return cards_at(world.entities, history, account=account, when=when)
