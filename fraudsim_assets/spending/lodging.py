"""Lodging: when journeys are paid for where people stay.

The one idea: hotels are paid by those who are on a journey, and yet on days of their own: mostly at the end of
the week, in the season. The chance of it among a traveller's payments makes up for everything else that
changes from day to day.

Belongs here: that chance. Does not belong here: who is on a journey (``travel``).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fraudsim_assets.caching import DayCache
from fraudsim_assets.spending.dayweights import DayWeights
from fraudsim_assets.spending.kinds import Kinds
from fraudsim_assets.spending.travel import season_on
from fraudsim_assets.units import Bools, Floats

JOURNEYS_ONLY = 10.0
"""Trades so many times likelier on journeys are not paid in person anywhere else: hotels. ASSUMPTION. [unitless]"""

MOST_CHANCE = 0.9
"""Largest chance that a payment of a traveller is for lodging. [share]"""


@dataclass(frozen=True, eq=False)
class Lodging:
    """How travellers pay for their stay.

    Attributes
    ----------
    kind
        What is paid.
    share : (segments,)
        Its share in what travellers pay in person. [share]
    pattern
        Day pattern that it follows.
    others : (patterns,)
        What people pay in person follows these patterns. [share]
    weights
        Homes, and the rates of days there.
    seasons : (homes, 12)
        Journeys by home and month, against the mean month. [unitless]
    """

    kind: int
    share: Floats
    pattern: int
    others: Floats
    weights: DayWeights
    seasons: Floats

    @classmethod
    def of(cls, kinds: Kinds, *, days: tuple[str, ...], weights: DayWeights, seasons: Floats) -> "Lodging":
        """Look at what is paid on journeys.

        Parameters
        ----------
        days : (kinds,)
            Day patterns of kinds.
        seasons : (countries, 12)
            Journeys by home country and month, against the mean month. [unitless]
        """
        names = weights.rates.data.pattern_names
        pattern = np.array([names.index(name) for name in days])
        present = np.where(kinds.is_remote, 0.0, kinds.share)
        away = present * kinds.travel * kinds.taste
        own = is_lodging(kinds)
        country = np.array([weights.rhythm.zones[zone][0] for zone in weights.homes[:, 0]])
        kind = int(np.argmax(np.where(own, kinds.share, -1.0)))
        others = np.bincount(pattern, present, len(names)) / present.sum()
        share = (away * own).sum(axis=1) / np.maximum(away.sum(axis=1), 1e-300)
        return cls(kind, share, int(pattern[kind]), others, weights, seasons[country])

    def chances_on(self, day: int) -> Floats:
        """Chance that a payment in person on a journey is for lodging. (homes, segments) [share]"""
        return self._chances.get(day)

    @cached_property
    def _chances(self) -> DayCache[Floats]:
        def find(day: int) -> Floats:
            rates = self.weights.rates.between(day, 1)[self.weights.homes[:, 1], :, 0]
            factor = rates[:, self.pattern] / (rates @ self.others) / season_on(self.seasons, day)
            return np.minimum(factor[:, None] * self.share, MOST_CHANCE)

        return DayCache(find, most=64)


def is_lodging(kinds: Kinds) -> Bools:
    """Kinds that are paid in person on journeys only. (kinds,)"""
    return ~kinds.is_remote & (kinds.travel >= JOURNEYS_ONLY)
