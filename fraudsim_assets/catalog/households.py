"""Households: who lives with whom.

The one idea: neighbours in number are neighbours in space, so a household is a run of customer numbers inside
a small block, found by arithmetic. Whoever lives in another city than the rest lives alone.

Belongs here: the key of a person's household. Does not belong here: what households share.
"""

from functools import lru_cache

import numpy as np

from fraudsim_assets.maths.integers import remainders
from fraudsim_assets.maths.sampling import choice_table
from fraudsim_assets.streams import Streams
from fraudsim_assets.units import AnyArray, Ints

BLOCK = 6
"""Customers among whom households are formed. [count]"""

DIVISIONS: tuple[tuple[tuple[int, ...], float], ...] = (
    ((1, 1, 1, 1, 1, 1), 0.14),
    ((2, 1, 1, 1, 1), 0.20),
    ((2, 2, 1, 1), 0.24),
    ((2, 2, 2), 0.12),
    ((3, 1, 1, 1), 0.10),
    ((3, 2, 1), 0.12),
    ((4, 1, 1), 0.05),
    ((4, 2), 0.03),
)
"""How six customers of a bank divide into households, and how often: 1.6 in each. ASSUMPTION. [share]"""


@lru_cache(maxsize=1)
def _heads() -> Ints:
    """First member of each one's household within a block, by level. (256 * BLOCK,)"""
    table = choice_table([weight for _, weight in DIVISIONS], 256)
    rows = np.array([np.repeat(np.cumsum((0, *sizes[:-1])), sizes) for sizes, _ in DIVISIONS])
    return rows[table].ravel().astype(np.int64)


def heads(streams: Streams, people: Ints) -> Ints:
    """Customer index of the first member of each person's household, their own if they live alone. (n,)"""
    block = people // BLOCK
    level = (streams.draw("household.division").words(block) >> np.uint64(56)).view(np.int64)
    return block * BLOCK + _heads().take(level * BLOCK + remainders(people, BLOCK))


def household_ids(streams: Streams, people: Ints, city: Ints) -> AnyArray:
    """Words that name households: of those who live in one city. (n,) uint64"""
    return (heads(streams, people).view(np.uint64) << np.uint64(24)) | city.astype(np.uint64)
