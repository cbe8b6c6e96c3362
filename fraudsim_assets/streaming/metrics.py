"""Prometheus metrics of a stream.

Belongs here: their names and meaning. Does not belong here: carrying them out of the process
(``observability``).
"""

from collections import Counter as Counts

from prometheus_client import CollectorRegistry, Counter, Gauge

from fraudsim_assets.streaming.running import Report
from fraudsim_assets.units import SECOND

QUANTILES = (0.5, 0.99)
"""Shares of events whose lateness is told."""


class StreamMetrics:
    """What a run has sent, on a registry."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._events = Counter("fraudsim_stream_events", "Events sent.", ["topic"], registry=registry)
        self._position = Gauge(
            "fraudsim_stream_position_timestamp_seconds", "Position of the last event that was sent.", registry=registry
        )
        self._lateness = Gauge(
            "fraudsim_stream_lateness_seconds",
            "Lateness that a share of the events sent did not exceed.",
            ["quantile"],
            registry=registry,
        )
        self._told: Counts[str] = Counts()

    def record(self, report: Report) -> None:
        """Note how far a run has got."""
        for topic, count in report.counts.items():
            self._events.labels(topic).inc(count - self._told[topic])
        self._told = Counts(report.counts)
        if report.position is not None:
            self._position.set(report.position / SECOND)
        for share in QUANTILES:
            late = report.lateness.quantile(share)
            if late is not None:
                self._lateness.labels(f"{share:g}").set(late)
