"""`measure`: from days of payments to scores, by kind of fraud, by group of features and overall.

Belongs here: the composition. Does not belong here: features, detectors and scores, several worlds (``worlds``) and the
report.
"""

from dataclasses import dataclass
from functools import partial
from itertools import accumulate

import numpy as np
import polars as pl

from fraudsim_assets.evaluation.difficulty import detectors
from fraudsim_assets.evaluation.difficulty.exam import Exam
from fraudsim_assets.evaluation.difficulty.features import build_features
from fraudsim_assets.evaluation.difficulty.groups import GROUPS
from fraudsim_assets.evaluation.difficulty.leakage import SMOOTH, leakage
from fraudsim_assets.evaluation.difficulty.mix import fraud_mix
from fraudsim_assets.evaluation.difficulty.protocol import Protocol
from fraudsim_assets.evaluation.difficulty.scores import (
    Ranking,
    card_precision,
    card_precisions,
    compromised_per_day,
)
from fraudsim_assets.evaluation.difficulty.sequences import SequenceModel
from fraudsim_assets.evaluation.difficulty.uncertainty import Clusters, bootstrap_errors, group_errors, share_error
from fraudsim_assets.evaluation.difficulty.univariate import column_aucs, column_score
from fraudsim_assets.units import AnyArray, Bools

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
        Overall scores by name, ``bands.QUANTITIES``: those of boosted trees with all features.
    detectors
        Scores by detector, with all features.
    groups
        Scores of boosted trees with the features of the first group, of the first two, and so on.
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
    groups: dict[str, dict[str, float]]
    scenarios: dict[str, dict[str, float]]
    columns: dict[str, float]
    depths: dict[int, float]
    mix: dict[str, dict[str, float]]
    errors: dict[str, float]


def measure(payments: pl.DataFrame, *, protocol: Protocol | None = None, threads: int = 1) -> Difficulty:
    """Train detectors on days of payments and score them on later ones.

    Parameters
    ----------
    payments
        Of ``Payments.table``: consecutive days, as many as the protocol has.
    protocol
        Splits in time; the default has 79 days.
    threads
        Threads for boosting. [count]

    Raises
    ------
    ContractError
        If there is too little fraud to learn from.
    FraudsimError
        If the optional extra is not installed.
    """
    exam = Exam.of(payments, protocol or Protocol())
    features = build_features(payments)
    boosted = partial(detectors.boosted_trees, threads=threads)
    within = {
        " + ".join(names): exam.scores(boosted, features.within(names))
        for names in accumulate((name,) for name in GROUPS)
    }
    scored = {
        "boosted_trees": list(within.values())[-1],
        "linear": exam.scores(detectors.linear, features),
        "sequences": exam.scores(SequenceModel(payments), features),
        "depth_2_tree": exam.scores(partial(detectors.single_tree, depth=2), features),
    }
    truth = exam.fraud[exam.test]
    k = max(round(compromised_per_day(truth, card=exam.tested("card_id"), day=exam.tested("day")) / 3), 1)
    found = {name: _scores(exam, score, k) for name, score in scored.items()}
    scenarios = _by_scenario(exam, scored["boosted_trees"], within[next(iter(GROUPS))])
    first = exam.folds[0]
    train = first.train  # of the first split: no test day is among its days
    columns = column_aucs(payments, exam.fraud, train, exam.test)
    depths = detectors.precision_by_depth(features, first.known, train, day=payments["day"].to_numpy())
    best, groups = found["boosted_trees"], {name: _scores(exam, score, k) for name, score in within.items()}
    scores = best | {
        "card_precision_reference": groups[next(iter(GROUPS))]["card_precision"],
        "cards_per_day_flagged": float(k),
        "gain_over_linear": best["roc_auc"] - found["linear"]["roc_auc"],
        "sequence_gain": found["sequences"]["average_precision"] / best["average_precision"] - 1,
        "depth_2_roc_auc": found["depth_2_tree"]["roc_auc"],
        "depth_2_lift": found["depth_2_tree"]["lift"],
        "best_column_roc_auc": max(columns.values()),
        "tree_depth": float(max(depths, key=lambda depth: depths[depth])),
        "spread": _spread(scenarios),
    }
    return Difficulty(
        rows=_rows(exam),
        scores=scores | leakage(payments),
        detectors=found,
        groups=groups,
        scenarios=scenarios,
        columns=columns,
        depths=depths,
        mix=fraud_mix(payments),
        errors=_errors(exam, scored, k, next(iter(columns))) | _whole_errors(exam),
    )


def _rows(exam: Exam) -> dict[str, int]:
    """Rows, frauds and campaigns to learn from at first, to be judged on, and of all days. [count]"""
    first = exam.folds[0]
    spans = {"train": first.train, "test": exam.test, "all": np.arange(len(exam.fraud))}
    found = {"train_known": int(first.known[first.train].sum())}
    for name, rows in spans.items():
        frauds = rows[exam.fraud[rows]]
        campaigns = exam.payments["campaign"].gather(frauds).n_unique()
        found |= {name: len(rows), f"{name}_fraud": len(frauds), f"{name}_campaigns": campaigns}
    return found


def _errors(exam: Exam, scored: dict[str, AnyArray], k: int, strongest: str) -> dict[str, float]:
    """Standard errors of scores on the test days."""
    truth = exam.fraud[exam.test]
    clusters = Clusters.of(truth, card=exam.tested("card_id"), campaign=exam.tested("campaign"))
    chosen = {name: scored[name] for name in ("boosted_trees", "linear", "depth_2_tree")}
    chosen["best_column"] = column_score(exam.payments[strongest], exam.fraud, exam.folds[0].train, exam.test)
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


def _whole_errors(exam: Exam) -> dict[str, float]:
    """Standard errors of leakage checks that are ratios and shares."""

    def measured(rows: Bools) -> dict[str, float]:
        part = leakage(exam.payments.filter(rows))
        return {name: part[name] for name in SMOOTH if name in part}

    return group_errors(measured, exam.payments["card_id"].to_numpy())


def _scores(exam: Exam, score: AnyArray, k: int) -> dict[str, float]:
    fraud = exam.fraud[exam.test]
    card, day = exam.tested("card_id"), exam.tested("day")
    return Ranking.of(fraud, score).scores() | {
        "card_precision": card_precision(fraud, score, card=card, day=day, k=k),
        "card_precision_100": card_precision(fraud, score, card=card, day=day, k=100),
    }


def _by_scenario(exam: Exam, boosted: AnyArray, reference: AnyArray) -> dict[str, dict[str, float]]:
    """Scores of one kind of fraud against all genuine rows, with all features and with the first group of them."""
    fraud = exam.fraud[exam.test]
    kind = exam.payments["scenario"].cast(pl.String).gather(exam.test).to_numpy()
    campaign = exam.tested("campaign")
    flagged = boosted > np.quantile(boosted[~fraud], 0.99)
    result = {}
    for name in sorted({str(value) for value in kind[fraud]}):
        rows = ~fraud | (kind == name)
        mine = (kind == name)[rows]
        whole, plain = (Ranking.of(mine, score[rows]).scores() for score in (boosted, reference))
        of_kind = kind == name
        result[name] = {
            "frauds": float(mine.sum()),
            "roc_auc": whole["roc_auc"],
            "recall_at_1pct": whole["recall_at_1pct"],
            "recall_error": share_error(flagged[of_kind], campaign[of_kind]),
            "recall_at_5pct": whole["recall_at_5pct"],
            "roc_auc_reference": plain["roc_auc"],
            "recall_at_1pct_reference": plain["recall_at_1pct"],
        }
    return result


def _spread(scenarios: dict[str, dict[str, float]]) -> float:
    recalls = [s["recall_at_1pct"] for s in scenarios.values() if s["frauds"] >= FEW]
    return max(recalls) - min(recalls) if recalls else float("nan")
