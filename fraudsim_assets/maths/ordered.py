"""Looking things up in ascending arrays.

Belongs here: where values stand in an ordered array. Does not belong here: transforms of uniforms
(``sampling``).
"""

import numpy as np

from fraudsim_assets.units import Bools, Ints


def places_of(ordered: Ints, wanted: Ints) -> tuple[Ints, Bools]:
    """Find values in an ascending array.

    Parameters
    ----------
    ordered : (n,)
        Ascending, without repetition.
    wanted : (m,)
        Values looked for, in any order.

    Returns
    -------
    (m,), (m,)
        Positions; whether the value is there. A position counts only where it is.
    """
    if len(ordered) == 0:
        return np.zeros(len(wanted), dtype=np.int64), np.zeros(len(wanted), dtype=bool)
    at = np.minimum(np.searchsorted(ordered, wanted), len(ordered) - 1)
    return at, ordered[at] == wanted


def ranges_of(ordered: Ints, wanted: Ints) -> tuple[Ints, Ints]:
    """Find all places of values in an ascending array with repetitions.

    Parameters
    ----------
    ordered : (n,)
        Ascending.
    wanted : (m,)
        Values looked for, in any order.

    Returns
    -------
    (k,), (k,)
        Positions in ``wanted``, ascending, and the places of each value in ``ordered``, ascending too.
    """
    first = np.searchsorted(ordered, wanted)
    at, number = repeated(np.searchsorted(ordered, wanted, side="right") - first)
    return at, first.take(at) + number


def repeated(count: Ints) -> tuple[Ints, Ints]:
    """Repeat places, each as often as its count says.

    Parameters
    ----------
    count : (n,)
        Not negative. [count]

    Returns
    -------
    (k,), (k,)
        Places, ascending, and the number of each among those of its place, from 0.
    """
    at = np.repeat(np.arange(len(count)), count)
    return at, np.arange(len(at)) - np.repeat(np.cumsum(count) - count, count)


def mask_of_members(ordered: Ints, members: Ints) -> Bools:
    """Boolean array that is true where an ascending array holds one of the members. (n,)"""
    mask = np.zeros(len(ordered), dtype=bool)
    at, there = places_of(ordered, members)
    mask[at[there]] = True
    return mask
