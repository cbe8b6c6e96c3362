"""Cells: on which days a person's needs come up, in closed form.

The one idea: time is cut, for each person and need, into cells of a length and a phase of its own. A
cell holds its occasions, mostly one, and the day of each is drawn inside the cell by the weights of its
days, so what a closed day cannot have goes to the days around it. Whether today is the day is one
comparison of one hash with a table of the day; no other day is looked at.

Belongs here: rates, cells, and the counts of a day. Does not belong here: weights of days (``dayweights``),
where occasions are met and how they are paid.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from fraudsim_assets.maths.sampling import midpoints, normal_quantiles
from fraudsim_assets.reference_data.needs import Need
from fraudsim_assets.streams import Streams, combine
from fraudsim_assets.units import AnyArray, Bools, Floats, Ints

LENGTHS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 16, 19, 23, 28, 33, 39, 45, 52, 60)
"""Lengths that cells may have. [days]"""

STEPS = 4
"""Steps of rates per doubling: rates are known to a half of them, 9 %. [count]"""

LEVELS = 160
"""Rates from lowest to highest, ``STEPS`` of them per doubling. [count]"""

MIDDLE = 100
"""Level of the mean rate of a need; the levels above are for people who pay for everybody. [level]"""

FULLEST = 0.97
"""Cells are made as long as they can be for so many occasions each. ASSUMPTION. [count]"""

SEASON_DAYS = 28
"""Days before and after by which a day's season is known. [days]"""

FORTNIGHT = 14
"""How long a burst lasts. ASSUMPTION. [days]"""

ABSORBED = 0.75
"""Chance that a need is superfluous on a day on which the one that absorbs it comes up. ASSUMPTION. [share]"""

PHASE_BITS, LIKING_LEVELS = 12, 16

DISPLACED = 0.2
"""Most that a closed day passes on to others. Source: monitoring_consumption_ch: of 0, 0.2 and 1, the closest to the
days of 2019 in grocery, other shops and all together. [share]"""

_LANES = 4
# needs whose phase and liking come from one word
_TO_UNIT = np.float32(2.0**-24)


def displacement(length: int) -> float:
    """Part of a closed day's occasions that other days of the cell get, by its length. [share]

    A lunch that was not eaten is gone; some of the haircuts are not. What people buy on the eve of a holiday is a
    factor of its own in the calendar.
    """
    return DISPLACED * min((length - 1) / 4, 1.0)


@dataclass(frozen=True)
class Folk:
    """People as their needs see them. One entry per person.

    Attributes
    ----------
    people
        Customer indices.
    level
        Level of activity, relative to the mean. [level]
    segment
        Codes of ``SEGMENTS``.
    zone
        Home zones, numbered as in the weights of days.
    lanes : (n, needs) uint16
        Phase and liking.
    """

    people: Ints
    level: AnyArray
    segment: Ints
    zone: Ints
    lanes: AnyArray

    def __len__(self) -> int:
        return len(self.people)

    @classmethod
    def of(cls, streams: Streams, n_needs: int, *, people: Ints, level: AnyArray, segment: Ints, zone: Ints) -> "Folk":
        """Look people up."""
        draw = streams.draw("need.person")
        words = np.empty((len(people), -(-n_needs // _LANES)), dtype=np.uint64)
        for i in range(words.shape[1]):
            words[:, i] = draw.sub(i).words(people)
        return cls(people, level, segment, zone, words.view(np.uint16)[:, :n_needs])

    def take(self, some: Ints) -> "Folk":
        """Choose people by position."""
        return Folk(self.people[some], self.level[some], self.segment[some], self.zone[some], self.lanes[some])


@dataclass(frozen=True)
class Rates:
    """How often each level of a need comes up, and in which cells.

    Attributes
    ----------
    rate : (LEVELS,)
        Occasions a day. [1/day]
    length : (LEVELS,) int16
        Length of the cells. [days]
    keep : (LEVELS,) float32
        Occasions per cell. [count]
    """

    rate: Floats
    length: AnyArray
    keep: AnyArray

    @classmethod
    def of(cls, need: Need, middle: float) -> "Rates":
        """Rates of a need from that of the middle level. [1/day]"""
        rate = middle * 2.0 ** ((np.arange(LEVELS) - MIDDLE) / STEPS)
        allowed = np.array([n for n in LENGTHS if n <= need.longest])
        fits = np.searchsorted(allowed, FULLEST / np.maximum(rate, 1e-300), side="right") - 1
        length = allowed[np.clip(fits, 0, len(allowed) - 1)]
        return cls(rate, length.astype(np.int16), (rate * length).astype(np.float32))


@dataclass(frozen=True)
class DayCells:
    """A day as the cells of one need see it.

    Attributes
    ----------
    modulo : (LEVELS,) int16
        The day modulo the length of each level's cells. [days]
    first : (LEVELS,)
        Row of a level's first day in the tables.
    before, until : (rows * zones,) float32
        Occasions of the cell before the day, and until its end, against those of an average cell, by (length,
        days into the cell, zone).
    zones
        Number of zones.
    """

    modulo: AnyArray
    first: Ints
    before: AnyArray
    until: AnyArray
    zones: int


@dataclass(frozen=True)
class CellModel:
    """Needs of all people.

    Attributes
    ----------
    needs
        Needs, in the order of their codes.
    taste : (needs, segments) int16
        Levels added by stage of life.
    rates
        Rates by need and level.
    """

    streams: Streams
    needs: tuple[Need, ...]
    taste: AnyArray
    rates: tuple[Rates, ...]

    @classmethod
    def of(
        cls,
        streams: Streams,
        needs: Sequence[Need],
        *,
        tastes: Floats,
        wanted: Floats,
        folk: Folk,
        weight: Floats,
    ) -> "CellModel":
        """Find the rates at which needs come up as often as wanted.

        Parameters
        ----------
        tastes : (needs, segments)
            How often by stage of life, against the average. [unitless]
        wanted : (needs,)
            Occasions of each need per person. [1/day]
        folk
            People who stand for all.
        weight : (n,)
            Share of the time in which each can pay. [share]
        """
        entries = tuple(needs)
        taste = np.rint(np.log2(np.maximum(tastes, 1e-3)) * STEPS).astype(np.int16)
        blank = cls(streams, entries, taste, ())
        levels = [blank.levels(folk, n) for n in range(len(entries))]
        middle = np.zeros(len(entries))
        chances: dict[str, Floats] = {}
        for n, need in enumerate(entries):
            factor = 2.0 ** ((levels[n] - MIDDLE) / STEPS)
            left = 1.0 - ABSORBED * chances[need.absorbed] if need.absorbed else 1.0
            middle[n] = wanted[n] * len(weight) / max(float((factor * weight * left).sum()), 1e-300)
            chances[need.name] = np.minimum(factor * middle[n], 1.0)
        return cls(streams, entries, taste, tuple(Rates.of(need, m) for need, m in zip(entries, middle, strict=True)))

    @cached_property
    def absorbers(self) -> tuple[int, ...]:
        """Code of the need that absorbs each; -1 where none does."""
        names = [need.name for need in self.needs]
        return tuple(names.index(need.absorbed) if need.absorbed else -1 for need in self.needs)

    @cached_property
    def _liking(self) -> AnyArray:
        """The middle level and what a person's liking adds to it. (needs, LIKING_LEVELS) int16"""
        u = midpoints(LIKING_LEVELS)
        z = np.interp(u, midpoints(1 << 16), normal_quantiles().astype(np.float64))
        return np.stack([MIDDLE + np.rint(STEPS * need.spread * z) for need in self.needs]).astype(np.int16)

    def levels(self, folk: Folk, n: int) -> AnyArray:
        """Levels of people's rates of a need. (n,) int16"""
        return self._levels(folk, n, folk.lanes[:, n])

    def _levels(self, folk: Folk, n: int, lane: AnyArray) -> AnyArray:
        level = folk.level + self.taste[n].take(folk.segment)
        level += self._liking[n].take(lane >> np.uint16(PHASE_BITS))
        return level.clip(0, LEVELS - 1, out=level)

    def day(self, n: int, weights: Floats, day: int) -> DayCells:
        """Lay a day out for the cells of a need.

        Parameters
        ----------
        weights : (reach, zones)
            Weights of the days from :meth:`reach_of` before the day to as many after it, mean one over a year.
        """
        need, rates = self.needs[n], self.rates[n]
        allowed = [k for k in LENGTHS if k <= need.longest]
        length = np.repeat(allowed, allowed)
        first = np.cumsum(allowed) - np.array(allowed)
        into = np.arange(len(length)) - np.repeat(first, allowed)
        middle = self.reach_of(n)
        total = np.concatenate([np.zeros((1, weights.shape[1])), np.cumsum(weights, axis=0)])
        begin = middle - into
        open_days = np.maximum(np.rint(length * (1 - need.rest)).astype(np.int64), 1)
        end = begin + open_days
        mass = total[end] - total[begin]
        season = (total[begin + SEASON_DAYS + 1] - total[begin - SEASON_DAYS]) / (2 * SEASON_DAYS + 1)
        keeps = np.array([displacement(k) for k in allowed]).repeat(allowed)[:, None]
        relative = mass / open_days[:, None] / np.maximum(season, 1e-9)
        inside = (into < open_days)[:, None] & (mass > 0)
        scale = np.where(inside, season * relative ** (1 - keeps) / np.maximum(mass, 1e-9), 0.0)
        before = (total[middle] - total[begin]) * scale
        until = (total[middle + 1] - total[begin]) * scale
        place = {k: int(f) for k, f in zip(allowed, first, strict=True)}
        return DayCells(
            modulo=(day % rates.length.astype(np.int64)).astype(np.int16),
            first=np.array([place[int(k)] for k in rates.length]),
            before=before.astype(np.float32).ravel(),
            until=until.astype(np.float32).ravel(),
            zones=weights.shape[1],
        )

    def reach_of(self, n: int) -> int:
        """How many days before and after a day :meth:`day` needs weights of. [days]"""
        return max(k for k in LENGTHS if k <= self.needs[n].longest) + SEASON_DAYS + 2

    def bursts(self, folk: Folk, day: int) -> AnyArray:
        """Words that say how much people are in the mood for bursts in this fortnight. (n,) uint64"""
        clock = (day + folk.people % FORTNIGHT) // FORTNIGHT
        return self.streams.draw("need.burst").words(combine(folk.people, clock))

    def counts(self, folk: Folk, n: int, cells: DayCells, day: int, *, bursts: AnyArray | None = None) -> Ints:
        """Occasions of people's need on a day, absorption apart. (n,) [count]"""
        need, rates = self.needs[n], self.rates[n]
        lane = folk.lanes[:, n].copy()
        level = self._levels(folk, n, lane)
        length = rates.length.take(level)
        lane &= np.uint16((1 << PHASE_BITS) - 1)
        into = ((lane.astype(np.int32) * length) >> PHASE_BITS).astype(np.int16)
        into += cells.modulo.take(level)
        into -= length * (into >= length)
        name = folk.people << 20
        name += day
        name -= into
        words = self.streams.draw("need.cell", n).words(name)
        v = (words >> np.uint64(40)).astype(np.float32)
        v *= _TO_UNIT
        row = cells.first.take(level)
        row += into
        row *= cells.zones
        row += folk.zone
        keep = rates.keep.take(level)
        if need.burst > 0:
            words = self.bursts(folk, day) if bursts is None else bursts
            keep *= frailty(need.burst).take((words >> np.uint64(54)).view(np.int64))
        low, high = cells.before.take(row), cells.until.take(row)
        low *= keep
        low += v
        high *= keep
        high += v
        return high.astype(np.int32) - low.astype(np.int32)

    def superfluous(self, people: Ints, n: int, day: int) -> Bools:
        """Whether a need gives way where the one that absorbs it comes up. (n,)"""
        return self.streams.draw("need.absorbed", n, day).happens(people, ABSORBED)


@lru_cache(maxsize=64)
def frailty(sigma: float) -> AnyArray:
    """Lognormal factors of mean one by 10-bit level. (1024,) float32"""
    z = normal_quantiles().astype(np.float64)[32::64]
    factor = np.exp(sigma * z)
    return (factor / factor.mean()).astype(np.float32)
