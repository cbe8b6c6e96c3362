"""`simulate_day`: one day of transactions, in bounded memory.

The one idea: people are taken in blocks; a block's rows depend on nothing outside it, so the
size of blocks and the splitting of a day into parts change nothing.

Belongs here: the composition of a day. Does not belong here: what a row holds.
"""

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from functools import partial

import numpy as np
import pyarrow as pa

from fraudsim_assets.errors import ConfigError
from fraudsim_assets.frames import FrameStream
from fraudsim_assets.maths.ordered import places_of
from fraudsim_assets.simulation.cast import people_of
from fraudsim_assets.simulation.previous import previous_in_block
from fraudsim_assets.simulation.rows import transaction_ids
from fraudsim_assets.simulation.stretch import Stretch
from fraudsim_assets.simulation.transactions import transactions_batch, transactions_schema
from fraudsim_assets.simulation.world import World
from fraudsim_assets.units import Ints, day_number


def simulate_day(world: World, day: date, *, part: tuple[int, int] = (0, 1)) -> FrameStream:
    """Make the transactions of one UTC day.

    Parameters
    ----------
    world
        Configuration with catalogs.
    day
        UTC day, from ``config.start_date`` to ``config.end_date``.
    part
        (i, k): the i-th of k ranges of people. All parts in order are the whole day.

    Returns
    -------
    FrameStream
        Rows that honour ``tables.Transactions``, sorted by account, then time; made while read.

    Raises
    ------
    ConfigError
        If the day is outside the world's horizon or the part is none.
    """
    world.check_day(day)
    people = np.array(people_of_part(world, part))
    return FrameStream(transactions_schema(), lambda: _batches_of(world, day_number(day), people, None, None))


def people_of_part(world: World, part: tuple[int, int]) -> range:
    """List the customer indices of the i-th of k ranges.

    Raises
    ------
    ConfigError
        If there is no such part.
    """
    index, parts = part
    if not 0 <= index < parts:
        raise ConfigError(f"part {index} of {parts} does not exist; valid are parts 0 to {parts - 1}")
    n = world.entities.n_customers
    return range(n * index // parts, n * (index + 1) // parts)


def accounts_of_part(world: World, part: tuple[int, int]) -> range:
    """List the account indices of the i-th of k ranges of people.

    Raises
    ------
    ConfigError
        If there is no such part.
    """
    people, first = people_of_part(world, part), world.lives.wallet.first
    return range(int(first[people.start]), int(first[people.stop]))


_STRETCH_ROWS, _STRETCH_PEOPLE = 1 << 24, 1 << 21
# other days are looked up for about this many rows at once, and for no more than this many people


_IDS = frozenset({"transaction_id", "previous_txn_id"})


def day_batches(
    world: World, day: int, accounts: range | Ints, *, columns: Collection[str] | None = None
) -> Iterator[pa.RecordBatch]:
    """Make rows of some accounts, and only some columns of them.

    Parameters
    ----------
    day
        Day number, inside the world's horizon.
    accounts : (n,)
        Account indices, ascending. Any choice of accounts gives the rows they have in the whole day.
    columns
        Columns to make; None makes all. What only other columns need is not worked out.
    """
    wanted = np.arange(accounts.start, accounts.stop) if isinstance(accounts, range) else accounts
    return _batches_of(world, day, people_of(world, wanted), wanted, columns)


def _batches_of(
    world: World, day: int, people: Ints, accounts: Ints | None, columns: Collection[str] | None
) -> Iterator[pa.RecordBatch]:
    """Batches of people's rows; of some of their accounts only, if these are given."""
    chained = columns is None or "previous_txn_id" in columns
    for stretch in day_stretches(world, day, people, chained=chained):
        yield from stretch_batches(world, stretch, accounts=accounts, columns=columns)


def day_stretches(world: World, day: int, people: Ints, *, chained: bool = True) -> Iterator[Stretch]:
    """Look up what the day of people owes to other days, for as many of them at once as memory bears.

    Parameters
    ----------
    people : (n,)
        Customer indices, ascending.
    chained
        Whether anybody wants the transactions before the day's first ones.
    """
    per_person = max(world.config.activity.transactions_per_day / world.entities.n_customers, 0.05)
    most = max(1, min(round(_STRETCH_ROWS / per_person), _STRETCH_PEOPLE))
    size = max(1, round(world.config.generation.chunk_rows / per_person))
    # a process gives its first rows before it looks everybody up
    soon = size if chained and world.recollection.is_blank else 0
    for some in (people[:soon], *_cut(people[soon:], most)):
        if len(some):
            blocks = [some[start : start + size] for start in range(0, len(some), size)]
            yield Stretch.of(world, blocks, day, chained=chained)


def stretch_batches(
    world: World, stretch: Stretch, *, accounts: Ints | None = None, columns: Collection[str] | None = None
) -> Iterator[pa.RecordBatch]:
    """Make the rows of the people of a stretch; of some of their accounts and some columns only, if these are given."""
    make = partial(_batch, world, stretch, accounts=accounts, columns=columns)
    yield from in_turn(make, range(len(stretch.blocks)), world.config.generation.threads)


def _cut(people: Ints, most: int) -> list[Ints]:
    """Cut people into pieces about equal in size."""
    return np.array_split(people, -(-len(people) // most)) if len(people) else []


def _batch(
    world: World, stretch: Stretch, block: int, *, accounts: Ints | None, columns: Collection[str] | None
) -> pa.RecordBatch | None:
    """Rows of a block of people; None if there are none."""
    found = stretch.compose(world, block)
    if len(found.rows) == 0:
        return None
    owners = found.cast.accounts.take(found.rows.at)
    ids = before = np.zeros(0, dtype=np.int64)
    if columns is None or not _IDS.isdisjoint(columns):
        ids = transaction_ids(world, accounts=owners, slots=found.rows.slot, day=stretch.day)
        before = previous_in_block(found, ids, first=stretch.first, previous=stretch.previous, struck=stretch.struck)
    batch = transactions_batch(world, found, ids, before, columns=columns)
    return batch if accounts is None else batch.filter(pa.array(places_of(accounts, owners)[1]))


def in_turn(
    make: Callable[[int], pa.RecordBatch | None], blocks: Iterable[int], threads: int
) -> Iterator[pa.RecordBatch]:
    """Batches of blocks, in order; made by threads, of which no more are begun than there are threads."""
    if threads == 1:
        yield from (batch for batch in map(make, blocks) if batch is not None)
        return
    with ThreadPoolExecutor(threads, thread_name_prefix="rows") as pool:
        waiting: deque[Future[pa.RecordBatch | None]] = deque()
        try:
            for block in blocks:
                waiting.append(pool.submit(make, block))
                if len(waiting) == threads and (batch := waiting.popleft().result()) is not None:
                    yield batch
            while waiting:
                if (batch := waiting.popleft().result()) is not None:
                    yield batch
        finally:
            for future in waiting:
                future.cancel()
