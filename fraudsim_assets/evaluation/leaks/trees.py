"""A tree of three questions: how far it tells fraud, and its leaves in which most rows are fraud.

Belongs here: such a tree of all columns. Does not belong here: the detectors that worlds are judged by.
"""

from collections.abc import Sequence

import numpy as np

from fraudsim_assets.evaluation.difficulty.detectors import chances, decision_tree, thinned
from fraudsim_assets.evaluation.difficulty.scores import roc_auc
from fraudsim_assets.evaluation.leaks.cells import MIN_CAMPAIGNS, MIN_ROWS_OF_A_WORLD, MOST_SHARE, Cell, usual_share
from fraudsim_assets.evaluation.leaks.columns import Column
from fraudsim_assets.units import AnyArray, Bools, Ints

DEPTH = 3
"""Questions. [count]"""


def leaves(
    columns: Sequence[Column], scores: Sequence[AnyArray], fraud: Bools, campaign: Ints, train: Ints, test: Ints
) -> tuple[float, list[Cell]]:
    """Grow a tree on the rates that were learned of each column's cells, and judge it on later rows.

    Parameters
    ----------
    scores
        Of each column, for all rows: ``univariate.learned``.

    Returns
    -------
    auc
        ROC-AUC on the test rows.
    cells
        Leaves that are leaks there.
    """
    rows = thinned(train, fraud)
    tree = decision_tree(DEPTH).fit(np.stack([score[rows] for score in scores], axis=1), fraud[rows])
    values = np.stack([score[test].astype(np.float32) for score in scores], axis=1)
    leaf, truth = tree.apply(values), fraud[test]
    auc = roc_auc(truth, chances(tree, values))
    numbers = np.cumsum(fraud) - 1  # of a fraud among all frauds
    found = []
    for node in np.unique(leaf):
        inside = test[leaf == node]
        bad = inside[fraud[inside]]
        share = usual_share(len(bad), len(inside) - len(bad), float(fraud.mean()))
        campaigns = len(np.unique(campaign[bad]))
        if len(inside) >= MIN_ROWS_OF_A_WORLD and share >= MOST_SHARE and campaigns >= MIN_CAMPAIGNS:
            names, said = _path(tree.tree_, int(node), columns)
            members = frozenset(numbers[bad].tolist())
            found.append(Cell(names, said, len(inside), len(bad), campaigns, share, members))
    return auc, found


def _path(tree, node: int, columns: Sequence[Column]) -> tuple[tuple[str, ...], tuple[str, ...]]:  # noqa: ANN001 - scikit-learn's own
    """Columns asked about on the way to a leaf, and the answers."""
    asked: dict[str, str] = {}
    while node:
        parent = int(np.flatnonzero((tree.children_left == node) | (tree.children_right == node))[0])
        name = columns[tree.feature[parent]].name
        asked.setdefault(name, "seldom fraud" if tree.children_left[parent] == node else "often fraud")
        node = parent
    names = tuple(sorted(asked))
    return names, tuple(asked[name] for name in names)
