"""Baseline scores of a table that is ready for models: what a first try finds, to be beaten.

Belongs here: which of its columns a first try learns from, and the try. Does not belong here: detectors and scores
(``difficulty``), features that look at other rows, and how the table is made.
"""

import numpy as np
import polars as pl

from fraudsim_assets.errors import ConfigError
from fraudsim_assets.evaluation.difficulty.detectors import boosted_trees, linear
from fraudsim_assets.evaluation.difficulty.features import Features
from fraudsim_assets.evaluation.difficulty.scores import Ranking
from fraudsim_assets.units import AnyArray

DETECTORS = {"logistic regression": linear, "boosted trees": boosted_trees}
"""First tries by name."""

KNOWN, TRUTH = "known_fraud", "is_fraud"
"""What is learned from, and what is scored with."""

MOST_GENUINE = 1_000_000
"""Genuine rows of each table that are looked at, evenly spaced; all fraud is. [rows]"""


def baseline_scores(train: pl.LazyFrame, test: pl.LazyFrame) -> dict[str, dict[str, float]]:
    """Fit detectors on what a bank knew, and score them with the truth of later days.

    Parameters
    ----------
    train, test
        Rows of the view ``model``: numbers and categories with ``known_fraud`` and ``is_fraud``.

    Returns
    -------
    dict
        Scores (``difficulty.scores.SCORES``) by name of the detector.

    Raises
    ------
    ConfigError
        If no fraud is known in ``train``, or none is in ``test``.
    FraudsimError
        If the learning libraries are not installed.
    """
    seen, later = _looked_at(train, KNOWN), _looked_at(test, TRUTH)
    if not seen[KNOWN].sum() or not later[TRUTH].sum():
        raise ConfigError("train knows no fraud, or test has none; valid are tables of more rows")
    features = _features(pl.concat([seen, later], how="vertical_relaxed"))
    fraud = np.concatenate([seen[KNOWN].to_numpy() == 1, later[TRUTH].to_numpy() == 1])
    rows = np.arange(len(fraud))
    learned, judged = rows[: seen.height], rows[seen.height :]
    weight = later["_weight"].to_numpy()
    return {
        name: Ranking.of(fraud[judged], detector(features, fraud, learned, judged)).scores(weight)
        for name, detector in DETECTORS.items()
    }


def _looked_at(rows: pl.LazyFrame, fraud: str) -> pl.DataFrame:
    """All fraud, and evenly spaced genuine rows with how many each stands for."""
    genuine = pl.col(fraud) == 0
    count = int(rows.select(genuine.sum()).collect(engine="streaming").item())
    every = max(1, -(-count // MOST_GENUINE))
    kept = rows.with_columns(genuine.cum_sum().alias("_at")).filter(~genuine | (pl.col("_at") % every == 0)).drop("_at")
    weight = pl.when(genuine).then(float(every)).otherwise(1.0)
    return kept.with_columns(weight.alias("_weight")).collect(engine="streaming")


def _features(rows: pl.DataFrame) -> Features:
    """Columns that say something of a payment by itself; ids and moments are for joins and splits."""
    names = tuple(
        name
        for name in rows.columns
        if not (name.endswith(("_id", "_version")) or name.startswith(("unix_", "_")))
        and name not in {"ip_address", KNOWN, TRUTH}
    )
    levels: dict[str, int] = {}
    values: list[AnyArray] = []
    for name in names:
        column = rows[name]
        if not column.dtype.is_numeric():
            words = column.cast(pl.String)
            levels[name] = words.n_unique()
            column = words.rank("dense") - 1
        values.append(column.cast(pl.Float32).fill_null(np.nan).to_numpy())
    return Features(names, np.stack(values, axis=1), levels, dict.fromkeys(names, "model"))
