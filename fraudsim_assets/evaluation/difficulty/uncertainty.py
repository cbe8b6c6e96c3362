"""Standard errors of scores, from campaigns and cards drawn again.

The one idea: rows of a campaign rise and fall together, so campaigns and cards are what was
sampled, not rows. Each replicate of the bootstrap gives every campaign, and the genuine rows of
every card, a weight from Poisson's law with mean one, and works all scores out again; scores of
detectors on the same replicate can be compared.

References
----------
Field and Welsh, "Bootstrapping clustered data", Journal of the Royal Statistical Society B 69, 2007,
:doi:`10.1111/j.1467-9868.2007.00593.x`.

Belongs here: errors. Does not belong here: the scores themselves (``scores``).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from fraudsim_assets.evaluation.difficulty.scores import Ranking
from fraudsim_assets.streams import Streams
from fraudsim_assets.units import AnyArray, Bools, Floats, Ints

REPLICATES = 40
"""Replicates; a standard error is itself known to a ninth. [count]"""

GROUPS = 10
"""Groups of cards for figures that need whole histories. [count]"""

_POISSON = np.cumsum(np.exp(-1.0) / np.array([1, 1, 2, 6, 24, 120, 720, 5040]))


@dataclass(frozen=True)
class Clusters:
    """What was sampled: campaigns, and cards for genuine rows.

    Attributes
    ----------
    of_row : (n,)
        Cluster of each row, from 0.
    """

    of_row: Ints

    @classmethod
    def of(cls, fraud: Bools, *, card: Ints, campaign: Ints) -> "Clusters":
        """Put fraud together by campaign, other rows by card."""
        _, genuine = np.unique(card, return_inverse=True)
        _, struck = np.unique(campaign, return_inverse=True)
        return cls(np.where(fraud, genuine.max(initial=-1) + 1 + struck, genuine))

    def weights(self, replicate: int) -> Floats:
        """How often each row counts in a replicate. (n,) [count]"""
        ids = np.arange(self.of_row.max(initial=-1) + 1)
        u = Streams(1).draw("difficulty.bootstrap", replicate).uniforms(ids)
        return np.searchsorted(_POISSON, u).astype(np.float64)[self.of_row]


def bootstrap_errors(
    fraud: Bools, scores: Mapping[str, AnyArray], clusters: Clusters, *, against: str
) -> dict[str, dict[str, float]]:
    """Standard errors of all scores of all detectors.

    Parameters
    ----------
    scores
        Scores of the same rows by detector.
    against
        Detector whose ROC-AUC is taken off that of each: the error of ``gain``.

    Returns
    -------
    dict
        By detector and score.
    """
    rankings = {name: Ranking.of(fraud, score) for name, score in scores.items()}
    found: dict[str, dict[str, list[float]]] = {name: {} for name in scores}
    for replicate in range(REPLICATES):
        weights = clusters.weights(replicate)
        drawn = {name: ranking.scores(weights) for name, ranking in rankings.items()}
        for name, values in drawn.items():
            values["gain"] = values["roc_auc"] - drawn[against]["roc_auc"]
            for what, value in values.items():
                found[name].setdefault(what, []).append(value)
    return {name: {what: float(np.std(v, ddof=1)) for what, v in parts.items()} for name, parts in found.items()}


def share_error(hits: Bools, cluster: Ints) -> float:
    """Standard error of a share of rows that come in clusters; nan if there are none."""
    if len(hits) == 0:
        return float("nan")
    _, at = np.unique(cluster, return_inverse=True)
    off = np.bincount(at, hits - hits.mean())
    return float(np.sqrt((off**2).sum()) / len(hits))


def group_errors(measures: Callable[[Bools], Mapping[str, float]], card: Ints) -> dict[str, float]:
    """Standard errors of figures of whole cards, from groups of cards measured apart.

    Parameters
    ----------
    measures
        Figures of the rows of a mask.
    card : (n,)
        Card of each row.
    """
    group = (Streams(1).draw("difficulty.group").words(card) % np.uint64(GROUPS)).astype(np.int64)
    parts = [measures(group == number) for number in range(GROUPS)]
    with np.errstate(invalid="ignore"):
        return {name: float(np.std([part[name] for part in parts], ddof=1) / np.sqrt(GROUPS)) for name in parts[0]}
