"""Households: who lives with whom.

The one idea: neighbours in number are neighbours in space, so a household is a run of customer numbers inside
a small block, found by arithmetic. Whoever lives in another city than the rest lives alone.

Belongs here: the key of a person's household. Does not belong here: what households share.
"""

from functools import lru_cache

import numpy as np

from fraudsim_assets.maths.integers import remainders
from fraudsim_assets.maths.sampling import choice_table
from fraudsim_assets.reference_data.people import BLOCK, Households
from fraudsim_assets.streams import Streams
from fraudsim_assets.units import AnyArray, Ints


@lru_cache(maxsize=4)
def _heads(divisions: tuple[tuple[int, ...], ...], shares: tuple[float, ...]) -> Ints:
    """First member of each one's household within a block, by level. (256 * BLOCK,)"""
    table = choice_table(shares, 256)
    rows = np.array([np.repeat(np.cumsum((0, *sizes[:-1])), sizes) for sizes in divisions])
    return rows[table].ravel().astype(np.int64)


def heads(streams: Streams, table: Households, people: Ints) -> Ints:
    """Customer index of the first member of each person's household, their own if they live alone. (n,)"""
    block = people // BLOCK
    level = (streams.draw("household.division").words(block) >> np.uint64(56)).view(np.int64)
    first = _heads(table.divisions, table.division_shares)
    return block * BLOCK + first.take(level * BLOCK + remainders(people, BLOCK))


def household_ids(streams: Streams, table: Households, people: Ints, city: Ints) -> AnyArray:
    """Words that name households: of those who live in one city. (n,) uint64"""
    return (heads(streams, table, people).view(np.uint64) << np.uint64(24)) | city.astype(np.uint64)
