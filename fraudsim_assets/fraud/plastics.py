"""Plastics: which card an account pays with at a moment, after blocks and reissues.

The one idea: a card blocked after fraud is replaced a few days later; until then the account is
silent. Which plastic is in use follows from the last block since the account's regular plastic was
issued, or from the two last ones while it waits; nothing further back matters.

Belongs here: card ids over time and silent spells. Does not belong here: why a card was blocked (``blocks``), and the
catalog rows of reissued cards (``simulation.catalogs``).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fraudsim_assets.bit_layouts import BLOCK_TIME
from fraudsim_assets.catalog.cards import PLASTICS_PER_TERM, plastic_ids
from fraudsim_assets.catalog.entities import Entities
from fraudsim_assets.fraud.blocks import Blocks
from fraudsim_assets.units import DAY, Bools, Ints

DAYS_PER_REPLACEMENT = 2
"""Least time from the block of a card to that of its replacement, so that blocks of so many days share no number.
[days]"""


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

    def turning(self, since: int, until: int) -> Ints:
        """Accounts with a block or a reissue between two times, both included. Ascending."""
        found = np.zeros(len(self.blocks.account), dtype=bool)
        for when in (self.blocks.blocked, self.blocks.reissued):
            found |= (when >= since) & (when <= until)
        return np.unique(self.blocks.account[found])

    @cached_property
    def _keys(self) -> Ints:
        return self._key(self.blocks.account, self.blocks.blocked)

    def _key(self, account: Ints, when: Ints) -> Ints:
        """Sortable number of (account, time), by the 64 milliseconds. (n,)"""
        return BLOCK_TIME.pack(account, np.clip((when - self.origin) >> 16, 0, BLOCK_TIME.room("time") - 1))

    def last_before(self, account: Ints, when: Ints) -> Ints:
        """Index of the last block at or before a moment; another account's, or -1, if the account has none. (n,)"""
        return np.searchsorted(self._keys, self._key(account, when), side="right") - 1


def replacement_ids(entities: Entities, regular: Ints, since: Ints, blocked: Ints) -> Ints:
    """Card ids of plastics that replace regular ones.

    Parameters
    ----------
    regular : (n,)
        Card ids of the regular plastics.
    since : (n,)
        First days of the regular plastics. [day number]
    blocked : (n,)
        When they, or earlier replacements, were blocked. [microseconds since 1970]
    """
    number = 1 + np.minimum((blocked // DAY - since) // DAYS_PER_REPLACEMENT, PLASTICS_PER_TERM - 2)
    return plastic_ids(regular, np.ones_like(regular), number, n_accounts=entities.n_accounts)


def cards_at(entities: Entities, history: BlockHistory, *, account: Ints, when: Ints) -> tuple[Ints, Bools]:
    """Card ids and silence at moments.

    Parameters
    ----------
    history
        Blocks of the accounts around the moments.
    account : (n,)
        Account indices.
    when : (n,)
        Moments. [microseconds since 1970]

    Returns
    -------
    (n,), (n,)
        Card ids; true in a silent spell, when the id is that of the blocked card.
    """
    silent = np.zeros(len(account), dtype=bool)
    rows = entities.account_versions.rows(account, when // DAY)
    card = entities.plastic_id.take(rows)
    mine = np.flatnonzero(history.struck.take(account))
    if mine.size == 0:
        return card, silent
    blocks = history.blocks
    since = entities.account_versions.valid_from.take(rows[mine]).astype(np.int64)
    last = history.last_before(account[mine], when[mine])
    # the last block says whether the account waits; where it does, the card is that of the block before
    for _ in range(2):
        valid = (last >= 0) & (blocks.account[last] == account[mine]) & (blocks.blocked[last] >= since * DAY)
        left = np.flatnonzero(valid)
        mine, since, last = mine[left], since[left], last[left]
        over = blocks.reissued[last] <= when[mine]
        new = mine[over]
        card[new] = replacement_ids(entities, card[new], since[over], blocks.blocked[last[over]])
        silent[mine[~over]] = True
        mine, since, last = mine[~over], since[~over], last[~over] - 1
    return card, silent


def same_cards(entities: Entities, history: BlockHistory, account: Ints, since: Ints, when: Ints) -> Bools:
    """Whether accounts have the card of an earlier moment still, blocked or not. (n,)

    Arguments as of :func:`cards_at`; ``since`` is the earlier moment.
    """
    same = np.ones(len(account), dtype=bool)
    some = np.flatnonzero(since < when)
    cards = [cards_at(entities, history, account=account[some], when=times[some])[0] for times in (since, when)]
    same[some] = cards[0] == cards[1]
    return same
