"""`to_scale`: a world of another size, by one number.

Belongs here: which numbers follow the size of a world. Does not belong here: their bounds (``model``).
"""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

FOLLOWING = (
    ("population", "customers"),
    ("population", "cards"),
    ("population", "merchants"),
    ("activity", "transactions_per_day"),
)
"""Settings that are multiplied."""

LARGEST = 1_000.0
"""Largest scale. [unitless]"""


def to_scale(values: Any, sections: Mapping[str, type[BaseModel]]) -> Any:
    """Replace ``population.scale`` by the numbers that it stands for.

    Parameters
    ----------
    values
        The tree of a configuration, not yet checked.
    sections
        Models of the sections that hold the settings, for defaults and least values.

    Returns
    -------
    Any
        The tree with every number of :data:`FOLLOWING` multiplied, but never below the least that is valid, and
        without the scale; where a value is not what it should be, the tree as given, for the model to refuse.
    """
    if not isinstance(values, Mapping):
        return values
    tree = {name: _settings(values.get(name)) for name in sections}
    scale = _number(tree["population"].pop("scale", 1.0))
    if scale is None or not 0 < scale <= LARGEST or scale == 1:
        return values
    for section, name in FOLLOWING:
        declared = sections[section].model_fields[name]
        number = _number(tree[section].get(name, declared.default))
        if number is None:
            return values
        scaled = number * scale
        least = max((limit.ge for limit in declared.metadata if hasattr(limit, "ge")), default=0)
        tree[section][name] = max(least, round(scaled) if declared.annotation is int else scaled)
    return {**values, **tree}


def _settings(section: Any) -> dict[str, Any]:
    """Settings of a section, however it is given."""
    if isinstance(section, BaseModel):
        return section.model_dump()
    return dict(section) if isinstance(section, Mapping) else {}


def _number(value: Any) -> float | None:
    try:
        return None if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        return None
