"""`Sums`: whole numbers summed by a key, such as an account or a pair of customer and device.

The one idea: keys are kept in ascending order, so a day is added, taken away and looked up without sorting what is
there.

Belongs here: sums by keys, and keys of rows. Does not belong here: which sums are remembered, and for how long
(``memory``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import polars as pl

from fraudsim_assets.maths.ordered import places_of
from fraudsim_assets.streams import mix_words, words_of
from fraudsim_assets.units import Ints

_LETTERS = 36
# codes of countries and of categories are read as numbers with so many digits


@dataclass(frozen=True)
class Sums:
    """Sums by key.

    Attributes
    ----------
    keys : (n,)
        Ascending, without repetition.
    values : (n, k)
        Count of rows, and what is summed besides.
    """

    keys: Ints
    values: Ints

    @classmethod
    def of(cls, keys: Ints, values: Ints) -> Self:
        """Sum rows by their keys. (n,), (n, k)"""
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        begins = np.flatnonzero(np.diff(keys, prepend=keys[:1] - 1))
        return cls(keys[begins], np.add.reduceat(values[order], begins) if len(begins) else values[:0])

    def plus(self, others: Self) -> Self:
        """Sums with others added; what comes to nothing is forgotten."""
        at, there = places_of(self.keys, others.keys)
        values = self.values.copy()
        values[at[there]] += others.values[there]
        new = np.searchsorted(self.keys, others.keys[~there])
        keys, values = np.insert(self.keys, new, others.keys[~there]), np.insert(values, new, others.values[~there], 0)
        kept = values[:, 0] != 0
        return type(self)(keys, values) if kept.all() else type(self)(keys[kept], values[kept])

    def turned(self, new: Self, gone: Sequence[Self]) -> Self:
        """Sums with others added and others taken away, at once; what comes to nothing is forgotten."""
        keys = np.concatenate([new.keys, *(old.keys for old in gone)])
        return self.plus(self.of(keys, np.concatenate([new.values, *(-old.values for old in gone)])))

    def look_up(self, keys: Ints) -> Ints:
        """Sums of keys; 0 where there are none. (m, k)"""
        at, there = places_of(self.keys, keys)
        found = np.zeros((len(keys), self.values.shape[1]), dtype=np.int64)
        found[there] = self.values[at[there]]
        return found


def keys_of(rows: pl.DataFrame, by: Sequence[str]) -> Ints:
    """A number for what rows are summed by: the column itself, or 64 mixed bits of two. (n,)

    Two of a million pairs share their bits with a chance of one in thirty million.
    """
    numbers = [_numbers(rows[name]) for name in by]
    if len(numbers) == 1:
        return numbers[0]
    first, second = (words_of(each) for each in numbers)
    return (mix_words(first.copy()) ^ mix_words(~second)).view(np.int64)


def _numbers(column: pl.Series) -> Ints:
    if column.dtype == pl.String:
        column = column.str.to_integer(base=_LETTERS, dtype=pl.Int64)
    return column.cast(pl.Int64).fill_null(-1).to_numpy()
