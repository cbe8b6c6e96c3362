"""Measures of the scorecard by theme, with the targets that they are held against.

Belongs here: the list of themes. Does not belong here: how verdicts are reached.
"""

from collections.abc import Mapping
from functools import cache

from fraudsim_assets.evaluation.realism.evidence import Measure
from fraudsim_assets.evaluation.realism.measures import (
    activity,
    amounts,
    answers,
    fraud,
    lives,
    places,
    sectors,
    timing,
)
from fraudsim_assets.evaluation.targets import DATA, Target, Theme

_MODULES = (activity, amounts, timing, places, answers, lives, sectors, fraud)
# in reading order


@cache
def themes() -> Mapping[str, Mapping[Target, Measure]]:
    """Targets with their measures, by theme and in reading order.

    Raises
    ------
    ConfigError
        If a file of targets is not what it should be, a target has no measure, or a measure no target; names file
        and line.
    """
    found: dict[str, Mapping[Target, Measure]] = {}
    for module in _MODULES:
        if module is sectors:
            theme, measures = sectors.theme(), sectors.measures()
        else:
            theme = Theme.read(DATA / f"{module.__name__.rpartition('.')[2]}.toml")
            measures = module.MEASURES
        theme.measured_by(measures)
        found[theme.name] = {target: measures[target.quantity] for target in theme.targets}
    return found


__all__ = ["themes"]
