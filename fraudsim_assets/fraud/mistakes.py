"""Mistakes of the bank that are known ahead: alerts and reports of genuine payments, and cards blocked because of them.

The one idea: mistakes are numbered over operational time as campaigns are. Which account a blocked card belongs to
follows from the mistake's number, whether the holder pays on the day or not, so blocks are known without any payment.

Belongs here: when mistakes happen, which of them block a card, and for how long. Does not belong here: which payments
are taken for fraud (``simulation.alarms``), and blocks after fraud (``blocks``).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fraudsim_assets.config.fraud import Bank
from fraudsim_assets.fraud.blocks import MISTAKEN, Blocks, waits_of_holders
from fraudsim_assets.fraud.campaigns import Campaigns, tickets
from fraudsim_assets.fraud.clock import OperationalClock
from fraudsim_assets.fraud.victims import Victims
from fraudsim_assets.spending.society import Society
from fraudsim_assets.streams import combine
from fraudsim_assets.units import DAY, Bools, Ints

NAME = "bank.alarm"
"""Namespace of the randomness of mistakes."""


@dataclass(frozen=True, eq=False)
class Mistakes:
    """Mistakes of a world's bank.

    Attributes
    ----------
    society, victims, clock
        Whose cards, how exposed they are, and operational time.
    campaigns_per_day
        Campaigns of fraud that start on a mean day outside of any change, those of scenarios that are off included.
        [1/day]
    """

    society: Society
    victims: Victims
    clock: OperationalClock
    campaigns_per_day: float

    @property
    def _bank(self) -> Bank:
        return self.society.config.fraud.bank

    @cached_property
    def per_day(self) -> float:
        """Alerts and reports of genuine payments on a mean day. [1/day]"""
        return (self._bank.false_alerts + self._bank.false_reports) * self.campaigns_per_day

    def on(self, first: int, last: int) -> Campaigns:
        """Mistakes about payments of the days from ``first`` to ``last``."""
        span = self.clock.starts(first, last + 1)
        number, start = tickets(
            self.society.streams, NAME, density=self.per_day, first=float(span[0]), last=float(span[-1])
        )
        return Campaigns.alone(number, start, NAME, self.society.streams)

    def are_alerts(self, mistakes: Campaigns) -> Bools:
        """Whether mistakes are alerts of the bank, rather than reports of holders. (n,)"""
        both = self._bank.false_alerts + self._bank.false_reports
        return mistakes.uniforms("kind") * both < self._bank.false_alerts

    def block(self, mistakes: Campaigns) -> Bools:
        """Whether the card is blocked before anybody has asked its holder. (n,)"""
        return self.are_alerts(mistakes) & (mistakes.uniforms("blocks") < self._bank.mistaken_blocks)

    def accounts(self, mistakes: Campaigns, attempt: int = 0) -> Ints:
        """Accounts that mistakes may be about, exposed ones more often; the first one where a card is blocked. (n,)"""
        return self.victims.choose_for(mistakes, combine(mistakes.number, attempt))

    def blocked_at(self, mistakes: Campaigns) -> Ints:
        """When cards are blocked. (n,) [microseconds since 1970]"""
        wait = 1 + self.society.reference.casework.mistaken_block_days * mistakes.uniforms("blocked_after")
        return ((self.clock.days_of(mistakes.start) + wait) * DAY).astype(np.int64)

    def blocks(self, first: int, last: int) -> Blocks:
        """Blocks because of payments of the days from ``first`` to ``last``, in no particular order."""
        mistakes = self.on(first, last)
        mistakes = mistakes.take(self.block(mistakes))
        account, dormancy = self.accounts(mistakes), self.society.habits.dormancy
        awake = dormancy.awake(account, self.clock.days_of(mistakes.start))
        mistakes, account = mistakes.take(awake), account[awake]
        blocked = self.blocked_at(mistakes)
        wait = waits_of_holders(mistakes.draw("reissue"), mistakes.number, self.society.reference)
        reissued, campaign = blocked + (wait * DAY).astype(np.int64), np.full(len(account), MISTAKEN)
        return Blocks(account, blocked, reissued, campaign, blocked)
