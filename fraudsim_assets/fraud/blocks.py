"""Blocks: cards that the bank stops, when the new plastic is there, and what genuine life loses by it.

Belongs here: blocks by campaigns, which of them change anything, and the share of payments that waits. Does not belong
here: which card is in use when (``plastics``).
"""

from dataclasses import dataclass, fields

import numpy as np

from fraudsim_assets.bit_layouts import CAMPAIGN, FRAUD_AGAIN_SLOT, TRANSACTION
from fraudsim_assets.decisions.verdicts import Verdicts
from fraudsim_assets.fraud.campaigns import Steps
from fraudsim_assets.fraud.timetable import NEVER, Timetable, stolen_at
from fraudsim_assets.reference_data import Reference
from fraudsim_assets.reference_data.reactions import Reaction
from fraudsim_assets.reference_data.thieves import Casework
from fraudsim_assets.spending.society import Society
from fraudsim_assets.streams import Draw, combine
from fraudsim_assets.units import DAY, SECOND, AnyArray, Bools, Floats, Ints


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
        Campaign that caused it; ``DECIDED`` where a decision did, ``MISTAKEN`` where a false alert did.
    since
        When the card was in use that is to be blocked: that of the campaign's first step, else the one at the time of
        the block. [microseconds since 1970]
    """

    account: Ints
    blocked: Ints
    reissued: Ints
    campaign: Ints
    since: Ints

    def take(self, some: Ints | Bools) -> "Blocks":
        """Choose some by index or mask."""
        return Blocks(*(getattr(self, f.name)[some] for f in fields(self)))

    def apart(self) -> "Blocks":
        """Those that change anything: a card is not blocked again once an earlier one of them has blocked it."""
        found = self
        while True:
            late = np.zeros(len(found.account), dtype=bool)
            late[1:] = (np.diff(found.account) == 0) & (found.since[1:] < found.reissued[:-1])
            if not late.any():
                return found
            # those before the first late one of an account stay, so it goes; what comes after it is not known yet
            _, first = np.unique(found.account[late], return_index=True)
            found = found.take(np.delete(np.arange(len(late)), np.flatnonzero(late)[first]))

    def merged(self, others: "Blocks") -> "Blocks":
        """These and others, in order."""
        joined = self._with(others)
        return joined.take(np.lexsort((joined.campaign, joined.blocked, joined.account)))

    def beside(self, others: "Blocks") -> "Blocks":
        """These and those of other accounts, in order."""
        joined = self._with(others)
        return joined.take(np.argsort(joined.account, kind="stable"))

    def _with(self, others: "Blocks") -> "Blocks":
        return Blocks(*(np.concatenate([getattr(self, f.name), getattr(others, f.name)]) for f in fields(self)))


DECIDED, MISTAKEN = -1, -2
"""Stand for a campaign where a decision blocks a card, or a false alert: below 0, holders of such cards did nothing."""


_ACCOUNT_ROOM = 1 << 20
# accounts of one campaign are told apart by the last bits of their numbers


def blocks_of(table: Timetable, society: Society) -> tuple[AnyArray, ...]:
    """Blocks that campaigns cause: what ``Blocks`` holds, each (n,). A card that has expired meanwhile needs none."""
    casework = society.reference.casework
    at, account = struck(table.plan.steps)
    keep = (table.plan.outcome.blocks & (table.known < NEVER)).take(at)
    at, account = at[keep], account[keep]
    campaigns = table.campaigns.take(at)
    victims = combine(campaigns.number, account % _ACCOUNT_ROOM)
    least, longest = casework.reissue_days
    wait = least + (longest - least) * campaigns.draw("reissue").uniforms(victims)
    # cards that fell with another one are dealt with in turn
    later = campaigns.draw("block").uniforms(victims)
    later = np.where(account == campaigns.account, 0.0, casework.fall_together_days * later)
    blocked = table.known[at] + (later * DAY).astype(np.int64)
    ids = CAMPAIGN.pack(campaigns.number, table.casting.code)
    follows = society.reference.reaction(table.casting.name).follows_account
    since = blocked if follows else stolen_at(table, at, account)
    versions, regular = society.entities.account_versions, society.entities.plastic_id
    then, now = (regular.take(versions.rows(account, when // DAY)) for when in (since, blocked))
    found = (account, blocked, blocked + (wait * DAY).astype(np.int64), ids, since)
    return tuple(values[then == now] for values in found)


def decided_blocks(society: Society, verdicts: Verdicts) -> Blocks:
    """Blocks by decisions, of fraudsters' payments and of honest ones, sorted by account, then time.

    The new card takes as long as after fraud. Some holders who were blocked over an honest payment leave it in a drawer
    for a while; the account is silent until they come back.
    """
    decisions = verdicts.blocks
    number, blocked = decisions.number, decisions.decided + SECOND  # the payment itself still meets the old card
    draw = society.streams.draw("decisions.block")
    honest = TRANSACTION.unpack(number)[2] < FRAUD_AGAIN_SLOT
    wait = waits_of_holders(draw, number, society.reference, honest=honest)
    campaign = np.full(len(number), DECIDED)
    found = Blocks(decisions.account, blocked, blocked + (wait * DAY).astype(np.int64), campaign, blocked)
    return found.take(np.lexsort((blocked, decisions.account)))


def waits_of_holders(draw: Draw, ids: AnyArray, reference: Reference, *, honest: Bools | bool = True) -> Floats:
    """Time until cards are used again that were blocked, by addresses of the blocks. (n,) [days]

    Parameters
    ----------
    reference
        How long a new card takes, and how holders react: some leave it in a drawer for a while.
    honest
        False for those who react otherwise.
    """
    holder, (least, longest) = reference.holder, reference.casework.reissue_days
    wait = least + (longest - least) * draw.uniforms(ids)
    leaves = honest & (draw.sub(1).uniforms(ids) < holder.leaves)
    least, longest = holder.leave_days
    return wait + np.where(leaves, least + (longest - least) * draw.sub(2).uniforms(ids), 0.0)


def on_all_cards(society: Society, account: Ints, begins: Ints, ends: Ints) -> tuple[Ints, Ints, Ints]:
    """Spells of accounts as spells of all accounts of their holders, who may take another card meanwhile.

    Returns
    -------
    (k,), (k,), (k,)
        Account indices, ascending; first and last moment. [-], [microseconds since 1970]
    """
    at, of = society.lives.wallet.accounts_of(society.entities.account_customer.take(account))
    order = np.argsort(of, kind="stable")
    return of[order], begins[at[order]], ends[at[order]]


def mean_wait(casework: Casework, holder: Reaction | None) -> float:
    """Mean time for which a card is silent after a block; of an honest holder's, if one is given. [days]"""
    return sum(casework.reissue_days) / 2 + (0.0 if holder is None else holder.leaves * sum(holder.leave_days) / 2)


def struck(steps: Steps) -> tuple[Ints, Ints]:
    """Campaigns with the accounts that each strikes. Two of (n,)"""
    pairs = np.unique(np.stack([steps.campaign, steps.account]), axis=1)
    return pairs[0], pairs[1]


def silenced(society: Society, weight: Floats, waits_per_day: float) -> float:
    """Share of genuine rows that fall away while cards wait for their replacement. [share]

    An account waits after each block, and is not blocked again meanwhile.

    Parameters
    ----------
    weight : (accounts,)
        How exposed accounts are. [unitless]
    waits_per_day
        Silent days that blocks of a day lead to, of all accounts. [days/day]
    """
    use, habits = society.entities.account_activity, society.habits
    waits = waits_per_day * weight / weight.sum()
    lost = float((use * waits / (1 + waits)).sum() / use.sum())
    charged = habits.subscriptions.per_day() * society.entities.n_accounts / habits.rows_per_day
    casework = society.reference.casework
    return lost * (1 - charged * casework.tried_by_merchants - (1 - charged) * casework.tried_by_holders)
