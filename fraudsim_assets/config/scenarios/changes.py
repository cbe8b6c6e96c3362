"""What is wrong with changes of the timeline: names that refer to nothing, days that never come, changes that clash.

Belongs here: the check of the timeline as a whole. Does not belong here: parameters of scenarios (``resolution``).
"""

from collections.abc import Iterator, Mapping
from itertools import combinations

from fraudsim_assets.config.model import Config
from fraudsim_assets.config.scenarios.parameters import ScenarioParameters
from fraudsim_assets.config.timeline import Change
from fraudsim_assets.reference_data import Reference
from fraudsim_assets.reference_data.reading import did_you_mean

Path = tuple[str, ...]

INCIDENTS: Mapping[str, frozenset[str]] = {
    "breach": frozenset({"incident", "points", "copied_at", "copied_online"}),
    "bin_attack": frozenset({"incident"}),
}
"""Parameters that an incident sets, which its scenario must have."""


def timeline_problems(config: Config, scenarios: Mapping[str, type[ScenarioParameters]]) -> dict[Path, str]:
    """Everything that is wrong with the timeline of a configuration, by path.

    Parameters
    ----------
    scenarios
        Models of the parameters of scenarios that exist, by name.
    """
    found: dict[Path, str] = {}
    reference = config.reference.resolved
    timeline = enabled_changes(config)
    for name, change in timeline.items():
        at = ("timeline", name)
        found |= {(*at, *path): text for path, text in _names(change, config, reference, scenarios)}
        found |= {(*at, *path): text for path, text in _dates(change, config)}
    for (one, change), (two, other) in combinations(timeline.items(), 2):
        if (common := change.clashes_with(other)) is not None:
            begins = max(change.start, other.start)
            found["timeline", two] = (
                f"is about {common} from {begins} on, as timeline.{one} is then; one must end before the other starts"
            )
    return found


def _names(
    change: Change, config: Config, reference: Reference, scenarios: Mapping[str, type[ScenarioParameters]]
) -> Iterator[tuple[Path, str]]:
    users = [(("scenarios", name), name) for name in change.scenarios]
    users += [(("breach", "scenario"), change.breach.scenario)] if change.breach.category is not None else []
    users += [(("bin_attack", "scenario"), change.bin_attack.scenario)] if change.bin_attack.share else []
    for path, name in users:
        if name not in scenarios:
            yield path, f"no scenario {name!r} in this world{did_you_mean(name, sorted(scenarios))}"
            continue
        needed = INCIDENTS.get(path[0], frozenset()) - scenarios[name].model_fields.keys()
        if needed:
            able = sorted(n for n, model in scenarios.items() if INCIDENTS[path[0]] <= model.model_fields.keys())
            yield path, f"{name} has no parameter {min(needed)}; valid are {', '.join(able)}"
    category = change.breach.category
    if category is not None and category not in reference.category_names:
        yield ("breach", "category"), f"no such category{did_you_mean(category, list(reference.category_names))}"
    shape = change.shock.shape
    if shape is not None and shape not in reference.shocks:
        yield ("shock", "shape"), f"no shock {shape!r}{did_you_mean(shape, sorted(reference.shocks))}"
    for country in change.shock.countries:
        if country not in config.geography.countries:
            homes = ", ".join(sorted(config.geography.countries))
            yield ("shock", "countries"), f"{country!r} is no home country; valid are {homes}"


def _dates(change: Change, config: Config) -> Iterator[tuple[Path, str]]:
    first, last = config.start_date, config.end_date
    if last is not None and change.start > last:
        yield ("start",), f"is {change.start}; the world ends on {last}, before anything would change"
    if change.end is not None and change.end < first:
        yield ("end",), f"is {change.end}; the world starts on {first}, after everything has changed back"


def enabled_changes(config: Config) -> Mapping[str, Change]:
    """Changes that are on, in alphabetical order."""
    return {name: change for name, change in sorted(config.timeline.items()) if change.enabled}
