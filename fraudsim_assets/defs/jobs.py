"""Named selections of assets, and when they run.

Belongs here: jobs and schedules. Does not belong here: what an asset does.
"""

from collections.abc import Sequence
from datetime import UTC, timedelta
from typing import Any

import dagster as dg

from fraudsim_assets.defs.newest_day import HOURS_OF_GRACE, newest_day_check
from fraudsim_assets.defs.replay import replay_job
from fraudsim_assets.defs.spec import CATALOGS, DAILY, WorldSpec


def jobs_of(spec: WorldSpec) -> dg.Definitions:
    """Jobs of a world, and the schedules that start them."""
    hour = spec.config.orchestration.schedule_hour
    daily = _job(
        spec, "daily", DAILY, "Make one day, or a range of days: transactions, labels, events and the profile."
    )
    audit = _job(
        spec, "audit", ["history_audit"], "Check the latest days together: chains, ids and refunds across days."
    )
    made = dg.Definitions(
        jobs=[
            _job(spec, "catalogs", CATALOGS, "Make the catalogs: once per world."),
            daily,
            audit,
            _job(
                spec,
                "judge",
                ["scorecard"],
                "Hold the days that are there against published numbers; after a backfill, one click.",
            ),
            replay_job(spec),
        ],
        schedules=[
            nightly(spec, daily),
            dg.ScheduleDefinition(
                name=spec.name("weekly"),
                job=audit,
                cron_schedule=f"30 {hour} * * 1",
                description="Every Monday, after the night's run.",
            ),
        ],
    )
    return dg.Definitions.merge(made, _watch(spec, hour)) if spec.is_open else made


def nightly(spec: WorldSpec, job: Any) -> dg.ScheduleDefinition:
    """Make, every night, the day that has just ended."""

    @dg.schedule(
        name=spec.name("nightly"),
        job=job,
        cron_schedule=f"0 {spec.config.orchestration.schedule_hour} * * *",
        execution_timezone="UTC",
        description="Every night, the day that has just ended (UTC).",
    )
    def last_night(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        day = (context.scheduled_execution_time.astimezone(UTC).date() - timedelta(days=1)).isoformat()
        if spec.days.has_partition_key(day):
            return dg.RunRequest(run_key=day, partition_key=day)
        return dg.SkipReason(f"{day} is not a day of this world: {spec.config.start_date} to {spec.config.end_date}")

    return last_night


def _watch(spec: WorldSpec, hour: int) -> dg.Definitions:
    check = newest_day_check(spec)
    job = dg.define_asset_job(
        spec.name("watch"),
        selection=dg.AssetSelection.checks(check),
        description="Ask whether the day that ended last is there.",
    )
    morning = dg.ScheduleDefinition(
        name=spec.name("morning"),
        job=job,
        cron_schedule=f"0 {(hour + HOURS_OF_GRACE) % 24} * * *",
        description=f"Every day, {HOURS_OF_GRACE} hours after the night's run.",
    )
    return dg.Definitions(asset_checks=[check], jobs=[job], schedules=[morning])


def _job(spec: WorldSpec, name: str, tables: Sequence[str], description: str) -> Any:
    selection = dg.AssetSelection.assets(*spec.keys(tables))
    return dg.define_asset_job(
        spec.name(name), selection=selection, description=description, executor_def=spec.executor
    )
