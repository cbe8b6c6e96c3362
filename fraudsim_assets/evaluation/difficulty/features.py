"""Features of a detector: the payment itself, the card's habits, the merchant's known risk.

The set is the one of the reference protocol (source handbook_2022): nothing that only this
simulator could know, nothing that is known too late. Labels reach the merchant's risk after the
gap of the protocol.

Belongs here: the table of features. Does not belong here: detectors.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from fraudsim_assets.evaluation.difficulty.protocol import WINDOWS, Protocol
from fraudsim_assets.evaluation.difficulty.windows import Windows
from fraudsim_assets.units import AnyArray, Ints

CATEGORICAL = ("mcc", "channel", "hour", "weekday")
"""Features whose codes have no order for a linear detector."""

RISK = tuple(f"merchant_risk_{w}d" for w in WINDOWS)
"""Features that need labels of other cards."""


@dataclass(frozen=True)
class Features:
    """Features of all rows.

    Attributes
    ----------
    names
        Names of the columns.
    values : (n, k) float32
        Columns; codes for categorical ones.
    levels
        Number of codes by name of each categorical column. [count]
    """

    names: tuple[str, ...]
    values: AnyArray
    levels: dict[str, int]

    def columns(self, names: tuple[str, ...]) -> "Features":
        """Choose columns."""
        at = [self.names.index(name) for name in names]
        return Features(names, self.values[:, at], {k: v for k, v in self.levels.items() if k in names})

    def without_risk(self) -> "Features":
        """All columns but the merchants' known risk."""
        return self.columns(tuple(name for name in self.names if name not in RISK))

    def of(self, rows: AnyArray) -> AnyArray:
        """Values of some rows."""
        return self.values[rows]

    def expanded(self, rows: AnyArray) -> AnyArray:
        """Values of some rows with one column of zeros and ones per code. (m, columns) float32"""
        parts = []
        for at, name in enumerate(self.names):
            column = self.values[rows, at]
            if name in self.levels:
                parts.append((column[:, None] == np.arange(self.levels[name])).astype(np.float32))
            else:
                parts.append(column[:, None])
        return np.concatenate(parts, axis=1)


def build_features(payments: pl.DataFrame, protocol: Protocol) -> Features:
    """Work out the features of all rows.

    Parameters
    ----------
    payments
        Of ``Payments.table``.
    protocol
        Gives the delay of labels.
    """
    time = payments["time"].to_numpy()
    euros = payments["euros"].to_numpy().astype(np.float64)
    columns: dict[str, AnyArray] = {"amount": euros}
    levels: dict[str, int] = {}
    for name in CATEGORICAL:
        columns[name], levels[name] = _codes(payments[name])
    columns["foreign"] = payments["foreign"].to_numpy()
    columns |= _habits(payments["card_id"].to_numpy(), time, euros)
    columns |= _merchant(payments["merchant_id"].to_numpy(), time, payments["is_fraud"].to_numpy(), protocol.gap)
    values = np.empty((len(time), len(columns)), dtype=np.float32)
    for at, column in enumerate(columns.values()):
        values[:, at] = column
    return Features(tuple(columns), values, levels)


def _codes(column: pl.Series) -> tuple[Ints, int]:
    """Positions among the sorted values of a column, and how many values there are."""
    text = column.cast(pl.String)
    values = text.unique().sort()
    codes = text.replace_strict(values, pl.Series(np.arange(len(values))), return_dtype=pl.Int64)
    return codes.to_numpy(), len(values)


def _habits(card: Ints, time: Ints, euros: AnyArray) -> dict[str, AnyArray]:
    """Number and mean of the card's payments, this one included."""
    windows = Windows.of(card, time, longest=max(WINDOWS))
    columns = {}
    for days in WINDOWS:
        count = windows.sums(None, days=days)
        columns[f"card_count_{days}d"] = count
        columns[f"card_mean_{days}d"] = windows.sums(euros, days=days) / count
    return columns


def _merchant(merchant: Ints, time: Ints, fraud: AnyArray, delay: float) -> dict[str, AnyArray]:
    """Number of the merchant's payments, and the share of fraud among those whose labels are known."""
    windows = Windows.of(merchant, time, longest=max(WINDOWS) + delay)
    columns = {f"merchant_count_{days}d": windows.sums(None, days=days) for days in WINDOWS}
    for days, name in zip(WINDOWS, RISK, strict=True):
        known = windows.sums(None, days=days, delay=delay)
        columns[name] = windows.sums(fraud, days=days, delay=delay) / np.maximum(known, 1.0)
    return columns
