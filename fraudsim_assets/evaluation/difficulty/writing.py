"""The difficulty as documents: its tables, JSON and the page.

Belongs here: what the tables hold. Does not belong here: the measuring, and how a report is told
(``evaluation.report``).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from typing import Any

from fraudsim_assets.evaluation.difficulty.bands import targets
from fraudsim_assets.evaluation.difficulty.measurement import Difficulty
from fraudsim_assets.evaluation.difficulty.worlds import Judgement
from fraudsim_assets.evaluation.report import Sheet, page
from fraudsim_assets.evaluation.targets import Verdict

COLUMNS_SHOWN = 10
REPORT, FIGURES = "difficulty.html", "difficulty.json"


def as_dict(judged: Judgement) -> dict[str, Any]:
    """Everything that was measured, bands and verdicts included, in plain types."""
    bands = [
        {
            "target": verdict.target.number,
            "score": verdict.target.quantity,
            "meaning": verdict.target.name,
            "low": verdict.aim.low,
            "high": verdict.aim.high,
            "reference": verdict.target.remark,
            "measured": verdict.measured,
            "error": verdict.error if isfinite(verdict.error) else None,
            "worlds": judged.values(verdict.target.quantity),
            "inside": verdict.is_met,
        }
        for verdict in judged.verdicts
    ]
    return {**vars(judged.mean), "bands": bands, "seeds": list(judged.worlds)}


def documents(judged: Judgement, about: str) -> dict[str, str]:
    """The report and the figures, as texts by file name; neither needs another file."""
    themes = {"Scores and their bands": judged.verdicts}
    return {
        REPORT: page("How hard the fraud is to find", f"{counts(judged)}; {about}.", themes, sheets=sheets(judged)[1:]),
        FIGURES: json.dumps(as_dict(judged), indent=1) + "\n",
    }


def as_markdown(judged: Judgement) -> str:
    """All tables in Markdown."""
    lines = [counts(judged)]
    for sheet in sheets(judged):
        lines += ["", *sheet.markdown()]
    return "\n".join(lines) + "\n"


def counts(judged: Judgement) -> str:
    """Say in one sentence what was learned from and judged on."""
    rows, worlds = judged.mean.rows, len(judged.worlds)
    means = f"means of {worlds} worlds: " if worlds > 1 else ""
    return (
        f"{means}{rows['train']:,} rows to learn from ({rows['train_fraud']:,} fraud in {rows['train_campaigns']:,} "
        f"campaigns; {rows['train_known']:,} rows known by the first split), {rows['test']:,} to be judged on "
        f"({rows['test_fraud']:,} fraud in {rows['test_campaigns']:,} campaigns)"
    )


def sheets(judged: Judgement) -> list[Sheet]:
    """All tables of the report, without markup."""
    measured = judged.mean
    head = ("ROC-AUC", "AP", "lift", "recall 1 %", "recall 5 %", "card precision", "at 100")
    return [
        Sheet(
            "scores and their bands",
            ("target", "score", "value", "standard error", "worlds", "band", "on real payments", "in band"),
            _banded(judged),
        ),
        Sheet(
            "boosted trees by what they see",
            ("features", *head),
            [(name, *_numbers(scores)) for name, scores in measured.groups.items()],
        ),
        Sheet(
            "detectors with all features",
            ("detector", *head),
            [(name.replace("_", " "), *_numbers(scores)) for name, scores in measured.detectors.items()],
        ),
        Sheet(
            "kinds of fraud, found by boosted trees",
            (
                "kind of fraud",
                "frauds",
                "ROC-AUC",
                "recall 1 %",
                "standard error",
                "recall 5 %",
                "ROC-AUC, first features",
                "recall 1 %, first features",
            ),
            [
                (name, f"{scores['frauds']:.0f}", *_numbers(_without(scores, "frauds")))
                for name, scores in measured.scenarios.items()
            ],
        ),
        Sheet(
            "what the fraud consists of",
            (
                "kind of fraud",
                "of fraud rows",
                "of fraud value",
                "of all rows",
                "of all value",
                "mean amount / genuine",
                "remote",
                "across borders",
                "declined",
                "rows per campaign",
                "cards hit per year",
            ),
            [(name, *_mixed(line)) for name, line in measured.mix.items()],
        ),
        Sheet("other figures", ("figure", "value", "standard error"), _others(measured)),
        Sheet(
            "columns alone",
            ("single column", "ROC-AUC"),
            [(name, f"{auc:.3f}") for name, auc in list(measured.columns.items())[:COLUMNS_SHOWN]],
        ),
        Sheet(
            "single trees",
            ("depth of a single tree", "AP in folds of the training days"),
            [(str(depth), f"{precision:.4f}") for depth, precision in measured.depths.items()],
        ),
    ]


def handbook_sheets(worlds: Sequence[Mapping[str, Mapping[str, float]]], judged: Sequence[Verdict]) -> list[Sheet]:
    """Tables of the Handbook's protocol: means over worlds with the least and the most, and the bands."""
    lines = []
    for name, scores in worlds[0].items():
        values = [[world[name][score] for world in worlds] for score in scores]
        told = [f"{sum(v) / len(v):.3f} ({min(v):.3f} to {max(v):.3f})" for v in values]
        lines.append((name.replace("_", " "), *told))
    bands = [
        (verdict.target.name, f"{verdict.measured:.3f}", f"{verdict.aim.low:g} to {verdict.aim.high:g}", verdict.status)
        for verdict in judged
    ]
    return [
        Sheet("the Handbook's protocol", ("detector", "ROC-AUC", "AP", "customers found among 100 a day"), lines),
        Sheet("bands", ("score", "mean", "band", "verdict"), bands),
    ]


def _banded(judged: Judgement) -> list[tuple[str, ...]]:
    return [
        (
            verdict.target.number,
            verdict.target.name,
            f"{verdict.measured:.3f}",
            _error(verdict.error),
            f"{min(values):.3g} to {max(values):.3g}" if len(values) > 1 else "",
            f"{verdict.aim.low:g} to {verdict.aim.high:g}",
            verdict.target.remark,
            "yes" if verdict.is_met else "NO",
        )
        for verdict in judged.verdicts
        for values in [judged.values(verdict.target.quantity)]
    ]


def _mixed(line: Mapping[str, float]) -> Iterator[str]:
    for name, value in line.items():
        yield f"{value:.2f}" if name in {"value_ratio", "rows_per_campaign"} else f"{100 * value:.3g} %"


def _others(measured: Difficulty) -> list[tuple[str, ...]]:
    """Figures without a band."""
    judged = {target.quantity for target in targets()}
    return [
        (name.replace("_", " "), f"{value:.3f}", _error(measured.errors.get(name, float("nan"))))
        for name, value in measured.scores.items()
        if name not in judged
    ]


def _error(error: float) -> str:
    """A standard error; nothing where there is none."""
    return f"{error:.3f}" if isfinite(error) else ""


def _numbers(scores: Mapping[str, float]) -> list[str]:
    return [f"{value:.3f}" if abs(value) < 10 else f"{value:.1f}" for value in scores.values()]


def _without(scores: Mapping[str, float], key: str) -> dict[str, float]:
    return {name: value for name, value in scores.items() if name != key}
