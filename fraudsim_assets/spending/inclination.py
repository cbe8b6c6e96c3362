"""Inclination: what people tend to buy in each quarter hour of one UTC day, by where they are and who they are.

The one idea: everything that follows from zone, segment and quarter hour is worked out once per day,
and a row looks its cell up.

Belongs here: joining a day's calendar with the odds of kinds. Does not belong here: the curves
(``kinds``, ``rhythm``) and the choices of single rows.
"""

from dataclasses import dataclass

import numpy as np

from fraudsim_assets.spending.kinds import Kinds
from fraudsim_assets.spending.rhythm import SLOTS, DayRhythm
from fraudsim_assets.streams import word_limits
from fraudsim_assets.tables.codes import SEGMENTS
from fraudsim_assets.units import AnyArray, Ints

FAILED = SLOTS
"""What is added to a cell where the request is declined, or repeats one that was. [cells]"""


@dataclass(frozen=True)
class Inclination:
    """Tables of one UTC day, flat over cells: (zone, segment, failed, quarter hour).

    A zone is a pair of country and time zone.

    Attributes
    ----------
    remote : (cells,) uint64
        Purchases whose word is below are remote. [unitless]
    row : (cells,)
        Rows of ``Kinds.table`` for purchases in shops of people who are not on a journey.
    offset : (cells,) int16
        Local time minus UTC. [minutes]
    """

    remote: AnyArray
    row: Ints
    offset: AnyArray

    @classmethod
    def of(cls, kinds: Kinds, rhythm: DayRhythm) -> "Inclination":
        """Work the tables out for a day."""
        hours = rhythm.week_hour[:, None, None, :]
        segment = np.arange(len(SEGMENTS))[:, None, None]
        odds = kinds.remote_odds[np.arange(2)[:, None], segment, hours]
        odds *= rhythm.remote_odds[:, None, None, None]
        row = kinds.rows(week_hour=hours, remote=0, segment=segment, away=0)
        offset = rhythm.offset_minutes.astype(np.int16)[:, None, None, :]
        return cls(
            remote=word_limits(odds / (1 + odds)).ravel(),
            row=np.broadcast_to(row, odds.shape).ravel(),
            offset=np.broadcast_to(offset, odds.shape).ravel(),
        )

    @staticmethod
    def first_cells(zone: Ints, segment: AnyArray) -> Ints:
        """First cells of persons, to which the quarter hour is added, and ``FAILED`` for requests that fail. (n,)

        Parameters
        ----------
        zone : (n,)
            Zone of the city that each is in.
        segment : (n,)
            Codes of ``SEGMENTS``.
        """
        return (zone * len(SEGMENTS) + segment) * (2 * SLOTS)
