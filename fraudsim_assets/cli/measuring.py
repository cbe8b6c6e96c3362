"""``fraudsim scorecard`` and ``difficulty``: how real the payments are, how hard the fraud is to find.

Belongs here: collecting days, and the tables of verdicts. Does not belong here: targets, measures
and detectors (``fraudsim_assets.scorecard``, ``fraudsim_assets.difficulty``).
"""

import os
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fraudsim_assets.cli.exit_codes import ExitCode
from fraudsim_assets.cli.options import ConfigOption, JsonOption, SetOption, StartOption
from fraudsim_assets.cli.output import Output
from fraudsim_assets.cli.session import Session, open_session
from fraudsim_assets.config.layers import CONFIG_VARIABLE

if TYPE_CHECKING:
    from fraudsim_assets.scorecard.model import Verdict

DEFAULT_CONFIG = "demo"
EXAMINED = (
    "population.customers=54000",
    "population.cards=113400",
    "population.merchants=30000",
    "activity.transactions_per_day=60000",
)
"""The demo made three times as large, so that scores rest on some 650 campaigns of the test days."""

DaysOption = Annotated[int, typer.Option("--days", "-n", min=1, max=3_660, help="Number of days, from --start on.")]
StrictOption = Annotated[bool, typer.Option("--strict", help="End with exit code 1 if something is outside its band.")]


def scorecard(
    config: ConfigOption = None,
    start: StartOption = None,
    days: DaysOption = 91,
    settings: SetOption = None,
    *,
    strict: StrictOption = False,
    as_json: JsonOption = False,
) -> None:
    """Compare payments with published numbers about real ones.

    Days in the store are read, others are made on the way; nothing is written. Without a
    configuration, that is the demo's.
    """
    from fraudsim_assets.cli.source import DaySource
    from fraudsim_assets.scorecard.evaluation import evaluate, summary
    from fraudsim_assets.scorecard.evidence import Evidence

    session = measured_session(config, settings, Output(as_json))
    wanted = days_from(session, start, days)
    source = DaySource(session, wanted)
    evidence = Evidence.empty(source.world)
    with session.output.progress("days", total=len(wanted)) as advance:
        for day in wanted:
            evidence.add_day(day, source.day(day))
            advance(str(day))
    card = evaluate(evidence)
    if as_json:
        session.output.result({**summary(card), "verdicts": [_as_dict(verdict) for verdict in card.verdicts]})
    else:
        title = f"{card.n_rows:,} rows of {card.first} to {card.last}, against numbers of region {card.region}"
        columns = ("target", "what", "measured", "error", "from", "to", "unit", "")
        session.output.table(title, columns, [_row(verdict) for verdict in card.verdicts])
        session.output.say(f"{card.met} of {card.measured} measurable targets met")
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
    *,
    strict: StrictOption = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Write all tables as Markdown.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Measure how hard the fraud is to find, with the detectors that people really use.

    Needs the extra ``evaluation``. Days in the store are read, others are made on the way; nothing
    is written. Without a configuration, that is the demo's, made three times as large: some minutes
    and 3 GB of memory.
    """
    import polars as pl

    from fraudsim_assets.cli.source import DaySource
    from fraudsim_assets.difficulty import Protocol, measure
    from fraudsim_assets.difficulty.report import as_markdown, counts, sheets

    if config is None and CONFIG_VARIABLE not in os.environ:
        settings = [*EXAMINED, *(settings or ())]
    session = measured_session(config, settings, Output(as_json))
    protocol = Protocol() if days is None else Protocol.of_days(days)
    wanted = days_from(session, start, protocol.days)
    source = DaySource(session, wanted)
    with session.output.progress("days", total=len(wanted)) as advance:

        def frames() -> Iterator[pl.DataFrame]:
            for day in wanted:
                yield source.frame(day)
                advance(str(day))

        customers = pl.DataFrame(source.world.catalogs.customers)
        result = measure(frames(), customers, protocol=protocol, threads=threads)
    verdicts = result.verdicts()
    if as_json:
        bands = [
            {**vars(band), "measured": value, "error": result.errors.get(band.score), "inside": inside}
            for band, value, inside in verdicts
        ]
        session.output.result({**vars(result), "bands": bands})
    elif markdown:
        typer.echo(as_markdown(result))
    else:
        session.output.say(f"{counts(result)}; {wanted[0]} to {wanted[-1]}")
        for sheet in sheets(result):
            session.output.say("")
            session.output.table(sheet.title, sheet.head, sheet.rows)
        session.output.say(f"{sum(inside for *_, inside in verdicts)} of {len(verdicts)} scores in their band")
    if strict and not all(inside for *_, inside in verdicts):
        raise typer.Exit(code=ExitCode.CHECK_FAILED)


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


def _as_dict(verdict: "Verdict") -> dict[str, Any]:
    target, aim = verdict.target, verdict.aim
    measured = verdict.measured if verdict.measured == verdict.measured else None
    return {
        "target": target.id,
        "name": target.name,
        "unit": target.unit,
        "status": verdict.status,
        "measured": measured,
        "error": verdict.error,
        "low": aim.low,
        "high": aim.high,
        "mark": aim.mark,
        "sources": list(aim.sources),
        "reason": verdict.reason,
    }
