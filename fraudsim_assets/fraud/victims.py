"""Victims: which account a campaign strikes.

Belongs here: the weights of accounts and the choice by rejection. Does not belong here: what
happens to them.
"""

from dataclasses import dataclass

import numpy as np

from fraudsim_assets.fraud.campaigns import Campaigns
from fraudsim_assets.spending.society import Society
from fraudsim_assets.streams import to_uniforms
from fraudsim_assets.tables.codes import PRODUCTS
from fraudsim_assets.units import AnyArray, Floats, Ints

PRODUCT_RISK = {"debit": 0.45, "credit": 1.0, "prepaid": 0.7}
"""Risk of a card by product. Source: frb_2018, credit about 2.5 times debit by number (target A30). [unitless]"""

ACTIVITY_EXPONENT = 0.8
"""Risk grows with use: risk ~ activity^e. ASSUMPTION. [unitless]"""

MOST_ACTIVITY = 4.0
"""Use beyond this many times the mean adds no risk. ASSUMPTION. [unitless]"""

SELDOM = 0.4
"""Use below this many times the mean lowers risk once more: a card in a drawer is neither lost nor copied.
ASSUMPTION. [unitless]"""

CANDIDATES = 32
"""Accounts looked at per campaign; the last is taken whatever its weight."""


@dataclass(frozen=True)
class Victims:
    """How accounts are exposed.

    Attributes
    ----------
    weight : (accounts,)
        Probability that a candidate is accepted, at most one. [unitless]
    """

    weight: Floats

    @classmethod
    def of(cls, society: Society) -> "Victims":
        """Weigh all accounts."""
        entities = society.entities
        risk = np.array([PRODUCT_RISK[p] for p in PRODUCTS]).take(entities.account_product)
        use = entities.account_activity
        exposed = (np.minimum(use, MOST_ACTIVITY) / MOST_ACTIVITY) ** ACTIVITY_EXPONENT * np.minimum(use / SELDOM, 1.0)
        return cls(np.clip(risk * exposed, 0.01, 1.0))

    def choose(self, campaigns: Campaigns) -> Ints:
        """Choose an account for every campaign by rejection: a function of its number. (n,)"""
        return self.choose_for(campaigns, campaigns.number)

    def choose_for(self, campaigns: Campaigns, ids: AnyArray) -> Ints:
        """Choose an account for everything that has an address: a function of the address. (n,)"""
        n_accounts = np.uint64(len(self.weight))
        chosen = np.zeros(len(ids), dtype=np.int64)
        pending = np.arange(len(ids))
        for attempt in range(CANDIDATES):
            numbers = ids[pending]
            words = campaigns.draw("victim").sub(attempt).words(numbers)
            candidate = (((words >> np.uint64(32)) * n_accounts) >> np.uint64(32)).view(np.int64)
            chosen[pending] = candidate
            u = to_uniforms(campaigns.draw("victim_accepted").sub(attempt).words(numbers))
            pending = pending[u >= self.weight.take(candidate)]
            if pending.size == 0:
                break
        return chosen
