"""The measured part of ``docs/realism.md``: tables between two marks, and pictures beside it.

Belongs here: what the page says of each configuration. Does not belong here: the words around it,
which are written by hand, and the report of a single run (``report``).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from fraudsim_assets.catalog import build_catalogs
from fraudsim_assets.config import load_config
from fraudsim_assets.errors import StorageError
from fraudsim_assets.evaluation.days import collect
from fraudsim_assets.evaluation.realism.evidence import Evidence
from fraudsim_assets.evaluation.realism.pictures import PICTURES, draw
from fraudsim_assets.evaluation.realism.scorecard import Scorecard, evaluate
from fraudsim_assets.evaluation.report import Sheet, number
from fraudsim_assets.simulation import World

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
"""Marks in the page; what lies between them is written again."""

SHOWN = ("week", "sectors", "merchants", "distance", "exploration")
"""Pictures on the page."""

MAIN_CONFIG = "demo"

PRESETS: Mapping[str, Mapping[str, Any]] = {
    "uk": {},
    "us_debit": {},
    "au": {},
    "full": {
        "population": {"customers": 40_000, "cards": 60_000, "merchants": 12_000},
        "activity": {"transactions_per_day": 40_000},
    },
}
"""Other configurations measured, with overrides: the full one at a twenty-fifth of its size."""


@dataclass(frozen=True)
class Measured:
    """A configuration with its evidence and its verdicts."""

    name: str
    evidence: Evidence
    card: Scorecard


def measured(name: str, days: int, overrides: Mapping[str, Any] | None = None) -> Measured:
    """Make and judge the first days of a configuration, whatever the environment says."""
    config = load_config(name, overrides=overrides or {}, env={})
    world = World(config, build_catalogs(config))
    evidence = collect(Evidence.empty(world), [config.start_date + timedelta(days=i) for i in range(days)])
    return Measured(name, evidence, evaluate(evidence))


def write_page(page: Path, main: Measured, others: Iterable[Measured]) -> list[Path]:
    """Write the measured part of a page again, and its pictures to the folder ``images`` beside it.

    Returns
    -------
    list of Path
        Files written.

    Raises
    ------
    StorageError
        If the page has no marks to write between.
    """
    text = page.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise StorageError(f"{page} has no part between {BEGIN!r} and {END!r} to write again")
    drawn = draw(main.evidence.view())
    images = {page.parent / "images" / f"scorecard-{name}.svg": drawn[name] for name in SHOWN if name in drawn}
    for path, drawing in images.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(drawing.svg() + "\n", encoding="utf-8")
    captions = {picture.name: picture.caption for picture in PICTURES}
    pictures = "".join(f"![{captions[n]}](images/scorecard-{n}.svg)\n\n" for n in SHOWN if n in drawn)
    parts = [BEGIN, "\n\n", _summary(main.card), "\n", _misses(main.card), _unmeasured(main.card)]
    parts += ["## Pictures\n\n", pictures, _presets([main, *others]), "\n", END]
    page.write_text(before + "".join(parts) + after, encoding="utf-8")
    return [page, *images]


def _summary(card: Scorecard) -> str:
    none = len(card.verdicts) - card.measured
    return (
        f"`configs/{MAIN_CONFIG}.yaml`, {card.n_days} days from {card.first}, {card.n_rows:,} rows: **{card.met} of "
        f"{card.measured} measurable targets met ({card.share_met:.0%})**; {none} not measurable in so short a range.\n"
    )


def _misses(card: Scorecard) -> str:
    rows = [
        (
            v.target.id,
            v.target.name,
            *(number(x, v.target.unit) for x in (v.measured, v.aim.low, v.aim.high)),
            v.target.remark,
        )
        for v in card.misses
    ]
    return _table(("target", "missed", "measured", "from", "to", "note"), rows) or "Nothing was missed.\n\n"


def _unmeasured(card: Scorecard) -> str:
    rows = [(v.target.id, v.target.name, v.reason) for v in card.verdicts if v.status == "not measurable"]
    return _table(("target", "not measurable", "why"), rows)


def _presets(all_measured: Iterable[Measured]) -> str:
    rows = [
        (
            f"`{m.name}`",
            m.card.region,
            f"{m.card.n_rows:,}",
            f"{m.card.met} of {m.card.measured} ({m.card.share_met:.0%})",
            ", ".join(v.target.id for v in m.card.misses),
        )
        for m in all_measured
    ]
    return (
        "## Presets\n\nEach is held against the numbers of its own region where there are any. `full` is measured "
        "at a twenty-fifth of its size.\n\n"
    ) + _table(("configuration", "region", "rows", "met", "missed"), rows)[:-1]


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table with an empty line after it; nothing where there are no rows."""
    return "\n".join([*Sheet("", head, rows).markdown(), "", ""]) if rows else ""
