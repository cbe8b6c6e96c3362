"""Fraud scenarios as a configuration has them: which there are, with which parameters, from where.

Belongs here: everything about scenarios that is known without making a world. Does not belong here: what they do
(``fraudsim_assets.fraud``).
"""

from fraudsim_assets.config.scenarios.files import packaged
from fraudsim_assets.config.scenarios.parameters import (
    CardTestingParameters,
    PatternParameters,
    ScenarioParameters,
    SkimmingParameters,
)
from fraudsim_assets.config.scenarios.plugins import Declaration, Plugin
from fraudsim_assets.config.scenarios.resolution import (
    CODE_BITS,
    ResolvedScenario,
    resolve,
    resolved_scenarios,
    scenario_code,
)

__all__ = [
    "CODE_BITS",
    "CardTestingParameters",
    "Declaration",
    "PatternParameters",
    "Plugin",
    "ResolvedScenario",
    "ScenarioParameters",
    "SkimmingParameters",
    "packaged",
    "resolve",
    "resolved_scenarios",
    "scenario_code",
]
