"""Courses: how often campaigns of each kind start over time, as drift, the timeline and the volume of payments have it.

The one idea: rows of all kinds together keep the configured rate on every day, so more of one kind is less of the
others, and fewer payments are less fraud of every kind. What drifts is a smooth line through levels that are hashed
from names and numbers of windows, so every day knows its own.

Belongs here: factors on the starts of campaigns by day. Does not belong here: which campaigns those are (``schedule``).
"""

from functools import cached_property, reduce

import numpy as np

from fraudsim_assets.caching import KeyedCache
from fraudsim_assets.config.model import Config
from fraudsim_assets.config.scenarios import ResolvedScenario, resolved_scenarios
from fraudsim_assets.fraud.fashions import levels
from fraudsim_assets.fraud.scenario import Casting
from fraudsim_assets.spending.epochs import Epochs, ramps_of
from fraudsim_assets.streams import Streams
from fraudsim_assets.units import Floats, Ints


class Courses:
    """Weights of the ways of all scenarios over time.

    Parameters
    ----------
    config
        With a timeline.
    streams
        Randomness of the world.
    epochs
        How many payments there are; only starts need it.
    """

    def __init__(self, config: Config, streams: Streams, epochs: Epochs | None = None) -> None:
        self._config, self._streams, self._epochs = config, streams, epochs
        self.ramps = ramps_of(config)

    @cached_property
    def scenarios(self) -> tuple[ResolvedScenario, ...]:
        """All scenarios, disabled ones included."""
        return resolved_scenarios(self._config)

    def weights(self, scenario: ResolvedScenario, days: Ints) -> Floats:
        """Weights of the ways of a scenario against that of all scenarios on average. (ways, n) [share]"""
        found = np.empty((len(scenario.tactics), len(days)))
        for n, tactic in enumerate(scenario.tactics):
            found[n] = tactic.weight
            for term in tactic.terms:
                found[n] += term.weight * self.ramps[term.change].at(days)
        np.maximum(found, 0.0, out=found)
        drift = self._config.fraud.drift
        # what changes bring does not drift, nor do what other ways give up to it
        usual = np.array([tactic.weight > 0 for tactic in scenario.tactics])
        if usual.sum() > 1 and drift.tactics > 0:
            names = [f"{scenario.name}.{t.name}" for t in scenario.tactics if t.weight > 0]
            odds = np.exp(drift.tactics * np.stack([self._level(name, days) for name in names]))
            part = np.array([t.weight for t in scenario.tactics if t.weight > 0])[:, None]
            found[usual] *= odds * part.sum() / (odds * part).sum(axis=0)
        if drift.shares > 0:
            found[usual] *= np.exp(drift.shares * self._level(scenario.name, days))
        return found

    def _level(self, name: str, days: Ints) -> Floats:
        return levels(self._streams, name, days, self._config.fraud.drift.days)

    def at(self, casting: Casting, days: Ints) -> Floats:
        """How often campaigns start on days in a row, against the mean outside of any change. (n,) [unitless]"""
        drift = self._config.fraud.drift
        if not self.ramps and drift.shares == drift.tactics == 0:
            return np.ones(len(days))
        volume = self.volume(int(days[0]), int(days[-1]))
        found, total = self._found.get((int(days[0]), int(days[-1])))
        row = [tactic.name for tactic in casting.resolved.tactics].index(casting.tactic.name)
        return found[casting.name][row] / casting.share / total * volume

    def volume(self, first: int, last: int) -> Floats:
        """Payments of days against those without shocks. (last - first + 1,) [unitless]"""
        return np.ones(last - first + 1) if self._epochs is None else self._epochs.volume(first, last)

    @cached_property
    def _found(self) -> KeyedCache[tuple[int, int], tuple[dict[str, Floats], Floats]]:
        return KeyedCache(lambda span: self._weights_of(np.arange(span[0], span[1] + 1)), most=4)

    def _weights_of(self, days: Ints) -> tuple[dict[str, Floats], Floats]:
        """Weights of the ways of every scenario, and of all together, disabled ones included."""
        found = {each.name: self.weights(each, days) for each in self.scenarios}
        # one after the other: a sum of a stack would depend on how many days there are
        total = reduce(np.add, (weights.sum(axis=0) for weights in found.values()))
        return found, np.where(total > 0, total, 1.0)

    def shares(self, days: Ints) -> dict[str, Floats]:
        """Expected share of fraudulent rows by scenario that is on; those of the others are not made. (n,)"""
        found, total = self._weights_of(days)
        return {each.name: found[each.name].sum(axis=0) / total for each in self.scenarios if each.enabled}
