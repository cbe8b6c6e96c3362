"""`World`: a society and the fraud committed in it, ready to make days.

Belongs here: what every day reads and none decides. Does not belong here: anything that belongs
to one day (``day``, ``keys``, ``purchases``).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fraudsim_assets.fraud.rows import FraudRows
from fraudsim_assets.fraud.schedule import Blocks, Footsteps, FraudSchedule
from fraudsim_assets.spending.society import Society
from fraudsim_assets.units import DAY, Ints


@dataclass(frozen=True, eq=False)
class World(Society):
    """A configuration with its catalogs, ready to make days."""

    @cached_property
    def fraud(self) -> FraudSchedule:
        """Fraud over time."""
        return FraudSchedule(self)

    @property
    def scenario_names(self) -> tuple[str, ...]:
        """Names of the fraud scenarios, in the order of their codes."""
        return self.fraud.scenario_names

    def fraud_on(self, day: int) -> FraudRows:
        """Fraudulent rows of a day, sorted by account, then time."""
        return self._remember("fraud", day, self.fraud.rows_on, most=12)

    def blocks_around(self, day: int, before: int) -> Blocks:
        """Blocks of cards by campaigns that started in the days before a day."""
        return self._remember("blocks", day, lambda d: self.fraud.blocks(d - before, d), most=12)

    def footsteps_before(self, day: int) -> Footsteps:
        """Fraudulent steps of the ``LOOK_BACK_DAYS`` before a day."""
        return self._remember("footsteps", day, lambda d: self.fraud.footsteps(d - LOOK_BACK_DAYS, d - 1), most=4)

    def struck_since(self, accounts: Ints, since: Ints, day: int) -> Ints:
        """Positions of accounts that saw fraud or a block after a day of their own and before a day.

        Parameters
        ----------
        accounts : (n,)
            Account indices, ascending.
        since : (n,)
            Days from which on it counts. [day number]
        day
            Day before which it counts; a silent spell may reach into it. [day number]
        """
        steps = self.footsteps_before(day)
        blocks = self.blocks_around(day, LOOK_BACK_DAYS + 400)
        struck = np.zeros(len(accounts), dtype=bool)
        spans = ((steps.account, steps.when, steps.when), (blocks.account, blocks.blocked, blocks.reissued))
        for account, begins, ends in spans:
            at = np.minimum(np.searchsorted(accounts, account), max(len(accounts) - 1, 0))
            if len(accounts) == 0 or len(account) == 0:
                continue
            hit = (accounts[at] == account) & (ends >= since[at] * DAY) & (begins < (day + 1) * DAY)
            struck[at[hit]] = True
        return np.flatnonzero(struck)


LOOK_BACK_DAYS = 180
"""A card that rested longer starts a new chain. [days]"""
