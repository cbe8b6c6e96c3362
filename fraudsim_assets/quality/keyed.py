"""`KeyedChecker`: what the checks of small daily tables have in common, those of labels and of decisions.

Belongs here: rules of single rows, and the keys of a whole day held in memory. Does not belong here: which rules
(``label_rules``, ``decision_rules``), and tables with too many ids for that (``uniqueness``).
"""

from datetime import date
from typing import ClassVar

import polars as pl
import pyarrow as pa

from fraudsim_assets.quality.checker import TableChecker
from fraudsim_assets.quality.declaration import Rule
from fraudsim_assets.quality.results import CheckResult


class KeyedChecker(TableChecker):
    """Checks one day of a small table batch by batch.

    Parameters
    ----------
    day
        UTC day of the partition.

    Attributes
    ----------
    rules, of_keys
        Rules of single rows, and of the keys of the day; the last one is that no key occurs twice.
    key
        What names a row, ``transaction_id`` among it.
    """

    rules: ClassVar[tuple[Rule, ...]]
    of_keys: ClassVar[tuple[Rule, ...]]
    key: ClassVar[tuple[pl.Expr, ...]]

    def __init__(self, day: date) -> None:
        self.day = day
        self.restart()

    def restart(self) -> None:
        """Forget everything seen, as before a second pass."""
        super().restart()
        self._keys: list[pl.DataFrame] = []

    def _judge(self, batch: pa.RecordBatch) -> None:
        frame = pl.DataFrame(pa.Table.from_batches([batch]))
        for rule in self.rules:
            self._blame(rule, frame.filter(rule.violations(self.day))["transaction_id"])
        self._keys.append(frame.select(self.key))

    def results(self) -> list[CheckResult]:
        """Verdicts on everything seen; all of them block."""
        if self._keys:
            self._judge_keys(pl.concat(self._keys))
        return [self.contract.result(), *(self._result(rule) for rule in (*self.rules, *self.of_keys))]

    def _judge_keys(self, keys: pl.DataFrame) -> None:
        """Hold the rules of keys against all keys of the day, in row order."""
        repeated = keys.filter(keys.is_duplicated())["transaction_id"].unique().sort()
        self._repeat(self.of_keys[-1], repeated.to_list())
