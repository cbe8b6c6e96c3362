"""Cards that rest: plastic that lies in a drawer for most of the year.

The one idea: a resting card wakes for a fixed window in a cycle of its own, so whether it is awake
on a day is found without history. A line of credit that is opened in the course of the era is tried out for a first
window and rests afterwards, as most further cards do.

Belongs here: which accounts rest and when they are awake. Does not belong here: how often awake
accounts pay (``activity``).
"""

from dataclasses import dataclass

import numpy as np

from fraudsim_assets.catalog.accounts import LONG_OPEN
from fraudsim_assets.reference_data.habits import Habits
from fraudsim_assets.streams import Streams
from fraudsim_assets.units import AnyArray, Bools, Floats, Ints

MOST_LIKELY = 0.97

NEVER_RESTS = -(1 << 14)
"""Stands for the phase of an account that is always awake: it stays negative on every day of any cycle. [days]"""


@dataclass(frozen=True)
class Slumber:
    """Windows of all accounts.

    Attributes
    ----------
    phase : (accounts,) int16
        A resting account is awake where (day + phase) modulo the cycle is below ``rest_awake`` of the table;
        ``NEVER_RESTS`` for the others. [days]
    opened : (accounts,)
        Day of opening of accounts that are opened in the era; ``LONG_OPEN`` for the others. [day number]
    awake_activity
        Mean over accounts of activity times the share of time awake. [unitless]
    table
        How long cards rest.
    """

    phase: AnyArray
    opened: Ints
    awake_activity: float
    table: Habits

    @classmethod
    def of(cls, streams: Streams, table: Habits, *, activity: Floats, opened: Ints, dormant_share: float) -> "Slumber":
        """Choose the accounts that rest.

        Parameters
        ----------
        activity : (accounts,)
            Relative activity of the accounts. [unitless]
        opened : (accounts,)
            As the attribute; such accounts rest.
        dormant_share
            Share of accounts that are asleep on a day. [share]
        """
        accounts = np.arange(len(activity), dtype=np.int64)
        lately = opened > LONG_OPEN
        chance = resting_chances(table, activity, dormant_share, surely=lately)
        rests = streams.draw("slumber.rests").uniforms(accounts) < chance
        phase = (streams.draw("slumber.phase").words(accounts) % np.uint64(table.rest_cycle)).astype(np.int16)
        phase = np.where(lately, -opened % table.rest_cycle, phase).astype(np.int16)
        phase[~rests] = NEVER_RESTS
        awake = 1 - chance * (1 - table.rest_awake / table.rest_cycle)
        return cls(phase, opened, float((activity * awake).mean()), table)

    @property
    def awake_share(self) -> float:
        """Part of the time in which a resting account is awake. [share]"""
        return self.table.rest_awake / self.table.rest_cycle

    @property
    def rests(self) -> Bools:
        """Accounts that rest for most of the time. (accounts,)"""
        return self.phase >= 0

    def is_resting(self, accounts: Ints) -> Bools:
        """Whether accounts are among those that rest for most of the time. (n,)"""
        return self.phase.take(accounts) >= 0

    def awake(self, accounts: Ints, day: Ints | int) -> Bools:
        """Whether accounts are awake on a day, which may differ from one to another. (n,)"""
        return (self._into_cycle(accounts, day) < self.table.rest_awake) & self.open(accounts, day)

    def open(self, accounts: Ints, day: Ints | int) -> Bools:
        """Whether accounts have been opened by a day, which may differ from one to another. (n,)"""
        return self.opened.take(accounts) <= day

    def asleep_since(self, accounts: Ints, day: int) -> AnyArray:
        """For how many days accounts have been asleep, this one included; not positive if awake. (n,) int16 [days]"""
        return self._into_cycle(accounts, day) - np.int16(self.table.rest_awake - 1)

    def _into_cycle(self, accounts: Ints, day: Ints | int) -> AnyArray:
        """Days since an account last woke up; negative if it never rests. (n,) int16 [days]"""
        cycle = self.table.rest_cycle
        into = self.phase.take(accounts) + np.asarray(day % cycle, dtype=np.int16)
        into -= (into >= cycle) * np.int16(cycle)
        return into


def resting_chances(table: Habits, activity: Floats, dormant_share: float, *, surely: Bools) -> Floats:
    """Chance that each account rests, such that the wanted share is asleep on a day; some do surely. (accounts,)"""
    wanted = dormant_share / (1 - table.rest_awake / table.rest_cycle)
    likely = np.exp(-table.less_active_rest * activity)

    def chances(level: float) -> Floats:
        return np.where(surely, 1.0, np.minimum(level * likely, MOST_LIKELY))

    low, high = 0.0, 1e3
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if chances(middle).mean() < wanted else (low, middle)
    return chances(low)
