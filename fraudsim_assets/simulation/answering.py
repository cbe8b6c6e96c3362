"""What decisions make of the rows of a day: requests that are refused though the issuer would have granted them.

Belongs here: answers to payments that a decision is about. Does not belong here: what follows for campaigns and cards
(``fraud``), and how decisions come about (``deciding``).
"""

from dataclasses import replace

import numpy as np

from fraudsim_assets.decisions.verdicts import BLOCK, DECLINE
from fraudsim_assets.simulation.cast import Cast
from fraudsim_assets.simulation.rows import Rows
from fraudsim_assets.simulation.world import World
from fraudsim_assets.spending.causes import CODE


def decided(world: World, cast: Cast, rows: Rows) -> Rows:
    """Rows with their slots, answered as was decided; what is refused already stays so."""
    action = world.verdicts.answers_to(cast.accounts.take(rows.at), rows.slot, cast.day)
    refused = np.flatnonzero(((action == DECLINE) | (action == BLOCK)) & (rows.response == 0))
    if refused.size == 0:
        return rows
    response = rows.response.copy()
    response[refused] = CODE["59"]
    return replace(rows, response=response)
