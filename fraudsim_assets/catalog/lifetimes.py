"""When versions of entities begin and end: renewal in periods on an absolute time axis.

Time since 1970 is cut, for each entity, into periods of the entity's own length and phase. The
period that holds a day is ``(day + phase) // length``: no history, no beginning, no end. Where
the simulated days start or stop decides which versions are listed and changes none of them.

Belongs here: periods, windows and eras. Does not belong here: lengths of any particular entity.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np

from fraudsim_assets.config import Config
from fraudsim_assets.config.model import ERA_YEARS, decade_of
from fraudsim_assets.units import AnyArray, Ints, day_number

LOOK_BACK_DAYS = 400
"""Versions that ended this long before the first simulated day are not listed. [days]"""

OPEN_ENDED_YEARS = 3
"""How far versions are listed where the configuration has no end date. [years]"""


@dataclass(frozen=True)
class Window:
    """Days whose valid versions are listed, both included. [day numbers]"""

    first: int
    last: int


def listing_window(config: Config) -> Window:
    """Days for which the catalogs must know every valid version."""
    start = config.start_date
    end = config.end_date
    if end is None:
        month_end = 28 if (start.month, start.day) == (2, 29) else start.day
        end = date(start.year + OPEN_ENDED_YEARS, start.month, month_end)
    return Window(day_number(start) - LOOK_BACK_DAYS, day_number(end))


@dataclass(frozen=True)
class Era:
    """The decade in which a simulation starts, to which birth dates are tied.

    Attributes
    ----------
    first
        Day before which every relationship had begun, and every account but further lines of credit: the decade's first
        day less :data:`LOOK_BACK_DAYS`. [day number]
    middle
        Day on which people have their drawn ages. [day number]
    last
        First day after the decade. [day number]
    """

    first: int
    middle: int
    last: int


def era_of(config: Config) -> Era:
    """Decade of the start date; moving the start date inside it changes no person."""
    first, middle, last = (day_number(date(decade_of(config.start_date) + n * ERA_YEARS // 2, 1, 1)) for n in range(3))
    return Era(first - LOOK_BACK_DAYS, middle, last)


def period_of(days: AnyArray | int, phases: AnyArray, lengths: AnyArray) -> Ints:
    """Number of the period that holds a day. (n,)

    Parameters
    ----------
    days : (n,) or scalar
        Day, or any other whole unit of time since 1970.
    phases : (n,)
        In [0, length), same unit.
    lengths : (n,)
        At least one, same unit.
    """
    return (days + phases) // lengths


def expand(first: Ints, last: Ints) -> tuple[Ints, Ints]:
    """List periods ``first`` to ``last``, both included, of every entity in order.

    Returns
    -------
    entities : (m,)
        Positions in the input, ascending.
    periods : (m,)
        Period numbers, ascending within an entity.
    """
    counts = last - first + 1
    entities = np.repeat(np.arange(len(counts)), counts)
    starts = np.cumsum(counts) - counts
    periods = np.arange(len(entities)) - np.repeat(starts - first, counts)
    return entities, periods
