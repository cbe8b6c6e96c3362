"""Checks of a day of fraud labels, made while the day is being written.

Belongs here: rules of labels beyond their contract. Does not belong here: whether a label is
right, which no bank knows, and joins with transactions of earlier days (``history``).
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from types import MappingProxyType

import polars as pl
import pyarrow as pa

from fraudsim_assets.frames import FrameStream
from fraudsim_assets.quality.contract import ContractChecker
from fraudsim_assets.quality.results import CheckResult, Severity
from fraudsim_assets.quality.tally import Tally
from fraudsim_assets.tables import FraudLabels

_TYPE = pl.col("label_type").cast(pl.String)

LABEL_RULES: Mapping[str, tuple[str, Callable[[date], pl.Expr]]] = MappingProxyType(
    {
        "label_date_is_the_day": (
            "label_date is the partition's day",
            lambda day: pl.col("label_date") != day,
        ),
        "label_is_known_on_its_day": (
            "known_at is a moment of label_date",
            lambda _: pl.col("known_at").dt.date() != pl.col("label_date"),
        ),
        "delay_is_from_transaction_to_label": (
            "delay_days lies between transaction_date and label_date",
            lambda _: pl.col("delay_days") != (pl.col("label_date") - pl.col("transaction_date")).dt.total_days(),
        ),
        "chargebacks_have_reasons": (
            "chargeback_reason is given for chargebacks and false claims only, and for chargebacks always",
            lambda _: (
                ((_TYPE == "chargeback") & pl.col("chargeback_reason").is_null())
                | (~_TYPE.is_in(["chargeback", "friendly_fraud"]) & pl.col("chargeback_reason").is_not_null())
            ),
        ),
    }
)
"""Rules of single labels: name, description, and what breaks it on a day."""


class LabelChecker:
    """Checks one day of fraud labels batch by batch.

    Parameters
    ----------
    day
        UTC day on which the labels become known.
    """

    def __init__(self, day: date) -> None:
        self.day = day
        self.restart()

    def restart(self) -> None:
        """Forget everything seen, as before a second pass."""
        self.tally = Tally()
        self.contract = ContractChecker(FraudLabels)
        self._keys: list[pl.DataFrame] = []

    def observe(self, stream: FrameStream) -> FrameStream:
        """Pass a stream through, checking it on the way; a second pass starts afresh."""

        def batches() -> Iterator[pa.RecordBatch]:
            self.restart()
            for batch in stream.batches():
                self.add(batch)
                yield batch

        return FrameStream(stream.schema, batches, stream.metadata)

    def add(self, batch: pa.RecordBatch) -> None:
        """Check the next batch; one that breaks the contract is not judged further."""
        self.tally.rows += batch.num_rows
        if not self.contract.add(batch) or not batch.num_rows:
            return
        self.tally.judged += batch.num_rows
        frame = pl.DataFrame(pa.Table.from_batches([batch]))
        for name, (_, breaks) in LABEL_RULES.items():
            bad = frame.filter(breaks(self.day))["transaction_id"]
            if len(bad):
                self.tally.blame(name, len(bad), f"transaction {bad[0]}")
        self._keys.append(frame.select("transaction_id", _TYPE))

    def results(self) -> list[CheckResult]:
        """Verdicts on everything seen; all of them block."""
        repeated = self._repeated()
        if repeated:
            self.tally.violations["labels_are_unique"] = len(repeated)
            self.tally.examples["labels_are_unique"] = f"transaction {repeated[0]}"
        sentences = {name: text for name, (text, _) in LABEL_RULES.items()}
        sentences["labels_are_unique"] = "a transaction gets each type of label at most once a day"
        return [self.contract.result(), *(self._result(name, text) for name, text in sentences.items())]

    def _result(self, name: str, text: str) -> CheckResult:
        passed = not self.tally.violations[name]
        return CheckResult(name, passed, Severity.BLOCK, text, self.tally.metrics(name, self.tally.judged))

    def _repeated(self) -> list[int]:
        if not self._keys:
            return []
        keys = pl.concat(self._keys)
        return keys.filter(keys.is_duplicated())["transaction_id"].unique().sort().to_list()
