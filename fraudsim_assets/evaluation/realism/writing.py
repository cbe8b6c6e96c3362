"""The scorecard as documents: the page, the verdicts as JSON and as a table, the pictures.

Belongs here: what a scorecard's documents hold. Does not belong here: verdicts (``scorecard``), drawings
(``pictures``) and how a report is told (``evaluation.report``).
"""

import json
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from fraudsim_assets.config import Config, config_digest
from fraudsim_assets.evaluation.realism.evidence import Evidence
from fraudsim_assets.evaluation.realism.pictures import PICTURES, draw
from fraudsim_assets.evaluation.realism.scorecard import Scorecard, by_theme, summary
from fraudsim_assets.evaluation.report import Figure, as_json, page, write
from fraudsim_assets.evaluation.targets import REGIONS
from fraudsim_assets.pages.drawing import Drawing

REPORT, VERDICTS = "scorecard.html", "scorecard.json"


def write_report(evidence: Evidence, scorecard: Scorecard, folder: Path) -> list[Path]:
    """Write ``scorecard.html``, ``scorecard.json`` and one SVG file per picture. Files written."""
    pictures = draw(evidence.view())
    texts = documents(evidence.world.config, scorecard, pictures)
    return write(texts | {f"{name}.svg": drawing.svg() for name, drawing in pictures.items()}, folder)


def documents(config: Config, scorecard: Scorecard, pictures: Mapping[str, Drawing]) -> dict[str, str]:
    """The report and the verdicts, as texts by file name; neither needs another file."""
    verdicts = {**summary(scorecard), "verdicts": [as_json(verdict) for verdict in scorecard.verdicts]}
    figures = [Figure(p.name, pictures[p.name], p.caption) for p in PICTURES if p.name in pictures]
    about = (
        f"{scorecard.first:%d %B %Y} to {scorecard.last:%d %B %Y}, {scorecard.n_days} days, {scorecard.n_rows:,} rows, "
        f"seed {config.seed}, configuration {config_digest(config)[:12]}; held against published numbers on "
        f"{REGIONS[scorecard.region]}. A target is met when the measure lies in its band, widened by two standard "
        "errors of its sampling error. Bands of judged and recalled targets are defaults, not facts."
    )
    return {
        REPORT: page("Scorecard of simulated payments", about, by_theme(scorecard), figures=figures),
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
