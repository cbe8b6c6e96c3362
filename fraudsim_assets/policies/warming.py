"""Before a trial begins: days on which nothing was decided, as far as policies look back.

Belongs here: making those days and remembering them. Does not belong here: what is remembered (``past``), and days of a
trial (``trial``).
"""

from collections.abc import Callable
from datetime import date

import numpy as np
import polars as pl
import pyarrow as pa

from fraudsim_assets.policies.features.making import Moment, matrix
from fraudsim_assets.policies.features.seen import SEEN, Directory
from fraudsim_assets.policies.hands import Hands, OneHand
from fraudsim_assets.policies.learning import Lessons, Taught
from fraudsim_assets.policies.past import GAP_DAYS, LESSON_DAYS, Past, Seen
from fraudsim_assets.policies.today import KEPT
from fraudsim_assets.policies.trial import Position, bank_view, labels_on
from fraudsim_assets.simulation import World
from fraudsim_assets.simulation.day import accounts_of_part, day_batches
from fraudsim_assets.simulation.transactions import transactions_schema
from fraudsim_assets.units import day_date, day_number

Advance = Callable[[str], None]
"""Told what was done, after each day."""

_COLUMNS = frozenset(SEEN) - {"previous_txn_id"}
# looking back from each payment to the one before is dear, and of days that are over no feature asks for it


def start_of(world: World, first: int, *, learns: bool) -> int:
    """First day that is looked back on, as far as policies look and the world goes back. [day number]"""
    days = world.config.policies.memory_days + (LESSON_DAYS + GAP_DAYS if learns else 0)
    return max(world.first_day, first - days)


def warmed_up(
    world: World,
    directory: Directory,
    first: int,
    *,
    learns: bool,
    advance: Advance = lambda _: None,
    hands: Hands | None = None,
) -> Position:
    """Where a trial stands on its first day: what the bank knows of days before, on which nothing was decided.

    Parameters
    ----------
    first
        Day number.
    learns
        Work out the features of the days that are learned from.
    hands
        Who makes the days.
    """
    past, numbers = Past.empty(world.config.policies.memory_days), range(start_of(world, first, learns=learns), first)
    made = (hands or OneHand(world)).each(made_on, numbers)
    for number, (rows, labels) in zip(numbers, made, strict=True):
        seen = directory.see(rows)
        taught = _taught(past, seen) if learns and number >= first - LESSON_DAYS - GAP_DAYS else None
        past = past.after(Seen(number, seen.select(KEPT), labels, taught))
        advance(f"before: {day_date(number)}")
    return Position(first, world, past)


def lessons_before(world: World, day: date) -> Lessons:
    """What a policy can learn as a day begins, of days on which nothing was decided: to train a model with.

    Parameters
    ----------
    world
        Without decisions.
    day
        On which a policy is to begin. The week before it is left out, since most of its labels are still to come.
    """
    first = day_number(day)
    return warmed_up(world, Directory.of(world), first, learns=True).past.lessons(first)


def made_on(world: World, number: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Payments of a day as a bank sees them, and the labels that became known on it."""
    schema = pa.schema([field for field in transactions_schema() if field.name in _COLUMNS])
    batches = day_batches(world, number, accounts_of_part(world, (0, 1)), columns=_COLUMNS)
    rows = pl.DataFrame(pa.Table.from_batches(batches, schema=schema).unify_dictionaries())
    return bank_view(rows), labels_on(world, day_date(number))


def _taught(past: Past, seen: pl.DataFrame) -> Taught:
    moment = Moment.of(lambda: past.memory, seen, ~seen["declined"].to_numpy())
    return Taught(moment.rows["transaction_id"].to_numpy(), matrix(moment.features()), np.ones(moment.rows.height))
