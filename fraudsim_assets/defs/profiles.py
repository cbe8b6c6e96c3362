"""Assets about the quality of what was written: a profile of each day, an audit of many together.

Belongs here: two assets. Does not belong here: what is counted and checked (``quality``).
"""

from collections.abc import Iterator
from datetime import date
from typing import Any, cast

import dagster as dg
import polars as pl
import pyarrow as pa

from fraudsim_assets.defs.check_groups import check_specs, evaluations
from fraudsim_assets.defs.resources import simulation_of
from fraudsim_assets.defs.spec import WorldSpec
from fraudsim_assets.defs.transactions import daily
from fraudsim_assets.frames import FrameStream

BATCH_ROWS = 65_536


def quality_assets(spec: WorldSpec) -> list[Any]:
    """Daily profile and audit of a world."""

    @dg.asset(
        ins=spec.inputs("transactions"),
        # every day that was made, not only the latest
        automation_condition=dg.AutomationCondition.eager().without(dg.AutomationCondition.in_latest_time_window()),
        **daily("daily_profile", "quality", spec),
    )
    def daily_profile(context: dg.AssetExecutionContext, transactions: dict[str, pl.LazyFrame]) -> Iterator[Any]:
        """What each day of transactions looks like: rows, shares, missing values, quantiles, histograms.

        One row per number (`metric`) and, for histograms, per bucket. Small enough to keep for years
        and to plot in a notebook; the main numbers are also plotted over the days in this page's
        metadata. Each day is compared with the days before it: mixes, rates and amounts that moved by
        more than chance and a quarter give a warning.
        """
        from fraudsim_assets.defs.days import DayRun
        from fraudsim_assets.defs.drift import ProfileChecker, ProfileHistory

        simulation = simulation_of(context, spec)
        metrics: dict[date, dict[str, float]] = {}
        history = ProfileHistory(simulation.store)
        yield from DayRun(
            context,
            "daily_profile",
            simulation.config,
            make=lambda day: profile_stream(transactions[day.isoformat()], day, metrics),
            checker=lambda day: ProfileChecker(day, history, z=simulation.config.checks.z),
            describe=lambda day: {name: round(value, 6) for name, value in metrics[day].items()},
        ).outputs()

    @dg.asset(
        key=spec.key("history_audit"),
        ins=spec.inputs("transactions"),
        group_name=spec.name("quality"),
        owners=["team:fraud-data"],
        kinds={"python", "parquet"},
        tags={"domain": "payments", "synthetic": "true"},
        code_version=spec.day_version,
        io_manager_key=spec.name("catalog_io_manager"),
        check_specs=check_specs("history_audit", spec),
    )
    def history_audit(context: dg.AssetExecutionContext, transactions: pl.LazyFrame) -> Iterator[Any]:
        """Whether the latest days of transactions hold together: chains, ids and refunds across days.

        The checks of a day see that day only; this asset reads the latest days that follow each other
        without a gap (`orchestration.window_days` of them at most) and keeps one row per verdict. It
        has no partitions and no part in the nightly job: run it now and then, or by the weekly schedule.
        """
        from fraudsim_assets.quality.history import check_history
        from fraudsim_assets.simulation.refunds import DELAY_EDGES

        latest, first, last = unbroken(transactions)
        results = check_history(latest, refund_days=DELAY_EDGES[-1])
        yield from evaluations(context.asset_key, None, results)
        rows = [{"rule": r.name, "passed": r.passed, "violations": r.metrics["violations"]} for r in results]
        days = {"first_day": first.isoformat(), "last_day": last.isoformat(), "days": (last - first).days + 1}
        yield dg.Output(pl.DataFrame(rows), metadata=days)
        for output in context.assets_def.check_specs_by_output_name:
            yield dg.Output(None, output_name=output)

    return [daily_profile, history_audit]


def profile_stream(transactions: pl.LazyFrame, day: date, metrics: dict[date, dict[str, float]]) -> FrameStream:
    """Profile of a day as a stream; the main numbers are left in ``metrics`` when it has been read."""
    from fraudsim_assets.quality.profile import DayProfiler
    from fraudsim_assets.tables import DailyProfile, arrow_schema

    def batches() -> Iterator[pa.RecordBatch]:
        profiler = DayProfiler()
        for frame in transactions.collect_batches(chunk_size=BATCH_ROWS, maintain_order=False, engine="streaming"):
            for batch in frame.to_arrow().to_batches():
                profiler.add(batch)
        profile = profiler.profile()
        metrics[day] = profile.metrics()
        yield from profile.table(day).to_batches()

    return FrameStream(arrow_schema(DailyProfile), batches)


def unbroken(transactions: pl.LazyFrame) -> tuple[pl.LazyFrame, date, date]:
    """The latest days that follow each other without a gap, with the first and the last of them."""
    days = transactions.select(pl.col("date").unique().sort()).collect(engine="streaming").to_series()
    start = days.to_frame().filter(pl.col("date").diff().dt.total_days().fill_null(2) > 1)["date"].max()
    return transactions.filter(pl.col("date") >= start), cast("date", start), cast("date", days.max())
