"""Routines: the weekdays on which a person runs errands.

The one idea: people have a day of the week for the shops, and a second one. So the errands of a week fall together,
mostly on the same weekday, while the crowd as a whole keeps the calendar's shares of days.

Belongs here: routines, and weights of days as people of each routine see them. Does not belong here: the calendar
(``dayweights``).
"""

from functools import lru_cache

import numpy as np

from fraudsim_assets.reference_data.habits import ROUTINES
from fraudsim_assets.streams import Streams
from fraudsim_assets.units import Bools, Floats, Ints


def routines(streams: Streams, people: Ints) -> Ints:
    """Routines of people. (n,)"""
    words = streams.draw("routine.week").words(people)
    return ((words >> np.uint64(40)) * np.uint64(ROUTINES) >> np.uint64(24)).view(np.int64)


@lru_cache(maxsize=4)
def _habit(first: float, second: float) -> Floats:
    """Factor of each weekday, from Monday, for each routine: a mean of one over the routines. (7, ROUTINES)"""
    habit = np.full((7, ROUTINES), (ROUTINES - first - second) / (ROUTINES - 2))
    for day in range(ROUTINES):
        habit[day, day] = first
        habit[(day + 3) % ROUTINES, day] = second
    habit[6] = 1.0
    return habit


def by_routine(weights: Floats, first: int, bound: Bools, *, errands: tuple[float, float]) -> Floats:
    """Weights of days as people of each routine see them.

    Parameters
    ----------
    weights : (days, needs, homes)
        Weights as the crowd sees them.
    first
        First day. [day number]
    bound : (needs,)
        Needs that follow the routine.
    errands
        Errands on a person's first and second day for the shops, against the crowd's. [unitless]

    Returns
    -------
    (days, needs, homes * ROUTINES)
    """
    weekday = (first + np.arange(len(weights)) + 3) % 7  # 1970-01-01 was a Thursday
    habit = np.where(bound[None, :, None], _habit(*errands)[weekday][:, None, :], 1.0)
    seen = weights[:, :, :, None] * habit[:, :, None, :]
    return seen.reshape(*weights.shape[:2], -1)


def made_up(weights: Floats, chance: float) -> Floats:
    """How much more often a need comes up on days on which another one absorbs it, so that the crowd keeps its days.

    Parameters
    ----------
    weights : (days, zones)
        Weights of days of the need that absorbs it, mean one. [unitless]
    chance
        That the other is absorbed on the mean day. [share]
    """
    return (1 - chance) / (1 - np.minimum(chance * weights, _SUREST))


_SUREST = 0.7
# nothing is absorbed for certain. [share]
