"""Targets: published numbers that simulated data is held against.

Belongs here: the list of all targets, by theme. Does not belong here: how verdicts are reached.
"""

from collections.abc import Mapping
from types import MappingProxyType

from fraudsim_assets.scorecard.model import Target
from fraudsim_assets.scorecard.targets import activity, amounts, answers, fraud, places, sectors, timing

THEMES: Mapping[str, tuple[Target, ...]] = MappingProxyType(
    {
        "Activity and channel": activity.TARGETS,
        "Amounts": amounts.TARGETS,
        "Time": timing.TARGETS,
        "Places and favourites": places.TARGETS,
        "Answers and refunds": answers.TARGETS,
        "Sectors": sectors.TARGETS,
        "Fraud": fraud.TARGETS,
    }
)
"""Targets by theme, in reading order."""

TARGETS: tuple[Target, ...] = tuple(target for targets in THEMES.values() for target in targets)
"""All targets."""

__all__ = ["TARGETS", "THEMES"]
