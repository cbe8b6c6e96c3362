"""Cells: on which days a person's needs come up, in closed form.

The one idea: time is cut, for each person and need, into cells of a length and a phase of its own. A
cell holds its occasions, mostly one, and the day of each is drawn inside the cell by the weights of its
days, so what a closed day cannot have goes to the days around it. Whether today is the day is one
comparison of one hash with a table of the day; no other day is looked at.

Belongs here: rates, cells, and the counts of a day. Does not belong here: weights of days (``dayweights``) and what
cells make of them (``spans``), counts of few people (``scattered``), where occasions are met and how they are paid.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from fraudsim_assets.maths.integers import remainders
from fraudsim_assets.maths.sampling import midpoints, normal_quantiles
from fraudsim_assets.reference_data.habits import Habits
from fraudsim_assets.reference_data.needs import Need
from fraudsim_assets.spending.routines import ROUTINES
from fraudsim_assets.spending.spans import LENGTHS, Span
from fraudsim_assets.streams import Streams, combine, half_words, mix_halves
from fraudsim_assets.units import AnyArray, Bools, Floats, Ints, Words

STEPS = 4
"""Steps of rates per doubling: rates are known to a half of them, 9 %. [count]"""

LEVELS = 160
"""Rates from lowest to highest, ``STEPS`` of them per doubling. [count]"""

MIDDLE = 100
"""Level of the mean rate of a need; the levels above are for people who pay for everybody. [level]"""

MOOD_BITS = 7
"""Levels of the mood of a fortnight, and of a day. [bits]"""

PHASE_BITS, LIKING_LEVELS = 12, 16
"""What a person's word for a need holds: where cells begin, and how often the need comes up. [bits], [count]"""

START_BITS = 6
"""A place in cells is the level of a person's rate and, in so many bits, how far into a cell day 0 is. [bits]"""

_LANES = 4
# needs whose phase and liking come from one word
_AT_ONCE = 1 << 16
_ONE = 2.0**32
_MARGIN = np.float32(1 + 1e-5)
# what is compared in single precision is looked at again where it is as close as this


@dataclass(frozen=True)
class Folk:
    """People as their needs see them. One entry per person.

    Attributes
    ----------
    people
        Customer indices.
    zone
        Home zones, numbered as in the weights of days: ``ROUTINES`` of each home.
    """

    people: Ints
    zone: Ints

    def __len__(self) -> int:
        return len(self.people)

    def take(self, some: Ints) -> "Folk":
        """Choose people by position."""
        return Folk(self.people[some], self.zone[some])


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
    def of(cls, need: Need, middle: float, *, fullest: float) -> "Rates":
        """Rates of a need from that of the middle level [1/day], in cells that hold no more than ``fullest``."""
        rate = middle * 2.0 ** ((np.arange(LEVELS) - MIDDLE) / STEPS)
        allowed = np.array([n for n in LENGTHS if n <= need.longest])
        fits = np.searchsorted(allowed, fullest / np.maximum(rate, 1e-300), side="right") - 1
        length = allowed[np.clip(fits, 0, len(allowed) - 1)]
        return cls(rate, length.astype(np.int16), (rate * length).astype(np.float32))


@dataclass(frozen=True)
class DayCells:
    """A day as the cells of one need see it, by (length, days into the cell).

    Attributes
    ----------
    day
        Day number.
    row : (lengths, longest)
        Row of each length in the tables, by days into the cell.
    before, until : (rows, zones) float32
        Occasions of the cell before the day, and until its end, against those of an average cell.
    """

    day: int
    row: Ints
    before: AnyArray
    until: AnyArray


@dataclass(frozen=True)
class DayStates:
    """The same day by state: all that tells whether a need may come up without looking at where a person lives.

    Attributes
    ----------
    row : int32
        First element of the tables of ``DayCells``, flat.
    keep
        Occasions of an average cell, in fractions of 2**32. [count]
    key : uint32
        Name of the cell.
    bounds : uint64
        Two half words: where a person's number and the first add up to less than the second, the need may come up in
        some zone.
    most : float32
        Occasions until the end of the day in the zone that has most of them, in fractions of 2**32.
    """

    row: AnyArray
    keep: Floats
    key: AnyArray
    bounds: Words
    most: AnyArray


@dataclass(frozen=True)
class Asked:
    """People who are asked for their needs on a day. One entry per person.

    Attributes
    ----------
    among
        Customer indices; a slice where they are neighbours.
    zone, roots
        Home zones, as ``Folk`` has them; numbers of people.
    mood
        Places in :func:`moods`.
    """

    among: Ints | slice
    zone: Ints
    roots: AnyArray
    mood: Ints


@dataclass(frozen=True)
class CellModel:
    """Needs of all people.

    Attributes
    ----------
    needs
        Needs, in the order of their codes.
    table
        Habits that all needs share.
    rates
        Rates by need and level.
    places : (needs,)
        Places in cells that people have: level, and how far into a cell day 0 is, in ``START_BITS`` bits.
    states : (needs, customers) uint16
        Index of ``places``, times ``ROUTINES``, and routine.
    roots : (customers,) uint32
        Numbers of people.
    """

    streams: Streams
    needs: tuple[Need, ...]
    table: Habits
    rates: tuple[Rates, ...]
    places: tuple[Ints, ...]
    states: AnyArray
    roots: AnyArray

    @classmethod
    def of(
        cls,
        streams: Streams,
        needs: Sequence[Need],
        table: Habits,
        *,
        tastes: Floats,
        wanted: Floats,
        level: AnyArray,
        segment: AnyArray,
        routine: Ints,
        sample: Ints,
        weight: Floats,
    ) -> "CellModel":
        """Find the rates at which needs come up as often as wanted, and everybody's place in cells.

        Parameters
        ----------
        tastes : (needs, segments)
            How often by stage of life, against the average. [unitless]
        wanted : (needs,)
            Occasions of each need per person. [1/day]
        level, segment, routine : (customers,)
            Level of activity, relative to the mean [level]; codes of ``SEGMENTS``; routines of the week.
        sample : (n,)
            People who stand for all.
        weight : (n,)
            Share of the time in which each of them can pay. [share]
        """
        entries = tuple(needs)
        taste = np.rint(np.log2(np.maximum(tastes, 1e-3)) * STEPS).astype(np.int16)

        def levels(n: int, people: Ints, lanes: AnyArray) -> AnyArray:
            own = level[people]
            found = np.where(own > 0, np.rint(own * entries[n].follows).astype(np.int16), own)
            found += taste[n].take(segment[people])
            found += _liking(entries[n].spread).take(lanes[:, n] >> np.uint16(PHASE_BITS))
            return found.clip(0, LEVELS - 1)

        middle, lanes = np.zeros(len(entries)), _lanes(streams, len(entries), sample)
        chances: dict[str, Floats] = {}
        for n, need in enumerate(entries):
            factor = 2.0 ** ((levels(n, sample, lanes) - MIDDLE) / STEPS)
            left = 1.0 - table.absorbed * chances[need.absorbed] if need.absorbed else 1.0
            middle[n] = wanted[n] * len(weight) / max(float((factor * weight * left).sum()), 1e-300)
            chances[need.name] = np.minimum(factor * middle[n], 1.0)
        rates = tuple(Rates.of(need, m, fullest=table.fullest) for need, m in zip(entries, middle, strict=True))
        states = np.empty((len(entries), len(level)), dtype=np.uint16)
        for start in range(0, len(level), _AT_ONCE):
            people = np.arange(start, min(start + _AT_ONCE, len(level)))
            lanes = _lanes(streams, len(entries), people)
            for n in range(len(entries)):
                found = levels(n, people, lanes)
                phase = lanes[:, n] & np.uint16((1 << PHASE_BITS) - 1)
                into = (phase.astype(np.int32) * rates[n].length.take(found)) >> PHASE_BITS
                states[n, people] = (found << START_BITS) + into
        places = []
        for n in range(len(entries)):
            there = np.bincount(states[n], minlength=LEVELS << START_BITS) > 0
            places.append(np.flatnonzero(there))
            states[n] = (np.cumsum(there) - 1).take(states[n]) * ROUTINES + routine
        roots = streams.draw("need.root").words(np.arange(len(level))) >> np.uint64(32)
        return cls(streams, entries, table, rates, tuple(places), states, roots.astype(np.uint32))

    @cached_property
    def absorbers(self) -> tuple[int, ...]:
        """Code of the need that absorbs each; -1 where none does."""
        names = [need.name for need in self.needs]
        return tuple(names.index(need.absorbed) if need.absorbed else -1 for need in self.needs)

    def day(self, n: int, span: Span, day: int) -> DayCells:
        """Lay a day out for the cells of a need, given a span of :data:`REACH_DAYS` before and after it."""
        allowed = np.array([k for k in LENGTHS if k <= self.needs[n].longest], dtype=np.int64)
        length = np.repeat(allowed, allowed)
        into = np.arange(len(length)) - np.repeat(np.cumsum(allowed) - allowed, allowed)
        columns = into[:, None], length[:, None], self.opens[n, length][:, None]
        row = np.zeros((allowed.max() + 1, allowed.max()), dtype=np.int64)
        row[length, into] = np.arange(len(length))
        scale = span.scales(day, *columns, need=n, home=np.arange(span.crowd.shape[2])).repeat(ROUTINES, axis=1)
        return DayCells(day, row, *span.shares(day, columns[0], scale, need=n, zone=np.arange(span.total.shape[2])))

    @cached_property
    def opens(self) -> Ints:
        """Days on which a cell can have occasions, by its length. (needs, lengths + 1) [days]"""
        rest = np.array([need.rest for need in self.needs])
        return np.maximum(np.rint(np.arange(LENGTHS[-1] + 1) * (1 - rest[:, None])).astype(np.int64), 1)

    def by_state(self, n: int, cells: DayCells) -> DayStates:
        """Lay a day out by state."""
        rates, place = self.rates[n], self.places[n]
        level = place >> START_BITS
        length = rates.length.take(level)
        into = (place % (1 << START_BITS) + cells.day) % length
        row = cells.row[length, into]
        keep = rates.keep.take(level) * _ONE
        # home by home: what is reduced over long rows is reduced fast
        homes = (v.reshape(len(v), -1, ROUTINES).swapaxes(0, 1) for v in (cells.until, cells.before))
        until, before = (np.ascontiguousarray(v) for v in homes)
        high = whole(until.max(axis=0)[row], keep[:, None]).ravel()
        width = high - whole(before.min(axis=0)[row], keep[:, None]).ravel()
        key = self.streams.draw("need.cell", n).words(cells.day - into) >> np.uint64(32)
        return DayStates(
            row=(row * cells.until.shape[1]).astype(np.int32).repeat(ROUTINES),
            keep=keep.repeat(ROUTINES),
            key=key.astype(np.uint32).repeat(ROUTINES),
            bounds=np.stack([high, np.minimum(width, 2**32 - 1)], axis=1).astype(np.uint32).view(np.uint64).ravel(),
            most=high.astype(np.float32),
        )

    def bursts(self, people: Ints, day: Ints | int) -> Ints:
        """Places in :func:`moods`: the mood of people in this fortnight and on this day. (n,)"""
        fortnight = self.table.burst_days
        clock = (day + remainders(people, fortnight)) // fortnight
        words = self.streams.draw("need.burst").words(combine(people, clock))
        days = (words >> np.uint64(8)).astype(np.uint32)
        draw = self.streams.draw("need.mood")
        key = np.uint64(draw.sub(int(day)).key) if np.ndim(day) == 0 else draw.at(np.asarray(day)).keys
        days ^= (key >> np.uint64(32)).astype(np.uint32)
        mix_halves(days)
        words >>= np.uint64(64 - MOOD_BITS)
        words <<= np.uint64(MOOD_BITS)
        words |= days >> np.uint32(32 - MOOD_BITS)
        return words.view(np.int64)

    def moods(self, burst: float) -> AnyArray:
        """As :func:`moods` of a need's bursts, with the moods of days."""
        return moods(burst, self.table.day_mood, self.table.burstiest)

    def asked(self, folk: Folk, day: int) -> Asked:
        """Look up what all needs of people depend on, on a day."""
        people, whole = folk.people, slice(0, 0)
        if len(people):
            whole = slice(int(people[0]), int(people[-1]) + 1)
        among = whole if whole.stop - whole.start == len(people) else people
        return Asked(among, folk.zone, self.roots[among], self.bursts(people, day))

    def due(self, asked: Asked, n: int, cells: DayCells, states: DayStates) -> tuple[Ints, Ints]:
        """Find people whose need comes up on a day, absorption apart.

        Returns
        -------
        (m,), (m,)
            Positions, ascending; how often. [count]
        """
        need, state = self.needs[n], self.states[n][asked.among].astype(np.intp)
        number = states.key.take(state)
        number ^= asked.roots
        mix_halves(number)
        if need.burst > 0:
            factor = self.moods(need.burst).take(asked.mood)
            near = np.invert(number).astype(np.float32) <= states.most.take(state) * (factor * _MARGIN)
            some = np.flatnonzero(near)
            state = state.take(some)
            keep = states.keep.take(state) * factor.take(some)
        else:
            high, width = half_words(states.bounds.take(state))
            some = np.flatnonzero(number + high < width)
            state = state.take(some)
            keep = states.keep.take(state)
        row = states.row.take(state) + asked.zone.take(some)
        v = number.take(some).astype(np.int64)
        count = (v + whole(cells.until.ravel().take(row), keep)) >> 32
        count -= (v + whole(cells.before.ravel().take(row), keep)) >> 32
        met = np.flatnonzero(count)
        return some.take(met), count.take(met)

    def superfluous(self, people: Ints, need: Ints | int, day: Ints | int) -> Bools:
        """Whether needs, one or one each, give way where the ones that absorb them come up. (n,)"""
        need, day = (np.broadcast_to(v, people.shape) for v in (need, day))
        return self.streams.draw("need.absorbed").at(need).at(day).happens(people, self.table.absorbed)


def _lanes(streams: Streams, n_needs: int, people: Ints) -> AnyArray:
    """Phase and liking of people's needs. (n, needs) uint16"""
    draw = streams.draw("need.person")
    words = np.stack([draw.sub(i).words(people) for i in range(-(-n_needs // _LANES))], axis=1)
    return words.view(np.uint16)[:, :n_needs]


def _liking(spread: float) -> AnyArray:
    """The middle level and what a person's liking adds to it. (LIKING_LEVELS,) int16"""
    z = np.interp(midpoints(LIKING_LEVELS), midpoints(1 << 16), normal_quantiles().astype(np.float64))
    return (MIDDLE + np.rint(STEPS * spread * z)).astype(np.int16)


def whole(occasions: AnyArray, keep: Floats) -> Ints:
    """Occasions in whole fractions of 2**32. (n,)"""
    return (occasions * keep).astype(np.int64)


@lru_cache(maxsize=64)
def moods(burst: float, day: float, most: float) -> AnyArray:
    """How much likelier a need is than usual, by mood of the fortnight and of the day: a mean of one. Flat float32

    Parameters
    ----------
    burst, day, most
        Spread of the moods of fortnights and of days (standard deviation of the log), largest factor. [unitless]
    """
    z = np.interp(midpoints(1 << MOOD_BITS), midpoints(1 << 16), normal_quantiles().astype(np.float64))
    factor = np.minimum(np.exp(burst * z[:, None] + day * z - (burst**2 + day**2) / 2), most)
    return (factor / factor.mean()).astype(np.float32).ravel()
