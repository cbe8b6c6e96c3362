"""Drawing in SVG: scales, axes, lines, bars and labels.

Belongs here: marks on paper. Does not belong here: anything about payments.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape

import numpy as np

from fraudsim_assets.units import AnyArray, Floats

STYLE = """
.fs{--ink:#22262b;--soft:#5d6670;--line:#d9dde1;--paper:#ffffff;--a:#2563a8;--b:#c2571a;--c:#2e7d5b;--d:#7a4fa3;
--good:#2e7d5b;--bad:#b3261e;--band:#2e7d5b;font:12px/1.35 system-ui,-apple-system,"Segoe UI",sans-serif}
@media (prefers-color-scheme:dark){.fs{--ink:#e4e7eb;--soft:#9aa5b1;--line:#363d45;--paper:#14181d;--a:#6aa9e9;
--b:#f0935a;--c:#67c29a;--d:#bd97e6;--good:#67c29a;--bad:#f28b82;--band:#67c29a}}
.fs text{fill:var(--ink)}.fs .soft{fill:var(--soft)}.fs .axis{stroke:var(--soft);stroke-width:1;fill:none}
.fs .grid{stroke:var(--line);stroke-width:1;fill:none}.fs .title{font-weight:600;font-size:13px}
.fs .legend{paint-order:stroke;stroke:var(--paper);stroke-width:4px;stroke-linejoin:round}
""".replace("\n", "")
"""Colours of all pictures, for light and dark surroundings."""


@dataclass(frozen=True)
class Scale:
    """From data to pixels.

    Attributes
    ----------
    low, high
        Range of the data.
    start, end
        Range of pixels.
    log
        Logarithmic; both ends of the data are positive then.
    """

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def __call__(self, values: AnyArray | float) -> Floats:
        """Pixels of values."""
        x = np.asarray(values, dtype=np.float64)
        low, high = self.low, self.high
        if self.log:
            x, low, high = np.log(np.maximum(x, 1e-300)), np.log(low), np.log(high)
        return self.start + (x - low) / (high - low) * (self.end - self.start)

    def ticks(self, wanted: int = 5) -> list[float]:
        """Round values inside the range."""
        if self.log:
            first, last = np.floor(np.log10(self.low)), np.ceil(np.log10(self.high))
            powers = [10.0**k for k in range(int(first), int(last) + 1)]
            step = max(1, round(len(powers) / max(wanted, 1)))
            return [p for p in powers[::step] if self.low * 0.999 <= p <= self.high * 1.001]
        raw = (self.high - self.low) / max(wanted, 1)
        power = 10.0 ** np.floor(np.log10(raw))
        step = power * min((s for s in (1, 2, 2.5, 5, 10) if s * power >= raw), default=10)
        first = np.ceil(self.low / step - 1e-9)
        count = int(np.floor(self.high / step + 1e-9) - first) + 1
        return [float((first + i) * step) for i in range(max(count, 0))]


def readable(value: float) -> str:
    """Short text of a number."""
    if value == 0:
        return "0"
    size = abs(value)
    if size >= 1e6:
        return f"{value / 1e6:g} M"
    if size >= 1e4:
        return f"{value / 1e3:g}k"
    return f"{value:,.0f}" if size >= 10 and value == round(value) else f"{value:.3g}"


def share(value: float) -> str:
    """Short text of a share, in per cent."""
    percent = value * 100
    return f"{percent:.3g} %"


@dataclass
class Drawing:
    """A picture under construction.

    Attributes
    ----------
    width, height
        Size. [px]
    title
        Headline, also read out by screen readers.
    """

    width: float
    height: float
    title: str
    parts: list[str] = field(default_factory=list)

    def text(self, x: float, y: float, words: str, *, anchor: str = "start", css: str = "", extra: str = "") -> None:
        """Write words."""
        self.parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" class="{css}" {extra}>{escape(words)}</text>'
        )

    def path(
        self, x: AnyArray, y: AnyArray, *, colour: str, width: float = 2, dash: str = "", fill: str = "none"
    ) -> None:
        """Draw a line through points."""
        points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(np.ravel(x), np.ravel(y), strict=True))
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        opacity = ' fill-opacity="0.18"' if fill != "none" else ""
        self.parts.append(
            f'<polyline points="{points}" fill="{fill}"{opacity} stroke="{colour}" stroke-width="{width}"'
            f' stroke-linejoin="round"{dashes}/>'
        )

    def rect(
        self, x: float, y: float, width: float, height: float, *, fill: str, opacity: float = 1.0, hint: str = ""
    ) -> None:
        """Draw a box; the hint shows when pointed at."""
        body = f"<title>{escape(hint)}</title>" if hint else ""
        self.parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{max(height, 0):.1f}" fill="{fill}"'
            f' fill-opacity="{opacity:.3f}">{body}</rect>'
        )

    def dot(self, x: float, y: float, *, fill: str, radius: float = 3.5, hint: str = "") -> None:
        """Draw a dot with a thin rim in the colour of the paper."""
        body = f"<title>{escape(hint)}</title>" if hint else ""
        self.parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{fill}" stroke="var(--paper)" stroke-width="1">'
            f"{body}</circle>"
        )

    def rule(self, x1: float, y1: float, x2: float, y2: float, *, css: str = "grid") -> None:
        """Draw a straight line."""
        self.parts.append(f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{css}"/>')

    def headline(self, subtitle: str = "") -> None:
        """Write the title, and what is to be seen below it."""
        self.text(0, 14, self.title, css="title")
        if subtitle:
            self.text(0, 30, subtitle, css="soft")

    def svg(self) -> str:
        """Give the whole picture."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width:g} {self.height:g}" class="fs"'
            f' role="img" aria-label="{escape(self.title)}" width="{self.width:g}" height="{self.height:g}">'
            f"<style>{STYLE}</style>" + "".join(self.parts) + "</svg>"
        )


def axes(
    drawing: Drawing,
    x: Scale,
    y: Scale,
    *,
    x_name: str,
    y_name: str = "",
    x_text: Sequence[tuple[float, str]] | None = None,
    y_text: Sequence[tuple[float, str]] | None = None,
) -> None:
    """Draw grid lines with numbers, and names of the axes. Ticks may be given with their texts."""
    bottom, left = y.start, x.start
    for value, words in y_text if y_text is not None else [(t, readable(t)) for t in y.ticks(4)]:
        drawing.rule(left, float(y(value)), x.end, float(y(value)))
        drawing.text(left - 6, float(y(value)) + 4, words, anchor="end", css="soft")
    for value, words in x_text if x_text is not None else [(t, readable(t)) for t in x.ticks(5)]:
        drawing.rule(float(x(value)), bottom, float(x(value)), bottom + 4, css="axis")
        drawing.text(float(x(value)), bottom + 18, words, anchor="middle", css="soft")
    drawing.rule(left, bottom, x.end, bottom, css="axis")
    drawing.text((x.start + x.end) / 2, bottom + 34, x_name, anchor="middle", css="soft")
    if y_name:
        drawing.text(left, y.end - 8, y_name, css="soft")


def legend(drawing: Drawing, x: float, y: float, entries: Iterable[tuple[str, str]]) -> None:
    """Name colours, one below the other."""
    for i, (colour, words) in enumerate(entries):
        drawing.rect(x, y + 18 * i - 8, 12, 3, fill=colour)
        drawing.text(x + 18, y + 18 * i - 3, words, css="legend")
