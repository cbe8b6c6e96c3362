"""Dagster's definitions for the tiny world, and resources over any files."""

from typing import Any

import dagster as dg
import pytest

with pytest.MonkeyPatch.context() as _patch:
    _patch.setenv("FRAUDSIM_CONFIG", "tiny")
    from fraudsim_assets import definitions
    from fraudsim_assets.defs.io_managers import CatalogIOManager, ParquetIOManager
    from fraudsim_assets.defs.resources import SimulationResource

DEFINITIONS = definitions.defs()
GRAPH = DEFINITIONS.resolve_asset_graph()
ASSETS = [DEFINITIONS.get_assets_def(key) for key in GRAPH.executable_asset_keys]
CATALOGS = ("customers", "cards", "merchants")
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def tiny_resources(files: ParquetIOManager, **overrides: Any) -> dict[str, Any]:
    """Resources of the tiny world over some files; overrides are those of the launchpad."""
    return {
        "day_io_manager": files,
        "catalog_io_manager": CatalogIOManager(files=files),
        "simulation": SimulationResource(config_path="tiny", overrides=overrides, files=files),
    }


def days(first: str, last: str | None = None) -> dict[str, Any]:
    """Arguments of ``dg.materialize`` for one day or for a run over a range of days."""
    if last is None:
        return {"partition_key": first}
    return {"tags": {"dagster/asset_partition_range_start": first, "dagster/asset_partition_range_end": last}}


def check_records(instance: dg.DagsterInstance, asset: str, check: str) -> dict[str | None, str]:
    """Status of the latest evaluation of a check by partition."""
    key = dg.AssetCheckKey(dg.AssetKey(asset), check)
    history = instance.event_log_storage.get_asset_check_execution_history(key, limit=100)
    return {record.partition: record.status.value for record in reversed(history)}


def materialized(instance: dg.DagsterInstance, asset: str) -> list[str]:
    """Partitions of an asset that Dagster believes to be there."""
    return sorted(instance.get_materialized_partitions(dg.AssetKey(asset)))
