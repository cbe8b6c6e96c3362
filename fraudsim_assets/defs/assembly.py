"""A world as Dagster definitions: the entry for a code location, a component, or a project of one's own.

Belongs here: putting assets, jobs, schedules and resources together under one key prefix. Does not
belong here: any of them.
"""

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import dagster as dg

from fraudsim_assets.config import Config, as_config
from fraudsim_assets.defs.catalog_resource import catalog_io_manager
from fraudsim_assets.defs.catalogs import catalog_assets
from fraudsim_assets.defs.io_managers import LocalParquetIOManager, ParquetIOManager
from fraudsim_assets.defs.jobs import jobs_of
from fraudsim_assets.defs.policy_evaluation import policy_asset
from fraudsim_assets.defs.profiles import quality_assets
from fraudsim_assets.defs.resources import simulation_resource
from fraudsim_assets.defs.scorecard import scorecard_asset
from fraudsim_assets.defs.spec import WorldSpec
from fraudsim_assets.defs.transactions import daily_assets


def build_defs(config: Config | str | Path, *, key_prefix: str | Sequence[str] = ()) -> dg.Definitions:
    """Everything of one world that Dagster loads.

    Worlds with different prefixes share no key and no name, so that any number of them go into one
    code location by ``dg.Definitions.merge``. Each needs a place of its own (``storage``).

    Parameters
    ----------
    config
        Configuration of the world, or its name or path, as :func:`load_config` takes it.
    key_prefix
        What stands before the keys of its assets, and in the names of its jobs, schedules,
        resources and groups; one lower-case word or several.

    Returns
    -------
    dg.Definitions
        Assets with checks, jobs, schedules and resources. The executor that the configuration
        names is that of the jobs and, without a prefix, of the code location.

    Raises
    ------
    ConfigError
        If there is no such configuration, or the prefix cannot be part of names.

    Examples
    --------
    >>> defs = build_defs("tiny", key_prefix="test_bank")
    >>> defs.get_assets_def(["test_bank", "transactions"]).key.to_user_string()
    'test_bank/transactions'
    """
    spec = WorldSpec.of(as_config(config), key_prefix)
    with warnings.catch_warnings():
        # partitioned checks and backfill policies work, and are announced as new wherever they are used
        for announcement in (dg.BetaWarning, dg.PreviewWarning):
            warnings.simplefilter("ignore", announcement)
        return _definitions(spec)


def _definitions(spec: WorldSpec) -> dg.Definitions:
    assets = [
        *catalog_assets(spec),
        *daily_assets(spec),
        *quality_assets(spec),
        scorecard_asset(spec),
        policy_asset(spec),
    ]
    # of several worlds, none decides about the others' executor
    executor = None if spec.key_prefix else spec.executor
    graph = dg.Definitions(assets=assets, resources=resources(spec), executor=executor)
    return dg.Definitions.merge(graph, jobs_of(spec))


def resources(spec: WorldSpec) -> dict[str, Any]:
    """Resources of a world by the keys under which its assets ask for them."""
    return {
        spec.name("day_io_manager"): files_io_manager(spec),
        spec.name("catalog_io_manager"): catalog_io_manager(spec),
        spec.name("simulation"): simulation_resource(spec),
    }


def files_io_manager(spec: WorldSpec) -> dg.IOManagerDefinition:
    """IO manager of a world's daily tables; a run can send its files elsewhere, and all else stays as configured."""
    storage = spec.config.storage
    place = {"base_dir": storage.base_dir} if storage.kind == "local" else {"prefix": storage.prefix}

    @dg.io_manager(config_schema={name: dg.Field(str, default_value=value) for name, value in place.items()})
    def files(context: dg.InitResourceContext) -> ParquetIOManager:
        return files_of(spec, **context.resource_config).of_world(spec.config)

    return files


def files_of(spec: WorldSpec, **place: str) -> ParquetIOManager:
    """A world's files, for the kind of storage that the configuration names.

    Parameters
    ----------
    place
        ``base_dir`` or ``prefix`` in the place of the configured one.
    """
    storage = spec.config.storage
    shared: dict[str, Any] = {
        "format": storage.format,
        "iceberg_catalog": storage.iceberg_catalog,
        "commit_order": storage.commit_order,
        "if_exists": storage.if_exists,
        "compression": storage.compression,
        "compression_level": storage.compression_level,
        "row_group_rows": spec.config.generation.row_group_rows,
        "max_attempts": storage.max_attempts,
        "deadline_seconds": storage.deadline_seconds,
        "window_days": spec.config.orchestration.window_days,
        "key_prefix": "/".join(spec.key_prefix),
    }
    if storage.kind == "local":
        return LocalParquetIOManager(**{"base_dir": storage.base_dir, **place, **shared})
    from fraudsim_assets.defs.s3_io import S3ParquetIOManager, s3_resource

    where = {"prefix": storage.prefix, **place}
    return S3ParquetIOManager(bucket=storage.bucket or "", s3=s3_resource(storage), **where, **shared)
