"""Policies that learn: from payments of days past, with the labels that were known then.

Belongs here: what is learned from, and the protocol. Does not belong here: models (``trees``).
"""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from fraudsim_assets.policies.features.listing import FEATURES
from fraudsim_assets.policies.sight import Policy
from fraudsim_assets.units import AnyArray, Bools, Floats, Ints

GENUINE_PER_DAY = 4_000
"""Rows without a report of fraud that are kept of a day to learn from; all with one are kept. [rows]"""


@dataclass(frozen=True)
class Lessons:
    """What is learned from.

    Attributes
    ----------
    values : (n, k)
        Features as of then, of ``features.making.matrix``.
    known : (n,)
        Whether the bank holds the payment for fraud, as far as it knows by now.
    weight : (n,)
        How many payments each stands for. [count]
    """

    values: AnyArray
    known: Bools
    weight: Floats


@dataclass(frozen=True)
class Taught:
    """Payments of a day that may be learned from: those that went through.

    Attributes
    ----------
    transaction : (n,)
        Ids.
    values : (n, k)
        Features as of then.
    weight : (n,)
        How many payments each stands for, such as one in a hundred that was let through to learn. [count]
    """

    transaction: Ints
    values: AnyArray
    weight: Floats

    def lesson(self, known: Ints) -> Lessons:
        """What it teaches, given the ids that are known as fraud."""
        fraud = np.isin(self.transaction, known)
        genuine = np.flatnonzero(~fraud)
        kept = genuine[:: max(len(genuine) // GENUINE_PER_DAY, 1)]
        rows = np.sort(np.concatenate([kept, np.flatnonzero(fraud)]))
        thinned = np.where(fraud[rows], 1.0, len(genuine) / max(len(kept), 1))
        return Lessons(self.values[rows], fraud[rows], self.weight[rows] * thinned)


def lessons_of(days: list[Taught], known: Ints) -> Lessons:
    """What several days teach; no rows at all if there are no days."""
    none = Lessons(np.zeros((0, len(FEATURES)), np.float32), np.zeros(0, np.bool_), np.zeros(0))
    parts = [none, *(day.lesson(known) for day in days)]
    return Lessons(*(np.concatenate([getattr(part, name) for part in parts]) for name in ("values", "known", "weight")))


@runtime_checkable
class Learner(Protocol):
    """What becomes a policy by learning."""

    @property
    def name(self) -> str:
        """What it is called in results."""
        ...

    def learn(self, lessons: Lessons) -> Policy:
        """The policy that it is after these lessons.

        Raises
        ------
        ConfigError
            If there is too little to learn from.
        """
        ...
