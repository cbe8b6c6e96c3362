"""A model of sequences: a small neural network over a card's last payments, side by side.

The one idea: what a recurrent network would have to remember is put before a plain one. Each row is seen with the
requests of its card's last payments, in the columns of the request alone and with the pauses between them; a network of
one hidden layer finds what matters (a time-delay network). It needs no features made by hand and no library beyond
scikit-learn, and learns in about a minute; a recurrent one would need a framework of its own and many times as long.

Belongs here: the network and what it is shown. Does not belong here: detectors of single rows.

References
----------
Waibel et al., "Phoneme recognition using time-delay neural networks", IEEE Transactions on Acoustics, Speech and Signal
Processing 37, 1989, :doi:`10.1109/29.21701`.
"""

import numpy as np
import polars as pl

from fraudsim_assets.evaluation.difficulty import detectors
from fraudsim_assets.evaluation.difficulty.features import Features
from fraudsim_assets.units import HOUR, AnyArray, Bools, Ints

STEPS = 5
"""Payments of the card before the row. [count]"""

GENUINE = 60_000
"""Genuine rows that the network learns from at most. [rows]"""

SHOWN = (
    "amount", "channel", "hour", "foreign", "entry_mode", "three_ds", "transaction_type", "other_currency", "is_online",
    "home_km", "address_block", "has_place", "mcc",
)  # fmt: skip
"""Columns of each payment."""


class SequenceModel:
    """The network for some payments.

    Parameters
    ----------
    payments
        Of ``Payments.table``.
    """

    def __init__(self, payments: pl.DataFrame) -> None:
        rows = pl.int_range(pl.len())
        frame = payments.select("card_id", "time", row=rows)
        before = frame.select(
            pl.col("row").shift(step).over("card_id").alias(str(step)) for step in range(1, STEPS + 1)
        )
        self._before = before.fill_null(-1).to_numpy()
        self._time = payments["time"].to_numpy()
        self._merchant = payments["merchant_id"].to_numpy()
        self._approved = payments["is_approved"].to_numpy()

    def __call__(self, features: Features, fraud: Bools, train: Ints, test: Ints) -> AnyArray:
        """Scores of the test rows. (m,)"""
        shown = features.columns(SHOWN)
        preprocessing, networks = (
            detectors.library("sklearn.preprocessing"),
            detectors.library("sklearn.neural_network"),
        )
        rows = detectors.thinned(train, fraud, most=GENUINE)
        scaler = preprocessing.StandardScaler()
        seen = np.nan_to_num(scaler.fit_transform(self._seen(shown, rows)))
        network = networks.MLPClassifier((64,), batch_size=512, early_stopping=True, max_iter=20, random_state=1)
        network.fit(seen, fraud[rows])
        return np.concatenate(
            [
                network.predict_proba(np.nan_to_num(scaler.transform(self._seen(shown, part))))[:, 1]
                for part in detectors.pieces(test)
            ]
        )

    def _seen(self, features: Features, rows: Ints) -> AnyArray:
        """A row and the payments before it, side by side. (m, columns) float32"""
        parts = [_plain(features, rows)]
        for step in range(STEPS):
            past = self._before[rows, step]
            there = past >= 0
            values = _plain(features, np.where(there, past, 0))
            pause = np.log1p(np.maximum(self._time[rows] - self._time[past], 0) / HOUR)
            links = np.stack([pause, self._merchant[past] == self._merchant[rows], ~self._approved[past]], axis=1)
            parts.append(np.where(there[:, None], np.concatenate([values, links], axis=1), np.nan))
        return np.concatenate(parts, axis=1).astype(np.float32)


def _plain(features: Features, rows: Ints) -> AnyArray:
    """Values of rows, codes expanded but for the many categories, amounts and distances by their logarithm."""
    values = features.expanded(rows)
    return np.sign(values) * np.log1p(np.abs(values))
