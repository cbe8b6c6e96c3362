"""Dagster's definitions for the tiny world, and resources over any files."""

from typing import Any

import dagster as dg
import polars as pl

from fraudsim_assets.config import load_config
from fraudsim_assets.defs.assembly import build_defs
from fraudsim_assets.defs.catalog_resource import catalog_io_manager
from fraudsim_assets.defs.io_managers import ParquetIOManager
from fraudsim_assets.defs.resources import Simulation
from fraudsim_assets.defs.spec import WorldSpec

SPEC = WorldSpec(load_config("tiny", env={}))
DEFINITIONS = build_defs(SPEC.config)
GRAPH = DEFINITIONS.resolve_asset_graph()
ASSETS = [DEFINITIONS.get_assets_def(key) for key in GRAPH.executable_asset_keys]
CATALOGS = ("customers", "cards", "merchants")
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def tiny_resources(files: ParquetIOManager, **overrides: Any) -> dict[str, Any]:
    """Resources of the tiny world, or of one that differs from it, over some files."""
    return {
        "day_io_manager": files,
        "catalog_io_manager": catalog_io_manager(SPEC),
        "simulation": Simulation(load_config("tiny", overrides=overrides, env={}), files),
    }


def own_report(seen: list[tuple[int, int]]) -> dg.AssetsDefinition:
    """An asset that looks at all days: how many there are, and rows of customers that the catalog does not list."""

    @dg.asset(io_manager_key="day_io_manager")
    def report(transactions: pl.LazyFrame, customers: pl.LazyFrame) -> None:
        joined = transactions.join(customers.unique("customer_id"), on="customer_id", how="anti")
        seen.append((transactions.select(pl.col("date").n_unique()).collect().item(), joined.collect().height))

    return report


def days(first: str, last: str | None = None) -> dict[str, Any]:
    """Arguments of ``dg.materialize`` for one day or for a run over a range of days."""
    if last is None:
        return {"partition_key": first}
    return {"tags": {"dagster/asset_partition_range_start": first, "dagster/asset_partition_range_end": last}}


def check_records(instance: dg.DagsterInstance, asset: str, check: str) -> dict[str | None, str]:
    """Status of the latest evaluation of a check by partition."""
    key = dg.AssetCheckKey(dg.AssetKey.from_user_string(asset), check)
    history = instance.event_log_storage.get_asset_check_execution_history(key, limit=100)
    return {record.partition: record.status.value for record in reversed(history)}


def materialized(instance: dg.DagsterInstance, asset: str) -> list[str]:
    """Partitions of an asset that Dagster believes to be there."""
    return sorted(instance.get_materialized_partitions(dg.AssetKey.from_user_string(asset)))
