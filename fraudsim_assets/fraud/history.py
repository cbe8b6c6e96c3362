"""`FraudHistory`: fraud as days look it up, each day and each span of days worked out once.

Belongs here: rows of a day, and the steps and blocks of the time before it. Does not belong here: what campaigns do
(``schedule``), and which card is in use when (``plastics``).
"""

from copy import copy

import numpy as np

from fraudsim_assets.caching import DayCache
from fraudsim_assets.decisions.verdicts import Verdicts
from fraudsim_assets.fraud.aftermath import Aftermath
from fraudsim_assets.fraud.blocks import MISTAKEN, Blocks, on_all_cards
from fraudsim_assets.fraud.plastics import BlockHistory, same_cards
from fraudsim_assets.fraud.reckonings import Reckonings
from fraudsim_assets.fraud.rows import FraudRows
from fraudsim_assets.fraud.schedule import Footsteps, FraudSchedule
from fraudsim_assets.maths.ordered import ranges_of
from fraudsim_assets.units import DAY, SECOND, Bools, Ints

LOOK_BACK_DAYS = 180
"""A card that rested longer starts a new chain. [days]"""

TERM_DAYS = 1875
"""Longest life of a regular plastic: five years and the overlap with its successor. [days]"""

FEW = 1 << 11
"""Among more accounts than these some will have fraud on a day. [count]"""

_WINDOW_DAYS = 64
# histories are found for so many days at once, a matter of speed only


class FraudHistory:
    """Fraud by day.

    Parameters
    ----------
    schedule
        Campaigns over time.
    n_accounts
        Number of card accounts.

    Attributes
    ----------
    reckonings
        What decisions make of campaigns, shared by all logs.
    """

    def __init__(self, schedule: FraudSchedule, n_accounts: int) -> None:
        self._schedule, self._n_accounts = schedule, n_accounts
        self._planned_rows = DayCache(schedule.rows_on, most=12)
        self._planned_blocks = DayCache(self._find_blocks, most=1)
        self._planned_footsteps = DayCache(self._find_footsteps, most=3)
        self.reckonings = Reckonings(schedule)
        self._correct(Aftermath(schedule, Verdicts.none(), self.reckonings))

    def under(self, aftermath: Aftermath) -> "FraudHistory":
        """What days look up of fraud when decisions are known; what was planned is shared with this one."""
        other = copy(self)
        other._correct(aftermath)  # noqa: SLF001 - another one of its own
        return other

    def _correct(self, aftermath: Aftermath) -> None:
        planned_rows, planned_steps = self._planned_rows, self._planned_footsteps
        self._aftermath = aftermath
        self._blocks = DayCache(self._find_effective, most=1)
        self._mistaken = DayCache(self._find_mistaken, most=1)
        self._turning = DayCache(self._find_turning, most=16)

        def rows(day: int) -> FraudRows:
            found = aftermath.rows(planned_rows.get(day), day)
            return found.take(self.still_asked(found.account, found.since, day * DAY + found.moment, day))

        def footsteps(window: int) -> Footsteps:
            found, last = aftermath.footsteps(planned_steps.get(window)), (window + 1) * _WINDOW_DAYS - 1
            return found.take(self.still_asked(found.account, found.since, found.when, last))

        self._rows, self._footsteps = DayCache(rows, most=12), DayCache(footsteps, most=3)

    def rows_on(self, day: int) -> FraudRows:
        """Fraudulent rows of a day, sorted by account, then time."""
        return self._rows.get(day)

    def still_asked(self, account: Ints, since: Ints, when: Ints, day: int) -> Bools:
        """Whether steps come about: a number that was stolen is tried in vain once blocked, and no more once replaced.

        Parameters
        ----------
        account, since, when : (n,)
            Account index, when the card was in use that is asked, and when it is. [-], [microseconds since 1970]
        day
            Latest day of ``when``. [day number]
        """
        return same_cards(self._schedule.society.entities, self.blocks_around(day), account, since, when)

    def rows_about(self, accounts: Ints, day: int) -> FraudRows:
        """Rows of a day as :meth:`rows_on` has them: those of some accounts, ascending, and maybe others.

        Of few accounts it is known without the rows of the day that they have none.
        """
        if len(accounts) <= FEW and day not in self._rows:
            steps = self._planned_footsteps.get(day // _WINDOW_DAYS)
            _, rows = ranges_of(steps.account, accounts)
            if not (steps.when.take(rows) // DAY == day).any():
                return FraudRows.none()
        return self.rows_on(day)

    def blocks_around(self, day: int) -> BlockHistory:
        """Blocks of cards by campaigns that started in the ``TERM_DAYS`` before a day, and around them.

        A history reaches far enough back to serve the ``LOOK_BACK_DAYS`` before its window as well.
        """
        return self._blocks.get(self._window_around(day))

    def _window_around(self, day: int) -> int:
        """Number of the window whose blocks serve a day: one that is at hand, or else the day's own."""
        window = day // _WINDOW_DAYS
        later = range(window, (day + LOOK_BACK_DAYS) // _WINDOW_DAYS + 1)
        return next((number for number in later if number in self._planned_blocks), window)

    def blocks_between(self, first: int, last: int) -> Blocks:
        """Blocks that change anything, by campaigns that start from about ``first`` to ``last``, and by decisions."""
        blocks = self._schedule.blocks(first, last)
        return self._aftermath.all_blocks(blocks, blocks.apart())

    def turning_on(self, day: int) -> Ints:
        """Accounts with a block or a reissue during a day, or within a second of it. Ascending."""
        return self._turning.get(day)

    def footsteps_around(self, day: int) -> Footsteps:
        """Fraudulent steps of the ``LOOK_BACK_DAYS`` before a day, and others around them."""
        return self._footsteps.get(day // _WINDOW_DAYS)

    def incidents_around(self, day: int) -> tuple[tuple[Ints, Ints, Ints], ...]:
        """What sets days of accounts apart in the ``LOOK_BACK_DAYS`` before a day: fraud, silent spells, decisions.

        Returns
        -------
        tuple of ((n,), (n,), (n,))
            Accounts, ascending, with first and last moment. [-], [microseconds since 1970]
        """
        steps, window = self.footsteps_around(day), self._window_around(day)
        blocks = self._blocks.get(window).blocks
        return (
            (steps.account, steps.when, steps.when),
            (blocks.account, blocks.blocked, blocks.reissued),
            self._mistaken.get(window),
            self._aftermath.spells,
        )

    def struck_between(self, accounts: Ints, since: Ints, until: Ints | int) -> Bools:
        """Which accounts saw fraud, a silent spell or a decision from one day to another, both included.

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
        for account, begins, ends in self.incidents_around(latest):
            at, rows = ranges_of(account, accounts)
            hit = (ends.take(rows) >= since.take(at) * DAY) & (begins.take(rows) < (until.take(at) + 1) * DAY)
            struck[at[hit]] = True
        return struck

    def _find_blocks(self, window: int) -> tuple[Blocks, Blocks]:
        first = window * _WINDOW_DAYS
        since, last = first - TERM_DAYS - LOOK_BACK_DAYS - 2 * _WINDOW_DAYS, first + _WINDOW_DAYS - 1

        def find() -> tuple[Blocks, Blocks]:
            blocks = self._schedule.blocks(since, last)
            return blocks, blocks.apart()

        return self._schedule.shelf.keep(f"blocks-{window}", find)

    def _find_effective(self, window: int) -> BlockHistory:
        return BlockHistory.of(self._aftermath.all_blocks(*self._planned_blocks.get(window)), self._n_accounts)

    def _find_mistaken(self, window: int) -> tuple[Ints, Ints, Ints]:
        """Spells in which a card is blocked by mistake, of all cards of its holder."""
        blocks = self._blocks.get(window).blocks
        blocks = blocks.take(blocks.campaign == MISTAKEN)
        return on_all_cards(self._schedule.society, blocks.account, blocks.blocked, blocks.reissued)

    def _find_turning(self, day: int) -> Ints:
        return self.blocks_around(day).turning(day * DAY - SECOND, (day + 1) * DAY + SECOND)

    def _find_footsteps(self, window: int) -> Footsteps:
        first = window * _WINDOW_DAYS
        since, last = first - LOOK_BACK_DAYS, first + _WINDOW_DAYS - 1
        return self._schedule.shelf.keep(f"footsteps-{window}", lambda: self._schedule.footsteps(since, last))
