"""Days on their way to storage: checked, counted and described while they are written.

A daily asset hands its IO manager one :class:`Days`. Each day is a stream that checks itself as
it is read: when a blocking check fails, the stream ends in an error before the file is committed,
so that a bad day never replaces a good one, and the data is never read twice.

Dagster's own ``AssetCheckResult`` knows no partition in a run over a range of days, and cannot be
returned by a step whose write failed. So every verdict is logged as an ``AssetCheckEvaluation``
with its partition at the moment it is known; that holds for one day, a range and a failure alike.

Belongs here: the wiring of streams, checks, counts and events. Does not belong here: what is
checked (``quality``) and where files go (``io_managers``).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, Protocol, cast

import dagster as dg
import pyarrow as pa

from fraudsim_assets.config import Config, lasting_digest, provenance
from fraudsim_assets.decisions.files import decisions_digest, with_decisions
from fraudsim_assets.defs.check_groups import evaluations, failure_text, rates
from fraudsim_assets.defs.glimpse import Glimpse
from fraudsim_assets.defs.metadata import markdown_table, report_metadata, rows_table, sparkline
from fraudsim_assets.errors import ContractError
from fraudsim_assets.frames import FrameStream
from fraudsim_assets.observability import Observed, PartitionFacts, Publisher, observed, run_context
from fraudsim_assets.quality.results import CheckResult, blocked, verdict
from fraudsim_assets.storage import WriteReport


class Checker(Protocol):
    """Something that checks a stream as it passes by."""

    def observe(self, stream: FrameStream) -> FrameStream:
        """Pass a stream through, checking it on the way."""
        ...

    def results(self) -> list[CheckResult]:
        """Verdicts on everything seen in the last pass."""
        ...


@dataclass(frozen=True)
class Days:
    """Tables of one or more days, by partition key, for the IO manager to write.

    Attributes
    ----------
    written
        To be called with the partition key, the report and the number of retries once a day is
        committed; gives what Dagster is told about the day.
    failed
        To be called with the partition key when a day could not be written.
    """

    by_partition: Mapping[str, FrameStream]
    written: Callable[[str, WriteReport, int], Mapping[str, Any]]
    failed: Callable[[str], None]


@dataclass
class DayRun:
    """One run of a daily asset over one or more days.

    Attributes
    ----------
    table
        Name of the table, which is the name of the asset.
    make
        Makes the stream of a day.
    checker
        Makes the checker of a day.
    describe
        Tells more about a day that was written, as metadata.
    """

    context: dg.AssetExecutionContext
    table: str
    config: Config
    make: Callable[[date], FrameStream]
    checker: Callable[[date], Checker]
    describe: Callable[[date], Mapping[str, Any]] = field(default=lambda _: {})
    _seen: dict[str, "_Day"] = field(default_factory=dict)

    def outputs(self) -> Iterator[dg.Output[Any]]:
        """Yield what Dagster expects of the asset: the days, then an empty output per check."""
        digest, keys = self._facts["config_digest"], self.context.partition_keys
        self.context.log.info(
            "%s: %d days, seed %s, configuration %s", self.table, len(keys), self._facts["seed"], digest
        )
        made_by = digest if self.table == "fraud_labels" else lasting_digest(self.config)
        yield dg.Output(
            Days({key: self._stream(key) for key in keys}, self._written, self._failed),
            data_version=dg.DataVersion(with_decisions(made_by, self.config)),
            tags={"fraudsim/config_digest": digest},
        )
        for name in self.context.assets_def.check_specs_by_output_name:
            yield dg.Output(None, output_name=name)

    def _stream(self, key: str) -> FrameStream:
        made = self.make(date.fromisoformat(key))
        return FrameStream(
            made.schema,
            lambda: self._guarded(key, made),
            {**self._facts, **made.metadata},
            lambda: verdict(self._seen[key].results),
        )

    def _guarded(self, key: str, made: FrameStream) -> Iterator[pa.RecordBatch]:
        """Batches of a day, ending in an error if a blocking check failed."""
        day = self._seen.setdefault(key, _Day.of(self.checker(date.fromisoformat(key)), made, self.table, key))
        seed, digest = self._facts["seed"], self._facts["config_digest"]
        with run_context(run_id=self.context.run.run_id, partition=key, seed=int(seed), digest=digest):
            yield from day.watched.stream.batches()
        self._judge(key, day)

    def _judge(self, key: str, day: "_Day") -> None:
        first_pass, day.results = not day.results, day.checker.results()
        for evaluation in evaluations(self.context.asset_key, key, day.results) if first_pass else ():
            # it takes evaluations too, only its annotation does not say so
            self.context.log_event(cast("Any", evaluation))
        if blocked(day.results):
            raise ContractError(f"{self.table} of {key}: {failure_text(day.results)}; the day was not written")

    def _written(self, key: str, report: WriteReport, retries: int) -> Mapping[str, Any]:
        day = self._seen.pop(key)
        rate = self.config.fraud.rate if day.watched.facts.fraud_rows is not None else None
        facts = replace(day.watched.facts, written_bytes=report.bytes, retries=retries, expected_fraud_rate=rate)
        self._publisher.success(facts)
        origin = {name: self._facts[name] for name in ("seed", "config_digest")}
        metadata = origin | report_metadata(report, daily=True) | day.metadata(facts)
        metadata |= self.describe(date.fromisoformat(key))
        self.context.add_asset_metadata(metadata, partition_key=key)
        return metadata

    def _failed(self, key: str) -> None:
        self._seen.pop(key, None)
        self._publisher.failure(self.table, key)

    @cached_property
    def _facts(self) -> dict[str, str]:
        return provenance(self.config, scope="transactions", decisions=decisions_digest(self.config))

    @cached_property
    def _publisher(self) -> Publisher:
        return Publisher(self.config.observability)


@dataclass
class _Day:
    """What is held of a day from the beginning of its first pass until it is written."""

    checker: Checker
    glimpse: Glimpse
    watched: Observed
    results: list[CheckResult] = field(default_factory=list)

    @classmethod
    def of(cls, checker: Checker, made: FrameStream, table: str, key: str) -> "_Day":
        glimpse = Glimpse()
        return cls(checker, glimpse, observed(glimpse.observe(checker.observe(made)), table=table, partition=key))

    def metadata(self, facts: PartitionFacts) -> dict[str, Any]:
        found: dict[str, Any] = {"rows_per_second": round(facts.rows / max(facts.seconds, 1e-9))}
        if self.glimpse.dated:
            found["hours_utc"] = sparkline(self.glimpse.hours, label="rows by hour UTC")
        if self.glimpse.kinds:
            kinds = [{"kind": kind, "rows": rows} for kind, rows in self.glimpse.kinds.most_common()]
            found["kinds"] = dg.MetadataValue.md(markdown_table(kinds))
        if facts.fraud_rows is not None:
            found["fraud_rate"] = round(facts.fraud_rows / max(facts.rows, 1), 6)
        sample = rows_table(self.glimpse.first_rows)
        return found | rates(self.results) | ({"sample": sample} if sample else {})
