"""Baselines: what any policy is held against.

Belongs here: the policies that do nothing, that follow the rules of ``data/rules.yaml``, and that know the truth. Does
not belong here: boosted trees (``trees``).
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fraudsim_assets.decisions import Action
from fraudsim_assets.policies.rules import Rules
from fraudsim_assets.policies.sight import Choices, Sight, Truth

RULES = Path(__file__).parent / "data" / "rules.yaml"
"""Rules of the baseline."""


@dataclass(frozen=True)
class Nothing:
    """Lets everything through, as far as the issuer's own checks do."""

    name: str = "nothing"

    def decide(self, sight: Sight) -> Choices:
        """Approve."""
        return Choices([Action.APPROVE] * sight.payments.height, np.zeros(sight.payments.height))


@dataclass(frozen=True)
class Oracle:
    """Refuses what is fraud, and nothing else: as much as can be saved."""

    name: str = "oracle"

    def decide_knowing(self, sight: Sight, truth: Truth) -> Choices:
        """Decline fraud."""
        actions = [Action.DECLINE if fraud else Action.APPROVE for fraud in truth.fraud.tolist()]
        return Choices(actions, np.zeros(sight.payments.height))


def rules() -> Rules:
    """The rules that travel with the package."""
    return Rules.read(RULES)
