"""The catalogs as they are kept: with the plastics that were issued after fraud.

The one idea: a catalog is a stream. Regular rows are made piece by piece and passed on; the few
reissued plastics follow at the end. So making catalogs takes no more memory than making days.

Belongs here: whole catalogs, and the rows of reissued cards. Does not belong here: how regular rows
are made (``fraudsim_assets.catalog``), and which card is in use when (``plastics``).
"""

import gc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fraudsim_assets.catalog.bundle import BATCHES, Catalogs, catalogs_for_days
from fraudsim_assets.catalog.entities import FOREVER
from fraudsim_assets.catalog.plastics import last_4, tokens
from fraudsim_assets.config.model import Config
from fraudsim_assets.frames import FrameStream
from fraudsim_assets.fraud.history import TERM_DAYS
from fraudsim_assets.simulation.plastics import replacement_ids
from fraudsim_assets.simulation.world import OPEN_HORIZON_DAYS, World
from fraudsim_assets.streams import Streams
from fraudsim_assets.tables import TABLES, Cards, arrow_schema
from fraudsim_assets.units import DAY, AnyArray, Ints, day_number


def complete_cards(world: World) -> pa.Table:
    """Append the plastics issued after fraud to the cards catalog.

    Returns
    -------
    pa.Table
        Rows that honour ``tables.Cards``: the regular plastics, those that were blocked valid until that day, then
        reissued ones by card id. A longer horizon only adds rows.
    """
    cards = world.catalogs.cards
    if cards["replaces_card_id"].null_count < cards.num_rows:
        return cards  # they are complete already
    return card_stream(world, lambda: iter(cards.to_batches())).read()


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
    schema, streams, issued = arrow_schema(Cards), world.streams, Reissues.of(world)
    order = np.argsort(issued.rows, kind="stable")
    ascending = issued.rows[order]

    def batches() -> Iterator[pa.RecordBatch]:
        done, replaced = 0, []
        for batch in regular():
            here = slice(*np.searchsorted(ascending, (done, done + batch.num_rows)))
            replaced.append(batch.take(pa.array(ascending[here] - done)))
            yield _ended(batch, issued.ended[done : done + batch.num_rows])
            done += batch.num_rows
        table = pa.Table.from_batches(replaced, schema=schema).unify_dictionaries().combine_chunks()
        yield from _reissued(streams, table.take(pa.array(np.argsort(order))), issued).to_batches()

    return FrameStream(schema, batches)


@dataclass(frozen=True)
class Reissues:
    """Plastics issued after fraud, by card id, and the ends that blocks put to others.

    Attributes
    ----------
    rows, card, before : (n,)
        Row of the regular plastic of the term, card id, and card id of the plastic that is replaced.
    start, end : (n,)
        First day, and the day after the last. [day number]
    ended : (plastics,) int32
        Day after the last of each regular plastic that was blocked; ``FOREVER`` for the others. [day number]
    """

    rows: Ints
    card: Ints
    before: Ints
    start: Ints
    end: Ints
    ended: AnyArray

    @classmethod
    def of(cls, world: World) -> "Reissues":
        """Follow the blocks of all accounts. Those after the last listed day end plastics, and issue none."""
        config, versions = world.config, world.entities.account_versions
        first = day_number(config.start_date)
        last = first + OPEN_HORIZON_DAYS if config.end_date is None else day_number(config.end_date)
        blocks = world.fraud.blocks(first - TERM_DAYS, last + TERM_DAYS)
        known = blocks.blocked >= (first - TERM_DAYS) * DAY
        account, blocked = blocks.account[known], blocks.blocked[known] // DAY
        reissued = blocks.reissued[known] // DAY
        rows = versions.rows(account, blocked)
        since = versions.valid_from.take(rows).astype(np.int64)
        until = world.entities.plastic_until.take(rows).astype(np.int64)
        # an account whose plastic of that time is not listed gets none, and neither is one renewed anyway replaced
        good = (since <= blocked) & (reissued < until) & (until > first - 400)
        rows, blocked, reissued, since, until = (v[good] for v in (rows, blocked, reissued, since, until))
        ended = np.full(len(versions.valid_to), FOREVER, dtype=np.int32)
        np.minimum.at(ended, rows, (blocked + 1).astype(np.int32))
        struck = np.sort(_key(rows, blocked))
        when = blocks.blocked[known][good]
        card = replacement_ids(world, world.entities.plastic_id.take(rows), since, when)
        soonest = np.argsort(reissued, kind="stable")  # blocks that share a replacement: valid from the first
        card, unique = np.unique(card[soonest], return_index=True)
        chosen = soonest[unique]
        rows, start, until = rows[chosen], reissued[chosen], until[chosen]
        order = np.lexsort((card, rows))  # of one term, later blocks give larger card ids
        rows, start, until, card = rows[order], start[order], until[order], card[order]
        return cls._linked(world, rows, card, start=start, until=until, struck=struck, ended=ended, last=last)

    @classmethod
    def _linked(
        cls, world: World, rows: Ints, card: Ints, *, start: Ints, until: Ints, struck: Ints, ended: AnyArray, last: int
    ) -> "Reissues":
        """Plastics one after the other, each until it is blocked or another one takes over."""
        n = len(rows)
        later = np.zeros(n, dtype=bool)
        later[:-1] = rows[1:] == rows[:-1]
        for i in np.flatnonzero(later)[::-1]:  # few: a plastic that is never used gives way to the next
            start[i] = min(start[i], start[i + 1] - 1)
        following = np.append(start[1:], 0)
        at = np.searchsorted(struck, _key(rows, start))
        hit = struck.take(at, mode="clip") if len(struck) else np.zeros(n, dtype=np.int64)
        mine = (at < len(struck)) & (hit >> _DAY_BITS == rows)
        end = np.where(mine, np.minimum(until, (hit & ((1 << _DAY_BITS) - 1)) + 1), until)
        end = np.where(later, np.minimum(end, following[:n]), end)
        before = world.entities.plastic_id.take(rows)
        before[1:] = np.where(rows[1:] == rows[:-1], card[:-1], before[1:])
        listed = np.flatnonzero(start <= last)
        listed = listed[np.argsort(card[listed], kind="stable")]
        return cls(rows[listed], card[listed], before[listed], start[listed], end[listed], ended)


_DAY_BITS = 20


def _key(rows: Ints, days: Ints) -> Ints:
    return (rows << _DAY_BITS) | days


def _ended(batch: pa.RecordBatch, ended: AnyArray) -> pa.RecordBatch:
    """Regular plastics, some of them blocked before their time."""
    struck = ended < FOREVER
    if not struck.any():
        return batch
    index = batch.schema.get_field_index("valid_to")
    days = pa.array(ended, type=pa.int32()).cast(pa.date32())
    ends = pc.if_else(pa.array(struck), days, batch.column(index))  # pyright: ignore[reportAttributeAccessIssue]
    return batch.set_column(index, batch.schema.field(index), ends)


def _reissued(streams: Streams, table: pa.Table, issued: Reissues) -> pa.Table:
    """Rows of reissued plastics: like the regular ones of their terms, but for number and time."""
    changed = {
        "card_id": pa.array(issued.card),
        "valid_from": pc.cast(pa.array(issued.start.astype(np.int32)), pa.date32()),
        "valid_to": pc.cast(pa.array(issued.end.astype(np.int32)), pa.date32()),
        "last4": last_4(streams, issued.card),
        "token": tokens(streams, issued.card),
        "replaces_card_id": pa.array(issued.before),
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
