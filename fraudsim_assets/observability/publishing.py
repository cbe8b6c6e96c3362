"""Carrying metrics out of the process: text files, a Pushgateway, or a port of its own.

Belongs here: the three ways out and keeping them bounded. Does not belong here: the metrics.

Metrics never decide over data: what goes wrong here is logged as a warning, and the partition
stands.
"""

import json
import os
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from prometheus_client import (
    CollectorRegistry,
    delete_from_gateway,
    generate_latest,
    pushadd_to_gateway,
    start_http_server,
)

from fraudsim_assets.config.model import Observability
from fraudsim_assets.observability.facts import PartitionFacts
from fraudsim_assets.observability.logs import logger
from fraudsim_assets.observability.metrics import AttemptGauges, ProcessCounters, SuccessGauges

JOB = "fraudsim"
_TIMEOUT_SECONDS = 5.0
_log = logger("fraudsim_assets.observability.publishing")


class Publisher:
    """Publishes what became of partitions, as the settings say; publishes nothing by default.

    Attributes
    ----------
    registry
        What ``/metrics`` of this process shows: the counters, and the gauges of its partitions.
    """

    def __init__(self, settings: Observability, *, registry: CollectorRegistry | None = None) -> None:
        self.settings = settings
        self.registry = registry or CollectorRegistry()
        self._attempts = AttemptGauges(self.registry)
        self._successes = SuccessGauges(self.registry)
        self._counters = ProcessCounters.on(self.registry)
        self._held: dict[str, list[str]] = {}

    def success(self, facts: PartitionFacts) -> None:
        """Tell that a partition was made."""
        self._counters.record(facts)
        self._successes.record(facts)
        self._attempts.record(facts.table, facts.partition, succeeded=True)
        self._hold(facts.table, facts.partition)
        made = CollectorRegistry()
        SuccessGauges(made).record(facts)
        self._carry("success", facts.table, facts.partition, made)
        self._attempt(facts.table, facts.partition, succeeded=True)

    def failure(self, table: str, partition: str) -> None:
        """Tell that a partition could not be made; what is known of its last success stays."""
        self._counters.partitions.labels(table, "failure").inc()
        self._attempts.record(table, partition, succeeded=False)
        self._hold(table, partition)
        self._attempt(table, partition, succeeded=False)

    def _hold(self, table: str, partition: str) -> None:
        """Keep the gauges of the latest partitions only, so that a long process stays small."""
        held = sorted({*self._held.get(table, []), partition})
        for old in held[: -self.settings.metrics_keep]:
            self._attempts.forget(table, old)
            self._successes.forget(table, old)
        self._held[table] = held[-self.settings.metrics_keep :]

    def _attempt(self, table: str, partition: str, *, succeeded: bool) -> None:
        tried = CollectorRegistry()
        AttemptGauges(tried).record(table, partition, succeeded=succeeded)
        self._carry("attempt", table, partition, tried)

    def _carry(self, what: str, table: str, partition: str, registry: CollectorRegistry) -> None:
        try:
            if self.settings.metrics_dir is not None:
                write_textfile(Path(self.settings.metrics_dir), what, table, partition, registry)
                prune_textfiles(Path(self.settings.metrics_dir), what, table, keep=self.settings.metrics_keep)
            if self.settings.pushgateway_url is not None:
                keys = {"table": table, "partition": partition}
                url = self.settings.pushgateway_url
                pushadd_to_gateway(url, JOB, registry, grouping_key=keys, timeout=_TIMEOUT_SECONDS)
                prune_gateway(url, table, keep=self.settings.metrics_keep)
        except (OSError, ValueError) as error:
            _log.warning("metrics not published", table=table, partition=partition, reason=str(error))

    @contextmanager
    def served(self) -> Iterator[int | None]:
        """Serve ``/metrics`` while the context lasts, if a port is configured; gives the port."""
        if self.settings.metrics_port is None:
            yield None
            return
        try:
            server, thread = start_http_server(
                self.settings.metrics_port, self.settings.metrics_address, registry=self.registry
            )
        except OSError as error:
            _log.warning("metrics not served", port=self.settings.metrics_port, reason=str(error))
            yield None
            return
        try:
            yield self.settings.metrics_port
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def write_textfile(folder: Path, what: str, table: str, partition: str, registry: CollectorRegistry) -> Path:
    """Write one file of metrics, whole or not at all, for node_exporter's textfile collector."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{_stem(what, table)}{quote(partition, safe='')}.prom"
    partial = path.with_suffix(f".{os.getpid()}.partial")
    partial.write_bytes(generate_latest(registry))
    partial.replace(path)
    return path


def prune_textfiles(folder: Path, what: str, table: str, *, keep: int) -> None:
    """Remove the files of all but the latest partitions of a table."""
    for path in sorted(folder.glob(f"{_stem(what, table)}*.prom"))[:-keep]:
        path.unlink(missing_ok=True)


def _stem(what: str, table: str) -> str:
    return f"{JOB}-{what}-{table}-"


def prune_gateway(url: str, table: str, *, keep: int) -> None:
    """Remove the groups of all but the latest partitions of a table from a Pushgateway."""
    base = url if "://" in url else f"http://{url}"
    with urllib.request.urlopen(f"{base.rstrip('/')}/api/v1/metrics", timeout=_TIMEOUT_SECONDS) as answer:  # noqa: S310 - the gateway's address is configured
        groups = json.load(answer).get("data", [])
    labels = [group.get("labels", {}) for group in groups]
    mine = sorted(
        {
            found["partition"]
            for found in labels
            if found.get("job") == JOB and found.get("table") == table and "partition" in found
        }
    )
    for partition in mine[:-keep]:
        keys = {"table": table, "partition": partition}
        delete_from_gateway(url, JOB, grouping_key=keys, timeout=_TIMEOUT_SECONDS)
