"""From a configuration and days to files: the report, the verdicts as JSON, the pictures.

Belongs here: composition and files. Does not belong here: measures and pages.
"""

import json
import math
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from fraudsim_assets.catalog import Catalogs, build_catalogs
from fraudsim_assets.config import Config
from fraudsim_assets.scorecard.charts import draw
from fraudsim_assets.scorecard.evaluation import Scorecard, evaluate, summary
from fraudsim_assets.scorecard.evidence import DaySource, Evidence
from fraudsim_assets.scorecard.model import Verdict
from fraudsim_assets.scorecard.report import report_html
from fraudsim_assets.simulation import World, simulate_day

REPORT, VERDICTS = "scorecard.html", "scorecard.json"


def collect(world: World, days: Iterable[date], *, sources: Mapping[date, DaySource] | None = None) -> Evidence:
    """Collect the evidence of some days.

    Parameters
    ----------
    world
        The world the days belong to.
    days
        Days, each once, in any order.
    sources
        Where to read days from; a day without one is made.
    """
    evidence = Evidence.empty(world)
    for day in days:
        given = sources.get(day) if sources is not None else None
        evidence.add_day(day, simulate_day(world, day) if given is None else given)
    return evidence


def write_scorecard(
    config: Config,
    days: Iterable[date],
    out_dir: Path | str,
    *,
    sources: Mapping[date, DaySource] | None = None,
    catalogs: Catalogs | None = None,
) -> Scorecard:
    """Judge some days of a configuration, and write report, verdicts and pictures to a folder.

    Parameters
    ----------
    config
        With a seed.
    days
        Days, each once, in any order.
    out_dir
        Folder; made if it is not there.
    sources
        Where to read days from: streams, lazy frames, Parquet files or folders. Days without one are made.
    catalogs
        Catalogs of the configuration; made if not given.
    """
    world = World(config, build_catalogs(config) if catalogs is None else catalogs)
    evidence = collect(world, days, sources=sources)
    scorecard = evaluate(evidence)
    write_report(evidence, scorecard, Path(out_dir))
    return scorecard


def write_report(evidence: Evidence, scorecard: Scorecard, out_dir: Path) -> list[Path]:
    """Write ``scorecard.html``, ``scorecard.json`` and one SVG file per picture. Files written."""
    out_dir.mkdir(parents=True, exist_ok=True)
    pictures = draw(evidence.view())
    texts = documents(evidence.world.config, scorecard, pictures)
    texts |= {f"{name}.svg": svg for name, svg in pictures.items()}
    for name, text in texts.items():
        (out_dir / name).write_text(text, encoding="utf-8")
    return [out_dir / name for name in texts]


def documents(config: Config, scorecard: Scorecard, pictures: Mapping[str, str]) -> dict[str, str]:
    """The report and the verdicts, as texts by file name; neither needs another file."""
    verdicts = {**summary(scorecard), "verdicts": [as_json(verdict) for verdict in scorecard.verdicts]}
    return {
        REPORT: report_html(config, scorecard, pictures),
        VERDICTS: json.dumps(verdicts, indent=1) + "\n",
    }


def verdict_table(scorecard: Scorecard) -> pl.DataFrame:
    """Verdicts as a table, one row per target. Numbers are null where not measurable."""
    rows = [as_json(verdict) for verdict in scorecard.verdicts]
    schema = {
        **dict.fromkeys(("id", "name", "unit", "status"), pl.String),
        **dict.fromkeys(("measured", "error", "value", "low", "high"), pl.Float64),
        **dict.fromkeys(("mark", "sources", "reason", "note"), pl.String),
    }
    return pl.DataFrame([{**row, "sources": " ".join(row["sources"])} for row in rows], schema=schema)


def as_json(verdict: Verdict) -> dict[str, Any]:
    """A verdict in plain types."""
    target, aim = verdict.target, verdict.aim
    return {
        "id": target.id,
        "name": target.name,
        "unit": target.unit,
        "status": verdict.status,
        "measured": verdict.measured if math.isfinite(verdict.measured) else None,
        "error": verdict.error,
        "value": aim.value,
        "low": aim.low,
        "high": aim.high,
        "mark": aim.mark,
        "sources": list(aim.sources),
        "reason": verdict.reason,
        "note": target.note,
    }
