"""Plastics: which card an account pays with at a moment, after blocks and reissues.

The one idea: a card blocked after fraud is replaced a few days later; until then the account is
silent. Which plastic is in use follows from the last block since the account's regular plastic was
issued, or from the two last ones while it waits; nothing further back matters.

Belongs here: card ids over time and silent spells. Does not belong here: the catalog rows of
reissued cards (``catalogs``), and why a card was blocked (``fraud``).
"""

import numpy as np

from fraudsim_assets.catalog.cards import PLASTICS_PER_TERM, plastic_ids
from fraudsim_assets.simulation.world import World
from fraudsim_assets.units import DAY, Bools, Ints

DAYS_PER_REPLACEMENT = 2
"""Least time from the block of a card to that of its replacement, so that blocks of so many days share no number.
[days]"""


def replacement_ids(world: World, regular: Ints, since: Ints, blocked: Ints) -> Ints:
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
    return plastic_ids(regular, np.ones_like(regular), number, n_accounts=world.entities.n_accounts)


def cards_in_use(world: World, *, account: Ints, when: Ints) -> tuple[Ints, Bools]:
    """Card ids and silence at moments.

    Parameters
    ----------
    account : (n,)
        Account indices.
    when : (n,)
        Moments within ``LOOK_BACK_DAYS`` of each other. [microseconds since 1970]

    Returns
    -------
    (n,), (n,)
        Card ids; true in a silent spell, when the id is that of the blocked card.
    """
    silent = np.zeros(len(account), dtype=bool)
    if len(account) == 0:
        return np.zeros(0, dtype=np.int64), silent
    day = when // DAY
    rows = world.entities.account_versions.rows(account, day)
    card = world.entities.plastic_id.take(rows)
    history = world.history.blocks_around(int(day.max()))
    mine = np.flatnonzero(history.struck.take(account))
    if mine.size == 0:
        return card, silent
    blocks = history.blocks
    since = world.entities.account_versions.valid_from.take(rows[mine]).astype(np.int64)
    last = history.last_before(account[mine], when[mine])
    # the last block says whether the account waits; where it does, the card is that of the block before
    for _ in range(2):
        valid = (last >= 0) & (blocks.account[last] == account[mine]) & (blocks.blocked[last] >= since * DAY)
        left = np.flatnonzero(valid)
        mine, since, last = mine[left], since[left], last[left]
        over = blocks.reissued[last] <= when[mine]
        new = mine[over]
        card[new] = replacement_ids(world, card[new], since[over], blocks.blocked[last[over]])
        silent[mine[~over]] = True
        mine, since, last = mine[~over], since[~over], last[~over] - 1
    return card, silent
