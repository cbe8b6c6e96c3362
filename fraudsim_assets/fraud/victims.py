"""Victims: which account a campaign strikes, and how much fraud an account can bear.

Belongs here: the weights of accounts, the choice by rejection and the most rows of a campaign. Does
not belong here: what happens to them.
"""

from dataclasses import dataclass

import numpy as np

from fraudsim_assets.catalog.accounts import LONG_OPEN
from fraudsim_assets.fraud.campaigns import Campaigns
from fraudsim_assets.fraud.clock import OperationalClock
from fraudsim_assets.spending.slumber import Slumber
from fraudsim_assets.spending.society import Society
from fraudsim_assets.streams import below, to_uniforms
from fraudsim_assets.tables.codes import PRODUCTS
from fraudsim_assets.units import AnyArray, Bools, Floats, Ints

CANDIDATES = 32
"""Accounts looked at per campaign, a limit of the search; the last is taken whatever its weight. [count]"""


@dataclass(frozen=True)
class Victims:
    """How accounts are exposed.

    Attributes
    ----------
    weight : (accounts,)
        Probability that a candidate is accepted, at most one. [unitless]
    bears : (accounts,) int8
        Most rows that one campaign may take of the account. [count]
    dormancy, clock
        When accounts are opened, and which days operational times fall on.
    """

    weight: Floats
    bears: AnyArray
    dormancy: Slumber
    clock: OperationalClock

    @classmethod
    def of(cls, society: Society, clock: OperationalClock) -> "Victims":
        """Weigh all accounts."""
        entities = society.entities
        risk = np.array([society.reference.products[name].risk for name in PRODUCTS]).take(entities.account_product)
        use, table = entities.account_activity, society.reference.thieves
        rests = society.habits.dormancy.rests
        exposed = (np.minimum(use, table.most_use) / table.most_use) ** table.use_exponent
        exposed *= np.minimum(use / table.seldom_used, 1.0)
        exposed *= np.where(rests, table.resting, 1.0)
        rows = use * np.where(rests, society.habits.dormancy.awake_share, 1.0)
        rows *= society.config.activity.transactions_per_day / max(float(rows.sum()), 1e-9)
        bears = np.clip((rows * table.bearable_days).astype(np.int64), *table.bearable_rows)
        weight = np.clip(risk * exposed, table.least_risk, 1.0)
        return cls(weight, bears.astype(np.int8), society.habits.dormancy, clock)

    def choose(self, campaigns: Campaigns) -> Ints:
        """Choose an account for every campaign by rejection: a function of its number. (n,)"""
        return self.choose_for(campaigns, campaigns.number)

    def choose_for(self, campaigns: Campaigns, ids: AnyArray) -> Ints:
        """Choose an account for everything that has an address: a function of the address. (n,)"""
        chosen = np.zeros(len(ids), dtype=np.int64)
        pending = np.arange(len(ids))
        for attempt in range(CANDIDATES):
            numbers = ids[pending]
            words = campaigns.draw("victim").sub(attempt).words(numbers)
            candidate = below(words, len(self.weight))
            chosen[pending] = candidate
            u = to_uniforms(campaigns.draw("victim_accepted").sub(attempt).words(numbers))
            taken = (u < self.weight.take(candidate)) & self.there(candidate, campaigns.start[pending])
            pending = pending[~taken]
            if pending.size == 0:
                break
        return chosen

    def there(self, accounts: Ints, start: Floats) -> Bools:
        """Whether accounts are opened before the days on which campaigns start. (n,)"""
        found = np.ones(len(accounts), dtype=bool)
        lately = np.flatnonzero(self.dormancy.opened.take(accounts) > LONG_OPEN)
        found[lately] = self.dormancy.open(accounts[lately], self.clock.days_of(start[lately]) - 1)
        return found
