"""Checks of a day of fraud labels, made while the day is being written.

Belongs here: the accumulator. Does not belong here: the rules (``label_rules``), and joins with transactions of
earlier days (``history``).
"""

from collections.abc import Iterator
from datetime import date

import polars as pl
import pyarrow as pa

from fraudsim_assets.frames import FrameStream
from fraudsim_assets.quality.contract import ContractChecker
from fraudsim_assets.quality.declaration import Rule
from fraudsim_assets.quality.label_rules import LABEL_RULES, UNIQUE_LABELS
from fraudsim_assets.quality.results import CheckResult
from fraudsim_assets.quality.tally import Tally
from fraudsim_assets.tables import FraudLabels


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

        return stream.through(batches)

    def add(self, batch: pa.RecordBatch) -> None:
        """Check the next batch; one that breaks the contract is not judged further."""
        self.tally.rows += batch.num_rows
        if not self.contract.add(batch) or not batch.num_rows:
            return
        self.tally.judged += batch.num_rows
        frame = pl.DataFrame(pa.Table.from_batches([batch]))
        for rule in LABEL_RULES:
            bad = frame.filter(rule.violations(self.day))["transaction_id"]
            if len(bad):
                self.tally.blame(rule.name, len(bad), f"transaction {bad[0]}")
        self._keys.append(frame.select("transaction_id", pl.col("label_type").cast(pl.String)))

    def results(self) -> list[CheckResult]:
        """Verdicts on everything seen; all of them block."""
        repeated = self._repeated()
        if repeated:
            self.tally.violations[UNIQUE_LABELS.name] = len(repeated)
            self.tally.examples[UNIQUE_LABELS.name] = f"transaction {repeated[0]}"
        return [self.contract.result(), *(self._result(rule) for rule in (*LABEL_RULES, UNIQUE_LABELS))]

    def _result(self, rule: Rule) -> CheckResult:
        passed = not self.tally.violations[rule.name]
        return rule.result(passed, self.tally.metrics(rule.name, self.tally.judged))

    def _repeated(self) -> list[int]:
        if not self._keys:
            return []
        keys = pl.concat(self._keys)
        return keys.filter(keys.is_duplicated())["transaction_id"].unique().sort().to_list()
