"""Sittings: how the steps of a campaign spread over days, and over the minutes of a sitting.

Belongs here: pauses within a sitting, and what goes on another day. Does not belong here: how fast thieves are
(``pattern``), and on which day and at which hour a sitting begins (``schedule``).
"""

from dataclasses import replace

import numpy as np

from fraudsim_assets.config.scenarios import PatternParameters
from fraudsim_assets.fraud.campaigns import Campaigns, Steps, since_opened, sum_within
from fraudsim_assets.maths.sampling import QUANTILE_BITS, lognormal_mean_one
from fraudsim_assets.reference_data.thieves import Thieves
from fraudsim_assets.units import Floats, Ints


def in_sittings(
    p: PatternParameters,
    table: Thieves,
    campaigns: Campaigns,
    steps: Steps,
    tests: Ints,
    *,
    horizon: float,
    gap: Floats,
    pause: Floats,
) -> Steps:
    """Spread steps over sittings, and steps of a sitting over minutes.

    Parameters
    ----------
    table
        How long sittings last, whatever the pattern.
    tests : (campaigns,)
        Tests that campaigns begin with: none waits for another day by choice. [count]
    horizon
        Latest time of a step from the start of its campaign. [operational days]
    gap, pause : (n,)
        Mean time before each step, and the least on top of it. [minutes]

    Returns
    -------
    Steps
        With ``offset`` and ``minute``.
    """
    later = steps.order > np.maximum(tests.take(steps.campaign), 0)
    fresh = later & (steps.uniforms(campaigns, "sitting") < p.new_sitting)
    level = (steps.uniforms(campaigns, "gap") * (1 << QUANTILE_BITS)).astype(np.int64)
    gap = lognormal_mean_one(level, table.gap_spread) * gap + pause
    running = sum_within(np.where(steps.order > 0, gap, 0.0), steps)
    spell = since_opened(running, (steps.order == 0) | fresh) // table.longest_sitting
    fresh |= (np.diff(spell, prepend=0.0) > 0) & (steps.order > 0)
    wait = -np.log(steps.uniforms(campaigns, "wait")) * p.days_between + 0.3
    offset = np.minimum(sum_within(np.where(fresh, wait, 0.0), steps), horizon)
    return replace(steps, offset=offset, minute=since_opened(running, (steps.order == 0) | fresh))
