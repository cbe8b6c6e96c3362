"""The portrait of a day, and its page.

Belongs here: what is shown of a profile. Does not belong here: the numbers (``fraudsim_assets.quality.profile``)
and how pages are made (``fraudsim_assets.pages``).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from fraudsim_assets.cli.output import shown
from fraudsim_assets.pages import render
from fraudsim_assets.pages.drawing import Drawing, Scale, columns

MOST = 10
"""Values of a column that are shown one by one. [count]"""


@dataclass(frozen=True)
class Portrait:
    """Profile of a day, with where it comes from.

    Attributes
    ----------
    metrics
        Single numbers by name, as of ``quality.profile.Profile.metrics``.
    histograms
        Rows by bucket. [count]
    """

    title: str
    source: str
    seed: str
    config_digest: str
    metrics: Mapping[str, float]
    histograms: Mapping[str, Mapping[str, int]]


def page(portrait: Portrait) -> str:
    """Write the page."""
    return render(
        "profile.html",
        title=portrait.title,
        portrait=portrait,
        hours=_drawn(hours_of(portrait)),
        numbers=[(name, shown(value)) for name, value in portrait.metrics.items()],
        mixes=mixes_of(portrait),
    )


def _drawn(counts: list[int]) -> Drawing:
    drawing = Drawing(960, 170, "rows by hour")
    x, y = Scale(0, 24, 0, 960), Scale(0, max(counts, default=0) or 1, 146, 2)
    columns(drawing, x, y, counts, hints=[f"{hour} h: {count:,}" for hour, count in enumerate(counts)])
    for hour in range(24):
        drawing.text(float(x(hour + 0.5)), 163, str(hour), anchor="middle", css="soft")
    return drawing


def hours_of(portrait: Portrait) -> list[int]:
    """Rows by hour of the merchant's day. (24,) [count]"""
    found = portrait.histograms.get("hour_local", {})
    return [found.get(f"{hour:02d}", 0) for hour in range(24)]


def mixes_of(portrait: Portrait) -> dict[str, list[tuple[str, int]]]:
    """Most common values first, for columns with few values; what is left in one line."""
    mixes = {}
    for name, found in portrait.histograms.items():
        if name.startswith("hour_") or not found:
            continue
        if name == "billing_amount":
            mixes[name] = sorted(found.items(), key=lambda pair: _first_number(pair[0]))
            continue
        ordered = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
        rest = sum(count for _, count in ordered[MOST:])
        mixes[name] = ordered[:MOST] + ([(f"{len(ordered) - MOST} others", rest)] if rest else [])
    return mixes


def _first_number(label: str) -> int:
    return -1 if label.startswith("under") else int(label.split(maxsplit=1)[0])
