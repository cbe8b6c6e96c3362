"""The catalogs as they are kept: with the plastics that were issued after fraud.

The one idea: a catalog is a stream. Regular rows are made piece by piece and passed on; the few
reissued plastics follow at the end. So making catalogs takes no more memory than making days.

Belongs here: whole catalogs, and the rows of reissued cards. Does not belong here: how regular rows
are made (``fraudsim_assets.catalog``), and which card is in use when (``plastics``).
"""

import gc
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fraudsim_assets.catalog.bundle import BATCHES, Catalogs, catalogs_for_days
from fraudsim_assets.catalog.plastics import last_4, tokens
from fraudsim_assets.config.model import Config
from fraudsim_assets.frames import FrameStream
from fraudsim_assets.fraud.history import TERM_DAYS
from fraudsim_assets.simulation.plastics import replacement_ids
from fraudsim_assets.simulation.world import OPEN_HORIZON_DAYS, World
from fraudsim_assets.streams import Streams
from fraudsim_assets.tables import TABLES, Cards, arrow_schema
from fraudsim_assets.units import DAY, Ints, day_number


def complete_cards(world: World) -> pa.Table:
    """Append the plastics issued after fraud to the cards catalog.

    Returns
    -------
    pa.Table
        Rows that honour ``tables.Cards``: the regular plastics as they are, then reissued ones by
        card id. A longer horizon only adds rows.
    """
    regular = world.catalogs.cards.filter(pc.field("replaces_card_id").is_null())
    return card_stream(world, lambda: iter(regular.to_batches())).read()


def card_stream(world: World, regular: Callable[[], Iterator[pa.RecordBatch]]) -> FrameStream:
    """Stream the cards catalog with the plastics issued after fraud; the world is not held on to.

    Parameters
    ----------
    world
        Its catalogs need no more columns than days are made from.
    regular
        Starts a pass over the regular plastics with all columns.

    Returns
    -------
    FrameStream
        Rows as of :func:`complete_cards`.
    """
    schema, streams, (rows, card, start) = arrow_schema(Cards), world.streams, _replacements(world)
    order = np.argsort(rows, kind="stable")
    ascending = rows[order]

    def batches() -> Iterator[pa.RecordBatch]:
        done, replaced = 0, []
        for batch in regular():
            here = slice(*np.searchsorted(ascending, (done, done + batch.num_rows)))
            replaced.append(batch.take(pa.array(ascending[here] - done)))
            done += batch.num_rows
            yield batch
        table = pa.Table.from_batches(replaced, schema=schema).unify_dictionaries().combine_chunks()
        yield from _reissued(streams, table.take(pa.array(np.argsort(order))), card, start).to_batches()

    return FrameStream(schema, batches)


def _replacements(world: World) -> tuple[Ints, Ints, Ints]:
    """Plastics issued after fraud: row of the one replaced, card id, first day. Sorted by card id."""
    config, entities = world.config, world.entities
    first = day_number(config.start_date)
    last = first + OPEN_HORIZON_DAYS if config.end_date is None else day_number(config.end_date)
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
    return rows[chosen], card, reissued[chosen] // DAY


def _reissued(streams: Streams, table: pa.Table, card: Ints, start: Ints) -> pa.Table:
    """Rows of reissued plastics: like the ones they replace, but for number and first day."""
    changed = {
        "card_id": pa.array(card),
        "valid_from": pc.cast(pa.array(start.astype(np.int32)), pa.date32()),
        "last4": last_4(streams, card),
        "token": tokens(streams, card),
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


def catalog_stream(name: str, config: Config) -> FrameStream:
    """Stream a catalog that is made while it is read, so that no whole table need be held.

    Parameters
    ----------
    name
        ``customers``, ``cards`` (with the plastics issued after fraud) or ``merchants``.
    config
        With a seed.

    Raises
    ------
    ConfigError
        If the seed is missing or the geography cannot be laid out.
    """
    regular = partial(BATCHES[name], config)
    if name != "cards":
        return FrameStream(arrow_schema(TABLES[name]), regular)
    pa.default_memory_pool().release_unused()
    stream = card_stream(World(config, catalogs_for_days(config), keep_catalogs=False), regular)
    gc.collect()  # caches and what fills them hold each other
    pa.default_memory_pool().release_unused()
    return stream
