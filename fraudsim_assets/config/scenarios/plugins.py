"""Scenarios of other packages: found by entry point, and loaded only once a configuration names them.

An installed plugin that is not named changes nothing: its code does not even run.

Belongs here: finding, loading and checking plugins. Does not belong here: what scenarios do
(``fraudsim_assets.fraud.scenario``).
"""

import re
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any, ClassVar, Generic, TypeVar

from fraudsim_assets.config.scenarios.parameters import ScenarioParameters
from fraudsim_assets.errors import ScenarioError

GROUP = "fraudsim_assets.scenarios"
"""Entry point group of scenario plugins."""

LONGEST_HORIZON = 120.0
"""Longest campaign: every day looks back this far. [operational days]"""

NAME = re.compile("[a-z][a-z0-9_]*")
"""What a scenario may be called."""

P = TypeVar("P", bound=ScenarioParameters)


class Declaration(Generic[P]):
    """What a scenario in code says of itself: the base of ``fraudsim_assets.fraud.scenario.Scenario``.

    Attributes
    ----------
    name
        Snake-case name, as in ``fraud_scenario`` and the configuration; that of its entry point.
    parameters_model
        Model of the parameters; its defaults are the scenario's own.
    share
        Default weight among all scenarios, by number of rows. [unitless]
    horizon
        Longest time from a campaign's start to its last step. [operational days]
    """

    name: ClassVar[str]
    parameters_model: type[P]
    share: ClassVar[float] = 0.0
    horizon: ClassVar[float]


@dataclass(frozen=True)
class Plugin:
    """A scenario of another package.

    Attributes
    ----------
    scenario
        The object that its entry point names.
    distribution, version
        What it was installed with: both are part of the configuration's digest.
    """

    scenario: Declaration[Any]
    distribution: str
    version: str

    @property
    def package(self) -> str:
        """Distribution and version in words."""
        return f"{self.distribution} {self.version}"


def plugin_points() -> dict[str, list[EntryPoint]]:
    """Entry points of plugins by name; nothing is loaded."""
    found: dict[str, list[EntryPoint]] = {}
    for point in entry_points(group=GROUP):
        # earlier versions of this package listed its own scenarios here
        if not point.value.startswith("fraudsim_assets."):
            found.setdefault(point.name, []).append(point)
    return found


def load_plugin(points: list[EntryPoint]) -> Plugin:
    """Load the plugin of a name.

    Raises
    ------
    ScenarioError
        If several packages offer the name, the code cannot be loaded, or it is not a scenario.
    """
    point, *others = points
    about = f"scenario plugin {point.name!r} ({point.value})"
    if others:
        offers = ", ".join(sorted(_distribution(each)[0] for each in points))
        raise ScenarioError(f"scenario plugin {point.name!r} is offered by {offers}; uninstall all but one")
    try:
        scenario = point.load()
    except Exception as error:
        raise ScenarioError(f"{about} cannot be loaded: {type(error).__name__}: {error}") from error
    _check(about, point.name, scenario)
    return Plugin(scenario, *_distribution(point))


def _distribution(point: EntryPoint) -> tuple[str, str]:
    return (point.dist.name, point.dist.version) if point.dist else ("unknown", "unknown")


def _check(about: str, name: str, scenario: object) -> None:
    """Make sure a plugin is what it should be."""
    if not isinstance(scenario, Declaration):
        raise ScenarioError(f"{about} is {scenario!r}; valid is an object of a subclass of fraud.scenario.Scenario")
    for field in ("name", "parameters_model", "horizon"):
        if not hasattr(scenario, field):
            raise ScenarioError(f"{about} has no {field}; a scenario has name, parameters_model, share and horizon")
    if scenario.name != name or not NAME.fullmatch(name):
        raise ScenarioError(
            f"{about} is called {scenario.name!r}; valid is the name of its entry point, of small letters, digits and _"
        )
    model = scenario.parameters_model
    if not (isinstance(model, type) and issubclass(model, ScenarioParameters)):
        raise ScenarioError(f"{about} has parameters_model {model!r}; valid are subclasses of ScenarioParameters")
    for field, value, high in (("share", scenario.share, 1e6), ("horizon", scenario.horizon, LONGEST_HORIZON)):
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0.0 <= value <= high:
            raise ScenarioError(f"{about} has {field} {value!r}; valid are numbers from 0 to {high:g}")
