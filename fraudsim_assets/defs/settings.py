"""What Dagster must know when the code is loaded: days, batches of days, versions, executor.

All of it follows from the configuration that is in force at that moment (``FRAUDSIM_CONFIG`` and
the other variables). Belongs here: that derivation. Does not belong here: the settings of a run,
which may be overridden when it is launched (``resources``).
"""

from datetime import timedelta
from functools import cache
from importlib.metadata import version

import dagster as dg

from fraudsim_assets.config import Config, config_digest, load_config


@cache
def loaded_config() -> Config:
    """Configuration in force when Dagster loads the code."""
    return load_config()


def days(config: Config) -> dg.DailyPartitionsDefinition:
    """One partition per UTC day, from the first day to the last, or to yesterday if there is no last."""
    end = None if config.end_date is None else config.end_date + timedelta(days=1)
    return dg.DailyPartitionsDefinition(
        start_date=config.start_date.isoformat(),
        end_date=None if end is None else end.isoformat(),
        timezone="UTC",
    )


def backfill_policy(config: Config) -> dg.BackfillPolicy:
    """How a range of days becomes runs."""
    kind, _, size = config.orchestration.backfill.partition(":")
    if kind == "single_run":
        return dg.BackfillPolicy.single_run()
    return dg.BackfillPolicy.multi_run(max_partitions_per_run=int(size) if size else 1)


def executor(config: Config) -> dg.ExecutorDefinition:
    """Steps in one process, unless the configuration asks for one process each."""
    return dg.multiprocess_executor if config.orchestration.executor == "multiprocess" else dg.in_process_executor


def catalog_version(config: Config) -> str:
    """Version of the code and settings behind the catalogs; other settings do not make them stale."""
    return f"{version('fraudsim-assets')}-{config_digest(config, scope='catalogs')}"


def day_version(config: Config) -> str:
    """Version of the code and settings behind the daily tables."""
    return f"{version('fraudsim-assets')}-{config_digest(config, scope='transactions')}"


def freshness(config: Config) -> dg.FreshnessPolicy | None:
    """Yesterday is expected by the morning after; a world with a last day never grows stale."""
    if config.end_date is not None:
        return None
    hours = config.orchestration.schedule_hour + 24
    return dg.FreshnessPolicy.time_window(
        fail_window=timedelta(hours=hours + 12),
        warn_window=timedelta(hours=hours + 4),
    )


CONFIG = loaded_config()
DAYS = days(CONFIG)
BACKFILL = backfill_policy(CONFIG)
