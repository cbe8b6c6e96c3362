"""Each card's last transaction over days that follow each other: what the next day's links must name.

Belongs here: what is carried from one stored day to the next. Does not belong here: judging a link
(``chain``), and reading days (``folder``).
"""

import numpy as np

from fraudsim_assets.fraud.history import LOOK_BACK_DAYS
from fraudsim_assets.quality.chain import LastTransactions
from fraudsim_assets.units import Ints

_FEWEST_MERGED = 1_000_000
"""Noted rows that are worth merging before a day ends. [rows]"""


class Succession:
    """Last transactions of cards, fed with days in ascending order.

    It holds one entry per card that has paid since the first of the days, whatever the number of days
    and rows. The first day is judged within itself only, as is a day after a gap. A card's last
    transaction is forgotten after ``LOOK_BACK_DAYS``, as by the generator.
    """

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Begin again, as after a day that cannot be relied on."""
        self._cards, self._transactions, self._days = (np.empty(0, np.int64) for _ in range(3))
        self._noted: list[tuple[Ints, Ints]] = []
        self._rows = 0
        self._reached: int | None = None

    def before(self, day: int) -> LastTransactions | None:
        """Last transactions before a day; None if the day before it is not known.

        Parameters
        ----------
        day
            Day number.
        """
        if self._reached != day - 1:
            self.forget()
            return None
        recent = self._days > day - LOOK_BACK_DAYS
        return LastTransactions(self._cards[recent], self._transactions[recent])

    def note(self, cards: Ints, transactions: Ints, day: int) -> None:
        """Take in further rows of a day, in row order.

        Parameters
        ----------
        cards, transactions : (n,)
            Ids.
        day
            Day number.
        """
        last = _last_of_each(cards)
        self._noted.append((cards[last], transactions[last]))
        self._rows += len(last)
        if self._rows > max(_FEWEST_MERGED, len(self._cards)):
            self._merge(day)

    def end(self, day: int) -> None:
        """Close a day of which all rows have been taken in."""
        self._merge(day)
        self._reached = day

    def _merge(self, day: int) -> None:
        cards = np.concatenate([self._cards, *(cards for cards, _ in self._noted)])
        transactions = np.concatenate([self._transactions, *(transactions for _, transactions in self._noted)])
        days = np.concatenate([self._days, np.full(self._rows, day)])
        last = _last_of_each(cards)
        self._cards, self._transactions, self._days = cards[last], transactions[last], days[last]
        self._noted, self._rows = [], 0


def _last_of_each(cards: Ints) -> Ints:
    """Row in which each card comes last, in the order of cards. (m,)"""
    _, from_behind = np.unique(cards[::-1], return_index=True)
    return len(cards) - 1 - from_behind
