"""The picture of a year: published and made days on one sheet.

Belongs here: drawing. Does not belong here: what is drawn (``comparison``), and marks and axes (``pages.drawing``).
"""

from datetime import date

import numpy as np

from fraudsim_assets.evaluation.series.comparison import Comparison
from fraudsim_assets.evaluation.series.table import Series
from fraudsim_assets.pages.drawing import Drawing, Scale, axes, legend
from fraudsim_assets.units import Floats

_LEFT, _RIGHT, _TOP, _HIGH, _GAP = 40.0, 1_060.0, 62.0, 190.0, 40.0
_STRIP = 70.0
# each half of the year has a row of its own, the difference one of its own below

_SHOWN, _LEAST_DIFFERENCE = 9, 0.1
# so many named days in a row have their name beside them, those that differ most from their neighbours, and how much
# in logarithms


def year_picture(series: Series, found: Comparison) -> Drawing:
    """Days of a line, published and made, a row for each half of the year; their difference below."""
    drawing = Drawing(1_080, _TOP + 2 * (_HIGH + _GAP) + _STRIP + 32, f"{series.title}: {found.line.title}")
    drawing.headline(
        f"{series.measure} of payments a day against the mean day; correlation {found.correlation:.3f}, of "
        f"{found.per_day:,.0f} payments a day"
    )
    legend(drawing, _RIGHT - 150, 14, (("var(--b)", f"published, {series.year}"), ("var(--a)", "this world")))
    starts = [(date(series.year, m, 1) - date(series.year, 1, 1)).days for m in range(1, 13)] + [series.n_days]
    highest = float(max(found.made.max(), found.published.max(), 1.5)) * 1.08
    for half in range(2):
        top = _TOP + half * (_HIGH + _GAP)
        months = range(6 * half, 6 * half + 6)
        first, last = starts[months[0]], starts[months[-1] + 1]
        x, y = Scale(first, last, _LEFT, _RIGHT), Scale(0.0, highest, top + _HIGH, top)
        axes(drawing, x, y, x_text=[((starts[m] + starts[m + 1]) / 2, _month(m)) for m in months])
        for month in months[1:]:
            drawing.rule(float(x(starts[month])), top, float(x(starts[month])), top + _HIGH)
        days = x(np.arange(first, last) + 0.5)
        drawing.path(days, y(found.published[first:last]), colour="var(--b)", width=3.5)
        drawing.path(days, y(found.made[first:last]), colour="var(--a)", width=1.4)
        _name_days(drawing, found, (first, last), x=x, y=y)
    _difference(drawing, found.made - found.published, _TOP + 2 * (_HIGH + _GAP) + 16)
    return drawing


def _month(number: int) -> str:
    return f"{date(2000, number + 1, 1):%B}"


def _name_days(drawing: Drawing, found: Comparison, days: tuple[int, int], *, x: Scale, y: Scale) -> None:
    """Name the days of a row that differ most from their neighbours, where there is room."""
    factor = found.line.shape.named
    stands_out = {name: abs(np.log(max(factor[name], 0.01))) for name in found.dates.named}
    here = [n for n, at in found.dates.named.items() if days[0] <= at < days[1] and stands_out[n] > _LEAST_DIFFERENCE]
    taken: list[float] = []
    for name in sorted(here, key=lambda name: -stands_out[name]):
        at = found.dates.named[name]
        middle, level = float(x(at + 0.5)), float(y(found.published[at]))
        if len(taken) < _SHOWN and all(abs(middle - other) > 80 for other in taken):
            taken.append(middle)
            anchor = "end" if middle > _RIGHT - 60 else "start" if middle < _LEFT + 60 else "middle"
            below = min(level + 14, y.start - 4)
            words = name.replace("_", " ")
            drawing.text(middle, level - 6 if factor[name] > 1 else below, words, anchor=anchor, css="legend")


def _difference(drawing: Drawing, difference: Floats, top: float) -> None:
    """Columns of made less published, over the whole year."""
    y = Scale(-0.5, 0.5, top + _STRIP, top)
    drawing.text(_LEFT, top - 6, "this world less published, January to December", css="soft")
    for level in (-0.5, 0.0, 0.5):
        drawing.rule(_LEFT, float(y(level)), _RIGHT, float(y(level)), css="axis" if level == 0 else "grid")
        drawing.text(_LEFT - 6, float(y(level)) + 4, f"{level:+g}" if level else "0", anchor="end", css="soft")
    wide = (_RIGHT - _LEFT) / len(difference)
    for day, value in enumerate(np.clip(difference, -0.5, 0.5)):
        low, high = sorted((float(y(0.0)), float(y(value))))
        drawing.rect(_LEFT + day * wide, low, wide - 0.4, high - low, fill="var(--a)")
