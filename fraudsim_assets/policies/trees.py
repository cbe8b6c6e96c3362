"""The baseline ``trees``: boosted trees on features as of then, and the action of least expected cost.

Belongs here: training and scoring. Does not belong here: features, and prices of actions (``scoring``).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from fraudsim_assets.config.policies import Policies
from fraudsim_assets.errors import ConfigError
from fraudsim_assets.evaluation.difficulty.detectors import BOOSTING, library
from fraudsim_assets.policies.features.listing import FEATURES
from fraudsim_assets.policies.features.making import matrix
from fraudsim_assets.policies.learning import Lessons
from fraudsim_assets.policies.scoring import cheapest
from fraudsim_assets.policies.sight import Choices, Sight

ROUNDS = 200
"""Trees. [count]"""

FEWEST_FRAUDS = 20
"""Known frauds without which there is nothing to learn. [rows]"""


@dataclass(frozen=True)
class Trees:
    """Boosted trees before they have learned.

    Attributes
    ----------
    policies
        What actions cost and are expected to lead to.
    threads
        Threads of training. [count]
    """

    policies: Policies
    threads: int = 1
    name: str = "trees"

    def learn(self, lessons: Lessons) -> "TrainedTrees":
        """Train.

        Raises
        ------
        ConfigError
            If too few frauds are known.
        FraudsimError
            If LightGBM is not installed.
        """
        known = int(lessons.known.sum())
        if known < FEWEST_FRAUDS:
            raise ConfigError(
                f"policy {self.name}: {known} frauds are known to learn from; valid are {FEWEST_FRAUDS} or more: "
                "take a later --start, a larger world or a higher fraud.rate"
            )
        lightgbm = library("lightgbm")
        data = lightgbm.Dataset(
            lessons.values,
            lessons.known,
            weight=lessons.weight,
            feature_name=list(FEATURES),
            categorical_feature=[at for at, feature in enumerate(FEATURES.values()) if feature.values],
        )
        booster = lightgbm.train(BOOSTING | {"num_threads": self.threads}, data, num_boost_round=ROUNDS)
        return TrainedTrees(booster, self.policies, self.name)


@dataclass(frozen=True)
class TrainedTrees:
    """Boosted trees that have learned."""

    booster: Any
    policies: Policies
    name: str

    def decide(self, sight: Sight) -> Choices:
        """Choose by the chance of fraud."""
        chance = np.asarray(self.booster.predict(matrix(sight.features), num_threads=1))
        return cheapest(chance, sight.features, self.policies)
