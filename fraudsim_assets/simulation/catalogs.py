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
from fraudsim_assets.fraud.plastics import replacement_ids
from fraudsim_assets.simulation.world import OPEN_HORIZON_DAYS, World
from fraudsim_assets.streams import Streams
from fraudsim_assets.tables import TABLES, Cards, arrow_schema
from fraudsim_assets.units import DAY, AnyArray, Ints, day_number


def complete_cards(world: World) -> pa.Table:
    """The cards catalog with the plastics issued after fraud.

    Returns
    -------
    pa.Table
        Rows that honour ``tables.Cards``: the regular plastics, those that were blocked valid until that day, then
        reissued ones by card id.
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
    """Plastics issued after fraud, by card id, and the ends that blocks put to regular ones.

    Attributes
    ----------
    rows, card, before : (n,)
        Row of the regular plastic of the term, card id, and card id of the plastic that is replaced.
    start, end : (n,)
        First day, and the day after the last. [day number]
    ended : (plastics,) int32
        Day after that of its block, for each regular plastic; ``FOREVER`` where it is not blocked. [day number]
    """

    rows: Ints
    card: Ints
    before: Ints
    start: Ints
    end: Ints
    ended: AnyArray

    @classmethod
    def of(cls, world: World) -> "Reissues":
        """Follow the blocks of all accounts until the last day of the horizon."""
        config, entities = world.config, world.entities
        first = day_number(config.start_date)
        last = first + OPEN_HORIZON_DAYS if config.end_date is None else day_number(config.end_date)
        blocks = world.history.blocks_between(first - TERM_DAYS, last)
        known = (blocks.blocked >= (first - TERM_DAYS) * DAY) & (blocks.blocked < (last + 1) * DAY)
        account, blocked = blocks.account[known], blocks.blocked[known]
        # who leaves a new card in a drawer has it all the same
        arrived = np.minimum(blocks.reissued[known], blocked + int(world.reference.casework.reissue_days[1] * DAY))
        start, stopped = arrived // DAY, blocked // DAY
        rows = entities.account_versions.rows(account, stopped)
        since = entities.account_versions.valid_from.take(rows).astype(np.int64)
        until = entities.plastic_until.take(rows).astype(np.int64)
        # an account whose plastic of that time is not listed gets none
        listed = (since <= stopped) & (stopped < until)
        rows, blocked, start, since, until = (v[listed] for v in (rows, blocked, start, since, until))
        return cls._linked(world, rows, blocked=blocked, start=start, since=since, until=until, last=last)

    @classmethod
    def _linked(
        cls, world: World, rows: Ints, *, blocked: Ints, start: Ints, since: Ints, until: Ints, last: int
    ) -> "Reissues":
        """Plastics of a term one after the other, each until it is blocked or the next term begins."""
        regular = world.entities.plastic_id.take(rows)
        card = replacement_ids(world.entities, regular, since, blocked)
        stopped = blocked // DAY + 1
        opens = np.diff(rows, prepend=-1) != 0  # the regular plastic of the term is the one blocked
        ended = np.full(len(world.entities.plastic_id), FOREVER, dtype=np.int32)
        ended[rows[opens]] = stopped[opens]
        before, end = np.where(opens, regular, np.roll(card, 1)), until.copy()
        end[:-1] = np.where(opens[1:], end[:-1], stopped[1:])
        # who would get a new one soon anyway waits for that
        issued = np.flatnonzero((start < until) & (start <= last))
        issued = issued[np.argsort(card[issued], kind="stable")]
        return cls(rows[issued], card[issued], before[issued], start[issued], end[issued], ended)


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
