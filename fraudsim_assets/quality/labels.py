"""Checks of a day of fraud labels, made while the day is being written.

Belongs here: the accumulator. Does not belong here: the rules (``label_rules``), and joins with transactions of
earlier days (``history``).
"""

from datetime import date

import polars as pl
import pyarrow as pa

from fraudsim_assets.quality.checker import TableChecker
from fraudsim_assets.quality.label_rules import LABEL_RULES, UNIQUE_LABELS
from fraudsim_assets.quality.results import CheckResult
from fraudsim_assets.tables import FraudLabels


class LabelChecker(TableChecker):
    """Checks one day of fraud labels batch by batch.

    Parameters
    ----------
    day
        UTC day on which the labels become known.
    """

    table = FraudLabels

    def __init__(self, day: date) -> None:
        self.day = day
        self.restart()

    def restart(self) -> None:
        """Forget everything seen, as before a second pass."""
        super().restart()
        self._keys: list[pl.DataFrame] = []

    def _judge(self, batch: pa.RecordBatch) -> None:
        frame = pl.DataFrame(pa.Table.from_batches([batch]))
        for rule in LABEL_RULES:
            self._blame(rule, frame.filter(rule.violations(self.day))["transaction_id"])
        self._keys.append(frame.select("transaction_id", pl.col("label_type").cast(pl.String)))

    def results(self) -> list[CheckResult]:
        """Verdicts on everything seen; all of them block."""
        self._repeat(UNIQUE_LABELS, self._repeated())
        return [self.contract.result(), *(self._result(rule) for rule in (*LABEL_RULES, UNIQUE_LABELS))]

    def _repeated(self) -> list[int]:
        if not self._keys:
            return []
        keys = pl.concat(self._keys)
        return keys.filter(keys.is_duplicated())["transaction_id"].unique().sort().to_list()
