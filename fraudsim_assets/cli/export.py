"""``fraudsim export``: transactions in other people's shapes.

Belongs here: options and the report. Does not belong here: the shapes
(``fraudsim_assets.exports``), and finding the rows (``source``).
"""

import time
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fraudsim_assets.cli.options import (
    ConfigOption,
    DateOption,
    DecisionsOption,
    EndOption,
    JsonOption,
    ScaleOption,
    SetOption,
    StartOption,
    day_option,
)
from fraudsim_assets.cli.output import Output, sized
from fraudsim_assets.cli.session import open_session
from fraudsim_assets.cli.source import DaySource
from fraudsim_assets.errors import ConfigError

if TYPE_CHECKING:
    from fraudsim_assets.exports import ExportReport


def _complete_view(incomplete: str) -> list[str]:
    from fraudsim_assets.exports import VIEWS
    from fraudsim_assets.exports.graph import NAME

    return [name for name in (*VIEWS, NAME) if name.startswith(incomplete)]


def export(  # noqa: PLR0913 - what a user may ask for
    view: Annotated[
        str,
        typer.Argument(
            help="The shape: bank, training, customers, cards, merchants, account_events, model, model_events, "
            "sparkov, handbook, tabformer or graph (see docs/exports.md).",
            autocompletion=_complete_view,
        ),
    ],
    target: Annotated[Path, typer.Argument(help="File to write; for handbook and graph a folder.")],
    *,
    config: ConfigOption = None,
    day: DateOption = None,
    start: StartOption = None,
    end: EndOption = None,
    settings: SetOption = None,
    scale: ScaleOption = None,
    decisions: DecisionsOption = None,
    file_format: Annotated[
        str | None,
        typer.Option(
            "--format", "-f", metavar="FORMAT", help="parquet, csv or, for handbook, pickle.", show_default=False
        ),
    ] = None,
    known_on: Annotated[
        date | None,
        day_option(
            "--known-on",
            text="The day whose knowledge shows in labels (training, model, graph) or catalogs. Default: the last day.",
        ),
    ] = None,
    currency: Annotated[
        str | None,
        typer.Option(
            metavar="CODE", help="For handbook: billing currency. Default: that of most cards.", show_default=False
        ),
    ] = None,
    gap_days: Annotated[int, typer.Option(min=0, help="For training: last days left out.")] = 0,
    keep_genuine: Annotated[
        float | None,
        typer.Option(
            metavar="SHARE",
            help="For bank, training and model: keep all accounts with fraud and this share of the others, each whole, "
            "and give every row a weight that makes up for it.",
            show_default=False,
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Write transactions in another shape: a bank's view, a training set, or a public data set's format.

    Days that are all in the store are read from there; otherwise they are made on the way, and
    nothing but the export is written.
    """
    from fraudsim_assets.cli.days import requested_days
    from fraudsim_assets.exports import VIEWS
    from fraudsim_assets.exports import export as write_export
    from fraudsim_assets.exports.graph import NAME

    if view not in (*VIEWS, NAME):
        raise ConfigError(f"{view!r} is no view; valid are {', '.join((*VIEWS, NAME))}")
    session = open_session(config, settings, Output(as_json), scale=scale, decisions=decisions)
    days = requested_days(session.seeded, day, start, end)
    known_on = known_on or days[-1]
    left_out = _days_left_out(days, known_on, gap_days) if view == "training" else []
    source = DaySource(session, days)
    begun = time.perf_counter()
    if view == NAME:
        report = _graph(source, target, file_format, known_on, days[-1], keep_genuine)
    else:
        report = write_export(
            view,
            transactions=source.events() if VIEWS[view].of_events else source.transactions(),
            catalogs=source.catalogs(sorted({*VIEWS[view].catalogs, *(() if keep_genuine is None else ("cards",))})),
            target=target,
            fmt=_format(view, file_format, target),
            labels=source.labels(known_on) if VIEWS[view].labelled else None,
            known_on=known_on,
            gap_days=gap_days,
            currency=currency,
            keep_genuine=keep_genuine,
            reference=session.seeded.reference.resolved,
        )
    _report(session.output, report, left_out, seconds=time.perf_counter() - begun)


def _graph(
    source: DaySource, folder: Path, fmt: Any, known_on: date, end: date, keep_genuine: float | None
) -> "ExportReport":
    from fraudsim_assets.exports import export_graph
    from fraudsim_assets.exports.graph import FORMATS

    if keep_genuine is not None:
        raise ConfigError(
            "--keep-genuine thins accounts, whose neighbours a graph would lose; it goes with other views"
        )
    return export_graph(
        transactions=source.transactions(),
        catalogs=source.catalogs(("customers", "cards", "merchants")),
        labels=source.labels(known_on),
        events=source.events(),
        end=end,
        folder=folder,
        fmt=fmt or FORMATS[0],
        known_on=known_on,
    )


def _days_left_out(days: Sequence[date], known_on: date, gap_days: int) -> Sequence[date]:
    """Days whose labels a training set cannot have."""
    last = known_on - timedelta(days=gap_days)
    if last < days[0]:
        raise ConfigError(
            f"a training set of {known_on} with a gap of {gap_days} days ends on {last}, before the first day "
            f"{days[0]}; give a later --known-on, a smaller --gap-days or an earlier --start"
        )
    return [day for day in days if day > last]


def _format(view: str, asked: str | None, target: Path) -> Any:
    """Format asked for, or told by the file's name, or the view's first."""
    from fraudsim_assets.exports import VIEWS

    formats = VIEWS[view].formats
    told = target.suffix.removeprefix(".")
    if asked or told in formats:
        return asked or told
    if told and not VIEWS[view].daily:
        raise ConfigError(f"{target} does not tell a format of {view}; valid are .{', .'.join(formats)}, or --format")
    return formats[0]


def _report(output: Output, report: "ExportReport", days_left_out: Sequence[date], *, seconds: float) -> None:
    if output.as_json:
        output.result(
            {
                **vars(report),
                "files": [str(path) for path in report.files],
                "rows_left_out": report.rows_left_out,
                "days_left_out": [str(day) for day in days_left_out],
            }
        )
        return
    for path in report.files[:20]:
        output.say(str(path))
    if len(report.files) > 20:
        output.say(f"and {len(report.files) - 20} more")
    left_out = f", {report.rows_left_out:,} rows left out" if report.rows_left_out else ""
    if days_left_out:
        output.say(
            f"{len(days_left_out)} days from {days_left_out[0]} to {days_left_out[-1]} left out: "
            "they are after the last day that --known-on and --gap-days let in"
        )
    size = sized(report.written_bytes)
    output.say(f"{report.view} as {report.fmt}: {report.rows_written:,} rows, {size} in {seconds:.1f} s{left_out}")
