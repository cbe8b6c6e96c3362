"""Drawing in SVG: scales, axes, lines, bars, marks and labels, for every picture of the project.

A picture is one file that brings its own colours for light and dark surroundings. In a page, the page brings them.

Belongs here: marks on paper. Does not belong here: anything about payments.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape

import numpy as np

from fraudsim_assets.units import AnyArray, Floats

STYLE = """
:root{color-scheme:light dark;--page:#f6f7f8;--paper:#ffffff;--ink:#22262b;--soft:#5d6670;--line:#d9dde1;
--a:#2563a8;--b:#c2571a;--c:#2e7d5b;--d:#7a4fa3;--e:#b7791f;--good:#2e7d5b;--bad:#c62f28;--none:#8a939d}
@media (prefers-color-scheme:dark){:root{--page:#0e1216;--paper:#14181d;--ink:#e4e7eb;--soft:#9aa5b1;--line:#363d45;
--a:#6aa9e9;--b:#f0935a;--c:#67c29a;--d:#bd97e6;--e:#e5b454;--good:#67c29a;--bad:#f28b82;--none:#7d8791}}
.fs{font:12px/1.35 system-ui,-apple-system,"Segoe UI",sans-serif}
.fs text{fill:var(--ink)}.fs .soft{fill:var(--soft)}.fs .axis{stroke:var(--soft);stroke-width:1;fill:none}
.fs .grid{stroke:var(--line);stroke-width:1;fill:none}.fs .title{font-weight:600;font-size:13px}
.fs .legend{paint-order:stroke;stroke:var(--paper);stroke-width:4px;stroke-linejoin:round}
""".replace("\n", "")
"""Colours of all pictures and pages, for light and dark surroundings, and classes of text and lines."""

SHAPES = {
    "dot": "m-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0",
    "large dot": "m-4.6 0a4.6 4.6 0 1 0 9.2 0a4.6 4.6 0 1 0 -9.2 0",
    "ring": "m-7 0a7 7 0 1 0 14 0a7 7 0 1 0 -14 0",
    "square": "m-3 -3h6v6h-6z",
    "triangle": "m0 -6l5.5 10h-11z",
    "cross": "m-3.5 -3.5l7 7m0 -7l-7 7",
    "flag": "m0 -9h5l2 4l-2 4h-5z",
}
"""Outlines of marks about their middle, by name. [px]"""


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
    return f"{value * 100:.3g} %"


def element(tag: str, body: str = "", *, css: str = "", hint: str = "", **attributes: float | str) -> str:
    """Write one SVG element.

    Parameters
    ----------
    body
        Markup inside.
    css
        Its class.
    hint
        Shown when pointed at.
    **attributes
        Numbers are rounded to a tenth; an underscore in a name stands for a hyphen.
    """
    given = {"class": css, **attributes}
    told = "".join(
        f' {name.replace("_", "-")}="{escape(value) if isinstance(value, str) else f"{value:.1f}".removesuffix(".0")}"'
        for name, value in given.items()
        if value != ""
    )
    inside = body + (f"<title>{escape(hint)}</title>" if hint else "")
    return f"<{tag}{told}>{inside}</{tag}>" if inside else f"<{tag}{told}/>"


@dataclass
class Drawing:
    """A picture under construction.

    Attributes
    ----------
    width, height
        Size. [px]
    title
        Headline, also read out by screen readers.
    left, top
        Where the paper begins. [px]
    """

    width: float
    height: float
    title: str
    left: float = 0
    top: float = 0
    parts: list[str] = field(default_factory=list)

    def add(self, tag: str, body: str = "", *, css: str = "", hint: str = "", **attributes: float | str) -> None:
        """Draw any element; see :func:`element`."""
        self.parts.append(element(tag, body, css=css, hint=hint, **attributes))

    def text(self, x: float, y: float, words: str, *, anchor: str = "start", css: str = "") -> None:
        """Write words."""
        self.add("text", escape(words), css=css, x=x, y=y, text_anchor=anchor)

    def path(
        self, x: AnyArray, y: AnyArray, *, colour: str, width: float = 2, dash: str = "", fill: str = "none"
    ) -> None:
        """Draw a line through points, with a pale area if it is to be filled."""
        points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(np.ravel(x), np.ravel(y), strict=True))
        pale = "" if fill == "none" else "0.18"
        self.add(
            "polyline",
            points=points,
            fill=fill,
            fill_opacity=pale,
            stroke=colour,
            stroke_width=f"{width:g}",
            stroke_linejoin="round",
            stroke_dasharray=dash,
        )

    def rect(
        self, x: float, y: float, width: float, height: float, *, fill: str, opacity: float = 1.0, hint: str = ""
    ) -> None:
        """Draw a box; the hint shows when pointed at."""
        opaque = "" if opacity == 1 else f"{opacity:.3f}"
        wide, high = max(width, 0), max(height, 0)
        self.add("rect", hint=hint, x=x, y=y, width=wide, height=high, fill=fill, fill_opacity=opaque)

    def rule(self, x1: float, y1: float, x2: float, y2: float, *, css: str = "grid") -> None:
        """Draw a straight line."""
        self.add("line", css=css, x1=x1, y1=y1, x2=x2, y2=y2)

    def mark(self, shape: str, x: float, y: float, *, css: str = "", hint: str = "", **paint: str) -> None:
        """Draw one of ``SHAPES`` about a point."""
        self.add("path", css=css, hint=hint, d=f"M{x:.1f} {y:.1f}{SHAPES[shape]}", **paint)

    def headline(self, subtitle: str = "") -> None:
        """Write the title, and what is to be seen below it."""
        self.text(0, 14, self.title, css="title")
        if subtitle:
            self.text(0, 30, subtitle, css="soft")

    def svg(self) -> str:
        """Give the whole picture, as a file."""
        return self._svg(' xmlns="http://www.w3.org/2000/svg"', f"<style>{STYLE}</style>")

    def __html__(self) -> str:
        """Give the picture as part of a page that brings ``STYLE``; templates call this."""
        return self._svg("", "")

    def _svg(self, namespace: str, style: str) -> str:
        box = f"{self.left:g} {self.top:g} {self.width:g} {self.height:g}"
        return (
            f'<svg{namespace} viewBox="{box}" class="fs" role="img" aria-label="{escape(self.title)}" '
            f'width="{self.width:g}" height="{self.height:g}">{style}' + "".join(self.parts) + "</svg>"
        )


def axes(
    drawing: Drawing,
    x: Scale,
    y: Scale,
    *,
    x_name: str = "",
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
    if x_name:
        drawing.text((x.start + x.end) / 2, bottom + 34, x_name, anchor="middle", css="soft")
    if y_name:
        drawing.text(left, y.end - 8, y_name, css="soft")


def legend(drawing: Drawing, x: float, y: float, entries: Iterable[tuple[str, str]]) -> None:
    """Name colours, one below the other."""
    for i, (colour, words) in enumerate(entries):
        drawing.rect(x, y + 18 * i - 8, 12, 3, fill=colour)
        drawing.text(x + 18, y + 18 * i - 3, words, css="legend")


def columns(drawing: Drawing, x: Scale, y: Scale, values: Sequence[float], *, hints: Sequence[str] = ()) -> None:
    """Draw a column per value, side by side over the whole of the x axis."""
    edges = x(np.linspace(x.low, x.high, len(values) + 1))
    for i, value in enumerate(values):
        left, top, hint = float(edges[i]), float(y(value)), hints[i] if hints else ""
        drawing.rect(left, top, float(edges[i + 1]) - left - 1, y.start - top, fill="var(--a)", hint=hint)


def sparkline(counts: Sequence[float], *, width: int = 240, height: int = 40) -> str:
    """Draw columns as one path, in as few characters as will do."""
    step, tallest = width // max(len(counts), 1), max(counts, default=0) or 1
    heights = [round(height * count / tallest) for count in counts]
    bars = "".join(f"M{index * step} {height}v-{tall}h{step - 2}V{height}" for index, tall in enumerate(heights))
    opening = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
    return f'{opening}<path fill="#4668d8" d="{bars}"/></svg>'


@dataclass(frozen=True)
class Sign:
    """A mark of a drawing that stands for a kind of row.

    Attributes
    ----------
    shape
        Of ``SHAPES``.
    css
        Class of the template.
    words
        For the legend.
    """

    shape: str
    css: str
    words: str

    @property
    def drawn(self) -> Drawing:
        """The sign alone, for the legend."""
        drawing = Drawing(18, 18, self.words, left=-9, top=-9)
        drawing.mark(self.shape, 0, 0, css=self.css)
        return drawing
