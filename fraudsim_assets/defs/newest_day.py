"""Whether a world that goes on is up to date: the day that ended last is there.

Dagster's freshness policies ask when an asset was last written, and a backfill of an old day is a
write. This check asks for the newest day itself.

Belongs here: one check. Does not belong here: when it runs (``jobs``).
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import dagster as dg

from fraudsim_assets.defs.spec import DAILY, WorldSpec, now

CHECK = "newest_day_is_there"
HOURS_OF_GRACE = 4
"""Time between the start of the night's run and the moment at which its day is missed. [h]"""


def newest_day_check(spec: WorldSpec) -> dg.AssetChecksDefinition:
    """Check of a world's daily assets that fails while the newest day is missing, whatever else was made."""
    meaning = "The day that ended last is there; older days made in the meantime do not count."

    @dg.multi_asset_check(
        name=spec.name("newest_day"),
        can_subset=True,  # whoever makes one asset by itself gets its check with it, and no other
        specs=[dg.AssetCheckSpec(CHECK, asset=key, description=meaning) for key in spec.keys(DAILY)],
    )
    def newest_day(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        expected = expected_day(now(), spec.config.orchestration.schedule_hour).isoformat()
        for key in sorted(selected.asset_key for selected in context.selected_asset_check_keys):
            there = context.instance.get_materialized_partitions(key)
            passed = expected in there or not spec.days.has_partition_key(expected)
            yield dg.AssetCheckResult(
                asset_key=key,
                check_name=CHECK,
                passed=passed,
                severity=dg.AssetCheckSeverity.WARN,
                description=None
                if passed
                else f"{expected} is missing; the newest day is {max(there, default='none')}",
                metadata={"expected_day": expected, "newest_day": max(there, default="none")},
            )

    return newest_day


def expected_day(moment: datetime, schedule_hour: int) -> date:
    """Newest day that must be there at a moment.

    Parameters
    ----------
    moment
        In UTC.
    schedule_hour
        Hour at which the run that makes the day before starts. [h]
    """
    return (moment - timedelta(hours=schedule_hour + HOURS_OF_GRACE)).date() - timedelta(days=1)
