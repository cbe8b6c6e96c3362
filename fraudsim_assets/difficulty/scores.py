"""Scores of a detector: ranking quality overall and where it matters.

Belongs here: metrics on plain arrays, written out rather than imported, so that the package
needs no learning library to compute them. Does not belong here: detectors.
"""

import numpy as np

from fraudsim_assets.units import AnyArray, Bools, Floats, Ints


def roc_auc(fraud: Bools, score: AnyArray) -> float:
    """Probability that a fraudulent row scores above a genuine one; ties count half. [share]"""
    n, positive = len(fraud), int(fraud.sum())
    if positive in (0, n):
        return float("nan")
    values, inverse, counts = np.unique(score, return_inverse=True, return_counts=True)
    del values
    rank = np.cumsum(counts) - (counts - 1) / 2.0
    return float((rank[inverse][fraud].sum() - positive * (positive + 1) / 2) / (positive * (n - positive)))


def average_precision(fraud: Bools, score: AnyArray) -> float:
    """Area under precision over recall, as a step function; ties form one step. [share]"""
    caught, flagged = _cumulative(fraud, score)
    if caught[-1] == 0:
        return float("nan")
    gained = np.diff(caught, prepend=0.0) / caught[-1]
    return float((gained * caught / flagged).sum())


def recall_at(fraud: Bools, score: AnyArray, false_positive_rate: float) -> float:
    """Share of fraud found when at most so large a share of genuine rows is flagged. [share]"""
    caught, flagged = _cumulative(fraud, score)
    genuine = len(fraud) - caught[-1]
    if caught[-1] == 0 or genuine == 0:
        return float("nan")
    rates = np.concatenate([[0.0], (flagged - caught) / genuine])
    found = np.concatenate([[0.0], caught / caught[-1]])
    return float(np.interp(false_positive_rate, rates, found))


def _cumulative(fraud: Bools, score: AnyArray) -> tuple[Floats, Floats]:
    """Frauds and rows at or above each distinct score, from the highest down."""
    order = np.argsort(-score, kind="stable")
    ends = np.flatnonzero(np.diff(score[order], append=-np.inf) != 0)
    return np.cumsum(fraud[order])[ends].astype(np.float64), (ends + 1).astype(np.float64)


def card_precision(fraud: Bools, score: AnyArray, *, card: Ints, day: Ints, k: int) -> float:
    """Share of compromised cards among the k highest-scored cards of a day, averaged over days.

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
    return float(np.mean(precisions)) if precisions else float("nan")


def compromised_per_day(fraud: Bools, *, card: Ints, day: Ints) -> float:
    """Mean number of cards with fraud on a day. [count]"""
    pairs = np.unique(np.stack([day[fraud], card[fraud]]), axis=1)
    return pairs.shape[1] / max(len(np.unique(day)), 1)
