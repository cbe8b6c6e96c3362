"""Checks of a day of decisions.

Belongs here: the accumulator. Does not belong here: the rules (``decision_rules``).
"""

from datetime import date

import polars as pl
import pyarrow as pa

from fraudsim_assets.quality.checker import TableChecker
from fraudsim_assets.quality.decision_rules import DECISION_RULES, ORDERED_DECISIONS, UNIQUE_DECISIONS
from fraudsim_assets.quality.results import CheckResult
from fraudsim_assets.tables import Decisions

_KEY = ("decided_at", "transaction_id")


class DecisionChecker(TableChecker):
    """Checks one day of decisions batch by batch.

    Parameters
    ----------
    day
        UTC day on which they take effect.
    """

    table = Decisions

    def __init__(self, day: date) -> None:
        self.day = day
        self.restart()

    def restart(self) -> None:
        """Forget everything seen, as before a second pass."""
        super().restart()
        self._keys: list[pl.DataFrame] = []

    def _judge(self, batch: pa.RecordBatch) -> None:
        frame = pl.DataFrame(pa.Table.from_batches([batch]))
        for rule in DECISION_RULES:
            self._blame(rule, frame.filter(rule.violations(self.day))["transaction_id"])
        self._keys.append(frame.select(_KEY))

    def results(self) -> list[CheckResult]:
        """Verdicts on everything seen; all of them block."""
        keys = pl.concat(self._keys) if self._keys else pl.DataFrame(schema=dict.fromkeys(_KEY, pl.Int64))
        self._repeat(ORDERED_DECISIONS, _misplaced(keys))
        self._repeat(UNIQUE_DECISIONS, keys.filter(keys.is_duplicated())["transaction_id"].unique().sort().to_list())
        rules = (*DECISION_RULES, ORDERED_DECISIONS, UNIQUE_DECISIONS)
        return [self.contract.result(), *(self._result(rule) for rule in rules)]


def _misplaced(keys: pl.DataFrame) -> list[int]:
    """Payments of rows that come before the row before them."""
    when, number = (pl.col(name) for name in _KEY)
    early = (when < when.shift(1)) | ((when == when.shift(1)) & (number < number.shift(1)))
    return keys.filter(early)["transaction_id"].to_list()
