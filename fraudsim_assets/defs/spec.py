"""What Dagster must know of a world when the code is loaded: its names, days, batches of days and versions.

Belongs here: what follows from a configuration and a key prefix before any run starts. Does not
belong here: the settings of a run (``resources``) and the assets themselves.
"""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from importlib.metadata import version
from typing import Any

import dagster as dg

from fraudsim_assets.config import Config, config_digest, lasting_digest
from fraudsim_assets.decisions.files import with_decisions
from fraudsim_assets.errors import ConfigError

CATALOGS = ("customers", "cards", "merchants")
DAILY = ("transactions", "fraud_labels", "account_events", "daily_profile")
TABLES = (*CATALOGS, *DAILY, "history_audit", "scorecard", "policy_evaluation")
"""Every asset of a world; each is a folder of the world's store, whatever its key prefix."""

_PART = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")


@dataclass(frozen=True)
class WorldSpec:
    """A world as Dagster sees it when the code is loaded.

    Attributes
    ----------
    config
        Its configuration.
    key_prefix
        What stands before the keys of its assets; empty for the only world of a code location.
        Jobs, schedules, resources, groups and steps carry it too, joined by ``__`` as Dagster
        joins keys, so that worlds with different prefixes share no name.

    Raises
    ------
    ConfigError
        If a part of the prefix cannot be part of every such name.
    """

    config: Config
    key_prefix: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for part in self.key_prefix:
            if not _PART.fullmatch(part):
                raise ConfigError(f"key_prefix has {part!r}; valid are lower-case words joined by single '_'")

    @classmethod
    def of(cls, config: Config, key_prefix: str | Sequence[str] = ()) -> "WorldSpec":
        """Take a prefix of one part, or of many, or none."""
        return cls(config, (key_prefix,) if isinstance(key_prefix, str) else tuple(key_prefix))

    # --- names -------------------------------------------------------------------------------

    def key(self, table: str) -> dg.AssetKey:
        """Key of one of the world's assets."""
        return dg.AssetKey([*self.key_prefix, table])

    def keys(self, tables: Sequence[str]) -> list[dg.AssetKey]:
        """Keys of several of the world's assets."""
        return [self.key(table) for table in tables]

    def name(self, name: str) -> str:
        """Name of a job, schedule, resource or group of this world."""
        return "__".join([*self.key_prefix, name])

    def inputs(self, *tables: str) -> dict[str, dg.AssetIn]:
        """Inputs of an asset that reads other assets of this world, by the names of its arguments."""
        return {table: dg.AssetIn(key=self.key(table)) for table in tables}

    # --- days and runs -----------------------------------------------------------------------

    @cached_property
    def days(self) -> dg.DailyPartitionsDefinition:
        """One partition per UTC day, from the first day to the last, or to yesterday if there is no last.

        Days to come are there as well if the configuration names a last day, as on the command line.
        """
        return daily_partitions(self.config.start_date, self.config.end_date, today=today())

    @property
    def is_open(self) -> bool:
        """Whether the world goes on: it has no last day, and each night a day is over."""
        return self.config.end_date is None

    @property
    def backfill(self) -> dg.BackfillPolicy:
        """How a range of days becomes runs."""
        kind, _, size = self.config.orchestration.backfill.partition(":")
        if kind == "single_run":
            return dg.BackfillPolicy.single_run()
        return dg.BackfillPolicy.multi_run(max_partitions_per_run=int(size) if size else 1)

    @property
    def executor(self) -> dg.ExecutorDefinition:
        """Steps in one process, unless the configuration asks for one process each."""
        multiprocess = self.config.orchestration.executor == "multiprocess"
        return dg.multiprocess_executor if multiprocess else dg.in_process_executor

    # --- versions ----------------------------------------------------------------------------

    @cached_property
    def catalog_version(self) -> str:
        """Version of the code and settings behind the catalogs; other settings do not make them stale."""
        return f"{version('fraudsim-assets')}-{lasting_digest(self.config, scope='catalogs')}"

    @cached_property
    def day_version(self) -> str:
        """Version of the code and settings behind days of payments; a longer history makes none stale."""
        return self._made_by(lasting_digest(self.config))

    @cached_property
    def label_version(self) -> str:
        """Version of the code and settings behind labels, which know of no payment before the first day."""
        return self._made_by(config_digest(self.config))

    def _made_by(self, digest: str) -> str:
        return f"{version('fraudsim-assets')}-{with_decisions(digest, self.config)}"


def daily_partitions(first: date, last: date | None, *, today: date) -> dg.DailyPartitionsDefinition:
    """Days of a world as partitions.

    Parameters
    ----------
    first, last
        First and last day; no last day for a world that goes on.
    today
        The present day, beyond which Dagster opens partitions only when told how many.
    """
    if last is None:
        return dg.DailyPartitionsDefinition(start_date=first.isoformat(), timezone="UTC")
    end = last + timedelta(days=1)
    return dg.DailyPartitionsDefinition(
        start_date=first.isoformat(), end_date=end.isoformat(), timezone="UTC", end_offset=max((end - today).days, 0)
    )


def once() -> Any:
    """Make what is missing as soon as what it needs is there; of partitions, the latest.

    ``AutomationCondition.on_missing`` leaves out what was missing already when automation began,
    and of a new world that is everything.
    """
    known = dg.AutomationCondition
    begins = known.missing().newly_true() | known.initial_evaluation()
    return (
        known.in_latest_time_window()
        & known.missing()
        & begins.since(known.newly_requested() | known.newly_updated())
        & ~known.any_deps_missing()
        & ~known.in_progress()
    ).with_label("once")


def now() -> datetime:
    """Present moment: decides which days are over, and never what is in them."""
    return datetime.fromtimestamp(time.time(), UTC)


def today() -> date:
    """Present UTC day."""
    return now().date()
