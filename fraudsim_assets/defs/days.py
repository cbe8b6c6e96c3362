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

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, Protocol, cast

import dagster as dg
import pyarrow as pa

from fraudsim_assets.config import Config, provenance
from fraudsim_assets.defs.check_groups import evaluations, failure_text
from fraudsim_assets.defs.glimpse import Glimpse
from fraudsim_assets.defs.metadata import report_metadata, rows_table, sparkline
from fraudsim_assets.errors import ContractError
from fraudsim_assets.frames import FrameStream
from fraudsim_assets.observability.facts import Observed, PartitionFacts, observed
from fraudsim_assets.observability.publishing import Publisher
from fraudsim_assets.quality.contract import ContractChecker
from fraudsim_assets.quality.results import CheckResult, blocked
from fraudsim_assets.storage import WriteReport
from fraudsim_assets.tables import Model


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
        To be called with the partition key and the report once a day is committed; gives what
        Dagster is told about the day.
    """

    by_partition: Mapping[str, FrameStream]
    written: Callable[[str, WriteReport], Mapping[str, Any]]


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
        yield dg.Output(
            Days({key: self._stream(key) for key in keys}, self._written),
            data_version=dg.DataVersion(digest),
            tags={"fraudsim/config_digest": digest},
        )
        for name in self.context.assets_def.check_specs_by_output_name:
            yield dg.Output(None, output_name=name)

    def _stream(self, key: str) -> FrameStream:
        day = date.fromisoformat(key)
        checker, glimpse = self.checker(day), Glimpse()
        made = self.make(day)
        watched = observed(glimpse.observe(checker.observe(made)), table=self.table, partition=key)
        self._seen[key] = _Day(checker, glimpse, watched)
        return FrameStream(made.schema, lambda: self._guarded(key), {**self._facts, **made.metadata})

    def _guarded(self, key: str) -> Iterator[pa.RecordBatch]:
        """Batches of a day, ending in an error if a blocking check failed."""
        day = self._seen[key]
        yield from day.watched.stream.batches()
        results = day.checker.results()
        if not day.told:
            day.told = True
            for evaluation in evaluations(self.table, key, results):
                # it takes evaluations too, only its annotation does not say so
                self.context.log_event(cast("Any", evaluation))
        if blocked(results):
            self.publisher.failure(self.table, key)
            raise ContractError(f"{self.table} of {key}: {failure_text(results)}; the day was not written")

    def _written(self, key: str, report: WriteReport) -> Mapping[str, Any]:
        day = self._seen[key]
        facts = replace(day.watched.facts, written_bytes=report.bytes, expected_fraud_rate=self.config.fraud.rate)
        self.publisher.success(facts)
        origin = {name: self._facts[name] for name in ("seed", "config_digest")}
        metadata = origin | report_metadata(report, daily=True) | day.metadata(facts, self._made_null)
        metadata |= self.describe(date.fromisoformat(key))
        self.context.add_asset_metadata(metadata, partition_key=key)
        return metadata

    @cached_property
    def _facts(self) -> dict[str, str]:
        return provenance(self.config, scope="transactions")

    @property
    def _made_null(self) -> Collection[str]:
        """Columns in which values are left out on purpose."""
        return type(self.config.nulls).model_fields

    @cached_property
    def publisher(self) -> Publisher:
        """Metrics of the days, if the configuration wants any."""
        return Publisher(self.config.observability)


class ContractOnly:
    """Checks a table against its contract, and nothing else."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._checker = ContractChecker(model)

    def observe(self, stream: FrameStream) -> FrameStream:
        """Pass a stream through, checking it on the way; a second pass starts afresh."""

        def batches() -> Iterator[pa.RecordBatch]:
            self._checker = ContractChecker(self._model)
            for batch in stream.batches():
                self._checker.add(batch)
                yield batch

        return FrameStream(stream.schema, batches, stream.metadata)

    def results(self) -> list[CheckResult]:
        """One verdict, named ``contract``."""
        return [self._checker.result()]


@dataclass
class _Day:
    checker: Checker
    glimpse: Glimpse
    watched: Observed
    told: bool = False

    def metadata(self, facts: PartitionFacts, made_null: Collection[str]) -> dict[str, Any]:
        rows = max(facts.rows, 1)
        found = {
            "rows_per_second": round(facts.rows / max(facts.seconds, 1e-9)),
            "hours_utc": sparkline(self.glimpse.hours, label="rows by hour UTC") if self.glimpse.dated else None,
            "sample": rows_table(self.glimpse.first_rows),
            "fraud_rate": None if facts.fraud_rows is None else facts.fraud_rows / rows,
        }
        found |= {f"null_rate_{name}": count / rows for name, count in facts.nulls.items() if name in made_null}
        return {name: value for name, value in found.items() if value is not None}
