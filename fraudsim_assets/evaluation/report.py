"""The report of what was measured: verdicts as JSON and as a page, tables as text.

Belongs here: how verdicts, tables and pictures are told, for the scorecard and for difficulty alike. Does not
belong here: the frame of a page (``fraudsim_assets.pages``), and what is measured.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from fraudsim_assets.errors import StorageError
from fraudsim_assets.evaluation.targets import Status, Verdict
from fraudsim_assets.pages import render
from fraudsim_assets.pages.drawing import Drawing, readable
from fraudsim_assets.reference_data import sources

_SAID: Mapping[Status, tuple[str, str]] = {
    "pass": ("good", "met"),
    "fail": ("bad", "missed"),
    "not measurable": ("none", "not measurable"),
}
"""Class and word of a status."""


@dataclass(frozen=True)
class Sheet:
    """A table, without markup."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]

    def markdown(self) -> list[str]:
        """Lines of the table in Markdown."""
        return ["| " + " | ".join(row) + " |" for row in (self.head, ["---"] * len(self.head), *self.rows)]


@dataclass(frozen=True)
class Figure:
    """A picture with what to look for in it."""

    name: str
    drawing: Drawing
    caption: str

    @property
    def is_wide(self) -> bool:
        """Whether it takes the whole width of a page."""
        return self.drawing.width > 500


def page(
    title: str,
    about: str,
    themes: Mapping[str, Sequence[Verdict]],
    *,
    figures: Sequence[Figure] = (),
    sheets: Sequence[Sheet] = (),
) -> str:
    """Write the page.

    Parameters
    ----------
    about
        What was measured, in a sentence.
    themes
        Verdicts by theme; a theme without any is left out.

    Returns
    -------
    str
        HTML without any reference to other files.
    """
    verdicts = [verdict for group in themes.values() for verdict in group]
    counts = {css: sum(v.status == status for v in verdicts) for status, (css, _) in _SAID.items()}
    used = {name for verdict in verdicts for name in verdict.aim.source}
    return render(
        "evaluation.html",
        title=title,
        about=about,
        counts=counts,
        total=max(len(verdicts), 1),
        measured=counts["good"] + counts["bad"],
        misses=[_row(verdict) for verdict in verdicts if verdict.status == "fail"],
        themes={name: [_row(verdict) for verdict in group] for name, group in themes.items() if group},
        figures=figures,
        sheets=sheets,
        sources={name: sources()[name] for name in sorted(used)},
    )


def _row(verdict: Verdict) -> dict[str, Any]:
    target, aim = verdict.target, verdict.aim
    css, word = _SAID[verdict.status]
    return {
        "target": target,
        "aim": aim,
        "measured": number(verdict.measured, target.unit) if isfinite(verdict.measured) else "",
        "band": f"{number(aim.low, target.unit)} to {number(aim.high, target.unit)}",
        "bullet": bullet(verdict) if isfinite(verdict.measured) else "",
        "why": verdict.reason or target.remark,
        "css": css,
        "word": word,
    }


def number(value: float, unit: str) -> str:
    """A number in its unit, short."""
    if unit == "share":
        return f"{value * 100:.4g} %" if abs(value) >= 0.001 or value == 0 else f"{value * 100:.2g} %"
    return readable(float(f"{value:.4g}")) + (" km" if unit == "km" else "")


def bullet(verdict: Verdict) -> Drawing:
    """The band, and where the measure lies in or beside it, with two standard errors."""
    low, high = verdict.aim.low, verdict.aim.high
    wide = (high - low) or abs(high) * 0.1 or 0.1
    left, right = low - wide, high + wide
    drawing = Drawing(120, 18, f"{verdict.target.name}: {verdict.status}")

    def x(value: float) -> float:
        return 4 + 112 * (min(max(value, left), right) - left) / (right - left)

    drawing.rule(4, 9, 116, 9)
    drawing.rect(x(low), 5, max(x(high) - x(low), 2), 8, fill="var(--good)", opacity=0.3)
    error = verdict.error if isfinite(verdict.error) else 0.0
    drawing.rule(x(verdict.measured - 2 * error), 9, x(verdict.measured + 2 * error), 9, css="axis")
    colour = "var(--bad)" if verdict.status == "fail" else "var(--ink)"
    drawing.mark("dot", x(verdict.measured), 9, fill=colour, stroke="var(--paper)")
    return drawing


def as_json(verdict: Verdict) -> dict[str, Any]:
    """A verdict in plain types."""
    target, aim = verdict.target, verdict.aim
    return {
        "id": target.id,
        "name": target.name,
        "unit": target.unit,
        "status": verdict.status,
        "measured": verdict.measured if isfinite(verdict.measured) else None,
        "error": verdict.error,
        "value": aim.value,
        "low": aim.low,
        "high": aim.high,
        "mark": aim.mark,
        "sources": list(aim.source),
        "reason": verdict.reason,
        "note": target.remark,
    }


def write(texts: Mapping[str, str], folder: Path) -> list[Path]:
    """Write texts to files of a folder, which is made if it is not there. Files written.

    Raises
    ------
    StorageError
        If they cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise StorageError(f"{folder} cannot be written: {error.strerror}") from error
    return [folder / name for name in texts]
