"""`look` at a world, and `findings` of several: what counts as a leak, told once for all worlds.

Belongs here: the rules of the search. Does not belong here: columns, cells and trees.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import polars as pl

from fraudsim_assets.errors import ContractError
from fraudsim_assets.evaluation.difficulty.bands import FEWEST_FRAUDS, targets
from fraudsim_assets.evaluation.difficulty.leakage import leakage
from fraudsim_assets.evaluation.difficulty.scores import roc_auc
from fraudsim_assets.evaluation.difficulty.univariate import learned
from fraudsim_assets.evaluation.leaks import columns as cut
from fraudsim_assets.evaluation.leaks.cells import MIN_ROWS, MOST_SHARE, PURE, Cell, Search, essential
from fraudsim_assets.evaluation.leaks.columns import Column, examined, futures
from fraudsim_assets.evaluation.leaks.trees import leaves
from fraudsim_assets.evaluation.targets import Verdict
from fraudsim_assets.units import AnyArray, Bools

BURN_IN_DAYS = 14
"""First days, of which only the past of later rows is used: everything is new then. [days]"""

TRAIN_SHARE = 0.6
"""Part of the days after, from which readings of columns are learned; they are judged on the rest. [share]"""

MOST_AUC: Mapping[cut.Kind, float] = {"shipped": 0.75, "derived": 0.85, "mute": 0.6}
"""ROC-AUC above which a column alone is a leak: one that ships (target K09), one that follows from what ships (where
K09 calls fraud too easy), and one that should say nothing, which is judged within channels. ASSUMPTION"""

MOST_TREE_AUC = 0.85
"""ROC-AUC above which a tree of three questions is a leak: where target K08 calls one of two too good. ASSUMPTION"""

TELLTALES = ("L.", "D07")
"""Targets that are judged here too."""

Kind = Literal["cell", "column", "tree", "telltale"]


@dataclass(frozen=True)
class Finding:
    """One leak.

    Attributes
    ----------
    kind
        Cells of one column or more; a column alone; a tree of three questions; or a telltale with a band of its own.
    columns
        What it is about.
    where
        The cell with most fraud, a pure one if there is one; or what is measured, in words.
    measured, limit
        Share of fraud in that cell; ROC-AUC or telltale as a mean over worlds; and the nearest value that is no leak.
    rows, frauds, campaigns
        In the cells found, over all worlds; 0 where the finding is no cell. [count]
    worlds
        In how many worlds it was found. [count]
    """

    kind: Kind
    columns: tuple[str, ...]
    where: str
    measured: float
    limit: float
    rows: int = 0
    frauds: int = 0
    campaigns: int = 0
    worlds: int = 0


@dataclass(frozen=True)
class Sight:
    """What one world showed.

    Attributes
    ----------
    cells
        Cells in which most rows are fraud.
    aucs
        ROC-AUC of each column alone, by kind and name.
    tree
        ROC-AUC of a tree of three questions.
    telltales
        By name: ``leakage``.
    rows, frauds
        That were searched. [count]
    """

    cells: list[Cell]
    aucs: dict[tuple[cut.Kind, str], float]
    tree: float
    telltales: dict[str, float]
    rows: int
    frauds: int


def look(payments: pl.DataFrame, catalogs: Mapping[str, pl.DataFrame] | None = None) -> Sight:
    """Search one world.

    Parameters
    ----------
    payments
        Of ``Payments.table``.
    catalogs
        Catalogs as they are stored, if what they tell of the time after a row is to be searched too.

    Raises
    ------
    ContractError
        If there are too few days or frauds to search.
    """
    rest = (payments["day"] >= BURN_IN_DAYS).to_numpy()
    later = payments.filter(rest)
    fraud, day = later["is_fraud"].to_numpy(), later["day"].to_numpy()
    cut_day = day.min() + round(TRAIN_SHARE * (day.max() - day.min() + 1)) if len(day) else 0
    train, test = np.flatnonzero(day < cut_day), np.flatnonzero(day >= cut_day)
    if min(fraud[train].sum(), fraud[test].sum()) < FEWEST_FRAUDS:
        raise ContractError(
            f"{int(fraud.sum())} frauds after the first {BURN_IN_DAYS} days are too few to search for leaks; valid are "
            f"{FEWEST_FRAUDS} or more in either part: take more days, a larger world or a higher fraud.rate"
        )
    told = futures(payments, catalogs) if catalogs else None
    columns = [replace(column, codes=column.codes[rest]) for column in examined(payments, told)]
    campaign = later["campaign"].fill_null(-1).to_numpy()
    scores = [learned(column.codes, fraud, train) for column in columns]
    channel = later["channel"].to_physical().to_numpy()
    aucs: dict[tuple[cut.Kind, str], float] = {
        (column.kind, column.name): _auc(column, score, fraud, test, channel)
        for column, score in zip(columns, scores, strict=True)
    }
    tree, found = leaves(columns, scores, fraud, campaign, train, test)
    cells = [*Search(columns, fraud, campaign).cells(), *found]
    return Sight(cells, aucs, tree, leakage(later), len(fraud), int(fraud.sum()))


def _auc(column: Column, score: AnyArray, fraud: Bools, test: AnyArray, channel: AnyArray) -> float:
    """ROC-AUC of a column's learned rates; of a mute one where it has a value, within channels."""
    if column.kind != "mute":
        return roc_auc(fraud[test], score[test])
    there = test[column.codes[test] != column.labels.index(cut.NONE)] if cut.NONE in column.labels else test
    parts = [there[channel[there] == kind] for kind in np.unique(channel[there])]
    weights = np.array([fraud[part].sum() for part in parts])
    aucs = np.array([roc_auc(fraud[part], score[part]) for part in parts])
    enough = weights >= FEWEST_FRAUDS
    return float((aucs[enough] * weights[enough]).sum() / weights[enough].sum()) if enough.any() else 0.5


def findings(sights: Sequence[Sight]) -> list[Finding]:
    """Leaks of several worlds: cells found in any of them, and what is beyond its limit on average.

    Cells whose frauds are mostly in cells of fewer columns, or in larger ones, are left out.
    """
    return [*_cells(sights), *_columns(sights), *_trees(sights), *_telltales(sights)]


def _cells(sights: Sequence[Sight]) -> list[Finding]:
    alike: dict[tuple[tuple[str, ...], tuple[str, ...]], list[Cell]] = defaultdict(list)
    worlds: dict[tuple[str, ...], set[int]] = defaultdict(set)
    before = 0
    for number, sight in enumerate(sights):
        for cell in sight.cells:
            members = frozenset(member + before for member in cell.members)
            alike[cell.columns, cell.values].append(replace(cell, members=members))
            worlds[cell.columns].add(number)
        before += sight.frauds
    groups: dict[tuple[str, ...], list[Cell]] = defaultdict(list)
    for (columns, _), cells in alike.items():
        if sum(cell.rows for cell in cells) >= MIN_ROWS:
            groups[columns] += cells
    found = []
    for columns in essential(groups):
        cells = groups[columns]
        most = max(cells, key=lambda cell: (cell.share >= PURE, cell.frauds))
        sums = {name: sum(getattr(cell, name) for cell in cells) for name in ("rows", "frauds", "campaigns")}
        found.append(Finding("cell", columns, most.where, most.share, MOST_SHARE, worlds=len(worlds[columns]), **sums))
    return found


def _columns(sights: Sequence[Sight]) -> list[Finding]:
    found = []
    for kind, name in sights[0].aucs:
        aucs = np.array([sight.aucs.get((kind, name), 0.5) for sight in sights])
        if aucs.mean() > MOST_AUC[kind]:
            above = int((aucs > MOST_AUC[kind]).sum())
            where = f"ROC-AUC of {name}, which is {kind}"
            found.append(Finding("column", (name,), where, float(aucs.mean()), MOST_AUC[kind], worlds=above))
    return sorted(found, key=lambda finding: -finding.measured)


def _trees(sights: Sequence[Sight]) -> list[Finding]:
    aucs = np.array([sight.tree for sight in sights])
    if aucs.mean() <= MOST_TREE_AUC:
        return []
    above = int((aucs > MOST_TREE_AUC).sum())
    return [Finding("tree", (), "ROC-AUC of a tree of depth 3", float(aucs.mean()), MOST_TREE_AUC, worlds=above)]


def _telltales(sights: Sequence[Sight]) -> list[Finding]:
    found = []
    for target in targets():
        if not target.id.startswith(TELLTALES) or target.any is None:
            continue
        values = [sight.telltales[target.quantity] for sight in sights]
        verdict = Verdict.of(target, target.any, float(np.mean(values)), 0.0)
        if not verdict.is_met and np.isfinite(verdict.measured):
            low, high = verdict.aim.low, verdict.aim.high
            missed = sum(not low <= value <= high for value in values)
            limit = low if verdict.measured < low else high
            found.append(Finding("telltale", (target.quantity,), target.name, verdict.measured, limit, worlds=missed))
    return found
