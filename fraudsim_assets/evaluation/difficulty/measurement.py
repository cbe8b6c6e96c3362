"""`measure`: from days of payments to scores, by kind of fraud and overall.

Belongs here: the composition. Does not belong here: features, detectors, scores and their report.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl

from fraudsim_assets.errors import ContractError
from fraudsim_assets.evaluation.difficulty import detectors
from fraudsim_assets.evaluation.difficulty.features import Features, build_features
from fraudsim_assets.evaluation.difficulty.leakage import QUANTITIES as LEAKAGE
from fraudsim_assets.evaluation.difficulty.leakage import SMOOTH, leakage
from fraudsim_assets.evaluation.difficulty.mix import fraud_mix
from fraudsim_assets.evaluation.difficulty.protocol import Protocol
from fraudsim_assets.evaluation.difficulty.scores import (
    SCORES,
    Ranking,
    card_precision,
    card_precisions,
    compromised_per_day,
)
from fraudsim_assets.evaluation.difficulty.uncertainty import Clusters, bootstrap_errors, group_errors, share_error
from fraudsim_assets.evaluation.difficulty.univariate import column_aucs, column_score
from fraudsim_assets.evaluation.targets import DATA, Target, Theme, Verdict
from fraudsim_assets.units import AnyArray, Bools, Ints

FEWEST_FRAUDS = 20
"""Frauds that training and test need each. [rows]"""

FEW = 15
"""A kind of fraud with fewer rows in the test is not compared with others. [rows]"""


UNJUDGED = (
    "card_precision_100",
    "cards_per_day_flagged",
    "declined_fraud",
    "declined_fraud_value",
    "declined_genuine",
    "median_ratio",
    "remote_share_number",
    "genuine_remote_share_value",
    "foreign_share_value",
    "cards_hit",
)
"""Quantities told without a target."""

QUANTITIES = (
    *SCORES,
    "card_precision",
    "card_precision_100",
    "cards_per_day_flagged",
    "gain_over_linear",
    "depth_2_roc_auc",
    "depth_2_lift",
    "best_column_roc_auc",
    "tree_depth",
    "spread",
    *LEAKAGE,
)
"""Everything overall that is measured."""


@cache
def targets() -> tuple[Target, ...]:
    """Targets of the default difficulty.

    Raises
    ------
    ConfigError
        If their file is not what it should be, or does not fit what is measured; names file and line.
    """
    return Theme.read(DATA / "difficulty.toml").measured_by(QUANTITIES, spare=UNJUDGED).targets


@dataclass(frozen=True)
class Difficulty:
    """What was measured.

    Attributes
    ----------
    rows
        Rows and frauds by name of the span. [count]
    scores
        Overall scores by name, ``QUANTITIES``.
    detectors
        Scores by detector.
    scenarios
        Scores of boosted trees by kind of fraud, each against all genuine rows.
    columns
        ROC-AUC of each raw column alone, the strongest first.
    depths
        Average precision of single trees by depth, in folds of the training days.
    mix
        What the fraud consists of, by kind: ``mix.fraud_mix``.
    errors
        Standard errors of overall scores, where there is one.
    """

    rows: dict[str, int]
    scores: dict[str, float]
    detectors: dict[str, dict[str, float]]
    scenarios: dict[str, dict[str, float]]
    columns: dict[str, float]
    depths: dict[int, float]
    mix: dict[str, dict[str, float]]
    errors: dict[str, float]

    @property
    def verdicts(self) -> list[Verdict]:
        """Verdicts on all targets; a score is met within its band as it stands, without regard to its error."""
        return [
            Verdict.of(target, aim, self.scores[target.quantity], self.errors.get(target.quantity, float("nan")))
            for target in targets()
            if (aim := target.any) is not None
        ]


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

    def tested(self, name: str) -> AnyArray:
        """Values of a column in the test."""
        return self.payments[name].gather(self.test).fill_null(-1).to_numpy()


def measure(payments: pl.DataFrame, *, protocol: Protocol | None = None, threads: int = 1) -> Difficulty:
    """Train detectors on days of payments and score them on later ones.

    Parameters
    ----------
    payments
        Of ``Payments.table``: consecutive days, as many as the protocol has.
    protocol
        Split in time; the default has 79 days.
    threads
        Threads for boosting. [count]

    Raises
    ------
    ContractError
        If there is too little fraud to learn from.
    FraudsimError
        If the optional extra is not installed.
    """
    protocol = protocol or Protocol()
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
    truth = fraud[test]
    plain = features.without_risk()
    scored = {
        "boosted_trees": detectors.boosted_trees(features, fraud, train, test, threads=threads),
        "boosted_trees_without_risk": detectors.boosted_trees(plain, fraud, train, test, threads=threads),
        "linear": detectors.linear(features, fraud, train, test),
        "linear_without_risk": detectors.linear(plain, fraud, train, test),
        "depth_2_tree": detectors.single_tree(features, fraud, train, test, depth=2),
    }
    k = max(round(compromised_per_day(truth, card=exam.tested("card_id"), day=exam.tested("day")) / 3), 1)
    found = {name: _scores(exam, score, k) for name, score in scored.items()}
    scenarios = _by_scenario(exam, scored["boosted_trees"], scored["boosted_trees_without_risk"])
    columns = column_aucs(exam.payments, fraud, train, test)
    depths = detectors.precision_by_depth(features, fraud, train, day=exam.column("day"))
    best = found["boosted_trees"]
    scores = best | {
        "cards_per_day_flagged": float(k),
        "gain_over_linear": best["roc_auc"] - found["linear"]["roc_auc"],
        "depth_2_roc_auc": found["depth_2_tree"]["roc_auc"],
        "depth_2_lift": found["depth_2_tree"]["lift"],
        "best_column_roc_auc": max(columns.values()),
        "tree_depth": float(max(depths, key=lambda depth: depths[depth])),
        "spread": _spread(scenarios),
    }
    rows = {
        "train": len(train),
        "train_fraud": int(fraud[train].sum()),
        "train_campaigns": _campaigns(exam, train),
        "test": len(test),
        "test_fraud": int(truth.sum()),
        "test_campaigns": _campaigns(exam, test),
        "all": len(fraud),
        "all_fraud": int(fraud.sum()),
    }
    errors = _errors(exam, scored, k, next(iter(columns))) | _whole_errors(exam)
    return Difficulty(
        rows, scores | leakage(exam.payments), found, scenarios, columns, depths, fraud_mix(exam.payments), errors
    )


def _campaigns(exam: _Exam, rows: Ints) -> int:
    return exam.payments["campaign"].gather(rows[exam.fraud[rows]]).n_unique()


def _errors(exam: _Exam, scored: dict[str, AnyArray], k: int, strongest: str) -> dict[str, float]:
    """Standard errors of scores on the test days."""
    truth = exam.fraud[exam.test]
    clusters = Clusters.of(truth, card=exam.tested("card_id"), campaign=exam.tested("campaign"))
    chosen = {name: scored[name] for name in ("boosted_trees", "linear", "depth_2_tree")}
    chosen["best_column"] = column_score(exam.payments[strongest], exam.fraud, exam.train, exam.test)
    errors = bootstrap_errors(truth, chosen, clusters, against="linear")
    best = errors["boosted_trees"]
    days = card_precisions(truth, scored["boosted_trees"], card=exam.tested("card_id"), day=exam.tested("day"), k=k)
    return best | {
        "gain_over_linear": best["gain"],
        "depth_2_roc_auc": errors["depth_2_tree"]["roc_auc"],
        "depth_2_lift": errors["depth_2_tree"]["lift"],
        "best_column_roc_auc": errors["best_column"]["roc_auc"],
        "card_precision": float(days.std(ddof=1) / np.sqrt(len(days))) if len(days) > 1 else float("nan"),
    }


def _whole_errors(exam: _Exam) -> dict[str, float]:
    """Standard errors of leakage checks that are ratios and shares."""

    def measured(rows: Bools) -> dict[str, float]:
        part = leakage(exam.payments.filter(rows))
        return {name: part[name] for name in SMOOTH if name in part}

    return group_errors(measured, exam.column("card_id"))


def _scores(exam: _Exam, score: AnyArray, k: int) -> dict[str, float]:
    fraud = exam.fraud[exam.test]
    card, day = exam.tested("card_id"), exam.tested("day")
    return Ranking.of(fraud, score).scores() | {
        "card_precision": card_precision(fraud, score, card=card, day=day, k=k),
        "card_precision_100": card_precision(fraud, score, card=card, day=day, k=100),
    }


def _by_scenario(exam: _Exam, boosted: AnyArray, without: AnyArray) -> dict[str, dict[str, float]]:
    """Scores of one kind of fraud against all genuine rows."""
    fraud = exam.fraud[exam.test]
    kind = exam.payments["scenario"].cast(pl.String).gather(exam.test).to_numpy()
    campaign = exam.tested("campaign")
    flagged = boosted > np.quantile(boosted[~fraud], 0.99)
    result = {}
    for name in sorted({str(value) for value in kind[fraud]}):
        rows = ~fraud | (kind == name)
        mine = (kind == name)[rows]
        with_risk, plain = (Ranking.of(mine, score[rows]).scores() for score in (boosted, without))
        of_kind = kind == name
        result[name] = {
            "frauds": float(mine.sum()),
            "roc_auc": with_risk["roc_auc"],
            "recall_at_1pct": with_risk["recall_at_1pct"],
            "recall_error": share_error(flagged[of_kind], campaign[of_kind]),
            "recall_at_5pct": with_risk["recall_at_5pct"],
            "roc_auc_without_risk": plain["roc_auc"],
            "recall_at_1pct_without_risk": plain["recall_at_1pct"],
        }
    return result


def _spread(scenarios: dict[str, dict[str, float]]) -> float:
    recalls = [s["recall_at_1pct"] for s in scenarios.values() if s["frauds"] >= FEW]
    return max(recalls) - min(recalls) if recalls else float("nan")
