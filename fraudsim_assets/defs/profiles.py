"""The daily profile: what a day looks like, from the file that was written.

Belongs here: one asset. Does not belong here: what is counted (``quality.profile``).
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

import dagster as dg
import polars as pl
import pyarrow as pa

from fraudsim_assets.defs.check_groups import check_specs
from fraudsim_assets.defs.metadata import definition_metadata
from fraudsim_assets.defs.resources import SimulationResource
from fraudsim_assets.defs.transactions import DAILY
from fraudsim_assets.frames import FrameStream

BATCH_ROWS = 65_536


@dg.asset(
    group_name="quality",
    metadata=definition_metadata("daily_profile"),
    check_specs=check_specs("daily_profile", daily=True),
    **DAILY,
)
def daily_profile(
    context: dg.AssetExecutionContext, simulation: SimulationResource, transactions: dict[str, pl.LazyFrame]
) -> Iterator[Any]:
    """What each day of transactions looks like: rows, shares, missing values, quantiles, histograms.

    One row per number (`metric`) and, for histograms, per bucket. Small enough to keep for years
    and to plot in a notebook; the main numbers are also plotted over the days in this page's
    metadata.
    """
    from fraudsim_assets.defs.days import ContractOnly, DayRun
    from fraudsim_assets.tables import DailyProfile

    metrics: dict[date, dict[str, float]] = {}
    yield from DayRun(
        context,
        "daily_profile",
        simulation.config,
        make=lambda day: profile_stream(transactions[day.isoformat()], day, metrics),
        checker=lambda _: ContractOnly(DailyProfile),
        describe=lambda day: metrics[day],
    ).outputs()


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
