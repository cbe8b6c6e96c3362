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
from fraudsim_assets.units import Bools, Ints

STEP_UP, DECLINE, BLOCK = (ACTIONS.index(action) for action in (Action.STEP_UP, Action.DECLINE, Action.BLOCK))
"""Codes of the actions that change something."""

NO_ACTION = -1
"""Stands for: nothing was decided."""


def parts_of_ids(streams: Streams, ids: Ints) -> tuple[Ints, Ints, Ints]:
    """Day, account and slot that transaction ids stand for. Three of (n,)"""
    day, account, slot = TRANSACTION.unpack(unscramble_ids(ids, streams.draw("transaction.id").key))
    return day, account, slot


@dataclass(frozen=True, eq=False)
class Verdicts:
    """Decisions that change something, by account, then time of the payment. One entry per decision.

    Attributes
    ----------
    account, day, slot
        Identity of the payment: account index, day number, slot.
    when, decided
        Times of the payment and of the effect. [microseconds since 1970]
    action
        Code of ``ACTIONS``.
    """

    account: Ints
    day: Ints
    slot: Ints
    when: Ints
    decided: Ints
    action: Ints

    def __len__(self) -> int:
        return len(self.account)

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
        day, account, slot = parts_of_ids(streams, ids)
        order = np.lexsort((decided, slot, when, account))
        order = order[np.isin(action[order], (STEP_UP, DECLINE, BLOCK))]
        return cls(*(values[order] for values in (account, day, slot, when, decided, action)))

    def take(self, some: Ints | Bools) -> "Verdicts":
        """Choose some by index or mask."""
        return Verdicts(*(getattr(self, f.name)[some] for f in fields(self)))

    @cached_property
    def answers(self) -> "Verdicts":
        """Those that answer their payment, by payment: they take effect at its time."""
        return self.take(self.decided == self.when)

    @cached_property
    def _by_day(self) -> dict[int, "Verdicts"]:
        found = self.answers
        return {int(day): found.take(found.day == day) for day in np.unique(found.day)}

    def answers_to(self, accounts: Ints, slots: Ints, day: int) -> Ints:
        """Actions that answer payments of a day, by account and slot; ``NO_ACTION`` where none does. (n,)"""
        actions = np.full(len(accounts), NO_ACTION, dtype=np.int64)
        found = self._by_day.get(day)
        if found is None:
            return actions
        room = TRANSACTION.room("slot")
        keys = found.account * room + found.slot
        order = np.argsort(keys)
        at, there = places_of(keys[order], accounts * room + slots)
        actions[there] = found.action[order[at[there]]]
        return actions
