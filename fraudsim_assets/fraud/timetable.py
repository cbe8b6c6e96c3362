"""`Timetable`: planned campaigns with their steps placed in time.

Belongs here: the arrays, and when the bank learns of a campaign. Does not belong here: how steps are placed
(``schedule``).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from fraudsim_assets.bit_layouts import CAMPAIGN_STEP
from fraudsim_assets.fraud.campaigns import NO_REFUND, Campaigns, Plan, Steps
from fraudsim_assets.fraud.scenario import Casting
from fraudsim_assets.units import DAY, Floats, Ints


@dataclass(frozen=True)
class Timetable:
    """Planned campaigns of one scenario, with their steps placed in time.

    Attributes
    ----------
    casting, campaigns, plan
        The scenario, its campaigns and their plan.
    day, moment
        Of each step. [day number], [microseconds since midnight UTC]
    known
        When the bank knows of each campaign, by absolute time; ``NEVER`` if it does not.
        [microseconds since 1970]
    since
        When the card was in use that each step asks: that of the campaign's first step with the account, or the step's
        own where whoever commits it pays with whatever card there is. [microseconds since 1970]
    """

    casting: Casting
    campaigns: Campaigns
    plan: Plan
    day: Ints
    moment: Ints
    known: Ints
    since: Ints


NEVER = 1 << 62
"""Stands for a time that does not come. [microseconds]"""


LONGEST_QUEUE_DAYS = 7
"""No report waits longer than this. [days]"""


def known_at(campaigns: Campaigns, plan: Plan, day: Ints, moment: Ints, *, waits: Callable[[Ints], Floats]) -> Ints:
    """When the bank learns of each campaign. (campaigns,) [microseconds since 1970]

    Parameters
    ----------
    waits
        Mean wait of reports that come in on days; those that detect fraud by themselves do not wait. [days]
    """
    at = day * DAY + moment
    last = np.zeros(len(campaigns), dtype=np.int64)
    open_steps = ~plan.steps.blocked
    np.maximum.at(last, plan.steps.campaign[open_steps], at[open_steps])
    knows = plan.outcome.detected | plan.outcome.reported
    known = last + (plan.outcome.delay * DAY).astype(np.int64)
    queued = np.flatnonzero(plan.outcome.reported & ~plan.outcome.detected & (last > 0))
    wait = waits(known[queued] // DAY) * -np.log(campaigns.uniforms("queue")[queued])
    known[queued] += (np.minimum(wait, LONGEST_QUEUE_DAYS) * DAY).astype(np.int64)
    return np.where(knows & (last > 0), known, NEVER)


def first_times(steps: Steps, when: Ints) -> Ints:
    """Time of the first step of the same campaign with the same account, for each step. (n,)

    Parameters
    ----------
    when : (n,)
        Time of each step.
    """
    order = np.lexsort((when, steps.account, steps.campaign))
    campaign, account = steps.campaign[order], steps.account[order]
    opens = np.append(True, (np.diff(campaign) != 0) | (np.diff(account) != 0))[: len(order)]
    found = np.empty_like(when)
    found[order] = when[order][np.flatnonzero(opens)][np.cumsum(opens) - 1]
    return found


def stolen_at(table: Timetable, campaign: Ints, account: Ints) -> Ints:
    """Time of the first step of campaigns with accounts. (n,) [microseconds since 1970]

    Parameters
    ----------
    campaign, account : (n,)
        Positions of campaigns, and an account that each of them strikes.
    """
    steps, when = table.plan.steps, table.day * DAY + table.moment
    order = np.lexsort((when, steps.account, steps.campaign))
    room = int(max(steps.account.max(initial=0), account.max(initial=0))) + 1
    keys = (steps.campaign * room + steps.account)[order]
    return when[order][np.searchsorted(keys, campaign * room + account)]


def bought_at(table: Timetable, rows: Ints, when: Ints) -> Ints:
    """When steps were bought that others give back; -1 for those that give nothing back. (n,)

    Parameters
    ----------
    rows : (n,)
        Positions of steps.
    when : (steps,)
        Day or time of every step.
    """
    steps = table.plan.steps
    found = np.full(len(rows), -1, dtype=np.int64)
    some = np.flatnonzero(steps.refunds[rows] != NO_REFUND)
    back = rows[some]
    # where an account bears no more steps it is the last ones that fall away, so a purchase is there if its refund is
    at = np.searchsorted(
        CAMPAIGN_STEP.pack(steps.campaign, steps.order), CAMPAIGN_STEP.pack(steps.campaign[back], steps.refunds[back])
    )
    found[some] = when[at]
    return found
