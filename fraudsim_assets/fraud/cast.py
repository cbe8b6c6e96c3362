"""The cast: scenarios as a configuration has them, with the code that plays each.

Belongs here: from the name of a mechanism to its code. Does not belong here: which scenarios there are
(``config.scenarios``).
"""

from collections.abc import Mapping
from typing import Any

from fraudsim_assets.config.model import Config
from fraudsim_assets.config.scenarios import ResolvedScenario, resolved_scenarios
from fraudsim_assets.fraud.scenario import Casting, Scenario, as_scenario
from fraudsim_assets.fraud.scenarios.applied_for import ApplicationFraud
from fraudsim_assets.fraud.scenarios.deceived import PurchaseScam
from fraudsim_assets.fraud.scenarios.first_party import BustOut, FriendlyFraud, RefundAbuse
from fraudsim_assets.fraud.scenarios.intercepted import CardNotReceived
from fraudsim_assets.fraud.scenarios.skimming import Skimming
from fraudsim_assets.fraud.scenarios.testing import CardTesting
from fraudsim_assets.fraud.scenarios.third_party import StolenCard

MECHANISMS: Mapping[str, Scenario[Any]] = {
    each.name: each
    for each in (
        StolenCard(),
        Skimming(),
        CardTesting(),
        CardNotReceived(),
        FriendlyFraud(),
        RefundAbuse(),
        BustOut(),
        PurchaseScam(),
        ApplicationFraud(),
    )
}
"""Mechanisms that come with the package, by name."""


def cast_scenarios(config: Config, *, disabled: bool = False) -> tuple[Casting, ...]:
    """Settle which scenarios a world has.

    Parameters
    ----------
    config
        The world's configuration.
    disabled
        Those that are off as well, which count where a number must not depend on which are on.

    Returns
    -------
    tuple of Casting
        All enabled scenarios in alphabetical order, in each of their ways; their shares are those among all
        scenarios, disabled ones included, so that turning one off leaves the others as they are.

    Raises
    ------
    ScenarioError
        If the configuration names an unknown scenario, or its settings are wrong.
    """
    enabled = [each for each in resolved_scenarios(config) if each.enabled or disabled]
    return tuple(
        Casting(each, _code_of(each), position, tactic)
        for position, each in enumerate(enabled)
        for tactic in each.tactics
        if tactic.most > 0
    )


def _code_of(resolved: ResolvedScenario) -> Scenario[Any]:
    if resolved.plugin is not None:
        return as_scenario(resolved.plugin.scenario, resolved.mechanism)
    return MECHANISMS[resolved.mechanism]
