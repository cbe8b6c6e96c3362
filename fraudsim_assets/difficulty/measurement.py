"""`measure`: from days of payments to scores, by kind of fraud and overall.

Belongs here: the composition. Does not belong here: features, detectors, scores and their report.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl

from fraudsim_assets.difficulty import detectors
from fraudsim_assets.difficulty.bands import BANDS, Band
from fraudsim_assets.difficulty.features import Features, build_features
from fraudsim_assets.difficulty.payments import collect_payments
from fraudsim_assets.difficulty.protocol import Protocol
from fraudsim_assets.difficulty.scores import (
    average_precision,
    card_precision,
    compromised_per_day,
    recall_at,
    roc_auc,
)
from fraudsim_assets.difficulty.single_columns import column_powers
from fraudsim_assets.difficulty.telltales import telltales
from fraudsim_assets.errors import ContractError
from fraudsim_assets.units import AnyArray, Bools, Ints

FEWEST_FRAUDS = 20
"""Frauds that training and test need each. [rows]"""

FEW = 15
"""A kind of fraud with fewer rows in the test is not compared with others. [rows]"""


@dataclass(frozen=True)
class Difficulty:
    """What was measured.

    Attributes
    ----------
    rows
        Rows and frauds by name of the span. [count]
    scores
        Overall scores by name, those of ``BANDS`` among them.
    detectors
        Scores by detector.
    scenarios
        Scores of boosted trees by kind of fraud, each against all genuine rows.
    columns
        ROC-AUC of each raw column alone, the strongest first.
    """

    rows: dict[str, int]
    scores: dict[str, float]
    detectors: dict[str, dict[str, float]]
    scenarios: dict[str, dict[str, float]]
    columns: dict[str, float]

    def verdicts(self) -> list[tuple[Band, float, bool]]:
        """Every band with the measured value and whether it lies inside."""
        return [(band, self.scores[band.score], band.accepts(self.scores[band.score])) for band in BANDS]


@dataclass(frozen=True)
class _Exam:
    """Rows to learn from and rows to be judged on."""

    payments: pl.DataFrame
    features: Features
    fraud: Bools
    train: Ints
    test: Ints

    def column(self, name: str) -> AnyArray:
        return self.payments[name].to_numpy()


def measure(
    days: Iterable[pl.DataFrame], customers: pl.DataFrame, *, protocol: Protocol | None = None, threads: int = 1
) -> Difficulty:
    """Train detectors on days of payments and score them on later ones.

    Parameters
    ----------
    days
        Transactions of consecutive days, as many as the protocol has.
    customers
        Catalog of customers.
    protocol
        Split in time; the default has 79 days.
    threads
        Threads for boosting. [count]

    Raises
    ------
    ContractError
        If columns are missing, or there is too little fraud to learn from.
    FraudsimError
        If the optional extra is not installed.
    """
    protocol = protocol or Protocol()
    payments = collect_payments(days, customers)
    day, fraud = payments["day"].to_numpy(), payments["is_fraud"].to_numpy()
    train = np.flatnonzero((day >= protocol.train_span[0]) & (day < protocol.train_span[1]))
    test = np.flatnonzero((day >= protocol.test_span[0]) & (day < protocol.test_span[1]))
    for name, rows in (("training", train), ("test", test)):
        if fraud[rows].sum() < FEWEST_FRAUDS:
            raise ContractError(
                f"{int(fraud[rows].sum())} frauds in the {name} days are too few to measure difficulty; "
                f"valid are {FEWEST_FRAUDS} or more: take more days, a larger world or a higher fraud.rate"
            )
    exam = _Exam(payments, build_features(payments, protocol), fraud, train, test)
    return _scored(exam, threads)


def _scored(exam: _Exam, threads: int) -> Difficulty:
    features, fraud, train, test = exam.features, exam.fraud, exam.train, exam.test
    k = max(
        round(compromised_per_day(fraud[test], card=exam.column("card_id")[test], day=exam.column("day")[test]) / 3), 1
    )
    plain = features.without_risk()
    boosted = detectors.boosted_trees(features, fraud, train, test, threads=threads)
    without = detectors.boosted_trees(plain, fraud, train, test, threads=threads)
    found = {
        "boosted_trees": _scores(exam, boosted, k),
        "boosted_trees_without_risk": _scores(exam, without, k),
        "linear": _scores(exam, detectors.linear(features, fraud, train, test), k),
        "linear_without_risk": _scores(exam, detectors.linear(plain, fraud, train, test), k),
        "depth_2_tree": _scores(exam, detectors.single_tree(features, fraud, train, test, depth=2), k),
    }
    scenarios = _by_scenario(exam, boosted, without)
    columns = column_powers(exam.payments, fraud, train, test)
    depth = detectors.best_depth(features, fraud, train, day=exam.column("day"))
    best = found["boosted_trees"]
    scores = best | {
        "cards_per_day_flagged": float(k),
        "gain_over_linear": best["roc_auc"] - found["linear"]["roc_auc"],
        "depth_2_roc_auc": found["depth_2_tree"]["roc_auc"],
        "depth_2_lift": found["depth_2_tree"]["lift"],
        "best_column_roc_auc": max(columns.values()),
        "tree_depth": float(depth),
        "spread": _spread(scenarios),
    }
    rows = {
        "train": len(train),
        "train_fraud": int(fraud[train].sum()),
        "test": len(test),
        "test_fraud": int(fraud[test].sum()),
        "all": len(fraud),
        "all_fraud": int(fraud.sum()),
    }
    return Difficulty(rows, scores | telltales(exam.payments), found, scenarios, columns)


def _scores(exam: _Exam, score: AnyArray, k: int) -> dict[str, float]:
    fraud = exam.fraud[exam.test]
    card, day = exam.column("card_id")[exam.test], exam.column("day")[exam.test]
    precision = average_precision(fraud, score)
    return {
        "roc_auc": roc_auc(fraud, score),
        "average_precision": precision,
        "lift": precision / float(fraud.mean()),
        "recall_at_1pct": recall_at(fraud, score, 0.01),
        "recall_at_5pct": recall_at(fraud, score, 0.05),
        "card_precision": card_precision(fraud, score, card=card, day=day, k=k),
        "card_precision_100": card_precision(fraud, score, card=card, day=day, k=100),
    }


def _by_scenario(exam: _Exam, boosted: AnyArray, without: AnyArray) -> dict[str, dict[str, float]]:
    """Scores of one kind of fraud against all genuine rows."""
    fraud = exam.fraud[exam.test]
    kind = exam.payments["scenario"].cast(pl.String).gather(exam.test).to_numpy()
    result = {}
    for name in sorted({str(value) for value in kind[fraud]}):
        rows = ~fraud | (kind == name)
        mine = (kind == name)[rows]
        result[name] = {
            "frauds": float(mine.sum()),
            "roc_auc": roc_auc(mine, boosted[rows]),
            "recall_at_1pct": recall_at(mine, boosted[rows], 0.01),
            "recall_at_5pct": recall_at(mine, boosted[rows], 0.05),
            "roc_auc_without_risk": roc_auc(mine, without[rows]),
            "recall_at_1pct_without_risk": recall_at(mine, without[rows], 0.01),
        }
    return result


def _spread(scenarios: dict[str, dict[str, float]]) -> float:
    recalls = [s["recall_at_1pct"] for s in scenarios.values() if s["frauds"] >= FEW]
    return max(recalls) - min(recalls) if recalls else float("nan")
