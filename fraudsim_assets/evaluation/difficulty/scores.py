"""Scores of a detector: ranking quality overall and where it matters.

Belongs here: metrics on plain arrays, written out rather than imported, so that the package
needs no learning library to compute them. Does not belong here: detectors.
"""

from dataclasses import dataclass

import numpy as np

from fraudsim_assets.units import AnyArray, Bools, Floats, Ints

SCORES = ("roc_auc", "average_precision", "lift", "recall_at_1pct", "recall_at_5pct")
"""What a ranking is scored by."""


@dataclass(frozen=True)
class Ranking:
    """Rows in the order of a score, from the highest down, ready for scores under several weights.

    Attributes
    ----------
    order : (n,)
        Rows by falling score.
    fraud : (n,)
        Ground truth in that order.
    ends : (k,)
        Last position of each distinct score: ties form one step.
    """

    order: Ints
    fraud: Bools
    ends: Ints

    @classmethod
    def of(cls, fraud: Bools, score: AnyArray) -> "Ranking":
        """Rank rows."""
        order = np.argsort(-score, kind="stable")
        ends = np.flatnonzero(np.diff(score[order], append=-np.inf) != 0)
        return cls(order, fraud[order], ends)

    def cumulative(self, weights: Floats | None = None) -> tuple[Floats, Floats]:
        """Frauds and rows at or above each distinct score, from the highest down."""
        if weights is None:
            return np.cumsum(self.fraud)[self.ends].astype(np.float64), (self.ends + 1).astype(np.float64)
        weight = weights[self.order]
        return np.cumsum(weight * self.fraud)[self.ends], np.cumsum(weight)[self.ends]

    def scores(self, weights: Floats | None = None) -> dict[str, float]:
        """ROC-AUC, average precision, its lift, and recall at one and five in a hundred false alarms.

        Parameters
        ----------
        weights : (n,)
            How often each row counts, in the rows' own order; None counts all once. [count]
        """
        caught, flagged = self.cumulative(weights)
        precision = _precision(caught, flagged)
        return {
            "roc_auc": _area(caught, flagged),
            "average_precision": precision,
            "lift": precision * flagged[-1] / caught[-1] if caught[-1] > 0 else float("nan"),
            "recall_at_1pct": _recall(caught, flagged, 0.01),
            "recall_at_5pct": _recall(caught, flagged, 0.05),
        }


def roc_auc(fraud: Bools, score: AnyArray) -> float:
    """Probability that a fraudulent row scores above a genuine one; ties count half. [share]"""
    return _area(*Ranking.of(fraud, score).cumulative())


def average_precision(fraud: Bools, score: AnyArray) -> float:
    """Area under precision over recall, as a step function; ties form one step. [share]"""
    return _precision(*Ranking.of(fraud, score).cumulative())


def recall_at(fraud: Bools, score: AnyArray, false_positive_rate: float) -> float:
    """Share of fraud found when at most so large a share of genuine rows is flagged. [share]"""
    return _recall(*Ranking.of(fraud, score).cumulative(), false_positive_rate)


def _area(caught: Floats, flagged: Floats) -> float:
    genuine = flagged - caught
    if caught[-1] == 0 or genuine[-1] == 0:
        return float("nan")
    found = np.concatenate([[0.0], caught / caught[-1]])
    alarms = np.concatenate([[0.0], genuine / genuine[-1]])
    return float((np.diff(alarms) * (found[1:] + found[:-1]) / 2).sum())


def _precision(caught: Floats, flagged: Floats) -> float:
    if caught[-1] == 0:
        return float("nan")
    gained = np.diff(caught, prepend=0.0) / caught[-1]
    return float((gained * np.divide(caught, flagged, out=np.zeros_like(caught), where=flagged > 0)).sum())


def _recall(caught: Floats, flagged: Floats, false_positive_rate: float) -> float:
    genuine = flagged[-1] - caught[-1]
    if caught[-1] == 0 or genuine == 0:
        return float("nan")
    rates = np.concatenate([[0.0], (flagged - caught) / genuine])
    found = np.concatenate([[0.0], caught / caught[-1]])
    return float(np.interp(false_positive_rate, rates, found))


def card_precision(fraud: Bools, score: AnyArray, *, card: Ints, day: Ints, k: int) -> float:
    """Share of compromised cards among the k highest-scored cards of a day, averaged over days. [share]"""
    precisions = card_precisions(fraud, score, card=card, day=day, k=k)
    return float(precisions.mean()) if precisions.size else float("nan")


def card_precisions(fraud: Bools, score: AnyArray, *, card: Ints, day: Ints, k: int) -> Floats:
    """Share of compromised cards among the k highest-scored cards of each day. (days,) [share]

    A card scores as its highest row does; a card known to be compromised from an earlier day is
    left out, as an analyst would have had it blocked.

    References
    ----------
    .. [1] Le Borgne et al., *Reproducible Machine Learning for Credit Card Fraud Detection*, 2022,
       chapter 4.4 (source handbook_2022).
    """
    known = np.zeros(0, dtype=card.dtype)
    precisions = []
    for today in np.unique(day):
        rows = np.flatnonzero((day == today) & ~np.isin(card, known))
        cards, inverse = np.unique(card[rows], return_inverse=True)
        best = np.full(len(cards), -np.inf)
        np.maximum.at(best, inverse, score[rows])
        bad = np.zeros(len(cards), dtype=bool)
        bad[inverse[fraud[rows]]] = True
        top = np.argsort(-best, kind="stable")[:k]
        precisions.append(bad[top].sum() / k)
        known = np.concatenate([known, cards[top][bad[top]]])
    return np.array(precisions)


def compromised_per_day(fraud: Bools, *, card: Ints, day: Ints) -> float:
    """Mean number of cards with fraud on a day. [count]"""
    pairs = np.unique(np.stack([day[fraud], card[fraud]]), axis=1)
    return pairs.shape[1] / max(len(np.unique(day)), 1)
