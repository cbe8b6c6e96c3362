"""Plastics: which card an account pays with at a moment, after blocks and reissues.

The one idea: a card blocked after fraud is replaced a few days later; until then the account is
silent. Which plastic is in use follows from the campaigns that struck the account since its
regular plastic was issued, and no campaign further back matters.

Belongs here: card ids over time, silent spells, and the catalog rows of reissued cards. Does not
belong here: why a card was blocked (``fraud``).
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fraudsim_assets.catalog.bundle import Catalogs
from fraudsim_assets.catalog.cards import PLASTICS_PER_TERM, plastic_ids
from fraudsim_assets.catalog.plastics import last_4, tokens
from fraudsim_assets.simulation.world import OPEN_HORIZON_DAYS, TERM_DAYS, World
from fraudsim_assets.units import DAY, Bools, Ints, day_number

DAYS_PER_REPLACEMENT = 2
"""Blocks of one plastic's term that are closer than this share a replacement. [days]"""


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
    history = world.blocks_around(int(day.max()))
    mine = np.flatnonzero(history.struck.take(account))
    if mine.size == 0:
        return card, silent
    blocks, regular = history.blocks, card[mine]
    since = world.entities.account_versions.valid_from.take(rows[mine]).astype(np.int64) * DAY
    last = history.last_before(account[mine], when[mine])
    for back in range(_DEEPEST):
        index = np.maximum(last - back, 0)
        valid = (last - back >= 0) & (blocks.account[index] == account[mine]) & (blocks.blocked[index] >= since)
        over = valid & (blocks.reissued[index] <= when[mine])
        silent[mine] |= valid & ~over
        new = replacement_ids(world, regular, since // DAY, blocks.blocked[index])
        card[mine] = np.where(over & (card[mine] == regular), new, card[mine])
    return card, silent


_DEEPEST = 3
# spells of one account overlap so seldom that three are looked at


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
    cards = world.catalogs.cards.filter(pc.field("replaces_card_id").is_null())
    blocks = world.fraud.blocks(first - TERM_DAYS, last)
    inside = (blocks.reissued < (last + 1) * DAY) & (blocks.reissued >= (first - TERM_DAYS) * DAY)
    account, blocked, reissued = blocks.account[inside], blocks.blocked[inside], blocks.reissued[inside]
    versions = entities.account_versions
    rows = versions.rows(account, blocked // DAY)
    since, until = versions.valid_from.take(rows).astype(np.int64), versions.valid_to.take(rows)
    # an account whose plastic of that time is not listed, or which is renewed anyway, gets none
    good = (since <= blocked // DAY) & (reissued // DAY < until) & (until > first - 400)
    rows, blocked, reissued, since = rows[good], blocked[good], reissued[good], since[good]
    card = replacement_ids(world, entities.plastic_id.take(rows), since, blocked)
    soonest = np.argsort(reissued, kind="stable")  # blocks that share a replacement: valid from the first
    card, unique = np.unique(card[soonest], return_index=True)
    chosen = soonest[unique]
    return pa.concat_tables([cards, _reissued(world, cards, rows[chosen], card, reissued[chosen] // DAY)])


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
