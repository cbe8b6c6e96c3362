"""Detectors: boosted trees, a linear model, a model of sequences and single trees, with the settings people start from.

Belongs here: training and scoring. Does not belong here: features, and judging the scores. This is
the only module that imports the learning libraries, and only when it is used.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from fraudsim_assets.errors import FraudsimError
from fraudsim_assets.evaluation.difficulty.features import Features
from fraudsim_assets.evaluation.difficulty.scores import average_precision
from fraudsim_assets.units import AnyArray, Bools, Ints

if TYPE_CHECKING:
    from sklearn.tree import DecisionTreeClassifier

GENUINE_FOR_BOOSTING = 400_000
"""Genuine rows that boosted trees learn from at most; all fraud is kept. [rows]"""

GENUINE_PER_TREE = 120_000
"""Genuine rows a single tree or the linear model learns from at most; all fraud is kept. [rows]"""

DEPTHS = (2, 3, 4, 5, 6, 7, 8, 9, 10, 12)
"""Depths among which the best is sought (target K10). [count]"""

FOLDS = 4


def boosted_trees(features: Features, fraud: Bools, train: Ints, test: Ints, *, threads: int = 1) -> AnyArray:
    """Scores of LightGBM. (m,)"""
    lightgbm = library("lightgbm")
    categorical = [features.names.index(name) for name in features.categorical]
    rows = thinned(train, fraud, most=GENUINE_FOR_BOOSTING)
    # genuine rows that were left out are spoken for by those that were kept
    weight = np.where(fraud[rows], 1.0, max((~fraud[train]).sum(), 1) / max((~fraud[rows]).sum(), 1))
    data = lightgbm.Dataset(
        features.of(rows),
        fraud[rows],
        weight=weight,
        feature_name=list(features.names),
        categorical_feature=categorical,
    )
    booster = lightgbm.train(BOOSTING | {"num_threads": threads}, data, num_boost_round=ROUNDS)
    return np.asarray(booster.predict(features.of(test), num_threads=threads))


ROUNDS = 300
BOOSTING = {
    "objective": "binary",
    "learning_rate": 0.03,
    "num_leaves": 15,
    "min_data_in_leaf": 50,
    "lambda_l2": 20.0,
    "feature_fraction": 0.7,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "cat_smooth": 100.0,
    "cat_l2": 50.0,
    "min_data_per_group": 1000,
    "seed": 1,
    "deterministic": True,
    "force_row_wise": True,
    "verbosity": -1,
}
"""LightGBM with the usual care for rare positives: slower learning, smaller trees, smoothing. Its
defaults proper overfit where one row in hundreds is positive."""


def linear(features: Features, fraud: Bools, train: Ints, test: Ints) -> AnyArray:
    """Scores of a logistic regression on standardised columns, codes expanded. (m,)"""
    linear_model, preprocessing = library("sklearn.linear_model"), library("sklearn.preprocessing")
    rows = thinned(train, fraud)
    scaler = preprocessing.StandardScaler()
    seen = np.nan_to_num(scaler.fit_transform(features.expanded(rows)))  # what is missing is as usual
    model = linear_model.LogisticRegression(max_iter=200, tol=1e-3)
    model.fit(seen, fraud[rows])
    return np.concatenate(
        [model.decision_function(np.nan_to_num(scaler.transform(features.expanded(part)))) for part in pieces(test)]
    )


def pieces(rows: Ints) -> list[Ints]:
    """Rows in pieces that fit in memory when their codes are expanded."""
    return np.array_split(rows, max(len(rows) // ROWS_AT_ONCE, 1))


ROWS_AT_ONCE = 100_000
"""Rows whose codes are expanded at a time. [rows]"""


def single_tree(features: Features, fraud: Bools, train: Ints, test: Ints, *, depth: int) -> AnyArray:
    """Scores of one decision tree. (m,)"""
    rows = thinned(train, fraud)
    model = decision_tree(depth).fit(features.expanded(rows), fraud[rows])
    return np.concatenate([chances(model, features.expanded(part)) for part in pieces(test)])


def random_forest(features: Features, fraud: Bools, train: Ints, test: Ints) -> AnyArray:
    """Scores of a random forest with the library's defaults. (m,)"""
    rows = thinned(train, fraud)
    model = library("sklearn.ensemble").RandomForestClassifier(random_state=1, n_jobs=2)
    return model.fit(features.expanded(rows), fraud[rows]).predict_proba(features.expanded(test))[:, -1]


def precision_by_depth(features: Features, fraud: Bools, train: Ints, *, day: AnyArray) -> dict[int, float]:
    """Average precision of single trees by depth, in folds forward in time (target K10).

    Each fold learns from the first part of the training days and is judged on the part that follows.
    """
    days = np.unique(day[train])
    cuts = np.linspace(len(days) * 0.5, len(days) * 0.9, FOLDS).astype(int)
    found: dict[int, list[float]] = {depth: [] for depth in DEPTHS}
    rows = thinned(train, fraud, most=GENUINE_PER_TREE // 2)
    values = features.expanded(rows)
    for start, stop in pairwise(cuts):
        past, future = day[rows] < days[start], np.isin(day[rows], days[start:stop])
        if min(fraud[rows][past].sum(), fraud[rows][future].sum()) < 5:
            continue
        for depth in DEPTHS:
            model = decision_tree(depth).fit(values[past], fraud[rows][past])
            found[depth].append(average_precision(fraud[rows][future], chances(model, values[future])))
    return {depth: float(np.mean(values)) if values else 0.0 for depth, values in found.items()}


def decision_tree(depth: int) -> "DecisionTreeClassifier":
    """A tree of so many questions, not grown yet."""
    return library("sklearn.tree").DecisionTreeClassifier(max_depth=depth, random_state=1)


def chances(model: "DecisionTreeClassifier", values: AnyArray) -> AnyArray:
    """Probabilities of fraud. (m,)"""
    return np.asarray(model.predict_proba(values)).reshape(len(values), -1)[:, -1]


def thinned(rows: Ints, fraud: Bools, *, most: int | None = None) -> Ints:
    """All fraud and evenly spaced genuine rows, at most so many."""
    genuine = rows[~fraud[rows]]
    count = min(len(genuine), GENUINE_PER_TREE if most is None else most)
    kept = genuine[np.arange(count) * len(genuine) // max(count, 1)]
    return np.sort(np.concatenate([kept, rows[fraud[rows]]]))


def library(name: str):  # noqa: ANN202 - any module
    from importlib import import_module

    try:
        return import_module(name)
    except ImportError as error:
        raise FraudsimError(
            f"{name.partition('.')[0]} is not installed; detectors need it: pip install 'fraudsim-assets[evaluation]'"
        ) from error


__all__: Sequence[str] = ("boosted_trees", "linear", "precision_by_depth", "random_forest", "single_tree")
