"""Routines: the weekdays on which a person runs errands.

The one idea: people have a day of the week for the shops, and a second one. So the errands of a week fall together,
mostly on the same weekday, while the crowd as a whole keeps the calendar's shares of days.

Belongs here: routines, and weights of days as people of each routine see them. Does not belong here: the calendar
(``dayweights``).
"""

from functools import lru_cache

import numpy as np

from fraudsim_assets.streams import Streams
from fraudsim_assets.units import Bools, Floats, Ints

ROUTINES = 6
"""Routines: one for each weekday from Monday to Saturday. [count]"""

FIRST_DAY, SECOND_DAY = 3.2, 1.4
"""Errands on a person's day for the shops, and on the second one, three weekdays on, against the crowd's.
ASSUMPTION, tuned to the burstiness of cards (target E07). [unitless]"""


def routines(streams: Streams, people: Ints) -> Ints:
    """Routines of people. (n,)"""
    words = streams.draw("routine.week").words(people)
    return ((words >> np.uint64(40)) * np.uint64(ROUTINES) >> np.uint64(24)).view(np.int64)


@lru_cache(maxsize=1)
def _habit() -> Floats:
    """Factor of each weekday, from Monday, for each routine: a mean of one over the routines. (7, ROUTINES)"""
    habit = np.full((7, ROUTINES), (ROUTINES - FIRST_DAY - SECOND_DAY) / (ROUTINES - 2))
    for day in range(ROUTINES):
        habit[day, day] = FIRST_DAY
        habit[(day + 3) % ROUTINES, day] = SECOND_DAY
    habit[6] = 1.0
    return habit


def by_routine(weights: Floats, first: int, bound: Bools) -> Floats:
    """Weights of days as people of each routine see them.

    Parameters
    ----------
    weights : (days, needs, homes)
        Weights as the crowd sees them.
    first
        First day. [day number]
    bound : (needs,)
        Needs that follow the routine.

    Returns
    -------
    (days, needs, homes * ROUTINES)
    """
    weekday = (first + np.arange(len(weights)) + 3) % 7  # 1970-01-01 was a Thursday
    habit = np.where(bound[None, :, None], _habit()[weekday][:, None, :], 1.0)
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
