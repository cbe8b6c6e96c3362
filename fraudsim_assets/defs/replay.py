"""A day that is in the store, sent to a topic once more: for consumers that ask for it again.

Belongs here: one op and its job. Does not belong here: the stream (``fraudsim_assets.streaming``).
"""

from typing import Any

import dagster as dg
from pydantic import Field

from fraudsim_assets.defs.resources import Simulation
from fraudsim_assets.defs.spec import CATALOGS, WorldSpec


class Replay(dg.Config):
    """Where a day is sent, and how."""

    to: str = Field(description="Target, such as kafka://localhost:9092/payments; see docs/how-to-stream.md.")
    speed: str = Field(default="max", description="max, or seconds of the stream per second, such as 60.")
    encoding: str = Field(default="json", description="json or avro.")
    truth: bool = Field(default=False, description="Send ground truth on a topic of its own.")


def replay_job(spec: WorldSpec) -> dg.JobDefinition:
    """Job that sends one day of a world."""

    @dg.op(
        name=spec.name("send_day"),
        required_resource_keys={spec.name("simulation")},
        description="Send payments, labels and changes of the catalogs of one day to a target, in order of time.",
    )
    def send_day(context: dg.OpExecutionContext, config: Replay) -> None:
        _send_day(context, config, getattr(context.resources, spec.name("simulation")), spec)

    @dg.graph(name=spec.name("replay_day"))
    def replay_day() -> None:
        send_day()

    return replay_day.to_job(
        name=spec.name("replay"),
        partitions_def=spec.days,
        executor_def=spec.executor,
        description="Send a day again to a topic: its payments, labels and changes of the catalogs, in order.",
    )


def _send_day(context: dg.OpExecutionContext, config: Replay, simulation: Simulation, spec: WorldSpec) -> None:
    """Send a day, and note at the asset how many events there were and where they went."""
    from fraudsim_assets.catalog import Catalogs
    from fraudsim_assets.defs.catalog_io import StoredTable, arrow_table
    from fraudsim_assets.storage import PartKey
    from fraudsim_assets.streaming import Feed, Pace, Span, open_target, run
    from fraudsim_assets.streaming.encoding import check_encoding
    from fraudsim_assets.units import DAY, day_number

    stored: dict[str, Any] = {
        name: arrow_table(name, StoredTable(simulation.store, PartKey(name))) for name in CATALOGS
    }
    world, encoding = simulation.world(**stored), check_encoding(config.encoding)
    start = day_number(context.partition_time_window.start.date()) * DAY
    topics = (*CATALOGS, "payments", "labels", *(("truth",) if config.truth else ()))
    feed = Feed(world, Catalogs(**stored), Span(start, start + DAY), topics, encoding=encoding)
    report = run(feed, open_target(config.to, encoding=encoding), Pace.of(config.speed))
    told: dict[str, Any] = {f"events/{topic}": count for topic, count in report.counts.items()}
    key = spec.key("transactions")
    context.log_event(
        dg.AssetObservation(key, partition=context.partition_key, metadata={**told, "sent_to": config.to})
    )
