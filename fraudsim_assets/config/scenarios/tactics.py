"""Tactics: the ways in which a scenario's campaigns are carried out over time, and how common each is.

A scenario has a way of its own. Every change of the timeline that gives it other parameters, more weight, or an
incident of its own adds a way that comes and goes with the change, and leaves the others as they are.

Belongs here: tactics with their weights over time, and everything wrong with changes that name scenarios. Does not
belong here: campaigns (``fraudsim_assets.fraud``).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from fraudsim_assets.config.scenarios.parameters import ScenarioParameters
from fraudsim_assets.config.timeline import Change, ScenarioShift

OWN = ""
"""Name of a scenario's own way."""


@dataclass(frozen=True)
class Term:
    """What a change adds to a weight while it holds in full; a part of it during its ramps.

    Attributes
    ----------
    change
        Name in the timeline.
    weight
        May be below 0. [unitless]
    """

    change: str
    weight: float


@dataclass(frozen=True)
class Tactic:
    """One way of carrying a scenario out.

    Attributes
    ----------
    name
        Name of the change that brings it; ``OWN`` for the scenario's own.
    parameters
        After the dial.
    difficulty
        How far it hides.
    weight
        Weight among all scenarios outside of any change. [unitless]
    terms
        What changes add to it.
    """

    name: str
    parameters: ScenarioParameters
    difficulty: str
    weight: float
    terms: tuple[Term, ...] = ()

    @property
    def most(self) -> float:
        """Weight by which its campaigns are numbered: its own, or that of the change that brings it. [unitless]"""
        return self.weight or max((term.weight for term in self.terms), default=0.0)


OTHER = "+"
"""Names of a scenario's other ways begin with this."""


@dataclass(frozen=True)
class Way:
    """A way that a scenario has outside of any change: name, parameters, and its part of the scenario. [share]"""

    name: str
    parameters: ScenarioParameters
    part: float


Resolver = Callable[[Mapping[str, object], str, tuple[str, ...]], ScenarioParameters | None]
"""Finds a scenario's parameters with others in place of its own, at a setting of the dial; None where something is
wrong, which is then told for a path."""


def tactics_of(
    name: str,
    weight: float,
    ways: Sequence[Way],
    difficulty: str,
    timeline: Mapping[str, Change],
    resolved: Resolver,
) -> tuple[Tactic, ...]:
    """Work out the ways of a scenario.

    Parameters
    ----------
    weight
        The scenario's own. [unitless]
    ways, difficulty
        What it has outside of any change, its own first, and the setting that is at.
    timeline
        Changes that are enabled.
    resolved
        Finds parameters of the scenario.
    """
    added: list[Tactic] = []
    own = ways[0].parameters
    terms: list[Term] = []
    for change_name, change in timeline.items():
        at = ("timeline", change_name)
        shift = change.scenarios.get(name, ScenarioShift())
        wanted = weight if shift.share is None else shift.share
        hides = shift.difficulty or change.difficulty
        if shift.parameters or hides is not None:
            path = (*at, "scenarios", name, "parameters")
            parameters = resolved(shift.parameters, hides or difficulty, path)
            if parameters is not None and wanted > 0:
                added.append(_brought(change_name, parameters, hides or difficulty, wanted))
            terms.append(Term(change_name, -weight))
        elif wanted > weight:
            added.append(_brought(change_name, own, difficulty, wanted - weight))
        elif wanted < weight:
            terms.append(Term(change_name, wanted - weight))
        for kind, incident, share in _incidents(name, change_name, change):
            if not incident.keys() <= type(own).model_fields.keys():
                continue  # told by the check of the timeline
            parameters = resolved(incident, difficulty, (*at, kind))
            if parameters is not None:
                added.append(_brought(f"{change_name}.{kind}", parameters, difficulty, share, change_name))
    usual = [
        Tactic(
            way.name,
            way.parameters,
            difficulty,
            weight * way.part,
            tuple(Term(term.change, term.weight * way.part) for term in terms),
        )
        for way in ways
    ]
    return (*usual, *added)


def _incidents(name: str, change_name: str, change: Change) -> list[tuple[str, dict[str, object], float]]:
    """Incidents of a change that a scenario plays: kind, parameters and weight."""
    found: list[tuple[str, dict[str, object], float]] = []
    breach, attack = change.breach, change.bin_attack
    if breach.category is not None and breach.scenario == name:
        copied = {"points": 1, "copied_at": [breach.category], "copied_online": breach.channel == "remote"}
        found.append(("breach", {"incident": change_name, **copied}, breach.share))
    if attack.share > 0 and attack.scenario == name:
        found.append(("bin_attack", {"incident": change_name}, attack.share))
    return found


def _brought(
    name: str, parameters: ScenarioParameters, difficulty: str, weight: float, change: str | None = None
) -> Tactic:
    return Tactic(name, parameters, difficulty, 0.0, (Term(change or name, weight),))
