"""Inclination: what people tend to buy in each quarter hour of one UTC day, by where they are and who they are.

The one idea: a day knows few different calendars, so everything that follows from calendar, segment
and quarter hour is worked out once per day; a row looks its cell up.

Belongs here: joining a day's calendar with the odds of kinds. Does not belong here: the curves
(``kinds``, ``rhythm``) and the choices of single rows.
"""

from dataclasses import dataclass

import numpy as np

from fraudsim_assets.spending.kinds import Kinds
from fraudsim_assets.spending.rhythm import SLOTS, DayRhythm
from fraudsim_assets.streams import word_limits
from fraudsim_assets.tables.codes import SEGMENTS
from fraudsim_assets.units import AnyArray, Bools, Ints


@dataclass(frozen=True)
class Inclination:
    """Tables of one UTC day, flat over cells: (calendar, at home or travelling, segment, failed, quarter hour).

    Attributes
    ----------
    calendar : (zones,)
        Number of each zone's calendar. A zone is a pair of country and time zone.
    remote : (cells,) uint64
        Purchases whose word is below are remote. [unitless]
    row : (cells,)
        Rows of ``Kinds.table`` for purchases in shops.
    offset : (cells,) int16
        Local time minus UTC. [minutes]
    """

    calendar: Ints
    remote: AnyArray
    row: Ints
    offset: AnyArray

    @classmethod
    def of(cls, kinds: Kinds, rhythm: DayRhythm) -> "Inclination":
        """Work the tables out for a day."""
        odds = rhythm.remote_odds[:, None]
        seen = np.concatenate([rhythm.week_hour, rhythm.offset_minutes, odds.view(np.int64)], axis=1)
        _, first, calendar = np.unique(seen, axis=0, return_index=True, return_inverse=True)
        week_hour = rhythm.week_hour[first]
        shape = (len(first), 2, len(SEGMENTS), 2, SLOTS)
        hours, away, segment, failed = (
            week_hour[:, None, None, None, :],
            np.arange(2)[:, None, None, None],
            np.arange(len(SEGMENTS))[:, None, None],
            np.arange(2)[:, None],
        )
        odds = kinds.remote_odds[failed, segment, hours] * odds[first, :, None, None, None]
        row = kinds.rows(week_hour=hours, remote=0, segment=segment, away=away)
        offset = rhythm.offset_minutes[first].astype(np.int16)[:, None, None, None, :]
        return cls(
            calendar.ravel(),
            *(np.broadcast_to(table, shape).ravel() for table in (word_limits(odds / (1 + odds)), row, offset)),
        )

    def first_cells(self, *, zone: Ints, segment: AnyArray, away: Bools) -> Ints:
        """First cells of persons: the quarter hour is added to them, and ``FAILED`` for requests that fail. (n,)

        Parameters
        ----------
        zone : (n,)
            Zone of the city that each is in.
        segment : (n,)
            Codes of ``SEGMENTS``.
        away : (n,)
            On a journey.
        """
        return ((self.calendar.take(zone) * 2 + away) * len(SEGMENTS) + segment) * (2 * SLOTS)


FAILED = SLOTS
"""What is added to a cell where the request is declined, or repeats one that was. [cells]"""
