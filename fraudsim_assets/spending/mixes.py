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


def mixes(entries: tuple[Need, ...], weights: Floats, kinds: Kinds, by_clock: Floats) -> AnyArray:
    """Kinds of purchase by clock of countries, need, day type, hour and level; journeys' below needs. Flat uint8

    Parameters
    ----------
    weights : (needs, kinds)
        Purchases of each kind that each need makes. [share]
    by_clock : (clocks, kinds, 168)
        Intensity over the week. [unitless]
    """
    # most hours of most needs are alike on all clocks
    made: dict[bytes, AnyArray] = {}
    return np.concatenate([_by_one(entries, weights, kinds, curve, made) for curve in by_clock])


def _by_one(
    entries: tuple[Need, ...], weights: Floats, kinds: Kinds, curve: Floats, made: dict[bytes, AnyArray]
) -> AnyArray:
    """The same by one clock; tables that are made already, by their weights, are taken from them."""
    hours = [[d * HOURS + h for d in days] for days in (range(5), (5,), (6,)) for h in range(HOURS)]
    rows = []
    # what is paid on journeys only has a need of its own
    elsewhere = np.where(weights[[need.journeys for need in entries]].any(axis=0), 0.0, kinds.share)
    for need, own in zip(entries, weights, strict=True):
        mix = own if own.sum() > 0 else np.where(kinds.is_remote == need.remote, elsewhere, 0.0)
        for some in hours:
            here = mix * curve[:, some].sum(axis=1)
            rows.append(_table(here if here.sum() > 0 else mix, made))
    for taste in kinds.taste:
        mix = np.where(kinds.is_remote, 0.0, elsewhere * kinds.travel * taste)
        for some in hours:
            here = mix * curve[:, some].sum(axis=1)
            rows.append(_table(here if here.sum() > 0 else mix, made))
    return np.concatenate(rows)


def _table(weights: Floats, made: dict[bytes, AnyArray]) -> AnyArray:
    """A table of kinds by their weights. (1 << TABLE_BITS,) uint8"""
    only = np.flatnonzero(weights)
    key = weights.tobytes() if len(only) > 1 else only.tobytes()
    if key not in made:
        made[key] = choice_table(weights, 1 << TABLE_BITS).astype(np.uint8)
    return made[key]
