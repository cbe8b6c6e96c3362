"""Realistic synthetic card payments with labelled fraud, as a Dagster asset graph.

The one idea: the data set exists before anyone generates it. Every value is a pure function of
(config, seed, entity, day), so any day can be made alone, in any order, on any worker, with any
chunk size, and comes out identical.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fraudsim_assets.defs.assembly import build_defs
    from fraudsim_assets.defs.component import FraudWorld

__all__ = ["FraudWorld", "build_defs"]

_HOMES = {"FraudWorld": "fraudsim_assets.defs.component", "build_defs": "fraudsim_assets.defs.assembly"}


def __getattr__(name: str) -> Any:
    """Load what needs Dagster when it is asked for: the core does not."""
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
