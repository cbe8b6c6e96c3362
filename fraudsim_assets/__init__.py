"""Realistic synthetic card payments with labelled fraud, as a Dagster asset graph.

The one idea: the data set exists before anyone generates it. Every value is a pure function of
(config, seed, entity, day), so any day can be made alone, in any order, on any worker, with any
chunk size, and comes out identical.

The names below are the public surface for notebooks and scripts (docs/notebooks.md); everything else may change. They
are imported when they are first used, so importing the package costs nothing, and the core does not need Dagster.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fraudsim_assets.catalog import Catalogs, build_catalogs
    from fraudsim_assets.config import Config, load_config
    from fraudsim_assets.defs.assembly import build_defs
    from fraudsim_assets.defs.component import FraudWorld
    from fraudsim_assets.errors import CatalogMismatchError, ConfigError, FraudsimError, ScenarioError, StorageError
    from fraudsim_assets.exports import load
    from fraudsim_assets.simulation import (
        World,
        build_world,
        scan_transactions,
        simulate_day,
        simulate_events,
        simulate_labels,
        with_reissues,
    )

__all__ = [
    "CatalogMismatchError",
    "Catalogs",
    "Config",
    "ConfigError",
    "FraudWorld",
    "FraudsimError",
    "ScenarioError",
    "StorageError",
    "World",
    "build_catalogs",
    "build_defs",
    "build_world",
    "load",
    "load_config",
    "scan_transactions",
    "simulate_day",
    "simulate_events",
    "simulate_labels",
    "with_reissues",
]

_HOMES = {
    "catalog": ("Catalogs", "build_catalogs"),
    "config": ("Config", "load_config"),
    "defs.assembly": ("build_defs",),
    "defs.component": ("FraudWorld",),
    "errors": ("CatalogMismatchError", "ConfigError", "FraudsimError", "ScenarioError", "StorageError"),
    "exports": ("load",),
    "simulation": (
        "World",
        "build_world",
        "scan_transactions",
        "simulate_day",
        "simulate_events",
        "simulate_labels",
        "with_reissues",
    ),
}


def __getattr__(name: str) -> Any:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{home}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
