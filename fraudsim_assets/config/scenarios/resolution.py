"""Which fraud scenarios a configuration has, and with which values: nothing else decides it.

The scenarios that travel with the package are on unless switched off. A plugin is off until the
configuration names it. A name that ``extends`` another scenario is a new one with other settings.

Belongs here: names, shares and parameters after the dial, and everything wrong with them. Does not belong
here: what scenarios do (``fraudsim_assets.fraud``).
"""

import hashlib
import math
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from fraudsim_assets.config import schema
from fraudsim_assets.config.fraud import Fraud, ScenarioSettings
from fraudsim_assets.config.model import Config
from fraudsim_assets.config.scenarios.changes import INCIDENTS, enabled_changes, timeline_problems
from fraudsim_assets.config.scenarios.files import TacticFile, packaged
from fraudsim_assets.config.scenarios.parameters import MECHANISMS, ScenarioParameters
from fraudsim_assets.config.scenarios.plugins import NAME, Plugin, load_plugin, plugin_points
from fraudsim_assets.config.scenarios.tactics import OTHER, OWN, Tactic, Term, Way, tactics_of
from fraudsim_assets.config.timeline import Change
from fraudsim_assets.errors import ScenarioError
from fraudsim_assets.reference_data import Reference
from fraudsim_assets.reference_data.reading import did_you_mean

CODE_BITS = 20
"""Room for the code of a scenario in campaign ids."""


@dataclass(frozen=True)
class ResolvedScenario:
    """A scenario as a configuration has it.

    Attributes
    ----------
    name
        As in ``fraud_scenario``.
    mechanism
        What its campaigns do: a key of ``MECHANISMS``, or the name of the plugin.
    share
        Share of all fraudulent rows, those of disabled scenarios included. [share]
    enabled
        Whether it commits any fraud.
    parameters
        After ``fraud.difficulty`` has moved them.
    plugin
        The package it comes from; None for a mechanism of this one.
    tactics
        The ways in which it is carried out over time, its own first; weights are shares of all fraudulent rows
        outside of any change, those of disabled scenarios included.
    """

    name: str
    mechanism: str
    share: float
    enabled: bool
    parameters: ScenarioParameters
    plugin: Plugin | None
    tactics: tuple[Tactic, ...]

    @property
    def code(self) -> int:
        """Number of the scenario in campaign ids: a function of its name alone."""
        return scenario_code(self.name)

    def content(self) -> dict[str, Any]:
        """What the scenario's rows depend on, as plain JSON values."""
        origin = {} if self.plugin is None else {"package": self.plugin.package}
        parameters = self.parameters.model_dump(mode="json")
        content = {"mechanism": self.mechanism, "share": self.share, "parameters": parameters, **origin}
        changes = {each.name: each.parameters.model_dump(mode="json") for each in self.tactics if each.name != OWN}
        return content | ({"changes": changes} if changes else {})

    def code_of(self, tactic: Tactic) -> int:
        """Number of the scenario in ids of campaigns that follow a tactic."""
        return self.code if tactic.name == OWN else scenario_code(f"{self.name}@{tactic.name}")


def scenario_code(name: str) -> int:
    """Code of a scenario: the lowest ``CODE_BITS`` bits of a hash of its name."""
    digest = hashlib.blake2b(name.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little") & ((1 << CODE_BITS) - 1)


Problems = dict[schema.Path, str]
"""One sentence per path of the configuration."""


@dataclass(frozen=True)
class _Base:
    """What a scenario is before its own settings."""

    mechanism: str
    model: type[ScenarioParameters]
    share: float
    defaults: Mapping[str, Any]
    plugin: Plugin | None = None
    tactics: Mapping[str, TacticFile] = field(default_factory=dict)
    given: Mapping[str, Any] = field(default_factory=dict)


def resolved_scenarios(config: Config) -> tuple[ResolvedScenario, ...]:
    """Settle which scenarios a world has, in alphabetical order, disabled ones included.

    Raises
    ------
    ScenarioError
        If a scenario, a parameter or a value does not exist; one sentence for each.
    """
    found, problems = resolve(config)
    if problems:
        raise ScenarioError("\n".join(f"{'.'.join(path)}: {told}" for path, told in problems.items()))
    return found


def resolve(config: Config) -> tuple[tuple[ResolvedScenario, ...], Problems]:
    """Settle which scenarios a world has, and tell everything that is wrong with their settings.

    Returns
    -------
    tuple of ResolvedScenario, dict
        Scenarios without a problem, and problems by path.
    """
    problems: Problems = {}
    found: list[ResolvedScenario] = []
    settings, reference = config.fraud, config.reference.resolved
    timeline = enabled_changes(config)
    models: dict[str, type[ScenarioParameters]] = {}
    for name in sorted({*packaged(), *settings.scenarios}):
        base = _base(name, settings.scenarios, problems)
        if base is not None:
            models[name] = base.model
            scenario = _resolved(name, base, settings, timeline, reference, problems)
            found += [] if scenario is None else [scenario]
    problems |= timeline_problems(config, models)
    _check_codes(found, problems)
    total = math.fsum(scenario.share for scenario in found) or 1.0
    return tuple(_of_all(scenario, total) for scenario in found), problems


def _of_all(scenario: ResolvedScenario, total: float) -> ResolvedScenario:
    """A scenario with its weights as shares of all."""

    def tactic(one: Tactic) -> Tactic:
        terms = tuple(Term(term.change, term.weight / total) for term in one.terms)
        return replace(one, weight=one.weight / total, terms=terms)

    return replace(scenario, share=scenario.share / total, tactics=tuple(map(tactic, scenario.tactics)))


def _base(name: str, scenarios: Mapping[str, ScenarioSettings], problems: Problems) -> _Base | None:
    """What a named scenario is made of; None where something is wrong, which is then told."""
    at = ("fraud", "scenarios", name)
    chain: list[str] = []
    while name in scenarios and (extended := scenarios[name].extends) is not None:
        chain.append(name)
        if name in packaged():
            problems[(*at, "extends")] = f"{name} travels with the package; give the scenario a name of its own"
            return None
        if not NAME.fullmatch(name):
            problems[at] = f"{name!r} is not valid as a name; valid are small letters, digits and _"
            return None
        if extended in chain:
            problems[(*at, "extends")] = f"{' extends '.join([*chain, extended])}, which goes round in a circle"
            return None
        name = extended
    base = _origin(name, at if not chain else (*at, "extends"), scenarios, problems)
    for each in reversed(chain):
        if base is not None:
            own = scenarios[each]
            base = replace(base, given={**base.given, **own.parameters})
            base = base if own.share is None else replace(base, share=own.share)
    return base


def _origin(name: str, at: schema.Path, scenarios: Mapping[str, ScenarioSettings], problems: Problems) -> _Base | None:
    """A scenario that extends no other, with what the configuration says of it."""
    if name in packaged():
        file = packaged()[name]
        base = _Base(file.mechanism, MECHANISMS[file.mechanism], file.share, file.parameters, tactics=file.tactics)
    elif name in (points := plugin_points()):
        try:
            plugin = load_plugin(points[name])
        except ScenarioError as error:
            problems[at] = str(error)
            return None
        base = _Base(name, plugin.scenario.parameters_model, plugin.scenario.share, {}, plugin)
    else:
        known = {*packaged(), *points, *(each for each in scenarios if each != name)}
        hint = "" if at[-1] == "extends" else " (a new scenario needs extends)"
        problems[at] = f"no scenario {name!r}{did_you_mean(name, sorted(known))}{hint}"
        return None
    if name not in scenarios:
        return base
    own = scenarios[name]
    return replace(base, given=own.parameters, share=base.share if own.share is None else own.share)


def _resolved(
    name: str,
    base: _Base,
    settings: Fraud,
    timeline: Mapping[str, Change],
    reference: Reference,
    problems: Problems,
) -> ResolvedScenario | None:
    def parameters(given: Mapping[str, Any], difficulty: str, at: schema.Path) -> ScenarioParameters | None:
        try:
            values = {**base.defaults, **base.given, **given}
            found = base.model.model_validate(values, context=reference)
        except ValidationError as error:
            if at[-1] not in INCIDENTS:  # what is wrong with those, the check of the timeline tells
                problems.update({(*at, *path): told for path, told in _parameter_problems(base.model, error)})
            return None
        return found.at(difficulty, fixed={*base.given, *given})

    own = parameters({}, settings.difficulty, ("fraud", "scenarios", name, "parameters"))
    if own is None:
        return None
    ways = [Way(OWN, own, 1.0 - sum(tactic.part for tactic in base.tactics.values()))]
    for tactic_name, tactic in base.tactics.items():
        values = {**base.defaults, **tactic.parameters, **base.given}
        other = base.model.model_validate(values, context=reference).at(settings.difficulty, fixed=base.given)
        ways.append(Way(f"{OTHER}{tactic_name}", other, tactic.part))
    tactics = tactics_of(name, base.share, ways, settings.difficulty, timeline, parameters)
    wanted = name not in settings.scenarios or settings.scenarios[name].enabled
    enabled = wanted and any(tactic.most > 0 for tactic in tactics)
    return ResolvedScenario(name, base.mechanism, base.share, enabled, own, base.plugin, tactics)


def _parameter_problems(model: type[ScenarioParameters], error: ValidationError) -> list[tuple[schema.Path, str]]:
    found = []
    for item in error.errors(include_url=False):
        path = tuple(str(part) for part in item["loc"] if part != "[key]")
        if item["type"] == "extra_forbidden":
            told = f"no such parameter{did_you_mean(path[0], sorted(model.model_fields))}"
        elif item["type"] == "value_error":
            told = item["msg"].removeprefix("Value error, ")
        else:
            told = f"{item['input']!r} is not valid; valid is {_valid(model, path) or item['msg']}"
            if isinstance(item["input"], str) and item["type"] == "literal_error":
                told += _hint(item["input"], str(item.get("ctx")))
        found.append((path, told))
    return found


def _valid(model: type[ScenarioParameters], path: schema.Path) -> str:
    """What is valid at a path of a model, in words; empty where the model does not tell."""
    node: schema.Node | None = model.model_json_schema()
    for key in path:
        node = schema.child(node, key) if node else None
    return schema.valid_values(node) if node else ""


def _hint(given: str, listed: str) -> str:
    """Hint at the closest of the values that pydantic lists in quotes."""
    close = get_close_matches(given.lower(), re.findall(r"'(\w+)'", listed), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def _check_codes(scenarios: Collection[ResolvedScenario], problems: Problems) -> None:
    """Make sure that names differ in their codes; of a few dozen names, one pair in thousands of worlds does not."""
    seen: dict[int, str] = {}
    for scenario in scenarios:
        for tactic in scenario.tactics:
            own = tactic.name == OWN
            path = ("fraud", "scenarios", scenario.name) if own else ("timeline", tactic.name.split(".")[0])
            label = scenario.name if own else f"{scenario.name} in {tactic.name.removeprefix(OTHER)}"
            if (other := seen.setdefault(scenario.code_of(tactic), label)) != label:
                problems[path] = f"the name has the same code as {other!r}; rename one"
