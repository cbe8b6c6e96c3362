"""`simulate_day`: one day of transactions, in bounded memory.

The one idea: accounts are taken in blocks; a block's rows depend on nothing outside it, so the
size of blocks and the splitting of a day into parts change nothing.

Belongs here: the composition of a day. Does not belong here: what a row holds.
"""

from collections.abc import Iterator
from datetime import date

import numpy as np
import pyarrow as pa

from fraudsim_assets.errors import ConfigError
from fraudsim_assets.frames import FrameStream
from fraudsim_assets.simulation.chain import NONE, last_payments
from fraudsim_assets.simulation.keys import FRAUD, REFUND, Cast, Keys, any_payment, genuine_keys, transaction_ids
from fraudsim_assets.fraud.rows import FraudRows
from fraudsim_assets.simulation.purchases import make_purchases
from fraudsim_assets.simulation.refunds import Refunds, make_refunds
from fraudsim_assets.simulation.transactions import Facts, transactions_batch, transactions_schema
from fraudsim_assets.simulation.world import World
from fraudsim_assets.units import Ints, day_number

_AT_ONCE = 1 << 17


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
    config = world.config
    if day < config.start_date or (config.end_date is not None and day > config.end_date):
        raise ConfigError(
            f"day {day} is outside the world: valid are days from start_date {config.start_date} "
            f"to end_date {config.end_date or '(open)'}"
        )
    index, parts = part
    if not 0 <= index < parts:
        raise ConfigError(f"part {index} of {parts} does not exist; valid are parts 0 to {parts - 1}")
    accounts = world.entities.n_accounts
    low, high = accounts * index // parts, accounts * (index + 1) // parts
    return FrameStream(transactions_schema(), lambda: _batches(world, day_number(day), low, high))


def _batches(world: World, day: int, low: int, high: int) -> Iterator[pa.RecordBatch]:
    previous = _previous_by_account(world, day, low, high)
    size = accounts_per_block(world)
    for start in range(low, high, size):
        stop = min(start + size, high)
        batch = _block(world, day, np.arange(start, stop), previous[start - low : stop - low])
        if batch.num_rows:
            yield batch


def accounts_per_block(world: World) -> int:
    """Accounts whose rows of a day fill about one chunk."""
    per_account = world.config.activity.transactions_per_day / world.entities.n_accounts
    return max(1, min(round(world.config.generation.chunk_rows / max(per_account, 0.05)), _AT_ONCE))


def _previous_by_account(world: World, day: int, low: int, high: int) -> Ints:
    """Last transaction before the day, for accounts that pay on it; ``NONE`` for the others."""
    previous = np.full(high - low, NONE, dtype=np.int64)
    for start in range(low, high, _AT_ONCE):
        accounts = np.arange(start, min(start + _AT_ONCE, high))
        active = accounts[any_payment(world, accounts, day)]
        previous[active - low] = last_payments(world, active, day)[0]
    return previous


def _block(world: World, day: int, accounts: Ints, previous: Ints) -> pa.RecordBatch:
    cast = Cast.of(world, accounts, day)
    genuine = genuine_keys(world, cast)
    refunds = make_refunds(world, cast, genuine)
    fraud = FraudRows.none()
    keys = Keys.join(genuine, refunds.keys).in_order() if len(refunds.keys) else genuine
    facts = _facts(world, cast, keys, refunds, fraud, previous)
    return transactions_batch(world, cast, keys, facts, fraud)


def _facts(world: World, cast: Cast, keys: Keys, refunds: Refunds, fraud: FraudRows, previous: Ints) -> Facts:
    n = len(keys)
    kind, merchant, minor = (np.empty(n, dtype=np.int64) for _ in range(3))
    euros = np.empty(n)
    original = np.full(n, NONE, dtype=np.int64)
    own = np.flatnonzero(keys.origin < REFUND)
    bought = make_purchases(world, cast, keys if own.size == n else keys.take(own))
    kind[own], merchant[own], minor[own], euros[own] = bought.kind, bought.merchant, bought.minor, bought.euros
    back = np.flatnonzero(keys.origin == REFUND)
    if back.size:
        ref = keys.ref[back]
        kind[back], merchant[back], minor[back] = refunds.kind[ref], refunds.merchant[ref], refunds.minor[ref]
        euros[back] = _in_euros(world, cast.day, merchant[back], minor[back])
        original[back] = refunds.original[ref]
    bad = np.flatnonzero(keys.origin == FRAUD)
    if bad.size:
        kind[bad], merchant[bad], minor[bad], euros[bad] = fraud.kind, fraud.merchant, fraud.minor, fraud.euros
    accounts = cast.accounts.take(keys.at)
    ids = transaction_ids(world, accounts=accounts, slots=keys.slot, day=cast.day)
    return Facts(kind, merchant, minor, euros, original, accounts + 1, ids, _chain(keys, ids, previous))


def _in_euros(world: World, day: int, merchant: Ints, minor: Ints) -> np.ndarray:
    currency = world.merchants_on(day).currency.take(merchant)
    scale = np.power(10.0, world.money.digits.take(currency))
    return minor / (scale * world.exchange_rates_on(day).take(currency))


def _chain(keys: Keys, ids: Ints, previous: Ints) -> Ints:
    """Previous ids: the row above of the same account, or the account's last of an earlier day."""
    chain = np.empty(len(ids), dtype=np.int64)
    chain[1:] = ids[:-1]
    first = np.ones(len(ids), dtype=bool)
    first[1:] = keys.at[1:] != keys.at[:-1]
    chain[first] = previous.take(keys.at[first])
    return chain
