"""Blocks: cards that the bank stops, and when the new plastic is there.

Belongs here: blocks by campaigns, and which of them change anything. Does not belong here: which card is in use when
(``simulation.plastics``).
"""

from dataclasses import dataclass

import numpy as np

from fraudsim_assets.bit_layouts import CAMPAIGN
from fraudsim_assets.fraud.timetable import NEVER, Timetable
from fraudsim_assets.units import DAY, AnyArray, Bools, Ints


@dataclass(frozen=True)
class Blocks:
    """Cards blocked by the bank, sorted by account, then time. One entry per block.

    Attributes
    ----------
    account
        Account index.
    blocked, reissued
        When the old plastic stops and the new one starts. [microseconds since 1970]
    campaign
        Campaign that caused it.
    """

    account: Ints
    blocked: Ints
    reissued: Ints
    campaign: Ints


REISSUE_DAYS = (2.0, 6.0)
"""Least and longest time until the new plastic arrives. ASSUMPTION. [days]"""


def waiting(account: Ints, blocked: Ints, reissued: Ints) -> Bools:
    """True for blocks that come before the reissue of an earlier one of the same account. (n,)

    Parameters
    ----------
    account, blocked, reissued : (n,)
        Blocks, sorted by account, then time.
    """
    n = len(account)
    found = np.zeros(n, dtype=bool)
    if n < 2:
        return found
    by_reissue = np.argsort(reissued, kind="stable")
    rank = np.empty(n, dtype=np.int64)
    rank[by_reissue] = np.arange(n)
    group = np.cumsum(np.diff(account, prepend=account[0]) != 0)
    latest = np.maximum.accumulate(group * n + rank)[:-1]  # latest reissue so far, account by account
    same = latest // n == group[1:]
    found[1:] = same & (blocked[1:] < reissued.take(by_reissue.take(latest % n)))
    return found


def blocks_of(table: Timetable) -> tuple[AnyArray, ...]:
    """Blocks that campaigns cause: account, time, reissue and campaign id, each (n,)."""
    rows = np.flatnonzero(table.plan.outcome.blocks & (table.known < NEVER))
    campaigns = table.campaigns.take(rows)
    least, longest = REISSUE_DAYS
    wait = least + (longest - least) * campaigns.uniforms("reissue")
    blocked = table.known[rows]
    ids = CAMPAIGN.pack(campaigns.number, table.casting.code)
    return campaigns.account, blocked, blocked + (wait * DAY).astype(np.int64), ids
