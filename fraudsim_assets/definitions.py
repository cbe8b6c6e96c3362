"""Everything Dagster loads: ``dagster dev``, ``dagster asset materialize -m`` and ``dg`` start here.

Belongs here: putting assets, jobs, schedules, resources and the executor together. Does not belong
here: any of them.
"""

import warnings
from typing import Any

import dagster as dg

# partitioned checks and backfill policies work, and are announced as new at every start
for _category in (dg.BetaWarning, dg.PreviewWarning):
    warnings.filterwarnings("ignore", category=_category)

from fraudsim_assets.config import Config  # noqa: E402 - the filter must come first
from fraudsim_assets.defs import catalogs, jobs, profiles, scorecard, transactions  # noqa: E402
from fraudsim_assets.defs.io_managers import CatalogIOManager, LocalParquetIOManager, ParquetIOManager  # noqa: E402
from fraudsim_assets.defs.resources import SimulationResource  # noqa: E402
from fraudsim_assets.defs.settings import CONFIG, executor  # noqa: E402

ASSET_MODULES = [catalogs, transactions, profiles, scorecard]


def files_io_manager(config: Config) -> ParquetIOManager:
    """The IO manager of the daily tables, for the kind of storage that the configuration names."""
    storage = config.storage
    shared: dict[str, Any] = {
        "if_exists": storage.if_exists,
        "compression": storage.compression,
        "compression_level": storage.compression_level,
        "row_group_rows": config.generation.row_group_rows,
        "max_attempts": storage.max_attempts,
        "deadline_seconds": storage.deadline_seconds,
        "window_days": config.orchestration.window_days,
    }
    if storage.kind == "local":
        return LocalParquetIOManager(base_dir=storage.base_dir, **shared)
    from fraudsim_assets.defs.s3_io import S3ParquetIOManager, s3_resource

    return S3ParquetIOManager(bucket=storage.bucket or "", prefix=storage.prefix, s3=s3_resource(storage), **shared)


def resources(config: Config) -> dict[str, Any]:
    """Resources by the keys under which assets ask for them."""
    files = files_io_manager(config)
    return {
        "day_io_manager": files,
        "catalog_io_manager": CatalogIOManager(files=files),
        "simulation": SimulationResource(files=files),
    }


@dg.definitions
def defs() -> dg.Definitions:
    """Assemble the code location."""
    return dg.Definitions.merge(
        dg.Definitions(assets=dg.load_assets_from_modules(ASSET_MODULES)),
        dg.Definitions(
            jobs=[jobs.catalogs_job, jobs.daily_job, jobs.audit_job, jobs.scorecard_job],
            schedules=[jobs.daily_schedule, jobs.audit_schedule],
        ),
        dg.Definitions(resources=resources(CONFIG), executor=executor(CONFIG)),
    )
