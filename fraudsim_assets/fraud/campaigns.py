"""Campaigns and steps: the shapes in which fraud is planned.

Belongs here: the arrays that scenarios take and give, and the numbering of campaigns. Does not
belong here: any particular kind of fraud (``scenarios``).
"""

from dataclasses import dataclass, replace

import numpy as np

from fraudsim_assets.streams import Draw, Streams, combine
from fraudsim_assets.units import AnyArray, Bools, Floats, Ints

TEST, SPEND, CASH, LURE, DECEIVED = range(5)
"""Phases of a step: try whether the card works, buy, draw cash, deeds of a holder in bad faith, and payments of one who
is deceived."""


UNPLACED = -1
"""Stands for: when the step happens is not known yet."""

NO_REFUND = -1
"""Stands for: the step gives nothing back."""


@dataclass(frozen=True)
class Campaigns:
    """Campaigns of one scenario. One entry per campaign.

    Attributes
    ----------
    number
        The campaign's number: everything about it is a function of this.
    start
        When it begins. [operational days]
    account
        Account it strikes.
    scenario
        Name of the scenario, the namespace of its randomness.
    streams
        Randomness of the world.
    ring
        The ring that commits it; -1 where none does.
    """

    number: Ints
    start: Floats
    account: Ints
    scenario: str
    streams: Streams
    ring: Ints

    def __len__(self) -> int:
        return len(self.number)

    def draw(self, decision: str) -> Draw:
        """Randomness of a decision of this scenario, keyed by campaign number."""
        return self.streams.draw(f"fraud.{self.scenario}.{decision}")

    def uniforms(self, decision: str) -> Floats:
        """One uniform in (0, 1) per campaign. (n,) [unitless]"""
        return self.draw(decision).uniforms(self.number)

    def take(self, rows: AnyArray) -> "Campaigns":
        """Choose campaigns by index or mask."""
        return replace(
            self, number=self.number[rows], start=self.start[rows], account=self.account[rows], ring=self.ring[rows]
        )

    @classmethod
    def join(cls, parts: "list[Campaigns]") -> "Campaigns":
        """Concatenate campaigns of one scenario; at least one part."""
        names = ("number", "start", "account", "ring")
        return replace(parts[0], **{name: np.concatenate([vars(part)[name] for part in parts]) for name in names})

    @classmethod
    def alone(cls, number: Ints, start: Floats, scenario: str, streams: Streams) -> "Campaigns":
        """Campaigns of which neither the account that is struck nor the ring is known yet."""
        return cls(number, start, np.zeros(len(number), dtype=np.int64), scenario, streams, np.full(len(number), -1))


@dataclass(frozen=True)
class Steps:
    """Steps of campaigns, in the order of (campaign, step). One entry per step.

    Attributes
    ----------
    campaign
        Position of the campaign among the campaigns given.
    order
        Number of the step within its campaign, from 0.
    account
        Account struck by this step.
    offset
        Time since the campaign's start, equal for steps of one sitting. [operational days]
    minute
        Time since the sitting's first step. [minutes]
    phase
        TEST, SPEND, CASH, LURE or DECEIVED.
    declined
        Refused by the issuer.
    blocked
        Comes after the card was blocked.
    moment
        Time of the UTC day, once the calendar has placed the step; ``UNPLACED`` in a plan. [microseconds]
    refunds
        Number of the step of the same campaign that this one refunds, ``NO_REFUND`` if it refunds none.
    """

    campaign: Ints
    order: Ints
    account: Ints
    offset: Floats
    minute: Floats
    phase: Ints
    declined: Bools
    blocked: Bools
    moment: Ints
    refunds: Ints

    def __len__(self) -> int:
        return len(self.campaign)

    def take(self, rows: AnyArray) -> "Steps":
        """Choose steps by index or mask."""
        return Steps(**{name: values[rows] for name, values in vars(self).items()})

    @classmethod
    def lay_out(cls, campaigns: Campaigns, counts: Ints) -> "Steps":
        """Blank steps: ``counts[i]`` for campaign i, all at its start, purchases that are approved.

        Parameters
        ----------
        counts : (campaigns,)
            Steps of each campaign. [count]
        """
        n = int(counts.sum())
        campaign = np.repeat(np.arange(len(campaigns)), counts)
        order = np.arange(n) - np.repeat(np.cumsum(counts) - counts, counts)
        no = np.zeros(n, dtype=bool)
        return cls(
            campaign,
            order,
            campaigns.account.take(campaign),
            np.zeros(n),
            np.zeros(n),
            np.full(n, SPEND, dtype=np.int64),
            no,
            no.copy(),
            np.full(n, UNPLACED, dtype=np.int64),
            np.full(n, NO_REFUND, dtype=np.int64),
        )

    def ids(self, campaigns: Campaigns) -> AnyArray:
        """Address of each step for randomness: (campaign number, order). (n,)"""
        return combine(campaigns.number.take(self.campaign), self.order)

    def ids_of(self, campaigns: Campaigns) -> AnyArray:
        """As :meth:`ids`, for campaigns given one per step. (n,)"""
        return combine(campaigns.number, self.order)

    def uniforms(self, campaigns: Campaigns, decision: str) -> Floats:
        """One uniform in (0, 1) per step. (n,) [unitless]"""
        return campaigns.draw(decision).uniforms(self.ids(campaigns))


@dataclass(frozen=True)
class Outcome:
    """How campaigns end for the bank. One entry per campaign.

    Attributes
    ----------
    detected
        The bank itself stopped it.
    reported
        The holder told the bank.
    delay
        Time from the last step (reported) or the detected step to the bank's knowledge. [days]
    blocks
        Whether the card is blocked and reissued then.
    """

    detected: Bools
    reported: Bools
    delay: Floats
    blocks: Bools


@dataclass(frozen=True)
class Plan:
    """What campaigns do and how they end.

    Attributes
    ----------
    steps
        Steps that are really taken, blocked attempts included.
    outcome
        One entry per campaign.
    """

    steps: Steps
    outcome: Outcome


LAYER = 1 << 39
"""Numbers of campaigns beyond the first in a cell of time start at multiples of this."""


def tickets(
    streams: Streams, scenario: str, *, density: float, first: float, last: float, layer: int = 0
) -> tuple[Ints, Floats]:
    """Campaigns that start in a span of operational time: one in every cell of 1/density days.

    Parameters
    ----------
    density
        Campaigns per operational day.
    first, last
        Span, the end excluded. [operational days]
    layer
        How many campaigns of each cell come before these.

    Returns
    -------
    (n,), (n,)
        Numbers and starts, both increasing. A campaign's start depends on its number alone.
    """
    if density <= 0:
        return np.zeros(0, dtype=np.int64), np.zeros(0)
    numbers = np.arange(max(int(first * density) - 1, 0), int(last * density) + 2, dtype=np.int64)
    starts = (numbers + streams.draw(f"fraud.{scenario}.start").uniforms(numbers + layer * LAYER)) / density
    inside = (starts >= first) & (starts < last)
    return numbers[inside] + layer * LAYER, starts[inside]


def sum_within(values: Floats, steps: Steps) -> Floats:
    """Running sums that begin again with every campaign, to a multiple of 2**-28. (n,)

    Sums of whole numbers are exact, so a campaign's sums do not depend on which others are near.
    """
    if len(steps) == 0:
        return values
    whole = np.rint(values * _FINENESS).astype(np.int64)
    total = np.cumsum(whole)
    first = np.flatnonzero(steps.order == 0)
    length = np.diff(np.append(first, len(steps)))
    return (total - np.repeat(total[first] - whole[first], length)) / _FINENESS


_FINENESS = float(1 << 28)


def since_opened(running: Floats, opens: Bools) -> Floats:
    """Running sums as they grew since the last step that opens something; the first step does. (n,)"""
    first = np.flatnonzero(opens)
    return running - np.repeat(running[first], np.diff(np.append(first, len(running))))


def rank_within(steps: Steps) -> Ints:
    """How many steps of the same campaign strike the same account before each step. (n,)"""
    order = np.lexsort((steps.order, steps.account, steps.campaign))
    first = np.ones(len(steps), dtype=bool)
    campaign, account = steps.campaign[order], steps.account[order]
    first[1:] = (np.diff(campaign) != 0) | (np.diff(account) != 0)
    opens = np.flatnonzero(first)
    rank = np.empty(len(steps), dtype=np.int64)
    rank[order] = np.arange(len(steps)) - np.repeat(opens, np.diff(np.append(opens, len(steps))))
    return rank
