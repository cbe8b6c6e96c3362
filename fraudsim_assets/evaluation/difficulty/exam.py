"""The exam of a detector: on each split day it learns what the bank knew then, and is judged on the days that follow.

The one idea: splits roll. A detector is trained again for each part of the test days, from rows that end a gap before
it, with the labels that were known when it begins; a fraud that was still unnoticed is a genuine row to learn from, and
a fraud to be found. Scores of a part become ranks within it, so that all parts can be judged together.

Belongs here: who learns from what. Does not belong here: features, detectors and scores.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from fraudsim_assets.errors import ContractError
from fraudsim_assets.evaluation.difficulty.bands import FEWEST_FRAUDS
from fraudsim_assets.evaluation.difficulty.features import Features
from fraudsim_assets.evaluation.difficulty.protocol import Protocol
from fraudsim_assets.units import DAY, AnyArray, Bools, Ints

Detector = Callable[[Features, Bools, Ints, Ints], AnyArray]
"""Scores of test rows from features, labels as known (of all rows), training rows and test rows."""


@dataclass(frozen=True)
class Fold:
    """One split.

    Attributes
    ----------
    known : (n,)
        Which of all rows the bank held for fraud on the split day.
    train, test : (m,)
        Row numbers.
    """

    known: Bools
    train: Ints
    test: Ints


@dataclass(frozen=True)
class Exam:
    """All splits of some payments.

    Attributes
    ----------
    payments
        Of ``Payments.table``.
    fraud : (n,)
        Ground truth.
    folds
        Splits, in the order of time.
    """

    payments: pl.DataFrame
    fraud: Bools
    folds: tuple[Fold, ...]

    @cached_property
    def test(self) -> Ints:
        """Rows that are judged, fold by fold. (m,)"""
        return np.concatenate([fold.test for fold in self.folds])

    @classmethod
    def of(cls, payments: pl.DataFrame, protocol: Protocol) -> "Exam":
        """Split payments.

        Raises
        ------
        ContractError
            If there is too little fraud to learn from or to be judged on.
        """
        fraud = payments["is_fraud"].to_numpy()
        exam = cls(payments, fraud, tuple(_folds(payments, protocol)))
        known = min(int(fold.known[fold.train].sum()) for fold in exam.folds)
        for count, name in ((known, "known in the training"), (int(fraud[exam.test].sum()), "in the test")):
            if count < FEWEST_FRAUDS:
                raise ContractError(
                    f"{count} frauds {name} days are too few to measure difficulty; "
                    f"valid are {FEWEST_FRAUDS} or more: take more days, a larger world or a higher fraud.rate"
                )
        return exam

    def scores(self, detector: Detector, features: Features) -> AnyArray:
        """Ranks of all test rows within their split, by a detector that is trained for each split. (m,)"""
        found = []
        for fold in self.folds:
            score = np.asarray(detector(features, fold.known, fold.train, fold.test))
            _, at, counts = np.unique(score, return_inverse=True, return_counts=True)
            found.append(((np.cumsum(counts) - (counts - 1) / 2) / len(score))[at])
        return np.concatenate(found)

    def tested(self, name: str) -> AnyArray:
        """Values of a column in the test."""
        return self.payments[name].gather(self.test).fill_null(-1).to_numpy()


def _folds(payments: pl.DataFrame, protocol: Protocol) -> Iterator[Fold]:
    day = payments["day"].to_numpy()
    origin = int(payments["time"].to_numpy()[0]) // DAY - int(day[0])
    for train, test in protocol.spans:
        moment = (origin + test[0]) * DAY
        told, cleared = pl.col("fraud_known") < moment, (pl.col("cleared") < moment).fill_null(value=False)
        known = payments.select(told.fill_null(value=False) & ~cleared).to_series().to_numpy()
        yield Fold(known, *(np.flatnonzero((day >= low) & (day < high)) for low, high in (train, test)))
