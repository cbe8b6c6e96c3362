"""Univariate leakage: how far each raw column tells fraud by itself (target K09).

Belongs here: the strongest reading of one column that learns from the training days alone. Does
not belong here: detectors of several columns.
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from fraudsim_assets.evaluation.difficulty.payments import RAW_COLUMNS
from fraudsim_assets.evaluation.difficulty.scores import roc_auc
from fraudsim_assets.units import AnyArray, Bools, Floats, Ints

BINS = 40
"""Cells of a numeric column. [count]"""

PRIOR_ROWS = 200.0
"""Weight of the overall rate against a value's own. [rows]"""


def column_aucs(payments: pl.DataFrame, fraud: Bools, train: Ints, test: Ints) -> dict[str, float]:
    """ROC-AUC of every raw column alone: the better of its order and of the rates learned by value.

    Parameters
    ----------
    payments
        Of ``Payments.table``.
    fraud : (n,)
        Ground truth of its rows.
    train, test : (m,)
        Row numbers.

    Returns
    -------
    dict
        AUC on the test rows by column, the strongest first; 0.5 says nothing. [share]
    """
    names = [name for name in RAW_COLUMNS if name in payments.columns]
    aucs = {name: max(auc for auc, _ in _readings(payments[name], fraud, train, test)) for name in names}
    return dict(sorted(aucs.items(), key=lambda pair: -pair[1]))


def column_score(column: pl.Series, fraud: Bools, train: Ints, test: Ints) -> AnyArray:
    """Scores of the test rows by one raw column alone, in its strongest reading. (m,)"""
    return max(_readings(column, fraud, train, test), key=lambda reading: reading[0])[1]


def _readings(column: pl.Series, fraud: Bools, train: Ints, test: Ints) -> Iterator[tuple[float, AnyArray]]:
    """Ways to score by one column, each with its ROC-AUC."""
    scores = [learned(_values(column), fraud, train)[test]]
    if column.dtype.is_numeric():
        numbers = column.cast(pl.Float64).to_numpy()
        order = np.where(np.isnan(numbers), -1.0, numbers)[test]
        scores += [learned(_cells(numbers, train), fraud, train)[test], order, -order]
    for score in scores:
        yield roc_auc(fraud[test], score), score


def _values(column: pl.Series) -> Ints:
    """A number for each distinct value, null included. (n,)"""
    return column.rank("dense").fill_null(0).cast(pl.Int64).to_numpy() if column.dtype.is_numeric() else _texts(column)


def _texts(column: pl.Series) -> Ints:
    return column.cast(pl.String).fill_null("").rank("dense").cast(pl.Int64).to_numpy()


def _cells(numbers: Floats, train: Ints) -> Ints:
    """Cells of about equal size, and one for nulls. (n,)"""
    seen = numbers[train]
    edges = np.unique(np.quantile(seen[~np.isnan(seen)], np.linspace(0, 1, BINS + 1)[1:-1]))
    return np.where(np.isnan(numbers), 0, 1 + np.searchsorted(edges, numbers))


def learned(codes: Ints, fraud: Bools, train: Ints) -> AnyArray:
    """Smoothed fraud rate of each row's value in training. (n,)"""
    size = int(codes.max()) + 1
    rows = np.bincount(codes[train], minlength=size)
    bad = np.bincount(codes[train], fraud[train], minlength=size)
    overall = fraud[train].mean()
    return ((bad + PRIOR_ROWS * overall) / (rows + PRIOR_ROWS))[codes]
