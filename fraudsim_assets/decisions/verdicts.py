"""`Verdicts`: the log of decisions as arrays, by account and time.

Belongs here: whose payments decisions are about, and looking them up. Does not belong here: what they change.
"""

from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np

from fraudsim_assets.bit_layouts import TRANSACTION
from fraudsim_assets.decisions.log import ACTIONS, Action, DecisionLog, action_codes, whole_numbers
from fraudsim_assets.maths.ordered import places_of
from fraudsim_assets.streams import Streams, unscramble_ids
from fraudsim_assets.units import Bools, Floats, Ints

STEP_UP, DECLINE, BLOCK = (ACTIONS.index(action) for action in (Action.STEP_UP, Action.DECLINE, Action.BLOCK))
"""Codes of the actions that change something."""

NO_ACTION = -1
"""Stands for: nothing was decided."""


def numbers_of_ids(streams: Streams, ids: Ints) -> Ints:
    """Words of ``TRANSACTION`` that ids stand for. (n,)"""
    return unscramble_ids(ids, streams.draw("transaction.id").key)


def parts_of_ids(streams: Streams, ids: Ints) -> tuple[Ints, Ints, Ints]:
    """Day, account and slot that ids stand for. Three of (n,)"""
    day, account, slot = TRANSACTION.unpack(numbers_of_ids(streams, ids))
    return day, account, slot


@dataclass(frozen=True, eq=False)
class Verdicts:
    """Decisions that change something, by account, then time of the payment. One entry per decision.

    Attributes
    ----------
    number
        What stands for the payment: a word of ``TRANSACTION``.
    account
        Account index.
    when, decided
        Times of the payment and of the effect. [microseconds since 1970]
    action
        Code of ``ACTIONS``.
    """

    number: Ints
    account: Ints
    when: Ints
    decided: Ints
    action: Ints

    def __len__(self) -> int:
        return len(self.account)

    @classmethod
    def none(cls) -> "Verdicts":
        """Nothing was decided."""
        return cls(*(np.zeros((5, 0), dtype=np.int64)))

    @classmethod
    def of(cls, log: DecisionLog, streams: Streams) -> "Verdicts":
        """Read a log; approvals and reviews change nothing and are left out."""
        none = np.zeros(0, dtype=np.int64)
        tables = list(log.tables.values())
        ids, when, decided = (
            np.concatenate([none, *(whole_numbers(table[name]) for table in tables)])
            for name in ("transaction_id", "timestamp", "decided_at")
        )
        action = np.concatenate([none, *(action_codes(table) for table in tables)])
        number = numbers_of_ids(streams, ids)
        account = TRANSACTION.unpack(number)[1]
        order = np.lexsort((decided, number, when, account))
        order = order[np.isin(action[order], (STEP_UP, DECLINE, BLOCK))]
        return cls(*(values[order] for values in (number, account, when, decided, action)))

    def take(self, some: Ints | Bools) -> "Verdicts":
        """Choose some by index or mask."""
        return Verdicts(*(getattr(self, f.name)[some] for f in fields(self)))

    @cached_property
    def accounts(self) -> Ints:
        """Accounts that anything was decided about. Ascending."""
        return np.unique(self.account)

    @cached_property
    def blocks(self) -> "Verdicts":
        """Those that block a card."""
        return self.take(self.action == BLOCK)

    @cached_property
    def _answers(self) -> tuple[Ints, Ints]:
        """Payments that are answered, ascending, and by which action: one that takes effect at their time."""
        found = self.take(self.decided == self.when)
        number, first = np.unique(found.number, return_index=True)
        return number, found.action[first]

    def action_on(self, numbers: Ints) -> Ints:
        """Actions that answer payments; ``NO_ACTION`` where none does. (n,)

        Parameters
        ----------
        numbers : (n,)
            Words of ``TRANSACTION``.
        """
        number, action = self._answers
        at, there = places_of(number, numbers)
        found = np.full(len(numbers), NO_ACTION, dtype=np.int64)
        found[there] = action[at[there]]
        return found

    def refused(self, numbers: Ints, passes: Floats, streams: Streams) -> Bools:
        """Whether payments are refused: declined, blocked, or asked for a proof that is not given. (n,)

        Parameters
        ----------
        numbers : (n,)
            Words of ``TRANSACTION``.
        passes : (n,)
            Chance that the proof is given. [share]
        """
        action = self.action_on(numbers)
        asked = action == STEP_UP
        fails = asked.copy()
        fails[asked] = proof_of(streams, numbers[asked]) >= passes[asked]
        return (action == DECLINE) | (action == BLOCK) | fails


def proof_of(streams: Streams, numbers: Ints) -> Floats:
    """One uniform per payment: it is proven to be the holder's where this is below the chance. (n,) [unitless]"""
    return streams.draw("decisions.proof").uniforms(numbers)
