"""`Scenario`: what a kind of fraud is in code, and `Casting`: one as a world has it.

A scenario is a frozen model of parameters and two functions: the campaigns that start, and the events of
their steps on a day. Everything else it may say has a default.

Belongs here: the protocol, and the checks around it. Does not belong here: any kind of fraud (``scenarios``),
which ones a configuration has (``config.scenarios``), and the calendar of campaigns (``schedule``).
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import numpy as np

from fraudsim_assets.config.scenarios import OWN, Declaration, ResolvedScenario, ScenarioParameters, Tactic
from fraudsim_assets.config.scenarios.plugins import P
from fraudsim_assets.errors import ScenarioError
from fraudsim_assets.fraud.campaigns import Campaigns, Plan, Steps
from fraudsim_assets.fraud.deeds import Deeds
from fraudsim_assets.fraud.scene import Scene
from fraudsim_assets.fraud.traces import Traces, check_traces
from fraudsim_assets.fraud.verification import (
    blamed_on,
    check_deeds,
    check_plan,
    check_rings,
    check_truths,
    check_victims,
)
from fraudsim_assets.units import Bools, Ints

__all__ = ["Casting", "Scenario", "ScenarioParameters"]


class Scenario(Declaration[P], ABC):
    """Base of every kind of fraud in code; see :class:`Declaration` for what it must be called and declare."""

    @abstractmethod
    def campaigns(self, parameters: P, campaigns: Campaigns, scene: Scene) -> Plan:
        """Plan campaigns: their steps and how they end.

        May depend on the campaigns' numbers, starts and accounts only, never on a day's data.
        """

    @abstractmethod
    def events(self, parameters: P, campaigns: Campaigns, steps: Steps, scene: Scene, day: int) -> Deeds:
        """Say what happens at steps that fall on a day.

        Parameters
        ----------
        campaigns
            One entry per step: the campaign the step belongs to.
        steps
            Steps of the day, of any campaigns.
        """

    def strike(self, parameters: P, campaigns: Campaigns, scene: Scene) -> Ints:  # noqa: ARG002 - the protocol's
        """Choose the accounts that campaigns strike; by default in proportion to their exposure. (n,)"""
        return scene.victims.choose(campaigns)

    def ring(self, parameters: P, campaigns: Campaigns, scene: Scene) -> Ints:
        """Say which ring commits each campaign, -1 none; by default one that is at work for the share ``ring``. (n,)"""
        return scene.rings.of(campaigns, parameters.ring)

    def by_day(self, parameters: P, campaigns: Campaigns) -> Bools:  # noqa: ARG002 - the protocol's
        """Campaigns that have no sittings in the small hours; by default none. (n,)"""
        return np.zeros(len(campaigns), dtype=bool)

    def traces(self, parameters: P, campaigns: Campaigns, scene: Scene) -> Traces:  # noqa: ARG002 - the protocol's
        """Say which events that are no payments campaigns leave; by default none.

        May depend on what :meth:`campaigns` may. That a holder calls when fraud is reported need not be said.
        """
        return Traces.none()

    def is_remote(self, parameters: P) -> bool:  # noqa: ARG002 - the protocol's
        """Whether chargebacks say that the card was absent; by default they do."""
        return True


@dataclass(frozen=True)
class Casting:
    """A scenario of a world, carried out in one way.

    Attributes
    ----------
    resolved
        Its name, share and parameters.
    scenario
        What it does.
    position
        Where it stands among the scenarios of the world, the code of ``fraud_scenario``.
    tactic
        In which of its ways: campaigns of each are numbered on their own.
    """

    resolved: ResolvedScenario
    scenario: Scenario[Any]
    position: int
    tactic: Tactic

    @property
    def name(self) -> str:
        """Name of the scenario."""
        return self.resolved.name

    @property
    def namespace(self) -> str:
        """Namespace of the randomness of its campaigns."""
        return self.name if self.tactic.name == OWN else f"{self.name}.{self.tactic.name}"

    @property
    def code(self) -> int:
        """Number of the scenario, followed in this way, in campaign ids."""
        return self.resolved.code_of(self.tactic)

    @property
    def share(self) -> float:
        """Share of all fraudulent rows by which its campaigns are numbered. [share]"""
        return self.tactic.most

    @property
    def parameters(self) -> ScenarioParameters:
        """Parameters after the dial."""
        return self.tactic.parameters

    @property
    def is_remote(self) -> bool:
        """Whether chargebacks say that the card was absent.

        Raises
        ------
        ScenarioError
            If the scenario fails.
        """
        with blamed_on(self.name, "is_remote()"):
            return bool(self.scenario.is_remote(self.parameters))

    def victims(self, campaigns: Campaigns, scene: Scene) -> Ints:
        """Accounts that campaigns strike. (n,)

        Raises
        ------
        ScenarioError
            If the scenario fails or answers with something else.
        """
        with blamed_on(self.name, "strike()"):
            accounts = self.scenario.strike(self.parameters, campaigns, scene)
        return check_victims(self.name, accounts, len(campaigns), scene)

    def rings(self, campaigns: Campaigns, scene: Scene) -> Ints:
        """Rings that commit campaigns; -1 where none does. (n,)

        Raises
        ------
        ScenarioError
            If the scenario fails or answers with something else.
        """
        with blamed_on(self.name, "ring()"):
            rings = self.scenario.ring(self.parameters, campaigns, scene)
        return check_rings(self.name, rings, len(campaigns))

    def by_day(self, campaigns: Campaigns) -> Bools:
        """Campaigns without sittings in the small hours. (n,)

        Raises
        ------
        ScenarioError
            If the scenario fails or answers with something else.
        """
        with blamed_on(self.name, "by_day()"):
            answer = self.scenario.by_day(self.parameters, campaigns)
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

    def traces(self, campaigns: Campaigns, scene: Scene) -> Traces:
        """Events that are no payments.

        Raises
        ------
        ScenarioError
            If the scenario fails or answers with something else.
        """
        with blamed_on(self.name, "traces()"):
            traces = self.scenario.traces(self.parameters, campaigns, scene)
        return check_traces(self.name, traces, len(campaigns), len(scene.society.entities.countries))

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


def as_scenario(declared: Declaration[Any], name: str) -> Scenario[Any]:
    """A declaration as the scenario it must be.

    Raises
    ------
    ScenarioError
        If it only declares, and does nothing.
    """
    if not isinstance(declared, Scenario):
        raise ScenarioError(f"scenario plugin {name!r} is {declared!r}; valid is an object of a subclass of Scenario")
    return declared
