"""The timeline of a world drawn: kinds of fraud day by day, what changes when, and how many payments there are.

Belongs here: the two drawings and the page. Does not belong here: finding what changes (``fraud.chronicle``).
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from html import escape

import numpy as np

from fraudsim_assets.fraud.chronicle import ChangePoint
from fraudsim_assets.pages import render
from fraudsim_assets.pages.drawing import Drawing, Scale, axes
from fraudsim_assets.pages.drawing import share as per_cent
from fraudsim_assets.units import Floats

WIDTH, LEFT, RIGHT, HEIGHT, LOW_HEIGHT, TOP, BOTTOM = 1060, 62, 230, 430, 210, 52, 30
"""Size of the drawings and their margins. [px]"""

LABELLED = 17.0
"""Least distance of names beside the areas. [px]"""

COLOURS = ("var(--a)", "var(--b)", "var(--c)", "var(--d)", "var(--e)", "var(--bad)", "var(--soft)")
"""Colours of areas that lie on each other, in turn; the second time round they are pale."""


def page(
    shares: Mapping[str, Floats], volume: Floats, points: Sequence[ChangePoint], first: date, *, source: str
) -> str:
    """Write the page.

    Parameters
    ----------
    shares
        Expected share of each kind of fraud in the fraudulent rows of days in a row. (days,) [share]
    volume
        Payments of the same days against those without shocks. (days,) [unitless]
    points
        What changes when.
    first
        The first of the days.
    source
        Which world it is, in words.
    """
    rows = [(p.begins, p.in_full, p.over or "stays", p.change, p.about, p.value) for p in points]
    return render(
        "timeline.html",
        title="Fraud over time",
        source=source,
        kinds=kinds(shares, points, first),
        volume=payments(volume, points, first),
        rows=rows,
    )


def kinds(shares: Mapping[str, Floats], points: Sequence[ChangePoint], first: date) -> Drawing:
    """Draw the share of every kind of fraud, one on top of the other, the most common at the bottom."""
    names = sorted(shares, key=lambda name: -float(shares[name].mean()))
    n = len(shares[names[0]])
    drawing = Drawing(WIDTH, HEIGHT, "Kinds of fraud")
    drawing.headline("share of fraudulent rows, expected; their number follows that of payments")
    x, y = _scales(n, HEIGHT, 1.0)
    days, below = np.arange(n + 1), np.zeros(n + 1)
    middles = []
    for place, name in enumerate(names):
        above = below + np.append(shares[name], shares[name][-1])
        points_of = [*zip(x(days), y(above), strict=True), *zip(x(days[::-1]), y(below[::-1]), strict=True)]
        drawing.add(
            "polygon",
            hint=f"{name}: {per_cent(float(shares[name].min()))} to {per_cent(float(shares[name].max()))}",
            points=" ".join(f"{a:.1f},{b:.1f}" for a, b in points_of),
            fill=COLOURS[place % len(COLOURS)],
            fill_opacity=f"{_opacity(place)}",
            stroke="var(--paper)",
            stroke_width="0.8",
        )
        middles.append(float(y((above[-1] + below[-1]) / 2)))
        below = above
    heights = _apart(middles)
    for place, (name, middle, height) in enumerate(zip(names, middles, heights, strict=True)):
        drawing.rule(WIDTH - RIGHT + 2, middle, WIDTH - RIGHT + 14, height, css="axis")
        drawing.rect(
            WIDTH - RIGHT + 18,
            height - 5,
            10,
            10,
            fill=COLOURS[place % len(COLOURS)],
            opacity=_opacity(place),
        )
        drawing.add("text", escape(name), x=WIDTH - RIGHT + 33, y=height + 4)
    axes(drawing, x, y, x_text=_months(first, n), y_text=[(k / 4, f"{25 * k} %") for k in range(5)])
    _changes(drawing, x, points, first, n)
    return drawing


def payments(volume: Floats, points: Sequence[ChangePoint], first: date) -> Drawing:
    """Draw how many payments are made against those without shocks; fraud is a fixed share of them."""
    n, most = len(volume), max(float(volume.max()), 1.0) * 1.1
    drawing = Drawing(WIDTH, LOW_HEIGHT, "Payments")
    drawing.headline("against the same days without shocks")
    x, y = _scales(n, LOW_HEIGHT, most)
    axes(drawing, x, y, x_text=_months(first, n), y_text=[(v, per_cent(v)) for v in (0.0, 0.5, 1.0)])
    drawing.path(x(np.arange(n) + 0.5), y(volume), colour="var(--a)")
    _changes(drawing, x, points, first, n)
    return drawing


def _opacity(place: int) -> float:
    return 0.85 if place < len(COLOURS) else 0.45


def _scales(n: int, height: float, most: float) -> tuple[Scale, Scale]:
    return Scale(0, n, LEFT, WIDTH - RIGHT), Scale(0, most, height - BOTTOM, TOP)


def _months(first: date, n: int) -> list[tuple[float, str]]:
    """First days of months, each named, or every third where there are many."""
    starts = [k for k in range(n) if (first + timedelta(days=k)).day == 1]
    kept = starts[:: 1 if len(starts) <= 14 else 3]
    return [(k, (first + timedelta(days=k)).strftime("%b %Y" if k == kept[0] else "%b")) for k in kept]


def _changes(drawing: Drawing, x: Scale, points: Sequence[ChangePoint], first: date, n: int) -> None:
    """Mark when each change begins, and the days on which it holds in full, with its name above."""
    spans = {p.change: (p.begins, p.over) for p in points}
    for place, (name, (begins, over)) in enumerate(spans.items()):
        low, high = ((day - first).days if day is not None else n for day in (begins, over))
        if high <= 0 or low >= n:
            continue
        left, right = float(x(max(low, 0))), float(x(min(high, n)))
        row = TOP - 8 - 13 * (place % 2)
        drawing.rect(left, TOP, right - left, drawing.height - BOTTOM - TOP, fill="var(--ink)", opacity=0.07)
        drawing.rule(left, row + 3, left, drawing.height - BOTTOM, css="change")
        drawing.rule(left, row + 3, right, row + 3, css="change")
        drawing.text(left + 3, row, name)


def _apart(heights: list[float]) -> list[float]:
    """Heights in the same order, from the bottom up, ``LABELLED`` apart where there is room, inside the drawing."""
    found, last = list(heights), HEIGHT - BOTTOM + LABELLED
    for place, height in enumerate(heights):
        found[place] = last = min(height, last - LABELLED)
    last = TOP - LABELLED
    for place in reversed(range(len(found))):
        found[place] = last = max(found[place], last + LABELLED)
    return found
