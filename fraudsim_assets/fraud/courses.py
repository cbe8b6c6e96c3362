"""Courses: how often campaigns of each kind start over time, as the timeline and the volume of payments have it.

The one idea: rows of all kinds together keep the configured rate on every day, so more of one kind is less of the
others, and fewer payments are less fraud of every kind.

Belongs here: factors on the starts of campaigns by day. Does not belong here: which campaigns those are (``schedule``).
"""

from functools import cached_property

import numpy as np

from fraudsim_assets.config.model import Config
from fraudsim_assets.config.scenarios import ResolvedScenario, Tactic, resolved_scenarios
from fraudsim_assets.fraud.scenario import Casting
from fraudsim_assets.spending.epochs import Epochs, ramps_of
from fraudsim_assets.units import Floats, Ints


class Courses:
    """Weights of the ways of all scenarios over time.

    Parameters
    ----------
    config
        With a timeline.
    epochs
        How many payments there are; only starts need it.
    """

    def __init__(self, config: Config, epochs: Epochs | None = None) -> None:
        self._config, self._epochs = config, epochs
        self.ramps = ramps_of(config)

    @cached_property
    def scenarios(self) -> tuple[ResolvedScenario, ...]:
        """All scenarios, disabled ones included."""
        return resolved_scenarios(self._config)

    def weight(self, tactic: Tactic, days: Ints) -> Floats:
        """Weight of a way against that of all scenarios outside of any change. (n,) [share]"""
        found = np.full(len(days), tactic.weight)
        for term in tactic.terms:
            found += term.weight * self.ramps[term.change].at(days)
        return np.maximum(found, 0.0)

    def at(self, casting: Casting, days: Ints) -> Floats:
        """How often campaigns start on days in a row, against those outside of any change. (n,) [unitless]"""
        if not self.ramps:
            return np.ones(len(days))
        volume = 1.0 if self._epochs is None else self._epochs.volume(int(days[0]), int(days[-1]))
        return self.weight(casting.tactic, days) / casting.share / self._total(days) * volume

    def _total(self, days: Ints) -> Floats:
        """Weight of all scenarios, disabled ones included. (n,) [unitless]"""
        total = np.sum([self.weight(t, days) for each in self.scenarios for t in each.tactics], axis=0)
        return np.where(total > 0, total, 1.0)

    def shares(self, days: Ints) -> dict[str, Floats]:
        """Expected share of fraudulent rows by scenario that is on; what the others would have is of nobody. (n,)"""
        total = self._total(days)
        return {
            each.name: np.sum([self.weight(t, days) for t in each.tactics], axis=0) / total
            for each in self.scenarios
            if each.enabled
        }
