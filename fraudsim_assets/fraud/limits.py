"""Limits: no payment of a fraudster that is granted takes more of a line than anybody's may.

Belongs here: cutting what is granted down to what the line bears. Does not belong here: what is tried and refused,
which may be any sum (``scenarios``), and the limits of holders (``simulation.answers``).
"""

from dataclasses import replace

import numpy as np

from fraudsim_assets.fraud.campaigns import Campaigns, Steps
from fraudsim_assets.fraud.deeds import Deeds
from fraudsim_assets.fraud.scene import Scene


def within_line(campaigns: Campaigns, steps: Steps, deeds: Deeds, scene: Scene, day: int) -> Deeds:
    """Deeds of which none that is granted exceeds the largest part of the line that one payment may take.

    Parameters
    ----------
    campaigns
        One entry per step.
    steps, deeds
        Steps of a day and what happens at them. Those that are declined stay as they are.
    """
    line = scene.society.entities.account_line.take(steps.account).astype(np.float64)
    most = scene.society.reference.declines.largest_part * line
    some = np.flatnonzero(~steps.declined & (deeds.euros > most))
    if some.size == 0:
        return deeds
    minor, euros = deeds.minor.copy(), deeds.euros.copy()
    # by campaign, so that a refund gives back what was paid
    words = campaigns.draw("within_line").words(campaigns.number[some])
    minor[some], euros[some] = scene.write(
        euros=scene.thieves.rounding * most[some],
        kind=deeds.kind[some],
        merchant=deeds.merchant[some],
        words=words,
        day=day,
    )
    return replace(deeds, minor=minor, euros=euros)
