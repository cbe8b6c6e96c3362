"""Recollection: when accounts last paid, as far as days that were made have shown.

The one idea: that an account paid on a day, or was quiet from one day to another, is true whoever asks and whenever it
was found out. So a process that makes days in a row need not look back again; one that knows nothing finds the same
by looking.

Belongs here: what was learnt about payments of accounts. Does not belong here: how one looks back (``previous``).
"""

from dataclasses import dataclass

import numpy as np

from fraudsim_assets.bit_layouts import QUIET
from fraudsim_assets.units import Bools, Ints


@dataclass(frozen=True)
class Quiet:
    """Spells without genuine payments, one per account: after the day ``since`` and before the day ``until``.

    Attributes
    ----------
    since, until : (n,)
        Day numbers; an account of which nothing is known has ``until`` 0.
    paid : (n,)
        Whether the account paid on the day ``since``; if not, that day is unknown.
    """

    since: Ints
    until: Ints
    paid: Bools

    def take(self, some: Ints) -> "Quiet":
        """Choose some."""
        return Quiet(self.since[some], self.until[some], self.paid[some])

    def last_before(self, day: int) -> Bools:
        """Whether the last payment before a day was that on ``since``. (n,)"""
        return self.paid & (self.since < day) & (day <= self.until)

    def unknown(self, day: int) -> Bools:
        """Whether a day lies outside the spells. (n,)"""
        return (day <= self.since) | (day >= self.until)


class Recollection:
    """What is known of every account.

    Parameters
    ----------
    n_accounts
        Number of accounts.
    """

    def __init__(self, n_accounts: int) -> None:
        # a spell is one word, so that threads never see a part of one
        self._words = np.zeros(n_accounts, dtype=np.int64)
        self._blank = True

    @property
    def is_blank(self) -> bool:
        """Whether nothing was learnt yet."""
        return self._blank

    def recall(self, accounts: Ints) -> Quiet:
        """Look accounts up."""
        until, length, paid = QUIET.unpack(self._words.take(accounts))
        return Quiet(until - length, until, paid != 0)

    def learn(self, accounts: Ints, paying: Bools, day: int) -> None:
        """Take in which accounts have a genuine payment on a day."""
        self._blank = False
        known = self.recall(accounts)
        goes_on = ~paying & (known.until == day) & (day - known.since < QUIET.room("length") - 1)
        since = np.where(goes_on, known.since, np.where(paying, day, day - 1))
        paid = np.where(goes_on, known.paid, paying)
        self._words[accounts] = QUIET.pack(np.int64(day + 1), day + 1 - since, paid)
