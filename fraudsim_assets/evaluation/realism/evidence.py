"""Evidence: everything a scorecard needs to know of some days, in flat memory, and views of it.

The one idea: a measure is a function of a ``View``. Leaving out one of eleven groups of customers
gives eleven more views, and the spread of the measure over them its sampling error, whatever the
measure is.

Belongs here: collecting, merging and viewing. Does not belong here: single measures (``targets``).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np

from fraudsim_assets.errors import StorageError
from fraudsim_assets.evaluation.days import DaySource, rows_of
from fraudsim_assets.evaluation.realism.habits import by_person
from fraudsim_assets.evaluation.realism.panel import Panel
from fraudsim_assets.evaluation.realism.tallies import GROUPS, Tallies
from fraudsim_assets.evaluation.rows import COLUMNS
from fraudsim_assets.maths.estimation import jackknife_error
from fraudsim_assets.simulation import World
from fraudsim_assets.units import Floats, Ints, day_date, day_number


@dataclass
class Evidence:
    """What has been collected of a world.

    Attributes
    ----------
    world
        The world whose days are judged.
    tallies, panel
        Counts, and a sample of customers.
    days
        Day numbers seen.
    """

    world: World
    tallies: Tallies
    panel: Panel
    days: set[int] = field(default_factory=set)

    @classmethod
    def empty(cls, world: World) -> "Evidence":
        """Nothing seen yet."""
        return cls(world, Tallies.empty(world), Panel.empty(world.entities.n_customers))

    def add_day(self, day: date, source: DaySource) -> None:
        """Collect one UTC day.

        Parameters
        ----------
        day
            The day, of which nothing has been collected yet.
        source
            Its transactions.

        Raises
        ------
        StorageError
            If a path holds no Parquet file, or the day has been collected before.
        ContractError
            If a column is missing.
        """
        number = day_number(day)
        if number in self.days:
            raise StorageError(f"day {day} is in the evidence already; a day counts once")
        for rows in rows_of(self.world, day, source, COLUMNS):
            self.tallies.count(rows, (day.year, day.month))
            self.panel.count(rows)
        self.days.add(number)

    def merge(self, other: "Evidence") -> None:
        """Join evidence of other days of the same world.

        Raises
        ------
        StorageError
            If both hold the same day.
        """
        common = self.days & other.days
        if common:
            raise StorageError(f"day {day_date(min(common))} is in both parts of the evidence; a day counts once")
        self.tallies.merge(other.tallies)
        self.panel.merge(other.panel)
        self.days |= other.days

    def view(self, *, without: int | None = None) -> "View":
        """Everything, or everything but one group of customers."""
        groups = np.array([g for g in range(GROUPS) if g != without])
        return View(self, groups)

    @cached_property
    def partial_views(self) -> list["View"]:
        """Views that each leave one group out; of the evidence at the first use."""
        return [self.view(without=group) for group in range(GROUPS)]

    @cached_property
    def panel_rows(self) -> np.ndarray:
        """Rows of the sample by (account, time), at the first use."""
        return self.panel.rows()


@dataclass(frozen=True, eq=False)
class View:
    """Evidence as measures see it.

    Attributes
    ----------
    evidence
        What it is a view of.
    groups
        Groups of customers that are in.
    """

    evidence: Evidence
    groups: Ints

    @property
    def world(self) -> World:
        """The world that is judged."""
        return self.evidence.world

    @cached_property
    def days(self) -> list[date]:
        """Days seen, in order."""
        return [day_date(number) for number in sorted(self.evidence.days)]

    def payments_on(self, day: int) -> Ints:
        """Payments of a day by home country and channel. (home countries, 2) [count]"""
        nothing = np.zeros((self.world.landscape.layout.places.n_home_countries, 2), dtype=np.int64)
        return self.evidence.tallies.days.get(day, nothing)

    def sum(self, name: str) -> Floats:
        """A tally, summed over the groups of the view."""
        return self.evidence.tallies.arrays[name][self.groups].sum(axis=0)

    def category(self, *names: str) -> Ints:
        """Codes of categories by name.

        Raises
        ------
        ConfigError
            If there is no such category.
        """
        return np.array([self.world.reference.category_code(name) for name in names], dtype=np.int64)

    @cached_property
    def retail(self) -> Ints:
        """Categories whose goods can be brought back."""
        return np.flatnonzero([category.refundable for category in self.world.reference.categories])

    @cached_property
    def panel(self) -> np.ndarray:
        """Rows of the sample by (account, time)."""
        rows = self.evidence.panel_rows
        return rows if len(self.groups) == GROUPS else rows[np.isin(rows["customer"] % GROUPS, self.groups)]

    @cached_property
    def people(self) -> np.ndarray:
        """Rows of the sample by (customer, time)."""
        return by_person(self.panel)

    @cached_property
    def bought(self) -> np.ndarray:
        """Approved genuine payments of the sample by (customer, time)."""
        return by_person(self.cards)

    @cached_property
    def accounts(self) -> Ints:
        """Accounts of the view's customers."""
        return np.flatnonzero(np.isin(self.world.entities.account_customer % GROUPS, self.groups))

    @cached_property
    def cards(self) -> np.ndarray:
        """Approved genuine payments of the sample."""
        rows = self.panel
        return rows[rows["approved"] & ~rows["fraud"] & (rows["kind"] != 1)]


Measure = Callable[[View], float]


def sampling_error(evidence: Evidence, measure: Measure) -> float:
    """Standard error of a measure by leaving one group of customers out at a time."""
    return jackknife_error(np.array([measure(view) for view in evidence.partial_views]))
