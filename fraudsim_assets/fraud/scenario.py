"""`Scenario`: what a kind of fraud must say of itself, and how plugins are found.

A scenario is an object with a name, a frozen model of its parameters and two functions: the
campaigns that start, and the events of their steps on a day. It is registered under the entry
point group ``fraudsim_assets.scenarios`` and configured by its name.

Belongs here: the protocol, the registry and the check of parameters. Does not belong here: any
kind of fraud (``scenarios``), and the calendar of campaigns (``schedule``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import entry_points
from typing import Protocol, runtime_checkable

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from fraudsim_assets.config.model import Fraud
from fraudsim_assets.errors import ScenarioError
from fraudsim_assets.fraud.campaigns import Campaigns, Plan, Steps
from fraudsim_assets.fraud.deeds import Deeds
from fraudsim_assets.fraud.scene import Scene

GROUP = "fraudsim_assets.scenarios"
"""Entry point group of scenario plugins."""


class ScenarioParameters(BaseModel):
    """Base of a scenario's parameters: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


@runtime_checkable
class Scenario(Protocol):
    """One kind of fraud.

    Attributes
    ----------
    name
        Snake-case name, as in ``fraud_scenario`` and the configuration.
    parameters_model
        Model of the parameters; its defaults are the scenario's own.
    share
        Default weight among all scenarios, by number of rows. [unitless]
    horizon
        Longest time from a campaign's start to its last step. [operational days]

    Notes
    -----
    A scenario may also have ``strike(parameters, campaigns, scene) -> accounts`` to choose victims
    itself, ``hours``, a key of ``rhythm.HOUR_CURVES`` for its sittings, and a parameter ``night``,
    the share of sittings in the small hours. Without them, cards are struck in proportion to their
    exposure, at the hours of remote payments.
    """

    name: str
    parameters_model: type[ScenarioParameters]
    share: float
    horizon: float

    def campaigns(self, parameters: ScenarioParameters, campaigns: Campaigns, scene: Scene) -> Plan:
        """Plan campaigns: their steps and how they end.

        May depend on the campaigns' numbers, starts and accounts only, never on a day's data.
        """
        ...

    def events(
        self, parameters: ScenarioParameters, campaigns: Campaigns, steps: Steps, scene: Scene, day: int
    ) -> Deeds:
        """Say what happens at steps that fall on a day.

        Parameters
        ----------
        campaigns
            One entry per step: the campaign the step belongs to.
        steps
            Steps of the day, of any campaigns.
        """
        ...


@dataclass(frozen=True)
class Casting:
    """A scenario with its checked parameters and its share of the fraud."""

    code: int
    scenario: Scenario
    parameters: ScenarioParameters
    share: float


@lru_cache(maxsize=1)
def installed() -> Mapping[str, Scenario]:
    """Find all scenarios: the built-in ones and installed plugins, by name.

    Raises
    ------
    ScenarioError
        If there is none, or one cannot be imported, is no scenario, or takes a name that is in use.
    """
    found: dict[str, Scenario] = {}
    for point in sorted(entry_points(group=GROUP), key=lambda p: (not p.value.startswith("fraudsim_assets."), p.name)):
        try:
            scenario = point.load()
        except Exception as error:
            raise ScenarioError(f"scenario plugin {point.name!r} ({point.value}) cannot be loaded: {error}") from error
        if not isinstance(scenario, Scenario):
            raise ScenarioError(
                f"scenario plugin {point.name!r} ({point.value}) is no scenario: it needs name, parameters_model, "
                "share, horizon, campaigns() and events()"
            )
        if scenario.name in found:
            raise ScenarioError(
                f"scenario plugin {point.name!r} ({point.value}) takes the name {scenario.name!r} twice"
            )
        found[scenario.name] = scenario
    if not found:
        raise ScenarioError("no fraud scenario is installed, not even the built-in ones: `pip install` this package")
    return found


def cast_scenarios(settings: Fraud, scenarios: Mapping[str, Scenario] | None = None) -> tuple[Casting, ...]:
    """Settle which scenarios a world has.

    Returns
    -------
    tuple of Casting
        All enabled scenarios in a fixed order; their shares are those among all scenarios,
        disabled ones included, so that turning one off leaves the others as they are.

    Raises
    ------
    ScenarioError
        If the configuration names an unknown scenario or its parameters are wrong.
    """
    known = installed() if scenarios is None else scenarios
    for name in settings.scenarios:
        if name not in known:
            raise ScenarioError(f"fraud.scenarios.{name} is not a known scenario; known are {', '.join(sorted(known))}")
    shares = {}
    for name, scenario in known.items():
        chosen = settings.scenarios.get(name)
        shares[name] = scenario.share if chosen is None or chosen.share is None else chosen.share
    total = sum(shares.values())
    castings = []
    for code, (name, scenario) in enumerate(known.items()):
        chosen = settings.scenarios.get(name)
        if (chosen is None or chosen.enabled) and shares[name] > 0:
            parameters = _parameters(name, scenario, {} if chosen is None else dict(chosen.parameters))
            castings.append(Casting(code, scenario, parameters, shares[name] / total))
    return tuple(castings)


def _parameters(name: str, scenario: Scenario, given: dict) -> ScenarioParameters:
    try:
        return scenario.parameters_model.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        valid = ", ".join(sorted(scenario.parameters_model.model_fields))
        raise ScenarioError(
            f"fraud.scenarios.{name}.parameters.{field} is {first.get('input')!r}: {first['msg']}; "
            f"parameters of {name} are {valid}"
        ) from error


def check_deeds(name: str, deeds: Deeds, n: int) -> Deeds:
    """Make sure a scenario answered for every step.

    Raises
    ------
    ScenarioError
        If an array has another length than there are steps, or an amount is not positive.
    """
    for field, values in deeds.arrays().items():
        if len(values) != n:
            raise ScenarioError(f"scenario {name!r} gave {len(values)} values of {field} for {n} steps")
    if n and not np.all(deeds.minor > 0):
        raise ScenarioError(f"scenario {name!r} gave an amount that is not positive; amounts are minor units from 1")
    return deeds
