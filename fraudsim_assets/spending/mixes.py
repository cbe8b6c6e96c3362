"""Mixes: which kinds of purchase a need is met with, by the hour.

The one idea: a choice is one look-up in a table of equally likely kinds, for each need, day type and hour.

Belongs here: that table, and its rows. Does not belong here: how often a need comes up (``cells``), and what is
bought where (``where``).
"""

import numpy as np

from fraudsim_assets.maths.sampling import choice_table
from fraudsim_assets.reference_data.needs import Need
from fraudsim_assets.spending.kinds import TABLE_BITS, Kinds
from fraudsim_assets.spending.rhythm import HOURS, WEEK_HOURS
from fraudsim_assets.units import AnyArray, Floats

HOUR_ROWS = np.array([max(h // HOURS - 4, 0) * HOURS + h % HOURS for h in range(WEEK_HOURS)])
"""Row of the tables within a need, by hour of the local working week. (168,)"""


def mixes(entries: tuple[Need, ...], weights: Floats, kinds: Kinds) -> AnyArray:
    """Kinds of purchase by need, day type, hour and level; journeys' below. Flat uint8"""
    hours = [[d * HOURS + h for d in days] for days in (range(5), (5,), (6,)) for h in range(HOURS)]
    rows = []
    # what is paid on journeys only has a need of its own
    elsewhere = np.where(weights[[need.journeys for need in entries]].any(axis=0), 0.0, kinds.share)
    for need, own in zip(entries, weights, strict=True):
        mix = own if own.sum() > 0 else np.where(kinds.is_remote == need.remote, elsewhere, 0.0)
        for some in hours:
            here = mix * kinds.curve[:, some].sum(axis=1)
            rows.append(choice_table(here if here.sum() > 0 else mix, 1 << TABLE_BITS))
    for taste in kinds.taste:
        mix = np.where(kinds.is_remote, 0.0, elsewhere * kinds.travel * taste)
        for some in hours:
            here = mix * kinds.curve[:, some].sum(axis=1)
            rows.append(choice_table(here if here.sum() > 0 else mix, 1 << TABLE_BITS))
    return np.concatenate(rows).astype(np.uint8)
