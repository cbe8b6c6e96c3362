"""All checks of a day of transactions, made while the day is being written.

A :class:`DayChecker` is fed record batches in row order and holds counts, so that a day of any
size is checked in flat memory and without reading it back.

Belongs here: the accumulator and the verdicts. Does not belong here: single
rules (``rules``), the chain (``chain``), and checks across days (``drift``).
"""

from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from fraudsim_assets.frames import FrameStream
from fraudsim_assets.quality.chain import ChainChecker, LastTransactions
from fraudsim_assets.quality.checker import TableChecker
from fraudsim_assets.quality.day_rules import CHAIN_RULES, FRAUD_RATE, NULL_RATES, ROW_COUNT, UNIQUE_IDS
from fraudsim_assets.quality.declaration import Rule
from fraudsim_assets.quality.expectations import NULL_TARGETS, Expectations
from fraudsim_assets.quality.reference import DayReference
from fraudsim_assets.quality.results import CheckResult
from fraudsim_assets.quality.rules import RULES
from fraudsim_assets.quality.tolerance import tolerance_band, within_chance
from fraudsim_assets.quality.uniqueness import IdWitness
from fraudsim_assets.quality.view import Codebook, Rows
from fraudsim_assets.tables import Transactions, arrow_schema

_BATCH_ROWS = 65_536


class DayChecker(TableChecker):
    """Checks one day of transactions batch by batch.

    Parameters
    ----------
    reference
        Catalogs as the day sees them.
    expectations
        Rates to hold the day against; None judges promises only.
    history
        Last transactions before the day; optional.
    """

    table = Transactions

    def __init__(
        self, reference: DayReference, expectations: Expectations | None, *, history: LastTransactions | None = None
    ) -> None:
        self.reference = reference
        self.expectations = expectations
        self._history = history
        self.restart()

    def restart(self) -> None:
        """Forget everything seen, as before a second pass."""
        super().restart()
        self.ids = IdWitness()
        self._codebook = Codebook()
        self._chain = ChainChecker(self._history)

    def add(self, batch: pa.RecordBatch) -> bool:
        """Check the next batch, as all checkers do; one that breaks the contract ends the chains of its cards."""
        kept = super().add(batch)
        if not kept:
            self._chain.forget()
        return kept

    def _judge(self, batch: pa.RecordBatch) -> None:
        rows = Rows(batch, self.reference, self._codebook)
        self.tally.fraud += int(np.count_nonzero(rows.fraud))
        self._apply_rules(rows)
        self._apply_chain(rows)
        self._count_nulls(rows)
        self.ids.add(rows.transaction_id)

    def _apply_rules(self, rows: Rows) -> None:
        for rule in RULES:
            bad = rule.violations(rows)
            if bad.any():
                self._blame(rule, rows.transaction_id[bad])

    def _apply_chain(self, rows: Rows) -> None:
        for rule, transactions in zip(CHAIN_RULES, self._chain.add(rows), strict=True):
            self._blame(rule, transactions)

    def _count_nulls(self, rows: Rows) -> None:
        for column, eligible in NULL_TARGETS.items():
            where = eligible(rows)
            self.tally.eligible[column] += int(np.count_nonzero(where))
            self.tally.missing[column] += int(np.count_nonzero(where & ~rows.given(column)))

    def absorb(self, other: "DayChecker") -> None:
        """Take over what a checker of another part of the same day saw; no account is in both parts."""
        self.tally.absorb(other.tally)
        self.contract.absorb(other.contract)
        self.ids.absorb(other.ids)

    def results(self) -> list[CheckResult]:
        """Verdicts on everything seen: contract, rules, chain, ids (blocking); rates (warning)."""
        return [self.contract.result(), *self.promises(), *self._rates()]

    def promises(self) -> list[CheckResult]:
        """Verdicts on rules, chain and ids: what must hold whatever the configuration expects."""
        return [*(self._result(rule) for rule in (*RULES, *CHAIN_RULES)), self._unique_result()]

    def _rates(self) -> list[CheckResult]:
        expected = self.expectations
        if expected is None:
            return []
        return [
            *(self._null_result(column, expected) for column in NULL_TARGETS),
            self._fraud_result(expected),
            *self._row_count_result(expected),
        ]

    def _unique_result(self) -> CheckResult:
        repeated = self.ids.repeated()
        metrics: dict[str, float | int | str] = {
            "rows": self.tally.judged,
            "violations": len(repeated),
            "one_id_kept_in": self.ids.sampling,
        }
        if len(repeated):
            metrics["example"] = f"transaction {repeated[0]}"
        return UNIQUE_IDS.result(not len(repeated), metrics)

    def _null_result(self, column: str, expectations: Expectations) -> CheckResult:
        missing, eligible = self.tally.missing[column], self.tally.eligible[column]
        expected = expectations.null_rates[column]
        return _rate_result(NULL_RATES[column], missing, eligible, expected=expected, z=expectations.z)

    def _fraud_result(self, expectations: Expectations) -> CheckResult:
        return _rate_result(
            FRAUD_RATE,
            self.tally.fraud,
            self.tally.judged,
            expected=expectations.fraud_rate,
            z=expectations.z,
            design_effect=expectations.fraud_design_effect,
        )

    def _row_count_result(self, expectations: Expectations) -> list[CheckResult]:
        expected, factor, seen = expectations.rows, expectations.row_factor, self.tally.rows
        if expected is None:
            return []
        slack = expectations.z * expected**0.5
        lowest, highest = max(expected / factor - slack, 0.0), expected * factor + slack
        metrics = {"rows": seen, "expected": expected, "lowest": lowest, "highest": highest}
        return [ROW_COUNT.result(lowest <= seen <= highest, metrics)]


def _rate_result(
    rule: Rule, count: int, trials: int, *, expected: float, z: float, design_effect: float = 1.0
) -> CheckResult:
    lowest, highest = tolerance_band(trials, expected, z=z, design_effect=design_effect)
    metrics: dict[str, float | int | str] = {
        "rows": trials,
        "count": count,
        "share": count / trials if trials else 0.0,
        "expected": expected,
        "lowest": lowest,
        "highest": highest,
    }
    return rule.result(within_chance(count, trials, expected, z=z, design_effect=design_effect), metrics)


def check_day(
    source: FrameStream | pl.LazyFrame | pl.DataFrame,
    reference: DayReference,
    expectations: Expectations,
    *,
    history: LastTransactions | None = None,
) -> list[CheckResult]:
    """Check a day that exists already.

    Parameters
    ----------
    source
        The day's transactions: a stream in row order, or a polars frame in any order, which is
        brought into account and time order first (in memory).
    reference, expectations, history
        As of :class:`DayChecker`.

    Returns
    -------
    list of CheckResult
        As of :meth:`DayChecker.results`.
    """
    checker = DayChecker(reference, expectations, history=history)
    stream = source if isinstance(source, FrameStream) else _ordered_stream(source.lazy(), reference)
    for batch in stream.batches():
        checker.add(batch)
    return checker.results()


def _ordered_stream(lazy: pl.LazyFrame, reference: DayReference) -> FrameStream:
    frame = lazy.collect(engine="streaming")
    account = reference.account.take(reference.cards.positions(frame["card_id"].to_numpy()), mode="clip")
    ordered = frame.with_columns(_account=account).sort("_account", "timestamp", maintain_order=True).drop("_account")
    table: Any = ordered.to_arrow().cast(arrow_schema(Transactions))
    return FrameStream(table.schema, lambda: iter(table.to_batches(max_chunksize=_BATCH_ROWS)))
