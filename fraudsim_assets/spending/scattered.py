"""Scattered questions: how often any needs of any people come up on any days.

Belongs here: counts without tables of the day, for few. Does not belong here: all people on one day, for whom tables
of the day take fewer steps (``cells``).
"""

from dataclasses import dataclass

import numpy as np

from fraudsim_assets.maths.integers import remainders
from fraudsim_assets.spending.cells import LEVELS, START_BITS, CellModel, whole
from fraudsim_assets.spending.routines import ROUTINES
from fraudsim_assets.spending.spans import Span
from fraudsim_assets.streams import mix_halves, words_of_draws
from fraudsim_assets.units import AnyArray, Ints, Words


@dataclass(frozen=True)
class ScatteredNeeds:
    """A model of cells, its tables side by side.

    Attributes
    ----------
    length, keep : (needs * LEVELS,)
        Length of cells, and occasions of an average one in fractions of 2**32. [days], [count]
    places, first : (n,), (needs,)
        Places in cells of all needs, and where those of each begin.
    temper : (needs,)
        Row of each need in ``moods``.
    moods : (tempers, moods) float32
        Factors by mood; ones for needs without bursts. [unitless]
    keys : (needs,)
        Keys of the words that name cells.
    """

    model: CellModel
    length: Ints
    keep: AnyArray
    places: Ints
    first: Ints
    temper: Ints
    moods: AnyArray
    keys: Words

    @classmethod
    def of(cls, model: CellModel) -> "ScatteredNeeds":
        """Put tables side by side."""
        bursts = sorted({need.burst for need in model.needs})
        return cls(
            model=model,
            length=np.concatenate([rates.length for rates in model.rates]).astype(np.int64),
            keep=np.concatenate([rates.keep for rates in model.rates]) * 2.0**32,
            places=np.concatenate(model.places),
            first=np.cumsum([0, *map(len, model.places[:-1])]),
            temper=np.array([bursts.index(need.burst) for need in model.needs]),
            moods=np.stack([model.moods(b) if b > 0 else np.ones_like(model.moods(1.0)) for b in bursts]),
            keys=np.array([model.streams.draw("need.cell", n).key for n in range(len(model.needs))], dtype=np.uint64),
        )

    def counts(self, people: Ints, zone: Ints, need: Ints, day: Ints | int, span: Span) -> Ints:
        """Count occasions, absorption apart; all broadcast.

        Parameters
        ----------
        people, zone
            Customer indices, and their home zones as ``Folk`` has them.
        need, day
            Codes of needs; day numbers.
        span
            Weights of the days around all these.

        Returns
        -------
        (n,)
            As :meth:`CellModel.due` has them. [count]
        """
        model = self.model
        place = self.places.take(self.first.take(need) + model.states[need, people] // ROUTINES)
        at = need * LEVELS + (place >> START_BITS)
        length = self.length.take(at)
        into = remainders((place & ((1 << START_BITS) - 1)) + day, length)
        scale = span.scales(day, into, length, model.opens[need, length], need=need, home=zone // ROUTINES)
        before, until = span.shares(day, into, scale, need=need, zone=zone)
        words = words_of_draws(self.keys.take(need), day - into) >> np.uint64(32)
        number = mix_halves(words.astype(np.uint32) ^ model.roots.take(people)).astype(np.int64)
        keep = self.keep.take(at) * self.moods[self.temper.take(need), model.bursts(people, day)]
        return ((number + whole(until, keep)) >> 32) - ((number + whole(before, keep)) >> 32)
