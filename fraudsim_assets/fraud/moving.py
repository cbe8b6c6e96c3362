"""Rings that move on: where enough of a ring's attempts are stopped, it leaves the bank's customers alone for a while.

The one idea: a ring leaves at the first midnight UTC after its patience has run out, and comes back after some days;
campaigns that would begin in between do not come about, and those that have begun go on. So decisions of a day change
no other person's rows of that day, and when rings are away follows from the log and from campaigns alone.

Belongs here: when rings are away, and which campaigns fall away. Does not belong here: what becomes of a campaign's
payments (``reckoning``), and numbers of patience (``reference_data/data/rings.toml``).
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from fraudsim_assets.fraud.rings import Rings
from fraudsim_assets.fraud.timetable import Timetable
from fraudsim_assets.streams import combine, to_uniforms
from fraudsim_assets.units import DAY, Bools, Ints

_DAY_BITS = 20
# day numbers below a ring in one sorting key


@dataclass(frozen=True)
class Stops:
    """Attempts of rings that decisions stopped. One entry per attempt.

    Attributes
    ----------
    ring, when
        The ring, and the time of the attempt. [-], [microseconds since 1970]
    begun
        Day on which the campaign began. [day number]
    """

    ring: Ints
    when: Ints
    begun: Ints

    def take(self, some: Ints | Bools) -> "Stops":
        """Choose some by index or mask."""
        return Stops(*(getattr(self, f.name)[some] for f in fields(self)))

    @classmethod
    def join(cls, parts: Sequence["Stops"]) -> "Stops":
        """Concatenate."""
        none = np.zeros(0, dtype=np.int64)
        return cls(*(np.concatenate([none, *(getattr(part, f.name) for part in parts)]) for f in fields(cls)))


@dataclass(frozen=True)
class Absences:
    """When rings are away, by ring, then time. One entry per absence.

    Attributes
    ----------
    ring
        The ring.
    leaves, back
        First day without it, and the day on which it is back. [day number]
    """

    ring: Ints
    leaves: Ints
    back: Ints

    @classmethod
    def of(cls, stops: Stops, rings: Rings) -> "Absences":
        """Find them.

        Attempts are counted from the beginning of a ring, or since it came back; those of campaigns that fall away
        count for nothing.
        """
        stops = stops.take(np.lexsort((stops.when, stops.ring)))
        parts = [np.zeros((3, 0), dtype=np.int64)]
        while len(stops.ring):
            opens = np.flatnonzero(np.diff(stops.ring, prepend=-1))
            length = np.diff(np.append(opens, len(stops.ring)))
            patience = rings.law("patience", stops.ring[opens]).astype(np.int64)
            some = np.flatnonzero((patience > 0) & (length >= patience))
            ring = stops.ring[opens[some]]
            leaves = stops.when[opens[some] + patience[some] - 1] // DAY + 1
            back = leaves + _days_away(rings, ring, leaves)
            parts.append(np.stack([ring, leaves, back]))
            mine = np.repeat(np.isin(np.arange(len(opens)), some), length)
            stops, at = stops.take(mine), np.repeat(np.arange(len(some)), length[some])
            again = stops.when >= back[at] * DAY
            stops = stops.take(again & ((stops.begun < leaves[at]) | (stops.begun >= back[at])))
        found = np.concatenate(parts, axis=1)
        return cls(*found[:, np.lexsort((found[1], found[0]))])

    def __len__(self) -> int:
        return len(self.ring)

    def fallen(self, table: Timetable) -> Bools:
        """Campaigns of a timetable that do not come about. (campaigns,)"""
        ring, begun = table.campaigns.ring, began_on(table)
        if len(self) == 0:
            return np.zeros(len(ring), dtype=bool)
        keys = (self.ring << _DAY_BITS) + self.leaves
        at = np.searchsorted(keys, (np.maximum(ring, 0) << _DAY_BITS) + begun, side="right") - 1
        return (at >= 0) & (ring >= 0) & (self.ring[at] == ring) & (begun < self.back[at])


def began_on(table: Timetable) -> Ints:
    """Days on which campaigns take their first step; those of none begin on day 0. (campaigns,) [day number]"""
    found = np.full(len(table.campaigns), np.iinfo(np.int64).max)
    np.minimum.at(found, table.plan.steps.campaign, table.day)
    return np.where(found == np.iinfo(np.int64).max, 0, found)


def _days_away(rings: Rings, ring: Ints, leaves: Ints) -> Ints:
    """How long rings that leave stay away. (n,) [days]"""
    u = to_uniforms(rings.words("away", combine(ring, leaves)))
    least, most = rings.law("shortest_absence", ring), rings.law("longest_absence", ring)
    return np.rint(least + u * (most - least)).astype(np.int64)
