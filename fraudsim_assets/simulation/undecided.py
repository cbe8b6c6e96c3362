"""`UndecidedDays`: days before anybody decides about their payments, made once for all who decide.

The one idea: decisions touch few people. Everybody else has the same day under every log, so where several logs of one
world are tried, a day is made once without decisions, and then for those alone whom decisions have touched.

Belongs here: such days and what is kept of them. Does not belong here: whom decisions touch (``fraud.aftermath``), and
the decisions of the day (``deciding``).
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import partial

import numpy as np
import pyarrow as pa

from fraudsim_assets.caching import DayCache
from fraudsim_assets.decisions.log import whole_numbers
from fraudsim_assets.decisions.verdicts import parts_of_ids
from fraudsim_assets.simulation.day import day_stretches, people_of_part, stretch_batches
from fraudsim_assets.simulation.stretch import Stretch
from fraudsim_assets.simulation.transactions import transactions_schema
from fraudsim_assets.simulation.world import World
from fraudsim_assets.units import Bools, Ints


@dataclass(frozen=True)
class Known:
    """What is known at a glance of rows of a day; the rest of them is copied only where it is shown.

    Attributes
    ----------
    when, ids, account, person
        Time, transaction id, account and customer index of each row. (n,)
    part, at
        In which of the tables that were made it is, and where. (n,)
    """

    when: Ints
    ids: Ints
    account: Ints
    person: Ints
    part: Ints
    at: Ints

    @classmethod
    def of(cls, world: World, batches: Iterable[pa.RecordBatch], part: int) -> tuple[pa.Table, "Known"]:
        """Rows that were made as one table, and what is known of them."""
        made = pa.Table.from_batches(batches, schema=transactions_schema()).unify_dictionaries()
        when, ids = whole_numbers(made["timestamp"]), whole_numbers(made["transaction_id"])
        account = parts_of_ids(world.streams, ids)[1]
        person = world.entities.account_customer.take(account)
        return made, cls(when, ids, account, person, np.full(len(ids), part, dtype=np.int64), np.arange(len(ids)))

    def take(self, some: Ints | Bools) -> "Known":
        """Choose some by index or mask."""
        return Known(*(getattr(self, f.name)[some] for f in fields(self)))

    def and_also(self, more: "Known") -> "Known":
        """These and others after them."""
        return Known(*(np.concatenate([getattr(self, f.name), getattr(more, f.name)]) for f in fields(self)))


@dataclass(frozen=True)
class Undecided:
    """A day before anybody decides about its payments.

    Attributes
    ----------
    stretches
        People with what their day owes to other days.
    made
        All rows.
    rows
        What is known of them at a glance.
    """

    stretches: list[Stretch]
    made: pa.Table
    rows: Known

    @classmethod
    def of(cls, world: World, day: int) -> "Undecided":
        """Make a day."""
        stretches = list(day_stretches(world, day, np.array(people_of_part(world, (0, 1)))))
        batches = (batch for stretch in stretches for batch in stretch_batches(world, stretch))
        return cls(stretches, *Known.of(world, batches, 0))


class UndecidedDays(DayCache[Undecided]):
    """Days of a world in which nothing is decided.

    Parameters
    ----------
    world
        Without decisions.
    most
        How many days are kept, a matter of speed and memory only. [days]
    """

    def __init__(self, world: World, *, most: int = 1) -> None:
        super().__init__(partial(Undecided.of, world), most=most)
