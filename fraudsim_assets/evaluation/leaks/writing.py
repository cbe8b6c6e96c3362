"""Findings as documents: what is printed, and JSON.

Belongs here: words and figures of the report. Does not belong here: the search.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from fraudsim_assets.evaluation.leaks.search import Finding, Sight
from fraudsim_assets.evaluation.report import Sheet

SHOWN = 12
"""Columns whose ROC-AUC is printed. [count]"""


def as_dict(sights: Sequence[Sight], found: Sequence[Finding]) -> dict[str, Any]:
    """Everything that was found, and how far each column tells fraud, in plain types."""
    return {
        "worlds": [{"rows": sight.rows, "frauds": sight.frauds, "tree": sight.tree} for sight in sights],
        "findings": [vars(finding) for finding in found],
        "columns": [
            {"name": name, "kind": kind, "roc_auc": [sight.aucs[kind, name] for sight in sights]}
            for kind, name in _by_auc(sights)
        ],
    }


def sheets(sights: Sequence[Sight], found: Sequence[Finding]) -> list[Sheet]:
    """Tables of what was found and of the columns that tell most."""
    lines = [
        (
            finding.kind,
            finding.where,
            f"{finding.measured:.3f}",
            f"{finding.limit:g}",
            *(f"{count:,}" if count else "" for count in (finding.rows, finding.frauds, finding.campaigns)),
            f"{finding.worlds} of {len(sights)}",
        )
        for finding in found
    ]
    columns = [
        (name, kind, " ".join(f"{sight.aucs[kind, name]:.3f}" for sight in sights)) for kind, name in _by_auc(sights)
    ]
    head = ("kind", "what", "measured", "limit", "rows", "frauds", "campaigns", "worlds")
    return [Sheet("leaks", head, lines), Sheet("columns alone", ("column", "kind", "ROC-AUC"), columns[:SHOWN])]


def _by_auc(sights: Sequence[Sight]) -> list[tuple[Any, str]]:
    there = [key for key in sights[0].aucs if all(key in sight.aucs for sight in sights)]
    return sorted(there, key=lambda key: -float(np.mean([sight.aucs[key] for sight in sights])))
