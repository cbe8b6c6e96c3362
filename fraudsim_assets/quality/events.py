"""Checks of a day of events that are no payments, made while the day is being written.

Belongs here: the accumulator. Does not belong here: the rules (``event_rules``).
"""

import numpy as np
import polars as pl
import pyarrow as pa

from fraudsim_assets.quality.checker import TableChecker
from fraudsim_assets.quality.event_rules import EVENT_RULES, KEY_RULES, ORDERED_EVENTS, UNIQUE_EVENTS
from fraudsim_assets.quality.reference import DayReference
from fraudsim_assets.quality.results import CheckResult
from fraudsim_assets.quality.uniqueness import IdWitness
from fraudsim_assets.tables import AccountEvents
from fraudsim_assets.units import Ints


class EventChecker(TableChecker):
    """Checks one day of events batch by batch, in flat memory.

    Parameters
    ----------
    reference
        Catalogs as the day sees them.
    """

    table = AccountEvents
    noun = "event"

    def __init__(self, reference: DayReference) -> None:
        self.reference = reference
        self._holders = np.unique(reference.owner)
        self.restart()

    def restart(self) -> None:
        """Forget everything seen, as before a second pass."""
        super().restart()
        self.ids = IdWitness()
        self._last = (0, 0)

    def _judge(self, batch: pa.RecordBatch) -> None:
        frame = pl.DataFrame(pa.Table.from_batches([batch]))
        ids = frame["event_id"].to_numpy()
        for rule in EVENT_RULES:
            self._blame(rule, frame.filter(rule.violations(self.reference.day))["event_id"])
        self._blame(ORDERED_EVENTS, ids[self._out_of_order(frame)])
        for rule, wrong in zip(KEY_RULES, self._strangers(frame), strict=True):
            self._blame(rule, ids[wrong])
        self.ids.add(ids)

    def _out_of_order(self, frame: pl.DataFrame) -> Ints:
        """Rows that come before the row before them. (m,)"""
        customer = np.concatenate([[self._last[0]], frame["customer_id"].to_numpy()])
        when = np.concatenate([[self._last[1]], frame["timestamp"].to_physical().to_numpy()])
        self._last = int(customer[-1]), int(when[-1])
        same = customer[1:] == customer[:-1]
        return np.flatnonzero((customer[1:] < customer[:-1]) | (same & (when[1:] < when[:-1])))

    def _strangers(self, frame: pl.DataFrame) -> tuple[Ints, Ints, Ints]:
        """Rows of unknown customers, of unknown cards, and of cards of another account or customer."""
        customer = frame["customer_id"].to_numpy()
        unknown = np.flatnonzero(~np.isin(customer, self._holders))
        some = np.flatnonzero(frame["card_id"].is_not_null().to_numpy())
        card, account = (frame[name].gather(some).to_numpy() for name in ("card_id", "account_id"))
        at = self.reference.cards.positions(card)
        other = self.reference.account.take(at, mode="clip") != account
        other |= self.reference.owner.take(at, mode="clip") != customer[some]
        return unknown, some[at < 0], some[(at >= 0) & other]

    def results(self) -> list[CheckResult]:
        """Verdicts on everything seen; all of them block."""
        self._repeat(UNIQUE_EVENTS, self.ids.repeated())
        rules = (*EVENT_RULES, *KEY_RULES, ORDERED_EVENTS, UNIQUE_EVENTS)
        return [self.contract.result(), *(self._result(rule) for rule in rules)]
