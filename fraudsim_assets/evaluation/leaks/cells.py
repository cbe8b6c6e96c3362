"""Cells of one column and of two in which most rows are fraud.

The one idea: fraud is rare, so only cells with many frauds are counted out. All frauds and every so-many-th genuine row
say which cells may be rich in fraud; those alone are counted exactly.

Belongs here: finding and counting cells. Does not belong here: columns, and what counts as a leak beyond the share.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from fraudsim_assets.evaluation.leaks.columns import SHIPPED, Column
from fraudsim_assets.units import Bools, Ints

USUAL_RATE = 0.0025
"""Share of fraud at which a cell's own is told, so that all worlds are judged alike. ASSUMPTION: the demo's."""

MIN_ROWS = 30
"""Rows that a cell has at least, in one world or in all together. [rows]"""

MIN_ROWS_OF_A_WORLD = 10
"""Rows that a cell has at least in each world that it is found in. ASSUMPTION [rows]"""

MIN_CAMPAIGNS = 3
"""Campaigns that the frauds of a cell come from at least, in each world: one large campaign is no mechanism. ASSUMPTION
[count]"""

MOST_SHARE = 0.5
"""A cell with so large a share of fraud is a leak."""

SAMPLED = 40_000
"""Genuine rows that tell which cells may be rich in fraud. [rows]"""


@dataclass(frozen=True)
class Cell:
    """Rows that agree in one column or two.

    Attributes
    ----------
    columns, values
        What they agree in.
    rows, frauds, campaigns
        How many there are. [count]
    share
        Of fraud, at ``USUAL_RATE``.
    members
        Which frauds are inside, as positions among the frauds.
    """

    columns: tuple[str, ...]
    values: tuple[str, ...]
    rows: int
    frauds: int
    campaigns: int
    share: float
    members: frozenset[int]

    @property
    def where(self) -> str:
        """The cell in words."""
        return " and ".join(f"{name} = {value}" for name, value in zip(self.columns, self.values, strict=True))


def usual_share(frauds: float, genuine: float, rate: float) -> float:
    """Share of fraud that a cell would have if fraud were ``USUAL_RATE`` of all rows, not ``rate``."""
    weight = (1 / USUAL_RATE - 1) / (1 / rate - 1)
    return frauds / max(frauds + genuine * weight, 1e-12)


class Search:
    """Columns of one world, ready to be searched.

    Parameters
    ----------
    columns
        Of ``columns.examined``.
    fraud, campaign : (n,)
        Ground truth of the rows.
    """

    def __init__(self, columns: Sequence[Column], fraud: Bools, campaign: Ints) -> None:
        self._columns = columns
        self._fraud = fraud
        self._bad = np.flatnonzero(fraud)
        self._campaign = campaign[self._bad]
        good = np.flatnonzero(~fraud)
        self._pitch = max(len(good) // SAMPLED, 1)
        self._few = good[:: self._pitch]
        self._weight = (1 / USUAL_RATE - 1) / (len(good) / max(len(self._bad), 1))
        self._rate = len(self._bad) / max(len(fraud), 1)
        self._of_bad = [column.codes[self._bad] for column in columns]
        self._of_few = [column.codes[self._few] for column in columns]

    def cells(self) -> Iterator[Cell]:
        """Every cell of one column or two that is a leak."""
        for at in range(len(self._columns)):
            yield from self._rich((at,))
        for first, second in combinations(range(len(self._columns)), 2):
            if "mute" not in {self._columns[first].kind, self._columns[second].kind}:
                yield from self._rich((first, second))

    def _rich(self, chosen: tuple[int, ...]) -> Iterator[Cell]:
        sizes = [len(self._columns[at].labels) for at in chosen]
        bad = self._joint([self._of_bad[at] for at in chosen], sizes)
        frauds = np.bincount(bad, minlength=int(np.prod(sizes)))
        few = np.bincount(self._joint([self._of_few[at] for at in chosen], sizes), minlength=len(frauds))
        # a cell of which few sampled genuine rows are seen may still have several times as many
        may = (frauds >= MIN_CAMPAIGNS) & (
            few * self._pitch * self._weight <= 2 * frauds + 3 * self._pitch * self._weight
        )
        if not may.any():
            return
        rows = np.bincount(self._joint([self._columns[at].codes for at in chosen], sizes), minlength=len(frauds))
        for cell in np.flatnonzero(may & (rows >= MIN_ROWS_OF_A_WORLD)):
            share = usual_share(frauds[cell], rows[cell] - frauds[cell], self._rate)
            members = np.flatnonzero(bad == cell)
            campaigns = len(np.unique(self._campaign[members]))
            if share >= MOST_SHARE and campaigns >= MIN_CAMPAIGNS:
                at = np.unravel_index(cell, sizes)
                columns = tuple(self._columns[number] for number in chosen)
                values = tuple(column.labels[code] for column, code in zip(columns, at, strict=True))
                names = tuple(column.name for column in columns)
                inside = frozenset(members.tolist())
                yield Cell(names, values, int(rows[cell]), int(frauds[cell]), campaigns, share, inside)

    @staticmethod
    def _joint(codes: Sequence[Ints], sizes: Sequence[int]) -> Ints:
        return codes[0] if len(codes) == 1 else codes[0] * sizes[1] + codes[1]


PURE = 0.95
"""Share of fraud from which on a cell is pure: told first, since a rule must be behind it."""


def essential(groups: Mapping[tuple[str, ...], Sequence[Cell]]) -> list[tuple[str, ...]]:
    """Columns of cells without those whose frauds are mostly in others.

    Told first are pure cells, then those of fewer columns, of columns that ship, and with more frauds.

    Parameters
    ----------
    groups
        Cells by their columns, with members that tell worlds apart.
    """
    members = {columns: frozenset().union(*(cell.members for cell in cells)) for columns, cells in groups.items()}

    def rank(columns: tuple[str, ...]) -> tuple[bool, int, int, int, tuple[str, ...]]:
        pure = [cell.members for cell in groups[columns] if cell.share >= PURE]
        derived = sum(name not in SHIPPED for name in columns)
        return (not pure, len(columns), derived, -len(frozenset().union(*(pure or [members[columns]]))), columns)

    kept: list[tuple[str, ...]] = []
    covered: set[int] = set()
    for columns in sorted(members, key=rank):
        if len(members[columns] - covered) * 2 > len(members[columns]):
            kept.append(columns)
            covered |= members[columns]
    return kept
