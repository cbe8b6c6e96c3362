"""``fraudsim scorecard`` and ``difficulty``: how real the payments are, how hard the fraud is to find.

Belongs here: collecting days, and what is printed. Does not belong here: targets, measures and detectors
(``fraudsim_assets.evaluation``).
"""

import os
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fraudsim_assets.cli.exit_codes import ExitCode
from fraudsim_assets.cli.options import ConfigOption, JsonOption, SetOption, StartOption
from fraudsim_assets.cli.output import Output
from fraudsim_assets.cli.session import Session, open_session
from fraudsim_assets.config.layers import CONFIG_VARIABLE

if TYPE_CHECKING:
    from fraudsim_assets.evaluation.days import C
    from fraudsim_assets.evaluation.targets import Verdict
    from fraudsim_assets.simulation import World

DEFAULT_CONFIG = "demo"
EXAMINED = (
    "population.customers=54000",
    "population.cards=113400",
    "population.merchants=30000",
    "activity.transactions_per_day=60000",
)
"""The demo made three times as large, so that scores rest on some 650 campaigns of the test days."""

DaysOption = Annotated[int, typer.Option("--days", "-n", min=1, max=3_660, help="Number of days, from --start on.")]
FolderOption = Annotated[
    Path | None,
    typer.Option("--out", metavar="FOLDER", help="Write the report as a page and as JSON too.", show_default=False),
]
StrictOption = Annotated[bool, typer.Option("--strict", help="End with exit code 1 if something is outside its band.")]


def scorecard(
    config: ConfigOption = None,
    start: StartOption = None,
    days: DaysOption = 91,
    settings: SetOption = None,
    folder: FolderOption = None,
    *,
    strict: StrictOption = False,
    as_json: JsonOption = False,
) -> None:
    """Compare payments with published numbers about real ones.

    Days in the store are read, others are made on the way; no day is written. Without a
    configuration, that is the demo's.
    """
    from fraudsim_assets.evaluation.realism.evidence import Evidence
    from fraudsim_assets.evaluation.realism.scorecard import evaluate, summary
    from fraudsim_assets.evaluation.realism.writing import write_report
    from fraudsim_assets.evaluation.report import as_json as verdict_as_json

    session = measured_session(config, settings, Output(as_json))
    evidence = _collected(session, days_from(session, start, days), Evidence.empty)
    card = evaluate(evidence)
    written = [] if folder is None else write_report(evidence, card, folder)
    if as_json:
        verdicts = [{"target": verdict.target.id, **verdict_as_json(verdict)} for verdict in card.verdicts]
        session.output.result({**summary(card), "verdicts": verdicts})
    else:
        title = f"{card.n_rows:,} rows of {card.first} to {card.last}, against numbers of region {card.region}"
        columns = ("target", "what", "measured", "error", "from", "to", "unit", "")
        session.output.table(title, columns, [_row(verdict) for verdict in card.verdicts])
        session.output.say(f"{card.met} of {card.measured} measurable targets met")
        _say_written(session, written)
    if strict and card.missed:
        raise typer.Exit(code=ExitCode.CHECK_FAILED)


def difficulty(
    config: ConfigOption = None,
    start: StartOption = None,
    days: Annotated[
        int | None,
        typer.Option("--days", "-n", min=1, help="Number of days, from --start on. Default: 79.", show_default=False),
    ] = None,
    settings: SetOption = None,
    threads: Annotated[int, typer.Option("--threads", min=1, help="Threads for boosting.")] = 2,
    folder: FolderOption = None,
    *,
    strict: StrictOption = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Write all tables as Markdown.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Measure how hard the fraud is to find, with the detectors that people really use.

    Needs the extra ``evaluation``. Days in the store are read, others are made on the way; no day
    is written. Without a configuration, that is the demo's, made three times as large: some minutes
    and 3 GB of memory.
    """
    from fraudsim_assets.evaluation.difficulty.measurement import measure
    from fraudsim_assets.evaluation.difficulty.payments import Payments
    from fraudsim_assets.evaluation.difficulty.protocol import Protocol
    from fraudsim_assets.evaluation.difficulty.writing import as_dict, as_markdown, counts, documents, sheets
    from fraudsim_assets.evaluation.report import write

    if config is None and CONFIG_VARIABLE not in os.environ:
        settings = [*EXAMINED, *(settings or ())]
    session = measured_session(config, settings, Output(as_json))
    protocol = Protocol() if days is None else Protocol.of_days(days)
    wanted = days_from(session, start, protocol.days)
    result = measure(_collected(session, wanted, Payments).table(), protocol=protocol, threads=threads)
    about = f"{wanted[0]} to {wanted[-1]}"
    written = [] if folder is None else write(documents(result, about), folder)
    if as_json:
        session.output.result(as_dict(result))
    elif markdown:
        typer.echo(as_markdown(result))
    else:
        session.output.say(f"{counts(result)}; {about}")
        for sheet in sheets(result):
            session.output.say("")
            session.output.table(sheet.title, sheet.head, sheet.rows)
        met = sum(verdict.is_met for verdict in result.verdicts)
        session.output.say(f"{met} of {len(result.verdicts)} scores in their band")
        _say_written(session, written)
    if strict and not all(verdict.is_met for verdict in result.verdicts):
        raise typer.Exit(code=ExitCode.CHECK_FAILED)


def _collected(session: Session, days: Sequence[date], empty: "Callable[[World], C]") -> "C":
    """What a collector keeps of some days, read from the store or made on the way."""
    from fraudsim_assets.cli.source import DaySource

    source = DaySource(session, days)
    collector = empty(source.world)
    with session.output.progress("days", total=len(days)) as advance:
        for day in days:
            collector.add_day(day, source.day(day))
            advance(str(day))
    return collector


def _say_written(session: Session, files: Sequence[Path]) -> None:
    for file in files:
        session.output.say(f"{file} written")


def measured_session(config: str | None, settings: Sequence[str] | None, output: Output) -> Session:
    """Session of a command that measures: of the demo, unless a configuration is named."""
    named = config or os.environ.get(CONFIG_VARIABLE) or DEFAULT_CONFIG
    return open_session(named, settings, output)


def days_from(session: Session, start: date | None, count: int) -> list[date]:
    """List a number of days from a day on, by default from the world's first."""
    from fraudsim_assets.cli.days import requested_days

    first = start or session.config.start_date
    return requested_days(session.seeded, None, first, first + timedelta(days=count - 1))


def _row(verdict: "Verdict") -> tuple[Any, ...]:
    target, aim = verdict.target, verdict.aim
    measured = verdict.status != "not measurable"
    said = verdict.status if measured else f"{verdict.status}: {verdict.reason}"
    numbers = (f"{verdict.measured:.4g}", f"{verdict.error:.2g}") if measured else ("", "")
    return (target.id, target.name, *numbers, f"{aim.low:.4g}", f"{aim.high:.4g}", target.unit, said)
