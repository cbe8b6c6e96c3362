"""`simulate_day`: one day of transactions, in bounded memory.

The one idea: accounts are taken in blocks; a block's rows depend on nothing outside it, so the
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

from fraudsim_assets.catalog.seats import SeatCodes
from fraudsim_assets.errors import ConfigError
from fraudsim_assets.frames import FrameStream
from fraudsim_assets.simulation.composition import Composition, compose
from fraudsim_assets.simulation.keys import FRAUD, NONE, REFUND, Cast, transaction_ids
from fraudsim_assets.simulation.previous import previous_in_block
from fraudsim_assets.simulation.purchases import make_purchases
from fraudsim_assets.simulation.stretch import Stretch
from fraudsim_assets.simulation.transactions import Facts, need_purchases, transactions_batch, transactions_schema
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
        (i, k): the i-th of k ranges of accounts. All parts in order are the whole day.

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
    accounts = accounts_of_part(world, part)
    return FrameStream(transactions_schema(), lambda: day_batches(world, day_number(day), accounts))


def accounts_of_part(world: World, part: tuple[int, int]) -> range:
    """List the account indices of the i-th of k ranges.

    Raises
    ------
    ConfigError
        If there is no such part.
    """
    index, parts = part
    if not 0 <= index < parts:
        raise ConfigError(f"part {index} of {parts} does not exist; valid are parts 0 to {parts - 1}")
    accounts = world.entities.n_accounts
    return range(accounts * index // parts, accounts * (index + 1) // parts)


_STRETCH_ROWS, _STRETCH_ACCOUNTS = 1 << 24, 1 << 22
# other days are looked up for about this many rows at once, and for no more than this many accounts


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
    per_account = max(world.config.activity.transactions_per_day / world.entities.n_accounts, 0.05)
    most = min(round(_STRETCH_ROWS / per_account), _STRETCH_ACCOUNTS)
    indices = np.arange(accounts.start, accounts.stop) if isinstance(accounts, range) else accounts
    for some in _cut(indices, most):
        stretch = Stretch.of(world, some, day, chained=columns is None or "previous_txn_id" in columns)
        size = max(1, round(world.config.generation.chunk_rows / per_account))
        blocks = (slice(start, start + size) for start in range(0, len(some), size))
        yield from _in_turn(partial(_batch, world, stretch, columns=columns), blocks, world.config.generation.threads)


def _cut(accounts: Ints, most: int) -> list[Ints]:
    """Cut accounts into pieces about equal in size."""
    return np.array_split(accounts, -(-len(accounts) // most)) if len(accounts) else []


def _batch(world: World, stretch: Stretch, block: slice, columns: Collection[str] | None) -> pa.RecordBatch | None:
    """Rows of a block of accounts; None if there are none."""
    accounts = stretch.accounts[block]
    returns = stretch.returns.of_accounts(int(accounts[0]), int(accounts[-1]) + 1)
    rows = compose(world, Cast.of(world, accounts, stretch.day), stretch.trips[block].astype(np.int64), returns)
    if len(rows.keys) == 0:
        return None
    ids = _ids(world, rows)
    facts = _facts(
        world,
        rows,
        ids=ids,
        chain=previous_in_block(rows, ids, stretch.previous[block]),
        bought=need_purchases(columns),
    )
    return transactions_batch(world, rows.cast, rows.keys, facts, rows.fraud, columns=columns)


def _in_turn(
    make: Callable[[slice], pa.RecordBatch | None], blocks: Iterable[slice], threads: int
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


def _ids(world: World, block: Composition) -> Ints:
    accounts = block.cast.accounts.take(block.keys.at)
    return transaction_ids(world, accounts=accounts, slots=block.keys.slot, day=block.cast.day)


def _facts(world: World, block: Composition, *, ids: Ints, chain: Ints, bought: bool) -> Facts:
    """Facts of a block's rows; kinds, merchants and amounts only if what was bought matters."""
    keys, refunds, fraud = block.keys, block.refunds, block.fraud
    n = len(keys)
    original = np.full(n, NONE, dtype=np.int64)
    if bought:
        # the few refunds and fraudulent rows are bought like the rest, and overwritten
        paid = make_purchases(world, block.cast, keys)
        kind, merchant, codes, minor, euros = paid.kind, paid.merchant, paid.codes, paid.minor, paid.euros
    else:
        kind, merchant, minor = (np.zeros(n, dtype=np.int64) for _ in range(3))
        codes, euros = SeatCodes(np.zeros(n, dtype=np.int64)), np.zeros(n)
    back = np.flatnonzero(keys.origin == REFUND)
    if back.size:
        entry = keys.code[back]
        kind[back], merchant[back], minor[back] = refunds.kind[entry], refunds.merchant[entry], refunds.minor[entry]
        original[back] = refunds.original[entry]
    bad = np.flatnonzero(keys.origin == FRAUD)
    if bad.size:
        kind[bad], merchant[bad], minor[bad], euros[bad] = fraud.kind, fraud.merchant, fraud.minor, fraud.euros
        original[bad] = _fraud_originals(world, block)
    for some in (back, bad):
        codes.put(some, world.entities.seats.codes.take(merchant[some]))
    euros[back] = world.prices.in_euros(minor[back], codes.take(back).currency, block.cast.day)
    return Facts(kind, merchant, codes, minor, euros, original, block.card, ids, chain)


def _fraud_originals(world: World, block: Composition) -> Ints:
    """Ids of the purchases that fraudulent refunds give back; ``NONE`` for other rows."""
    fraud = block.fraud
    day, slot = np.maximum(fraud.original_day, 0), np.maximum(fraud.original_slot, 0)
    ids = transaction_ids(world, accounts=fraud.account, slots=slot, day=day)
    return np.where(fraud.original_slot >= 0, ids, NONE)
