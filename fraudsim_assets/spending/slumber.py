"""Cards that rest: plastic that lies in a drawer for most of the year.

The one idea: a resting card wakes for a fixed window in a cycle of its own, so whether it is awake
on a day is found without history.

Belongs here: which accounts rest and when they are awake. Does not belong here: how often awake
accounts pay (``activity``).
"""

from dataclasses import dataclass

import numpy as np

from fraudsim_assets.streams import Streams
from fraudsim_assets.units import AnyArray, Bools, Floats, Ints

CYCLE_DAYS, AWAKE_DAYS = 340, 50
"""A resting card is used in one window of each cycle. ASSUMPTION. [days]"""

LESS_ACTIVE_REST = 0.5
"""How much likelier less active accounts rest: odds fall as exp(-this * activity). ASSUMPTION. [unitless]"""

MOST_LIKELY = 0.97


@dataclass(frozen=True)
class Slumber:
    """Windows of all accounts.

    Attributes
    ----------
    phase, window : (accounts,) int16
        An account is awake where (day + phase) modulo the cycle is below its window. [days]
    awake_activity
        Mean over accounts of activity times the share of time awake. [unitless]
    """

    phase: AnyArray
    window: AnyArray
    awake_activity: float

    @classmethod
    def of(cls, streams: Streams, *, activity: Floats, dormant_share: float) -> "Slumber":
        """Choose the accounts that rest.

        Parameters
        ----------
        activity : (accounts,)
            Relative activity of the accounts. [unitless]
        dormant_share
            Share of accounts that are asleep on a day. [share]
        """
        accounts = np.arange(len(activity), dtype=np.int64)
        chance = resting_chances(activity, dormant_share)
        rests = streams.draw("slumber.rests").uniforms(accounts) < chance
        phase = streams.draw("slumber.phase").words(accounts) % np.uint64(CYCLE_DAYS)
        window = np.where(rests, AWAKE_DAYS, CYCLE_DAYS).astype(np.int16)
        awake = 1 - chance * (1 - AWAKE_DAYS / CYCLE_DAYS)
        return cls(phase.astype(np.int16), window, float((activity * awake).mean()))

    @property
    def rests(self) -> Bools:
        """Accounts that rest for most of the time. (accounts,)"""
        return self.window < CYCLE_DAYS

    def awake(self, accounts: Ints, day: int) -> Bools:
        """Whether accounts are awake on a day. (n,)"""
        return (self.phase.take(accounts) + np.int16(day % CYCLE_DAYS)) % np.int16(CYCLE_DAYS) < self.window.take(
            accounts
        )


def resting_chances(activity: Floats, dormant_share: float) -> Floats:
    """Probability that each account rests, such that the wanted share is asleep on a day. (accounts,)"""
    wanted = dormant_share / (1 - AWAKE_DAYS / CYCLE_DAYS)
    likely = np.exp(-LESS_ACTIVE_REST * activity)
    low, high = 0.0, 1e3
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if np.minimum(middle * likely, MOST_LIKELY).mean() < wanted else (low, middle)
    return np.minimum(low * likely, MOST_LIKELY)
