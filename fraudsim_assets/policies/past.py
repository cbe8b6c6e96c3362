"""`Past`: what a bank knows as a day begins, as far as a policy looks back.

Belongs here: memory, labels and lessons, kept for as long as they count. Does not belong here: the present day.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import polars as pl

from fraudsim_assets.policies.features.memory import Memory
from fraudsim_assets.policies.learning import Lessons, Taught, lessons_of
from fraudsim_assets.policies.sight import LABEL_COLUMNS
from fraudsim_assets.tables import FraudLabels, polars_schema
from fraudsim_assets.units import Ints

GAP_DAYS = 7
"""Days before the present that are not learned from, since most of their labels are still to come. Source:
handbook_2022. [days]"""

LESSON_DAYS = 28
"""Days that are learned from, before those. Source: handbook_2022. [days]"""


@dataclass(frozen=True)
class Seen:
    """A day that is over.

    Attributes
    ----------
    day
        Day number.
    rows
        ``today.KEPT``, with their answers.
    labels
        ``LABEL_COLUMNS`` that became known on it.
    taught
        What may be learned from it; None where it was not asked for.
    """

    day: int
    rows: pl.DataFrame
    labels: pl.DataFrame
    taught: Taught | None = None


@dataclass(frozen=True)
class Past:
    """What a bank knows as a day begins.

    Attributes
    ----------
    memory_days
        How far back features look. [days]
    settled
        Memory of all days but the newest.
    fresh
        Days that are not in the memory yet: it is brought up to date when it is asked for.
    labels
        Labels, the oldest day first.
    taught
        Lessons of days, the oldest first.
    """

    memory_days: int
    settled: Memory
    fresh: tuple[Seen, ...] = ()
    labels: tuple[pl.DataFrame, ...] = ()
    taught: tuple[tuple[int, Taught], ...] = ()

    @classmethod
    def empty(cls, memory_days: int) -> "Past":
        """Nothing is known yet."""
        return cls(memory_days, Memory(memory_days))

    def after(self, seen: Seen) -> "Past":
        """What is known a day later."""
        settled, fresh = (self.memory, ()) if "memory" in vars(self) else (self.settled, self.fresh)
        fresh = (*fresh, seen)
        if len(fresh) > self.memory_days:
            settled, fresh = Memory(self.memory_days), fresh[-self.memory_days :]
        lessons = self.taught if seen.taught is None else (*self.taught, (seen.day, seen.taught))
        return replace(
            self,
            settled=settled,
            fresh=fresh,
            labels=(*self.labels, seen.labels)[-(LESSON_DAYS + GAP_DAYS + self.memory_days) :],
            taught=lessons[-(LESSON_DAYS + GAP_DAYS) :],
        )

    @cached_property
    def memory(self) -> Memory:
        """Memory of all days."""
        memory = self.settled
        for seen in self.fresh:
            memory = memory.after(seen.day, seen.rows, seen.labels)
        return memory

    @cached_property
    def known(self) -> pl.DataFrame:
        """Labels that became known so far, in the order in which they did."""
        none = pl.DataFrame(schema=polars_schema(FraudLabels)).select(LABEL_COLUMNS)
        return pl.concat([none, *self.labels])

    def frauds(self) -> Ints:
        """Ids of payments that are held for fraud, by the last label of each. (n,)"""
        last = self.known.sort("known_at").group_by("transaction_id").agg(pl.col("labelled_fraud").last())
        return np.sort(last.filter("labelled_fraud")["transaction_id"].to_numpy())

    def lessons(self, day: int) -> Lessons:
        """What a policy can learn as a day begins."""
        return lessons_of([taught for made, taught in self.taught if made < day - GAP_DAYS], self.frauds())
