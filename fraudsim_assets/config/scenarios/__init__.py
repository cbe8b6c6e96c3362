"""Fraud scenarios as a configuration has them: which there are, with which parameters, from where.

Belongs here: everything about scenarios that is known without making a world. Does not belong here: what they do
(``fraudsim_assets.fraud``).
"""

from fraudsim_assets.config.scenarios.changes import enabled_changes
from fraudsim_assets.config.scenarios.files import packaged
from fraudsim_assets.config.scenarios.parameters import (
    MOST_TRACES,
    ApplicationParameters,
    CardTestingParameters,
    DeceptionParameters,
    InterceptionParameters,
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
from fraudsim_assets.config.scenarios.tactics import OWN, Tactic

__all__ = [
    "CODE_BITS",
    "MOST_TRACES",
    "OWN",
    "ApplicationParameters",
    "CardTestingParameters",
    "DeceptionParameters",
    "Declaration",
    "InterceptionParameters",
    "PatternParameters",
    "Plugin",
    "ResolvedScenario",
    "ScenarioParameters",
    "SkimmingParameters",
    "Tactic",
    "enabled_changes",
    "packaged",
    "resolve",
    "resolved_scenarios",
    "scenario_code",
]
