"""Sums over rolling windows of time within groups, and counts of events before a row.

Belongs here: window arithmetic on plain arrays. Does not belong here: what is summed and why.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from fraudsim_assets.units import DAY, AnyArray, Floats, Ints

_TICK = 1_000
# a thousandth of a second, so that (group, time) fits in one integer for a million groups


@dataclass(frozen=True)
class Windows:
    """Rows in the order of (group, time), ready for window sums.

    Attributes
    ----------
    order : (n,)
        Rows in the order of group, then time.
    key : (n,)
        (group, time) as one increasing number, in that order.
    """

    order: Ints
    key: Ints

    @classmethod
    def of(cls, group: Ints, time: Ints, *, longest: float) -> "Windows":
        """Sort rows.

        Parameters
        ----------
        group : (n,)
            Group of each row: any integers.
        time : (n,)
            Time of each row. [microseconds]
        longest
            Longest reach back of any window. [days]
        """
        order = np.lexsort((time, group))
        if len(order) == 0:
            return cls(order, np.zeros(0, dtype=np.int64))
        new = np.diff(group[order], prepend=group[order[0]]) != 0
        since = (time[order] - time.min()) // _TICK
        pitch = int(since.max()) + int(longest * DAY) // _TICK + 2
        return cls(order, np.cumsum(new) * pitch + since)

    def sums(self, values: AnyArray | None, *, days: float, delay: float = 0.0) -> Floats:
        """Sum values over each row's own group within a window of time that ends at the row.

        Parameters
        ----------
        values : (n,)
            What is summed, in the original order of rows; None counts rows.
        days
            Width of the window: rows less than so long before its end. [days]
        delay
            The window ends so long before the row. With no delay the row itself is inside. [days]

        Returns
        -------
        (n,)
            In the original order of rows.
        """
        lag, width = round(delay * DAY / _TICK), round(days * DAY / _TICK)
        n = len(self.key)
        stop = np.arange(1, n + 1) if lag == 0 else np.searchsorted(self.key, self.key - lag, side="right")
        start = np.searchsorted(self.key, self.key - lag - width, side="right")
        ordered = np.ones(n) if values is None else values[self.order].astype(np.float64)
        total = np.concatenate([[0.0], np.cumsum(ordered)])
        result = np.empty(n)
        result[self.order] = total[stop] - total[start]
        return result


def counts_before(group: Ints, time: Ints, told: Ints, known: Ints, *, days: float) -> Floats:
    """Count events of each row's own group in a window that ends before the row.

    Parameters
    ----------
    group, time : (n,)
        Of the rows. [any integers; microseconds]
    told, known : (m,)
        Groups and moments of the events. [any integers; microseconds]
    days
        Width of the window. [days]

    Returns
    -------
    (n,)
        Events of the group from ``days`` before the row on, the row's own moment left out. [count]
    """
    if len(known) == 0:
        return np.zeros(len(group))
    groups, of_event = np.unique(told, return_inverse=True)
    first = min(known.min(), time.min()) - int(days * DAY)
    pitch = (max(known.max(), time.max()) - first) // _TICK + 2
    events = np.sort(of_event * pitch + (known - first) // _TICK)
    at = np.minimum(np.searchsorted(groups, group), len(groups) - 1)
    key = at * pitch + (time - first) // _TICK
    width = int(days * DAY) // _TICK
    found = np.searchsorted(events, key) - np.searchsorted(events, key - width)
    return np.where(groups[at] == group, found, 0).astype(np.float64)


def pairs(first: pl.Series, second: pl.Series) -> pl.Series:
    """A number for each pair of values, the same for the same pair; null is a value too. (n,) Int64"""
    codes = [series.rank("dense").cast(pl.Int64).fill_null(0) for series in (first, second)]
    return codes[0] * (int(codes[1].to_numpy().max(initial=0)) + 1) + codes[1]
