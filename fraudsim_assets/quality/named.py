"""Whether transactions that labels and refunds name exist, over days that are read one after the other.

Belongs here: the ids that are looked for, a few in a hundred of all. Does not belong here: where they are named
(``folder``), and rules of single rows.
"""

import numpy as np

from fraudsim_assets.units import Bools, Ints


class NamedTransactions:
    """Transactions that other rows name, looked for on those of their days that will be read.

    Parameters
    ----------
    days
        Days whose transactions will be read, as day numbers.

    Attributes
    ----------
    outside
        How many were to be looked for on other days, where they cannot be. [count]
    """

    def __init__(self, days: set[int]) -> None:
        self._wanted: dict[int, list[Ints]] = {day: [] for day in days}
        self._sorted: dict[int, Ints] = {}
        self._found: dict[int, Bools] = {}
        self.outside = 0

    def want(self, transactions: Ints, days: Ints) -> None:
        """Look for transactions, each on its day. (n,), (n,)"""
        for day in np.unique(days).tolist():
            named = transactions[days == day].astype(np.int64)
            if day in self._wanted:
                self._wanted[day].append(named)
            else:
                self.outside += len(named)

    def wants(self, day: int) -> bool:
        """Whether any transaction of a day is looked for."""
        return bool(self._wanted.get(day))

    def see(self, transactions: Ints, day: int) -> None:
        """Look through some of a day's transactions."""
        if not self.wants(day):
            return
        if day not in self._sorted:
            self._sorted[day] = np.unique(np.concatenate(self._wanted[day]))
            self._found[day] = np.zeros(len(self._sorted[day]), bool)
        self._found[day] |= np.isin(self._sorted[day], transactions)

    def lost(self, transactions: Ints, days: Ints) -> Ints:
        """Those of some wanted transactions that were not seen. (m,)"""
        lost = []
        for day in np.unique(days).tolist():
            mine = transactions[days == day]
            if day in self._found:
                lost.append(mine[~np.isin(mine, self._sorted[day][self._found[day]])])
            elif day in self._wanted:
                lost.append(mine)
        return np.concatenate([*lost, np.empty(0, np.int64)])
