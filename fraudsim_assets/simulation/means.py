"""Means: the money behind accounts on a day, and whether their holders know how little it is.

The one idea: whose money is short is refused a few times, then looks at the account, and from that moment on asks for
what is beyond it hardly more than once a day, until pay day. Both hang on the holder and the pay day alone.

Belongs here: what is beyond means, and what is not asked for. Does not belong here: when money is short
(``spending.purses``), and answers (``answers``).
"""

from dataclasses import dataclass

import numpy as np

from fraudsim_assets.simulation.cast import Cast
from fraudsim_assets.simulation.rows import ENCORE, Rows
from fraudsim_assets.simulation.world import World
from fraudsim_assets.streams import combine
from fraudsim_assets.units import DAY, Bools, Floats, Ints


@dataclass(frozen=True)
class Means:
    """What is left of the money behind the accounts of a block that are asked about.

    Attributes
    ----------
    left : (accounts,)
        Endless where it is not short. [EUR]
    known : (accounts,)
        From when on the holder knows, where it is short. [days since midnight]
    """

    left: Floats
    known: Floats

    @classmethod
    def of(cls, world: World, cast: Cast, at: Ints | None = None) -> "Means":
        """Look money up.

        Parameters
        ----------
        at
            Positions of the accounts that are asked about; all if not given.
        """
        purses, table = world.habits.purses, world.entities.account_activity
        left, known = np.full((2, len(cast.accounts)), np.inf)
        some = np.arange(len(left)) if at is None else np.flatnonzero(np.bincount(at, minlength=len(left)))
        left[some] = purses.left(cast.accounts[some], cast.day)
        some = np.flatnonzero(left < np.inf)
        active = np.bincount(cast.who, weights=table.take(cast.accounts)).astype(np.float64).take(cast.who[some])
        known[some] = purses.known(cast.accounts[some], cast.day, activity=active) - cast.day
        return cls(left, known)

    def short_of(self, at: Ints, euros: Floats) -> Bools:
        """Whether sums are beyond what is left of the money behind accounts, whatever asks for them. (n,)"""
        return euros > self.left.take(at)

    def forgone(self, world: World, cast: Cast, rows: Rows, beyond: Bools) -> Bools:
        """Which of the rows that are beyond means their holders do not ask for, since they know. (n,)

        The first occasion of an account is asked for in any case: that an account pays on a day hangs on its holder's
        needs alone.
        """
        forgone = np.zeros(len(rows), dtype=bool)
        knows = np.flatnonzero(beyond)
        knows = knows[rows.moment[knows] >= self.known.take(rows.at[knows]) * DAY]
        if knows.size == 0:
            return forgone
        met = np.flatnonzero(rows.origin < ENCORE)
        first = np.full(len(cast.accounts), np.iinfo(np.int64).max)
        np.minimum.at(first, rows.at[met], rows.code[met].astype(np.int64))
        some = knows[(rows.origin[knows] == ENCORE) | (rows.code[knows] > first.take(rows.at[knows]))]
        hopes = world.streams.draw("means.hope", cast.day)
        ids = combine(cast.ids(rows.at[some], rows.code[some]), rows.kind[some])
        forgone[some] = ~hopes.happens(ids, world.reference.declines.hopes)
        return forgone
