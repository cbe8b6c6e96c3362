"""`Scenario`: what a kind of fraud must say of itself, and how plugins are found.

A scenario is an object with a name, a frozen model of its parameters and two functions: the
campaigns that start, and the events of their steps on a day. It is registered under the entry
point group ``fraudsim_assets.scenarios`` and configured by its name.

Belongs here: the protocol, the registry and the check of parameters. Does not belong here: any
kind of fraud (``scenarios``), and the calendar of campaigns (``schedule``).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import entry_points
from typing import ClassVar, Protocol, Self, runtime_checkable

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from fraudsim_assets.bit_layouts import CAMPAIGN
from fraudsim_assets.config.model import Fraud
from fraudsim_assets.errors import ScenarioError
from fraudsim_assets.fraud.campaigns import Campaigns, Plan, Steps
from fraudsim_assets.fraud.deeds import Deeds
from fraudsim_assets.fraud.dial import Movement, moved
from fraudsim_assets.fraud.scene import FRAUD_HOURS, Scene
from fraudsim_assets.fraud.verification import blamed_on, check_deeds, check_plan, check_truths, check_victims
from fraudsim_assets.spending.rhythm import HOUR_CURVES
from fraudsim_assets.units import Bools, Ints

GROUP = "fraudsim_assets.scenarios"
"""Entry point group of scenario plugins."""

LONGEST_HORIZON = 120.0
"""Longest campaign: every day looks back this far. [operational days]"""

MOST_SCENARIOS = CAMPAIGN.room("scenario")
"""Room for scenarios in campaign ids."""


class ScenarioParameters(BaseModel):
    """Base of a scenario's parameters: frozen, and an unknown key is an error.

    Attributes
    ----------
    movements
        How ``fraud.difficulty`` moves parameters, by name; those not named stay.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    movements: ClassVar[Mapping[str, Movement]] = {}

    def at(self, difficulty: str) -> Self:
        """Parameters at a setting of the dial: defaults move, what somebody has set stays."""
        values = {name: getattr(self, name) for name in self.movements if name not in self.model_fields_set}
        changed = moved(values, self.movements, difficulty)
        return self.model_copy(update=changed) if changed else self


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
    itself, ``hours``, a key of ``scene.FRAUD_HOURS`` or ``rhythm.HOUR_CURVES`` for its sittings, and
    a parameter ``night``, the share of sittings in the small hours, and ``by_day(parameters, campaigns) ->
    bools``, campaigns that have no such sittings. Without them, cards are struck in
    proportion to their exposure, at the hours of remote payments.
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

    @property
    def name(self) -> str:
        """Name of the scenario."""
        return self.scenario.name

    def victims(self, campaigns: Campaigns, scene: Scene) -> Ints | None:
        """Accounts the scenario chooses to strike; None if it leaves the choice to the calendar.

        Raises
        ------
        ScenarioError
            If the scenario fails or answers with something else.
        """
        strike = getattr(self.scenario, "strike", None)
        if strike is None:
            return None
        with blamed_on(self.name, "strike()"):
            accounts = strike(self.parameters, campaigns, scene)
        return check_victims(self.name, accounts, len(campaigns), scene)

    def by_day(self, campaigns: Campaigns) -> Bools:
        """Campaigns without sittings in the small hours. (n,)

        Raises
        ------
        ScenarioError
            If the scenario fails or answers with something else.
        """
        chosen = getattr(self.scenario, "by_day", None)
        if chosen is None:
            return np.zeros(len(campaigns), dtype=bool)
        with blamed_on(self.name, "by_day()"):
            answer = chosen(self.parameters, campaigns)
        return check_truths(self.name, "by_day()", answer, len(campaigns))

    def plan(self, campaigns: Campaigns, scene: Scene) -> Plan:
        """Plan campaigns.

        Raises
        ------
        ScenarioError
            If the scenario fails or its plan cannot be placed in time.
        """
        with blamed_on(self.name, "campaigns()"):
            plan = self.scenario.campaigns(self.parameters, campaigns, scene)
        return check_plan(self.name, plan, campaigns, scene, horizon=self.scenario.horizon)

    def deeds(self, campaigns: Campaigns, steps: Steps, scene: Scene, day: int) -> Deeds:
        """Say what happens at steps of a day.

        Raises
        ------
        ScenarioError
            If the scenario fails or answers with values that do not exist.
        """
        with blamed_on(self.name, "events()"):
            deeds = self.scenario.events(self.parameters, campaigns, steps, scene, day)
        return check_deeds(self.name, deeds, steps, scene)


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
        about = f"scenario plugin {point.name!r} ({point.value})"
        try:
            scenario = point.load()
        except Exception as error:
            raise ScenarioError(f"{about} cannot be loaded: {type(error).__name__}: {error}") from error
        _check_scenario(about, scenario)
        if scenario.name in found:
            raise ScenarioError(f"{about} is called {scenario.name!r}, a name that another scenario has already")
        found[scenario.name] = scenario
    if len(found) > MOST_SCENARIOS:
        raise ScenarioError(f"{len(found)} fraud scenarios are installed; valid are at most {MOST_SCENARIOS}")
    if not found:
        raise ScenarioError("no fraud scenario is installed, not even the built-in ones: `pip install` this package")
    return found


def _check_scenario(about: str, scenario: object) -> None:
    """Make sure a plugin is what it should be."""
    if isinstance(scenario, type) or not isinstance(scenario, Scenario):
        raise ScenarioError(
            f"{about} is no scenario but {scenario!r}: it must be an object with name, parameters_model, share, "
            "horizon, campaigns() and events()"
        )
    if not isinstance(scenario.name, str) or not re.fullmatch("[a-z][a-z0-9_]*", scenario.name):
        raise ScenarioError(f"{about} is called {scenario.name!r}; valid are small letters, digits and _")
    model = scenario.parameters_model
    if not (isinstance(model, type) and issubclass(model, ScenarioParameters)):
        raise ScenarioError(f"{about} has parameters_model {model!r}; valid are subclasses of ScenarioParameters")
    for field, low, high in (("share", 0.0, 1e6), ("horizon", 0.0, LONGEST_HORIZON)):
        value = getattr(scenario, field)
        if not isinstance(value, int | float) or not low <= value <= high:
            raise ScenarioError(f"{about} has {field} {value!r}; valid are numbers from {low:g} to {high:g}")
    hours = getattr(scenario, "hours", "online")
    if hours not in (curves := FRAUD_HOURS | HOUR_CURVES):
        raise ScenarioError(f"{about} has hours {hours!r}; valid are {', '.join(sorted(curves))}")


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
            castings.append(Casting(code, scenario, parameters.at(settings.difficulty), shares[name] / total))
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
