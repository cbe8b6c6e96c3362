"""Named selections of assets, and when they run.

Belongs here: jobs and schedules. Does not belong here: what an asset does.
"""

import dagster as dg

from fraudsim_assets.defs.settings import CONFIG

catalogs_job = dg.define_asset_job(
    "catalogs",
    selection=dg.AssetSelection.groups("catalog"),
    description="Make the catalogs: once per world, and again when its settings change.",
)

daily_job = dg.define_asset_job(
    "daily",
    selection=dg.AssetSelection.assets("transactions", "fraud_labels", "daily_profile"),
    description="Make one day, or a range of days: transactions, fraud labels and the profile.",
)

daily_schedule = dg.build_schedule_from_partitioned_job(
    daily_job,
    name="nightly",
    hour_of_day=CONFIG.orchestration.schedule_hour,
    description="Every night, the day that has just ended (UTC).",
)

audit_job = dg.define_asset_job(
    "audit",
    selection=dg.AssetSelection.assets("history_audit"),
    description="Check the latest days together: chains, ids and refunds across days.",
)

scorecard_job = dg.define_asset_job(
    "judge",
    selection=dg.AssetSelection.assets("scorecard"),
    description="Hold the days that are there against published numbers; after a backfill, one click.",
)

audit_schedule = dg.ScheduleDefinition(
    name="weekly",
    job=audit_job,
    cron_schedule=f"30 {CONFIG.orchestration.schedule_hour} * * 1",
    description="Every Monday, after the night's run.",
)
