"""What was measured, as text for people and as JSON for machines.

Belongs here: the shape of the report. Does not belong here: the measuring.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fraudsim_assets.difficulty.measurement import Difficulty

COLUMNS_SHOWN = 10


def as_json(measured: Difficulty) -> str:
    """Write everything that was measured as JSON, bands and verdicts included."""
    verdicts = [
        {
            "target": band.target,
            "score": band.score,
            "meaning": band.meaning,
            "value": _plain(value),
            "error": _plain(measured.errors.get(band.score, float("nan"))),
            "low": band.low,
            "high": band.high,
            "accepted": accepted,
            "reference": band.reference,
        }
        for band, value, accepted in measured.verdicts()
    ]
    content = {
        "rows": measured.rows,
        "bands": verdicts,
        "scores": _rounded(measured.scores),
        "detectors": {name: _rounded(scores) for name, scores in measured.detectors.items()},
        "scenarios": {name: _rounded(scores) for name, scores in measured.scenarios.items()},
        "columns": _rounded(measured.columns),
        "depths": {str(depth): _plain(precision) for depth, precision in measured.depths.items()},
        "mix": {name: _rounded(line) for name, line in measured.mix.items()},
        "errors": _rounded(measured.errors),
    }
    return json.dumps(content, indent=2) + "\n"


def as_text(measured: Difficulty) -> str:
    """Write the report as tables of plain text."""
    lines = [counts(measured)]
    for sheet in sheets(measured):
        lines += ["", *_table(sheet.head, sheet.rows)]
    return "\n".join(lines) + "\n"


def as_markdown(measured: Difficulty) -> str:
    """Write the report as tables of Markdown."""
    lines = [counts(measured)]
    for sheet in sheets(measured):
        rule = tuple("---" for _ in sheet.head)
        lines += ["", *("| " + " | ".join(row) + " |" for row in (sheet.head, rule, *sheet.rows))]
    return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class Sheet:
    """One table of the report."""

    title: str
    head: tuple[str, ...]
    rows: list[tuple[str, ...]]


def counts(measured: Difficulty) -> str:
    """Say in one sentence what was learned from and judged on."""
    rows = measured.rows
    return (
        f"{rows['train']:,} rows to learn from "
        f"({rows['train_fraud']:,} fraud in {rows['train_campaigns']:,} campaigns), "
        f"{rows['test']:,} to be judged on ({rows['test_fraud']:,} fraud in {rows['test_campaigns']:,} campaigns)"
    )


def sheets(measured: Difficulty) -> list[Sheet]:
    """All tables of the report, without markup."""
    bands = [
        (
            band.target,
            band.meaning,
            f"{value:.3f}",
            error_of(measured, band.score),
            f"{band.low:g} to {band.high:g}",
            band.reference,
            "yes" if ok else "NO",
        )
        for band, value, ok in measured.verdicts()
    ]
    found = [(name.replace("_", " "), *_numbers(scores)) for name, scores in measured.detectors.items()]
    kinds = [
        (name, f"{scores['frauds']:.0f}", *_numbers(_without(scores, "frauds")))
        for name, scores in measured.scenarios.items()
    ]
    strongest = list(measured.columns.items())[:COLUMNS_SHOWN]
    return [
        Sheet(
            "scores and their bands",
            ("target", "score", "value", "standard error", "band", "on real payments", "in band"),
            bands,
        ),
        Sheet(
            "detectors",
            ("detector", "ROC-AUC", "AP", "lift", "recall 1 %", "recall 5 %", "card precision", "at 100"),
            found,
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
                "ROC-AUC w/o risk",
                "recall 1 % w/o risk",
            ),
            kinds,
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
        Sheet("columns alone", ("single column", "ROC-AUC"), [(name, f"{auc:.3f}") for name, auc in strongest]),
        Sheet(
            "single trees",
            ("depth of a single tree", "AP in folds of the training days"),
            [(str(depth), f"{precision:.4f}") for depth, precision in measured.depths.items()],
        ),
    ]


def _mixed(line: Mapping[str, float]) -> Iterator[str]:
    for name, value in line.items():
        yield f"{value:.2f}" if name in {"value_ratio", "rows_per_campaign"} else f"{100 * value:.3g} %"


def _others(measured: Difficulty) -> list[tuple[str, ...]]:
    """Figures without a band."""
    judged = {band.score for band, _, _ in measured.verdicts()}
    return [
        (name.replace("_", " "), f"{value:.3f}", error_of(measured, name))
        for name, value in measured.scores.items()
        if name not in judged
    ]


def error_of(measured: Difficulty, score: str) -> str:
    """Write the standard error of a score; nothing where there is none."""
    error = measured.errors.get(score, float("nan"))
    return "" if error != error else f"{error:.3f}"  # noqa: PLR0124 - nan is not equal to itself


def _numbers(scores: Mapping[str, float]) -> list[str]:
    return [f"{value:.3f}" if abs(value) < 10 else f"{value:.1f}" for value in scores.values()]


def _without(scores: Mapping[str, float], key: str) -> dict[str, float]:
    return {name: value for name, value in scores.items() if name != key}


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
    for row in [head, tuple("-" * width for width in widths), *rows]:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _plain(value: float) -> float | None:
    return None if value != value else round(float(value), 6)  # noqa: PLR0124 - nan is not equal to itself


def _rounded(scores: Mapping[str, float]) -> dict[str, float | None]:
    return {name: _plain(value) for name, value in scores.items()}
