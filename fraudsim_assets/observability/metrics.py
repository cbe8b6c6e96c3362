"""Prometheus metrics: what they are called, mean and hold.

Belongs here: the names, and turning facts into samples. Does not belong here: carrying them to a
file, a gateway or a port (``publishing``).

Two families: gauges of one partition, which say how it is now and survive the process (files,
gateway), and counters of one process, which are for its own ``/metrics``.
"""

import time
from dataclasses import dataclass
from datetime import UTC, date, datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from fraudsim_assets.observability.facts import PartitionFacts

_KEYS = ("table", "partition")
_SECONDS = (0.01, 0.05, 0.25, 1.0, 5.0, 15.0, 60.0, 300.0, 1800.0)


def _gauge(registry: CollectorRegistry, name: str, meaning: str, *more: str) -> Gauge:
    return Gauge(f"fraudsim_partition_{name}", meaning, (*_KEYS, *more), registry=registry)


class AttemptGauges:
    """How the last attempt at a partition went."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.succeeded = _gauge(registry, "succeeded", "1 if the last attempt at the partition succeeded, else 0.")
        self.attempted = _gauge(registry, "last_attempt_timestamp_seconds", "When the partition was last attempted.")

    def record(self, table: str, partition: str, *, succeeded: bool) -> None:
        """Note an attempt that ended just now."""
        self.succeeded.labels(table, partition).set(int(succeeded))
        self.attempted.labels(table, partition).set(time.time())

    def forget(self, table: str, partition: str) -> None:
        """Drop what is held of a partition."""
        _forget(self, table, partition)


class SuccessGauges:
    """What the last successful attempt at a partition made."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.success = _gauge(registry, "last_success_timestamp_seconds", "When the partition was last made.")
        self.day = _gauge(registry, "day_timestamp_seconds", "First instant of the day the partition holds.")
        self.rows = _gauge(registry, "rows", "Rows of the partition.")
        self.fraud_rows = _gauge(registry, "fraud_rows", "Fraudulent rows of the partition.")
        self.fraud_rate = _gauge(registry, "expected_fraud_ratio", "Configured share of fraudulent rows.")
        self.nulls = _gauge(registry, "nulls", "Nulls in a column that may hold them.", "column")
        self.seconds = _gauge(registry, "duration_seconds", "Time it took to make the partition.")
        self.size = _gauge(registry, "size_bytes", "Size of the partition on storage.")
        self.retries = _gauge(registry, "storage_retries", "Tries of storage operations beyond the first.")

    def record(self, facts: PartitionFacts) -> None:
        """Note a partition that was made just now."""
        keys = (facts.table, facts.partition)
        self.success.labels(*keys).set(time.time())
        day = partition_day(facts.partition)
        values = {
            self.day: datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() if day else None,
            self.rows: facts.rows,
            self.fraud_rows: facts.fraud_rows,
            self.fraud_rate: facts.expected_fraud_rate,
            self.seconds: facts.seconds,
            self.size: facts.written_bytes,
            self.retries: facts.retries,
        }
        for gauge, value in values.items():
            if value is not None:
                gauge.labels(*keys).set(value)
        for column, count in facts.nulls.items():
            self.nulls.labels(*keys, column).set(count)

    def forget(self, table: str, partition: str) -> None:
        """Drop what is held of a partition."""
        _forget(self, table, partition)


def _forget(gauges: AttemptGauges | SuccessGauges, table: str, partition: str) -> None:
    for gauge in vars(gauges).values():
        gauge.remove_by_labels({"table": table, "partition": partition})


def partition_day(partition: str) -> date | None:
    """Day of a partition key; None for a key that is no date."""
    try:
        return date.fromisoformat(partition)
    except ValueError:
        return None


@dataclass(frozen=True)
class ProcessCounters:
    """What this process has done since it began."""

    rows: Counter
    fraud_rows: Counter
    nulls: Counter
    written_bytes: Counter
    retries: Counter
    partitions: Counter
    durations: Histogram

    @classmethod
    def on(cls, registry: CollectorRegistry) -> "ProcessCounters":
        """Register the counters."""
        return cls(
            rows=Counter("fraudsim_rows", "Rows made.", ["table"], registry=registry),
            fraud_rows=Counter("fraudsim_fraud_rows", "Fraudulent rows made.", ["table"], registry=registry),
            nulls=Counter("fraudsim_nulls", "Nulls made.", ["table", "column"], registry=registry),
            written_bytes=Counter("fraudsim_written_bytes", "Bytes written.", ["table"], registry=registry),
            retries=Counter(
                "fraudsim_storage_retries",
                "Tries of storage operations beyond the first.",
                ["table"],
                registry=registry,
            ),
            partitions=Counter(
                "fraudsim_partitions", "Partitions attempted, by outcome.", ["table", "outcome"], registry=registry
            ),
            durations=Histogram(
                "fraudsim_partition_durations_seconds",
                "Time it took to make a partition.",
                ["table"],
                buckets=_SECONDS,
                registry=registry,
            ),
        )

    def record(self, facts: PartitionFacts) -> None:
        """Add a partition that was made."""
        self.partitions.labels(facts.table, "success").inc()
        self.rows.labels(facts.table).inc(facts.rows)
        self.fraud_rows.labels(facts.table).inc(facts.fraud_rows or 0)
        self.written_bytes.labels(facts.table).inc(facts.written_bytes or 0)
        self.retries.labels(facts.table).inc(facts.retries)
        self.durations.labels(facts.table).observe(facts.seconds)
        for column, count in facts.nulls.items():
            self.nulls.labels(facts.table, column).inc(count)
