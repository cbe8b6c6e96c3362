"""What was measured, as text for people and as JSON for machines.

Belongs here: the shape of the report. Does not belong here: the measuring.
"""

import json
from collections.abc import Iterator, Mapping

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
    }
    return json.dumps(content, indent=2) + "\n"


def as_text(measured: Difficulty) -> str:
    """Write the report as tables of plain text."""
    return "\n".join(_lines(measured)) + "\n"


def _lines(measured: Difficulty) -> Iterator[str]:
    rows = measured.rows
    yield (
        f"{rows['train']:,} rows to learn from ({rows['train_fraud']:,} fraud), "
        f"{rows['test']:,} to be judged on ({rows['test_fraud']:,} fraud)"
    )
    yield ""
    cells = [
        (
            "yes" if ok else "NO",
            band.target,
            f"{value:.3f}",
            f"{band.low:g} to {band.high:g}",
            band.meaning,
            band.reference,
        )
        for band, value, ok in measured.verdicts()
    ]
    yield from _table(("in band", "target", "value", "band", "score", "on real payments"), cells)
    yield ""
    yield from _table(
        ("detector", "ROC-AUC", "AP", "lift", "recall 1 %", "recall 5 %", "card precision", "at 100"),
        [(name.replace("_", " "), *_numbers(scores)) for name, scores in measured.detectors.items()],
    )
    yield ""
    yield from _table(
        ("kind of fraud", "frauds", "ROC-AUC", "recall 1 %", "recall 5 %", "ROC-AUC w/o risk", "recall 1 % w/o risk"),
        [
            (name, f"{scores['frauds']:.0f}", *_numbers(_without(scores, "frauds")))
            for name, scores in measured.scenarios.items()
        ],
    )
    yield ""
    strongest = list(measured.columns.items())[:COLUMNS_SHOWN]
    yield from _table(("single column", "ROC-AUC"), [(name, f"{auc:.3f}") for name, auc in strongest])


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
