"""`World`: a society and the fraud committed in it, ready to make days.

Belongs here: what every day reads and none decides. Does not belong here: anything that belongs
to one day (``day``, ``keys``, ``purchases``).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np

from fraudsim_assets.errors import ConfigError
from fraudsim_assets.fraud.rows import FraudRows
from fraudsim_assets.fraud.schedule import Blocks, Footsteps, FraudSchedule
from fraudsim_assets.maths.ordered import ranges_of
from fraudsim_assets.spending.society import Society
from fraudsim_assets.units import DAY, SECOND, Bools, Ints


@dataclass(frozen=True, eq=False)
class World(Society):
    """A configuration with its catalogs, ready to make days."""

    def check_day(self, day: date) -> None:
        """Make sure a day belongs to the world.

        Raises
        ------
        ConfigError
            If it is before ``start_date``, after ``end_date``, or beyond what the catalogs list.
        """
        start, end = self.config.start_date, self.config.end_date
        last = end or start + timedelta(days=OPEN_HORIZON_DAYS)
        if not start <= day <= last:
            hint = "" if end else "; set end_date to go further"
            raise ConfigError(
                f"day {day} is outside the world: valid are days from start_date {start} to {end or last}{hint}"
            )

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
        return self.remember("fraud", day, self.fraud.rows_on, most=12)

    def blocks_around(self, day: int) -> "BlockHistory":
        """Blocks of cards by campaigns that started in the ``TERM_DAYS`` before a day, and around them.

        A history reaches far enough back to serve the ``LOOK_BACK_DAYS`` before its window as well.
        """

        def find(number: int) -> BlockHistory:
            first = number * _WINDOW_DAYS
            blocks = self.fraud.blocks(first - TERM_DAYS - LOOK_BACK_DAYS - 2 * _WINDOW_DAYS, first + _WINDOW_DAYS - 1)
            return BlockHistory.of(blocks, self.entities.n_accounts)

        window = day // _WINDOW_DAYS
        later = range(window, (day + LOOK_BACK_DAYS) // _WINDOW_DAYS + 1)
        known = [number for number in later if self._remembers("blocks", number)]
        return self.remember("blocks", known[0] if known else window, find, most=1)

    def turning_on(self, day: int) -> Ints:
        """Accounts with a block or a reissue during a day, or within a second of it. Ascending."""

        def find(day: int) -> Ints:
            return self.blocks_around(day).turning(day * DAY - SECOND, (day + 1) * DAY + SECOND)

        return self.remember("turning", day, find, most=16)

    def footsteps_around(self, day: int) -> Footsteps:
        """Fraudulent steps of the ``LOOK_BACK_DAYS`` before a day, and others around them."""

        def find(number: int) -> Footsteps:
            first = number * _WINDOW_DAYS
            return self.fraud.footsteps(first - LOOK_BACK_DAYS, first + _WINDOW_DAYS - 1)

        return self.remember("footsteps", day // _WINDOW_DAYS, find, most=3)

    def struck_between(self, accounts: Ints, since: Ints, until: Ints | int) -> Bools:
        """Which accounts saw fraud or a silent spell from one day to another, both included.

        Parameters
        ----------
        accounts : (n,)
            Account indices, ascending.
        since, until : (n,)
            Days within ``LOOK_BACK_DAYS`` before the latest of them. [day number]

        Returns
        -------
        (n,)
        """
        struck = np.zeros(len(accounts), dtype=bool)
        if len(accounts) == 0:
            return struck
        until = np.broadcast_to(until, len(accounts))
        latest = int(until.max())
        steps, blocks = self.footsteps_around(latest), self.blocks_around(latest).blocks
        for account, begins, ends in (
            (steps.account, steps.when, steps.when),
            (blocks.account, blocks.blocked, blocks.reissued),
        ):
            at, rows = ranges_of(account, accounts)
            hit = (ends.take(rows) >= since.take(at) * DAY) & (begins.take(rows) < (until.take(at) + 1) * DAY)
            struck[at[hit]] = True
        return struck


@dataclass(frozen=True)
class BlockHistory:
    """Blocks with an index by account and time.

    Attributes
    ----------
    blocks
        Sorted by account, then time.
    struck : (accounts,)
        True for accounts with any block.
    origin
        Earliest block. [microseconds since 1970]
    """

    blocks: Blocks
    struck: Bools
    origin: int

    @classmethod
    def of(cls, blocks: Blocks, n_accounts: int) -> "BlockHistory":
        """Index blocks."""
        struck = np.zeros(n_accounts, dtype=bool)
        struck[blocks.account] = True
        return cls(blocks, struck, int(blocks.blocked.min()) if len(blocks.blocked) else 0)

    @cached_property
    def _moments(self) -> tuple[tuple[Ints, Ints], tuple[Ints, Ints]]:
        """Times of blocks and of reissues in order, each with the accounts."""
        ordered = []
        for when in (self.blocks.blocked, self.blocks.reissued):
            order = np.argsort(when)
            ordered.append((when[order], self.blocks.account[order]))
        return ordered[0], ordered[1]

    def turning(self, since: int, until: int) -> Ints:
        """Accounts with a block or a reissue between two times, both included. Ascending."""
        found = []
        for when, account in self._moments:
            found.append(account[np.searchsorted(when, since) : np.searchsorted(when, until, side="right")])
        return np.unique(np.concatenate(found))

    @cached_property
    def _keys(self) -> Ints:
        return self._key(self.blocks.account, self.blocks.blocked)

    def _key(self, account: Ints, when: Ints) -> Ints:
        """Sortable number of (account, time), by the 64 milliseconds. (n,)"""
        return (account << 34) | np.clip((when - self.origin) >> 16, 0, (1 << 34) - 1)

    def last_before(self, account: Ints, when: Ints) -> Ints:
        """Index of the last block not after a moment; of another account, or -1, where there is none. (n,)"""
        return np.searchsorted(self._keys, self._key(account, when), side="right") - 1


LOOK_BACK_DAYS = 180
"""A card that rested longer starts a new chain. [days]"""

OPEN_HORIZON_DAYS = 1095
"""Days that the catalogs list where the configuration has no end date. [days]"""

TERM_DAYS = 1875
"""Longest life of a regular plastic: five years and the overlap with its successor. [days]"""

_WINDOW_DAYS = 64
# histories are found for so many days at once, a matter of speed only
