"""The table of features that detectors get: columns of all groups, categories as codes.

Belongs here: the shape of the table. Does not belong here: what a feature is (``groups``), and detectors.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import polars as pl

from fraudsim_assets.evaluation.difficulty.groups import GROUPS
from fraudsim_assets.units import AnyArray

ORDERED = ("hour", "weekday")
"""Whole numbers that a linear detector takes as categories, and trees as numbers."""

MOST_LEVELS = 60
"""Categories told apart; the seldom ones beyond are one. [count]"""


@dataclass(frozen=True)
class Features:
    """Features of all rows.

    Attributes
    ----------
    names
        Names of the columns.
    values : (n, k) float32
        Columns; codes for categorical ones, NaN where there is no value.
    levels
        Number of codes by name of each categorical column. [count]
    groups
        Group of each column.
    """

    names: tuple[str, ...]
    values: AnyArray
    levels: dict[str, int]
    groups: dict[str, str]

    def within(self, groups: Collection[str]) -> "Features":
        """Columns of some groups."""
        return self.columns(tuple(name for name in self.names if self.groups[name] in groups))

    def columns(self, names: tuple[str, ...]) -> "Features":
        """Columns by name."""
        at = [self.names.index(name) for name in names]
        levels = {name: count for name, count in self.levels.items() if name in names}
        return Features(names, self.values[:, at], levels, {name: self.groups[name] for name in names})

    @property
    def categorical(self) -> list[str]:
        """Columns whose codes have no order."""
        return [name for name in self.levels if name not in ORDERED]

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


def build_features(payments: pl.DataFrame, groups: Collection[str] = tuple(GROUPS)) -> Features:
    """Work out the features of all rows.

    Parameters
    ----------
    payments
        Of ``Payments.table``: in the order of time.
    groups
        Names of the groups wanted.
    """
    columns: dict[str, AnyArray] = {}
    levels: dict[str, int] = {}
    of_group: dict[str, str] = {}
    for group in groups:
        for column in GROUPS[group](payments).iter_columns():
            name = column.name
            of_group[name] = group
            if name in ORDERED or not (column.dtype.is_numeric() or column.dtype == pl.Boolean):
                columns[name], levels[name] = _codes(column)
            else:
                columns[name] = column.cast(pl.Float32).fill_null(np.nan).to_numpy()
    values = np.empty((payments.height, len(columns)), dtype=np.float32)
    for at, name in enumerate(list(columns)):
        values[:, at] = columns.pop(name)
    values[np.isinf(values)] = np.nan
    return Features(tuple(of_group), values, levels, of_group)


def _codes(column: pl.Series) -> tuple[AnyArray, int]:
    """Positions among the values of a column, null first where it occurs, and how many values there are. (n,)"""
    text = column.cast(pl.String).fill_null("")
    counts = text.value_counts().sort("count", text.name, descending=[True, False])
    kept = counts[text.name].head(MOST_LEVELS).sort()
    codes = text.replace_strict(kept, np.arange(len(kept)), default=len(kept), return_dtype=pl.Float32)
    return codes.to_numpy(), len(kept) + (len(counts) > len(kept))
