"""`TableChecker`: what the checks of all daily tables have in common.

Belongs here: passing batches on, the contract before the rules, and verdicts on rules that are counted. Does not
belong here: what is checked (``checks``, ``labels``, ``events``).
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar

import polars as pl
import pyarrow as pa

from fraudsim_assets.frames import FrameStream
from fraudsim_assets.quality.contract import ContractChecker
from fraudsim_assets.quality.declaration import Rule
from fraudsim_assets.quality.results import CheckResult
from fraudsim_assets.quality.tally import Tally
from fraudsim_assets.tables import Model
from fraudsim_assets.units import Ints

Ids = Sequence[int] | Ints | pl.Series


class TableChecker(ABC):
    """Checks one day of a table batch by batch.

    Attributes
    ----------
    table
        Contract of the table.
    noun
        What an id of a violation names.
    tally, contract
        What has been seen.
    """

    table: ClassVar[Model]
    noun: ClassVar[str] = "transaction"
    tally: Tally
    contract: ContractChecker

    def restart(self) -> None:
        """Forget everything seen, as before a second pass."""
        self.tally = Tally()
        self.contract = ContractChecker(self.table)

    def observe(self, stream: FrameStream) -> FrameStream:
        """Pass a stream through, checking it on the way; a second pass starts afresh."""
        return stream.watched(self.restart, self.add)

    def add(self, batch: pa.RecordBatch) -> bool:
        """Check the next batch in row order.

        Returns
        -------
        bool
            Whether the batch keeps the contract. Rules presuppose that: one that breaks it is not judged further.
        """
        self.tally.rows += batch.num_rows
        if not self.contract.add(batch):
            return False
        if batch.num_rows:
            self.tally.judged += batch.num_rows
            self._judge(batch)
        return True

    @abstractmethod
    def _judge(self, batch: pa.RecordBatch) -> None:
        """Hold the rules against a batch that has rows and keeps the contract."""

    @abstractmethod
    def results(self) -> list[CheckResult]:
        """Verdicts on everything seen."""

    def _blame(self, rule: Rule, ids: Ids) -> None:
        """Note rows that break a rule, by their ids."""
        if len(ids):
            self.tally.blame(rule.name, len(ids), f"{self.noun} {ids[0]}")

    def _repeat(self, rule: Rule, ids: Ids) -> None:
        """Note ids that occur more than once, all that were seen; asked again, they are not counted twice."""
        if len(ids):
            self.tally.violations[rule.name] = len(ids)
            self.tally.examples[rule.name] = f"{self.noun} {ids[0]}"

    def _result(self, rule: Rule) -> CheckResult:
        """Verdict on a rule whose violations were noted."""
        passed = not self.tally.violations[rule.name]
        return rule.result(passed, self.tally.metrics(rule.name, self.tally.judged))
