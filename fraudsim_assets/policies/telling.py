"""Results told: a table for people, plain values for machines, and a page with curves.

Belongs here: what is shown of a contest. Does not belong here: the contest, the frame of a page
(``fraudsim_assets.pages``) and printing (``cli``).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from fraudsim_assets.config import Config
from fraudsim_assets.pages import render
from fraudsim_assets.pages.drawing import Drawing, Scale, axes, legend, readable
from fraudsim_assets.policies.contest import Contest
from fraudsim_assets.policies.ledger import LINES, View, lines_of
from fraudsim_assets.units import Floats

HEAD: tuple[str, ...] = (
    "policy",
    "net",
    "fraud stopped",
    "of its value",
    "insulted",
    "refused",
    "challenged",
    "reviewed",
    "blocked",
    "net a day",
)
"""Columns of the table: net and values in whole euros, against doing nothing."""

VIEWS: dict[View, str] = {
    "both": "issuer and merchants together",
    "issuer": "the issuer alone",
    "merchant": "the merchants alone",
}
"""Whose money is counted, in words."""

FEW = 5.0
"""Axes of counts reach at least so far, so that their marks are whole numbers. [count]"""

COLOURS = ("var(--none)", "var(--a)", "var(--b)", "var(--c)", "var(--d)", "var(--e)", "var(--bad)")


def table(contest: Contest, view: View) -> list[tuple[Any, ...]]:
    """Rows of the table, under ``HEAD``."""
    rows = []
    for name, result in contest.results.items():
        total, net, stopped = result.total, float(contest.net(name, view).sum()), float(contest.stopped(name).sum())
        counts = (int(total[each]) for each in ("insulted", "refused", "challenged", "reviewed", "blocks"))
        value = contest.nothing.total["fraud_value"]
        share = f"{stopped / value * 100:.1f} %" if value else ""
        rows.append((name, round(net), round(stopped), share, *counts, round(net / result.days.height)))
    return rows


def gains_table(contest: Contest, view: View) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    """Head and rows: line by line, what each policy brings more than doing nothing. [whole EUR]"""
    names = [name for name in contest.results if name != contest.nothing.name]
    gains = {name: contest.gains(name, view) for name in names}
    rows = [
        (line.replace("_", " "), LINES[line].payer, *(round(gains[name][line]) for name in names))
        for line in lines_of(view)
    ]
    return ("line", "whose", *names), [*rows, ("net", "", *(round(sum(gains[name].values())) for name in names))]


def as_dict(contest: Contest, view: View) -> dict[str, Any]:
    """Results in plain types."""
    days = contest.nothing.days["day"]
    return {
        "start": days[0].isoformat(),
        "end": days[-1].isoformat(),
        "view": view,
        "warm_up_days": contest.warm_up,
        "warm_up_seconds": contest.seconds,
        "policies": {
            name: {
                "net": float(contest.net(name, view).sum()),
                "fraud_stopped": float(contest.stopped(name).sum()),
                "gains": contest.gains(name, view),
                "totals": result.total,
                "net_by_day": contest.net(name, view).to_list(),
                "decisions": len(result.log),
                "log_digest": result.log.digest,
                "seconds": result.seconds,
            }
            for name, result in contest.results.items()
        },
    }


def page(contest: Contest, config: Config, view: View) -> str:
    """Write the page: HTML without any reference to other files."""
    days = contest.nothing.days["day"]
    head, rows = gains_table(contest, view)
    return render(
        "policies.html",
        title="What would this detector have saved?",
        about=(
            f"{days[0]} to {days[-1]}, {int(contest.nothing.total['payments']):,} payments, seed {config.seed}; "
            f"counted is the money of {VIEWS[view]}, in euros, against doing nothing."
        ),
        head=HEAD,
        rows=[_told(row) for row in table(contest, view)],
        figures=_figures(contest, view),
        lines_head=head,
        lines=[_told(row) for row in rows],
        meanings={name.replace("_", " "): line.about for name, line in LINES.items() if name in lines_of(view)},
        costs=_settings(config),
    )


def _figures(contest: Contest, view: View) -> list[tuple[Drawing, str]]:
    """Pictures with what to look for in them."""
    found = [(net_curves(contest, view), "Net against doing nothing, added up over the days. Higher is better.")]
    if any(result.total["insulted_customers"] for result in contest.results.values()):
        found.append(
            (trade_off(contest), "Each line is a policy going through the days; further up and left is better.")
        )
    if any(result.total["waiting"] for result in contest.results.values()):
        found.append((queue(contest), "A line that grows, and leaves the dashed one behind, means too few analysts."))
    return found


def _told(row: Sequence[Any]) -> list[str]:
    return [f"{value:,}" if isinstance(value, int) else value for value in row]


def _settings(config: Config) -> list[tuple[str, Any, str]]:
    """Settings that results rest on: name, value, meaning."""
    found = []
    for part in type(config.policies).model_fields:
        section = getattr(config.policies, part)
        if hasattr(type(section), "model_fields"):
            for name, field in type(section).model_fields.items():
                found.append((f"policies.{part}.{name}", getattr(section, name), field.description))
    return found


def _day_axis(contest: Contest, scale: Scale) -> list[tuple[float, str]]:
    days = contest.nothing.days["day"]
    step = max(len(days) // 6, 1)
    return [(at + 1, f"{days[at]:%d %b}") for at in range(0, len(days), step) if at + 1 <= scale.high]


def _ends(values: Sequence[Floats]) -> tuple[float, float]:
    low, high = min(float(v.min()) for v in values), max(float(v.max()) for v in values)
    room = (high - low) * 0.06 or 1.0
    return min(low, 0.0) - (room if low < 0 else 0.0), max(high, 0.0) + room


def net_curves(contest: Contest, view: View) -> Drawing:
    """Net against doing nothing, added up over days."""
    curves = {name: np.concatenate([[0.0], contest.net(name, view).to_numpy().cumsum()]) for name in contest.results}
    drawing = Drawing(760, 330, "Net over days")
    drawing.headline("euros, added up")
    low, high = _ends(list(curves.values()))
    x, y = Scale(0, len(next(iter(curves.values()))) - 1, 60, 620), Scale(low, high, 290, 46)
    axes(drawing, x, y, x_text=_day_axis(contest, x))
    places = _apart([(float(y(curve[-1])), name) for name, curve in curves.items()])
    for number, (name, curve) in enumerate(curves.items()):
        colour = COLOURS[number % len(COLOURS)]
        drawing.path(x(np.arange(len(curve))), y(curve), colour=colour)
        drawing.text(626, places[name] + 4, f"{name} {readable(round(float(curve[-1])))}", css="legend")
        drawing.mark("dot", 620, float(y(curve[-1])), fill=colour)
    return drawing


def trade_off(contest: Contest) -> Drawing:
    """Share of the value of fraud that is stopped, against genuine customers insulted; one line per policy."""
    drawing = Drawing(760, 330, "Fraud stopped against customers insulted")
    drawing.headline("share of the value of all fraud, and genuine customers refused for the first time, added up")
    value = max(contest.nothing.total["fraud_value"], 1e-9)
    curves = {
        name: (
            np.concatenate([[0.0], result.days["insulted_customers"].to_numpy().cumsum()]),
            np.concatenate([[0.0], contest.stopped(name).to_numpy().cumsum() / value]),
        )
        for name, result in contest.results.items()
    }
    most = max(float(across[-1]) for across, _ in curves.values())
    low = min(0.0, *(float(up.min()) for _, up in curves.values()))
    x, y = Scale(0, max(most * 1.05, FEW), 60, 560), Scale(low, 1.02, 280, 46)
    axes(drawing, x, y, x_name="customers insulted", y_text=[(v / 4, f"{v * 25} %") for v in range(5)])
    for number, (across, up) in enumerate(curves.values()):
        colour = COLOURS[number % len(COLOURS)]
        drawing.path(x(across), y(up), colour=colour)
        drawing.mark("large dot", float(x(across[-1])), float(y(up[-1])), fill=colour)
    legend(drawing, 590, 60, [(COLOURS[n % len(COLOURS)], name) for n, name in enumerate(contest.results)])
    return drawing


def queue(contest: Contest) -> Drawing:
    """Reviews that came in or waited, and those that ended, by day."""
    drawing = Drawing(760, 330, "Queue of reviews")
    drawing.headline("payments left over or sent in on each day (line), and those reviewed on it (dashed)")
    results = contest.results
    days = len(contest.nothing.days)
    most = max(float(result.days["waiting"].to_numpy().max()) for result in results.values())
    x, y = Scale(1, max(days, 2), 60, 560), Scale(0, max(most * 1.05, 1.0), 290, 46)
    axes(drawing, x, y, x_text=_day_axis(contest, x))
    for number, result in enumerate(results.values()):
        colour = COLOURS[number % len(COLOURS)]
        at = x(np.arange(1, days + 1))
        drawing.path(at, y(result.days["waiting"].to_numpy()), colour=colour)
        drawing.path(at, y(result.days["reviewed"].to_numpy()), colour=colour, width=1, dash="4 3")
    legend(drawing, 590, 60, [(COLOURS[n % len(COLOURS)], name) for n, name in enumerate(results)])
    return drawing


def _apart(places: list[tuple[float, str]]) -> dict[str, float]:
    """Places of labels, moved apart so that they can be read. [px]"""
    found: dict[str, float] = {}
    last = float("-inf")
    for place, name in sorted(places):
        last = max(place, last + 15)
        found[name] = last
    return found
