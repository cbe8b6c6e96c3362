"""A world's year as documents: the page, JSON, the table of lines, the pictures.

Belongs here: what the documents hold. Does not belong here: comparing (``comparison``) and drawing (``pictures``).
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from fraudsim_assets.config import Config, config_digest
from fraudsim_assets.evaluation.report import Figure, Sheet, as_json, page, write
from fraudsim_assets.evaluation.series.comparison import Comparison, Year
from fraudsim_assets.evaluation.series.pictures import year_picture
from fraudsim_assets.pages.drawing import Drawing

REPORT, VERDICTS = "series.html", "series.json"

HEAD = (
    "line",
    "payments a day",
    "correlation of days",
    "that counting allows",
    "named days met",
    "weekdays",
    "months",
    "turn of month",
)
"""Columns of the table of lines."""


def year_report(config: Config, year: Year, folder: Path) -> list[Path]:
    """Write ``series.html``, ``series.json`` and a picture of each judged line. Files written."""
    drawn = pictures(year)
    return write(documents(config, year, drawn) | {f"{n}.svg": d.svg() for n, d in drawn.items()}, folder)


def pictures(year: Year) -> dict[str, Drawing]:
    """Pictures of the judged lines, by name."""
    shown = [found for found in year.comparisons.values() if found.line.judged and found.is_measurable]
    return {f"year-{year.series.name}-{found.name}": year_picture(year.series, found) for found in shown}


def documents(config: Config, year: Year, drawn: Mapping[str, Drawing]) -> dict[str, str]:
    """The page and the numbers, as texts by file name; neither needs another file."""
    figures = [Figure(name, drawing, "") for name, drawing in drawn.items()]
    title = f"A year beside a published one: {year.series.title}"
    told = page(title, about(config, year), year.verdicts, figures=figures, sheets=[sheet(year)])
    return {REPORT: told, VERDICTS: json.dumps(as_dict(config, year), indent=1) + "\n"}


def about(config: Config, year: Year) -> str:
    """What was compared, in a few sentences."""
    series = year.series
    whose = "at merchants of" if series.side == "acquired" else "of people who live in"
    return (
        f"Approved purchases {whose} {series.country} on each local date of {series.year}, by {series.measure}; seed "
        f"{config.seed}, configuration {config_digest(config)[:12]}. {series.remark} Bands are widened by what "
        "counting alone brings. The published year stands in factors of weekdays, weeks, days of the month and named "
        "days; how closely these follow the published days stands with each correlation."
    )


def sheet(year: Year) -> Sheet:
    """Table of lines."""
    return Sheet("by line", HEAD, [_row(year, found) for found in year.comparisons.values()])


def _row(year: Year, found: Comparison) -> tuple[str, ...]:
    own = {v.target.id: v for v in year.all_verdicts if v.target.id.split(".")[1] == found.name}
    days = [verdict for name, verdict in own.items() if name.startswith("Y02")]
    errors = [f"{own[f'{number}.{found.name}'].measured:.3f}" for number in ("Y03", "Y04", "Y05")]
    return (
        found.line.title,
        f"{found.per_day:,.1f}",
        f"{found.correlation:.3f}",
        f"{found.ceiling:.3f}",
        f"{sum(v.is_met for v in days)} of {len(days)}" if days else "",
        *errors,
    )


def as_dict(config: Config, year: Year) -> dict[str, Any]:
    """Everything in plain types; days are against the mean day."""
    series = year.series
    return {
        "series": series.name,
        "title": series.title,
        "source": series.source,
        "year": series.year,
        "measure": series.measure,
        "side": series.side,
        "country": series.country,
        "seed": config.seed,
        "config_digest": config_digest(config),
        "targets_met": year.met,
        "targets_measured": year.measured,
        "lines": {name: _line(found) for name, found in year.comparisons.items()},
        "verdicts": [as_json(verdict) for verdict in year.all_verdicts],
    }


def _line(found: Comparison) -> dict[str, Any]:
    made, published = found.shapes
    return {
        "title": found.line.title,
        "payments_per_day": found.per_day,
        "correlation": found.correlation,
        "ceiling": found.ceiling,
        "fidelity": found.line.fidelity,
        "weekdays": {"made": _numbers(made.weekday), "published": _numbers(published.weekday)},
        "month_days": {"made": _numbers(made.month_days), "published": _numbers(published.month_days)},
        "days": {"made": _numbers(found.made), "published": _numbers(found.published)},
    }


def _numbers(values: Any) -> list[float]:
    return np.round(np.asarray(values, dtype=np.float64), 4).tolist()
