"""Plastics: which card an account pays with at a moment, after blocks and reissues.

The one idea: a card blocked after fraud is replaced a few days later; until then the account is
silent. Which plastic is in use follows from the campaigns that struck the account since its
regular plastic was issued, and no campaign further back matters.

Belongs here: card ids over time, silent spells, and the catalog rows of reissued cards. Does not
belong here: why a card was blocked (``fraud``).
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fraudsim_assets.catalog.bundle import Catalogs
from fraudsim_assets.catalog.cards import PLASTICS_PER_TERM, plastic_ids
from fraudsim_assets.catalog.plastics import last_4, tokens
from fraudsim_assets.fraud.schedule import Blocks
from fraudsim_assets.simulation.world import World
from fraudsim_assets.units import DAY, MILLISECOND, Bools, Ints, day_number

TERM_DAYS = 1875
"""Longest life of a regular plastic: five years and the overlap with its successor. [days]"""

DAYS_PER_REPLACEMENT = 2
"""Blocks of one plastic's term that are closer than this share a replacement. [days]"""

OPEN_HORIZON_DAYS = 1096
"""Horizon of the cards catalog where the configuration has no end date. [days]"""


@dataclass(frozen=True)
class Spells:
    """Blocks of the accounts of a block of accounts, sorted by position, then time.

    Attributes
    ----------
    at
        Position of the account in the block.
    blocked, reissued
        The silent spell. [microseconds since 1970]
    card
        Card id from the end of the spell on.
    """

    at: Ints
    blocked: Ints
    reissued: Ints
    card: Ints


def spells_of(world: World, accounts: Ints, day: int) -> Spells:
    """Find the spells that matter to accounts on a day.

    Parameters
    ----------
    accounts : (n,)
        Account indices, ascending.
    day
        Day number.
    """
    blocks = _blocks_before(world, day)
    position = np.searchsorted(accounts, blocks.account)
    position = np.minimum(position, len(accounts) - 1)
    mine = np.flatnonzero((accounts[position] == blocks.account) & (blocks.blocked < (day + 1) * DAY))
    at = position[mine]
    entities = world.entities
    rows = entities.account_versions.rows(accounts[at], day)
    since = entities.account_versions.valid_from.take(rows)
    in_term = blocks.blocked[mine] >= since * DAY
    mine, at, rows, since = mine[in_term], at[in_term], rows[in_term], since[in_term]
    card = replacement_ids(world, entities.plastic_id.take(rows), since, blocks.blocked[mine])
    return Spells(at, blocks.blocked[mine], blocks.reissued[mine], card)


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


def _blocks_before(world: World, day: int) -> Blocks:
    """Blocks by campaigns of a term's length before a day; about a day's end they are cut off by time."""
    return world.blocks_around(day, TERM_DAYS)


def cards_in_use(world: World, accounts: Ints, *, at: Ints, when: Ints, day: int) -> tuple[Ints, Bools]:
    """Card ids and silence at moments of a day.

    Parameters
    ----------
    accounts : (n,)
        Account indices of a block, ascending.
    at : (m,)
        Positions in ``accounts``.
    when : (m,)
        Moments of the day. [microseconds since 1970]
    day
        The day. [day number]

    Returns
    -------
    (m,), (m,)
        Card ids; true in a silent spell, when the id is that of the blocked card.
    """
    rows = world.entities.account_versions.rows(accounts, day)
    card = world.entities.plastic_id.take(rows).take(at)
    silent = np.zeros(len(at), dtype=bool)
    if len(accounts) == 0:
        return card, silent
    spells = spells_of(world, accounts, day)
    if spells.at.size == 0:
        return card, silent
    struck = np.zeros(len(accounts), dtype=bool)
    struck[spells.at] = True
    mine = np.flatnonzero(struck.take(at))
    last = np.searchsorted(_key(spells.at, spells.blocked), _key(at[mine], when[mine]), side="right") - 1
    for back in range(_DEEPEST):
        index = last - back
        valid = (index >= 0) & (spells.at[np.maximum(index, 0)] == at[mine])
        index = np.maximum(index, 0)
        over = valid & (spells.reissued[index] <= when[mine])
        if back == 0:
            silent[mine] = valid & ~over
        undecided = card[mine] == world.entities.plastic_id.take(rows.take(at[mine]))
        card[mine] = np.where(over & undecided, spells.card[index], card[mine])
    return card, silent


_DEEPEST = 3
# spells of one account overlap so seldom that three are looked at


def _key(at: Ints, when: Ints) -> Ints:
    """Sortable number of (position, time), by the millisecond."""
    return (at << 44) | (when // MILLISECOND)


def complete_cards(world: World) -> pa.Table:
    """Append the plastics issued after fraud to the cards catalog.

    Returns
    -------
    pa.Table
        Rows that honour ``tables.Cards``: the regular plastics as they are, then reissued ones by
        card id. A longer horizon only adds rows.
    """
    config, entities = world.config, world.entities
    first = day_number(config.start_date)
    last = first + OPEN_HORIZON_DAYS if config.end_date is None else day_number(config.end_date)
    cards = world.catalogs.cards
    blocks = world.fraud.blocks(first - TERM_DAYS, last)
    inside = (blocks.reissued < (last + 1) * DAY) & (blocks.reissued >= (first - TERM_DAYS) * DAY)
    account, blocked, reissued = blocks.account[inside], blocks.blocked[inside], blocks.reissued[inside]
    versions = entities.account_versions
    rows = versions.rows(account, blocked // DAY)
    since, until = versions.valid_from.take(rows), versions.valid_to.take(rows)
    # an account whose plastic of that time is not listed, or which is renewed anyway, gets none
    good = (since <= blocked // DAY) & (reissued // DAY < until) & (until > first - 400)
    rows, blocked, reissued, since = rows[good], blocked[good], reissued[good], since[good]
    card = replacement_ids(world, entities.plastic_id.take(rows), since, blocked)
    card, unique = np.unique(card, return_index=True)
    return pa.concat_tables([cards, _reissued(world, cards, rows[unique], card, reissued[unique] // DAY)])


def _reissued(world: World, cards: pa.Table, rows: Ints, card: Ints, start: Ints) -> pa.Table:
    """Rows of reissued plastics: like the plastic they replace, but for number and first day."""
    table = cards.take(pa.array(rows))
    changed = {
        "card_id": pa.array(card),
        "valid_from": pc.cast(pa.array(start.astype(np.int32)), pa.date32()),
        "last4": last_4(world.streams, card),
        "token": tokens(world.streams, card),
        "replaces_card_id": table["card_id"],
    }
    for name, column in changed.items():
        index = table.schema.get_field_index(name)
        table = table.set_column(
            index, table.schema.field(name), pa.chunked_array(column).cast(table.schema.field(name).type)
        )
    return table


def with_reissues(world: World) -> Catalogs:
    """Catalogs whose cards include the plastics issued after fraud."""
    catalogs = world.catalogs
    return Catalogs(customers=catalogs.customers, cards=complete_cards(world), merchants=catalogs.merchants)
