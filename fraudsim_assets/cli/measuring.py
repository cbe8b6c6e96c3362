"""``fraudsim scorecard``, ``difficulty`` and ``leaks``: how real payments are, how hard the fraud is to find.

Belongs here: collecting days, and what is printed. Does not belong here: targets, measures and detectors
(``fraudsim_assets.evaluation``).
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fraudsim_assets.cli.exit_codes import ExitCode
from fraudsim_assets.cli.options import ConfigOption, JsonOption, SetOption, StartOption
from fraudsim_assets.cli.output import Output
from fraudsim_assets.cli.session import Session, open_session
from fraudsim_assets.config.layers import CONFIG_VARIABLE
from fraudsim_assets.errors import ConfigError

if TYPE_CHECKING:
    import polars as pl

    from fraudsim_assets.evaluation.days import C
    from fraudsim_assets.evaluation.report import Sheet
    from fraudsim_assets.evaluation.targets import Verdict
    from fraudsim_assets.simulation import World

DEFAULT_CONFIG, DEFAULT_DAYS = "demo", 91
COLUMNS = ("target", "what", "measured", "error", "from", "to", "unit", "")
FolderOption = Annotated[
    Path | None,
    typer.Option("--out", metavar="FOLDER", help="Write the report as a page and as JSON too.", show_default=False),
]
StrictOption = Annotated[bool, typer.Option("--strict", help="End with exit code 1 if something is outside its band.")]


def scorecard(
    config: ConfigOption = None,
    start: StartOption = None,
    days: Annotated[
        int | None,
        typer.Option(
            "--days", "-n", min=1, max=3_660, help="Number of days, from --start on. Default: 91.", show_default=False
        ),
    ] = None,
    settings: SetOption = None,
    folder: FolderOption = None,
    series: Annotated[
        str | None,
        typer.Option(
            "--series",
            metavar="NAME|FILE",
            help="Hold a whole year against a published one, day by day, instead: ch_2019, us_2019 or a table in TOML.",
            show_default=False,
        ),
    ] = None,
    *,
    strict: StrictOption = False,
    as_json: JsonOption = False,
) -> None:
    """Compare payments with published numbers about real ones.

    Days in the store are read, others are made on the way; no day is written. Without a
    configuration, that is the demo's. With --series, the days are those of the series' year.
    """
    from fraudsim_assets.evaluation.realism.evidence import Evidence
    from fraudsim_assets.evaluation.realism.scorecard import evaluate, summary
    from fraudsim_assets.evaluation.realism.writing import write_report
    from fraudsim_assets.evaluation.report import as_json as verdict_as_json

    session = measured_session(config, settings, Output(as_json))
    if series is not None:
        if start is not None or days is not None:
            raise ConfigError("--series takes the days of its own year; valid is --series without --start and --days")
        _hold_against(session, series, folder, strict=strict)
        return
    evidence = _collected(session, days_from(session, start, days or DEFAULT_DAYS), Evidence.empty)
    card = evaluate(evidence)
    written = [] if folder is None else write_report(evidence, card, folder)
    if as_json:
        verdicts = [{"target": verdict.target.id, **verdict_as_json(verdict)} for verdict in card.verdicts]
        session.output.result({**summary(card), "verdicts": verdicts})
    else:
        title = f"{card.n_rows:,} rows of {card.first} to {card.last}, against numbers of region {card.region}"
        session.output.table(title, COLUMNS, [_row(verdict) for verdict in card.verdicts])
        session.output.say(f"{card.met} of {card.measured} measurable targets met")
        _say_written(session, written)
    if strict and card.missed:
        raise typer.Exit(code=ExitCode.CHECK_FAILED)


def _hold_against(session: Session, name: str, folder: Path | None, *, strict: bool) -> None:
    from fraudsim_assets.evaluation.series.comparison import compare
    from fraudsim_assets.evaluation.series.table import load_series
    from fraudsim_assets.evaluation.series.tally import YearTally, days_to_count, with_year
    from fraudsim_assets.evaluation.series.writing import HEAD, as_dict, sheet, year_report

    series = load_series(name)
    config = with_year(session.config, series)
    if config != session.config:
        session.output.say(f"the world is made to begin on {config.start_date}, so that it has {series.year}")
        session = replace(session, config=config)
    tally = _collected(session, days_to_count(config, series), lambda world: YearTally.empty(world, series))
    year = compare(tally)
    written = [] if folder is None else year_report(tally.world.config, year, folder)
    if session.output.as_json:
        session.output.result(as_dict(tally.world.config, year))
    else:
        session.output.table(f"{series.title}, and this world", HEAD, sheet(year).rows)
        misses = [verdict for verdict in year.all_verdicts if verdict.status == "fail"]
        session.output.table("Misses", COLUMNS, [_row(verdict) for verdict in misses])
        session.output.say(f"{year.met} of {year.measured} measurable targets met")
        _say_written(session, written)
    if strict and year.met < year.measured:
        raise typer.Exit(code=ExitCode.CHECK_FAILED)


def difficulty(
    config: ConfigOption = None,
    start: StartOption = None,
    days: Annotated[
        int | None,
        typer.Option("--days", "-n", min=1, help="Number of days, from --start on. Default: 79.", show_default=False),
    ] = None,
    settings: SetOption = None,
    seeds: Annotated[
        int, typer.Option("--seeds", min=1, help="Number of worlds; their seeds follow from the configuration.")
    ] = 5,
    threads: Annotated[int, typer.Option("--threads", min=1, help="Threads for boosting.")] = 2,
    *,
    folder: FolderOption = None,
    own_seed: Annotated[
        bool, typer.Option("--own-seed", help="Measure the one world of the configured seed instead.")
    ] = False,
    handbook: Annotated[
        bool,
        typer.Option(
            "--handbook",
            help="Take the Fraud Detection Handbook's own features and protocol instead, on web orders; without a "
            "configuration those of the data set handbook.",
        ),
    ] = False,
    strict: StrictOption = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Write all tables as Markdown.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Measure how hard the fraud is to find, with the detectors that people really use.

    Needs the extra ``evaluation``. Several worlds are made on the way and judged together: of each score, the mean and
    at least four of five worlds must be in the band, and none far out. With --own-seed, days in the store are read. No
    day is written. Without a configuration, that is the demo's: some minutes a world, and 3 GB of memory.
    """
    from fraudsim_assets.evaluation.difficulty.measurement import measure
    from fraudsim_assets.evaluation.difficulty.protocol import Protocol
    from fraudsim_assets.evaluation.difficulty.worlds import Judgement
    from fraudsim_assets.evaluation.difficulty.writing import as_dict, as_markdown, counts, documents, sheets
    from fraudsim_assets.evaluation.report import write

    if handbook:
        stand_in = _stand_in(config, settings, Output(as_json))
        _by_the_handbook(stand_in, start, 0 if own_seed else seeds, strict=strict)
        return
    session = measured_session(config, settings, Output(as_json))
    protocol = Protocol() if days is None else Protocol.of_days(days)
    wanted = days_from(session, start, protocol.days)
    worlds = {}
    for seed, part in _worlds(session, 0 if own_seed else seeds):
        worlds[seed] = measure(_payments(part, wanted), protocol=protocol, threads=threads)
        typer.echo(_progress(seed, worlds[seed].scores), err=True)
    judged = Judgement.of(worlds)
    about = f"{wanted[0]} to {wanted[-1]}, seeds {', '.join(map(str, worlds))}"
    written = [] if folder is None else write(documents(judged, about), folder)
    if as_json:
        session.output.result(as_dict(judged))
    elif markdown:
        typer.echo(as_markdown(judged))
    else:
        session.output.say(f"{counts(judged)}; {about}")
        _say_sheets(session, sheets(judged))
        met = sum(verdict.is_met for verdict in judged.verdicts)
        session.output.say(f"{met} of {len(judged.verdicts)} scores in their band")
        _say_written(session, written)
    if strict and not all(verdict.is_met for verdict in judged.verdicts):
        raise typer.Exit(code=ExitCode.CHECK_FAILED)


def _stand_in(config: str | None, settings: Sequence[str] | None, output: Output) -> Session:
    """Session of the configuration named, or else of the world that stands in for the Handbook's real data."""
    from fraudsim_assets.exports.datasets import dataset

    if config or os.environ.get(CONFIG_VARIABLE):
        return open_session(config, settings, output)
    wanted = dataset("handbook")
    return open_session(wanted.config, [*wanted.overrides, *(settings or ())], output)


def _by_the_handbook(session: Session, start: date | None, seeds: int, *, strict: bool) -> None:
    from fraudsim_assets.cli.source import DaySource
    from fraudsim_assets.evaluation.difficulty.handbook import PROTOCOL, handbook_scores, verdicts
    from fraudsim_assets.evaluation.difficulty.writing import handbook_sheets
    from fraudsim_assets.evaluation.report import as_json
    from fraudsim_assets.exports import handbook_web

    days = days_from(session, start, PROTOCOL.days)
    worlds = {}
    for seed, part in _worlds(session, seeds):
        source = DaySource(part, days)
        frame = handbook_web(source.transactions(), source.catalogs(("customers", "cards", "merchants"))).collect()
        worlds[seed] = handbook_scores(frame)
        typer.echo(f"seed {seed}: {frame.height:,} orders, {frame['TX_FRAUD'].sum():,} of them fraud", err=True)
    judged = verdicts(list(worlds.values()))
    if session.output.as_json:
        bands = [as_json(verdict) for verdict in judged]
        session.output.result({"seeds": list(worlds), "worlds": list(worlds.values()), "bands": bands})
    else:
        _say_sheets(session, handbook_sheets(list(worlds.values()), judged))
    if strict and not all(verdict.is_met for verdict in judged):
        raise typer.Exit(code=ExitCode.CHECK_FAILED)


def _progress(seed: int, scores: Mapping[str, float]) -> str:
    told = ("roc_auc", "average_precision", "recall_at_1pct", "card_precision")
    return f"seed {seed}: " + ", ".join(f"{name} {scores[name]:.3f}" for name in told)


def leaks(
    config: ConfigOption = None,
    start: StartOption = None,
    days: Annotated[int, typer.Option("--days", "-n", min=1, max=3_660, help="Days of each world.")] = 45,
    settings: SetOption = None,
    seeds: Annotated[
        int, typer.Option("--seeds", min=1, help="Number of worlds; their seeds follow from the configuration.")
    ] = 3,
    *,
    own_seed: Annotated[
        bool, typer.Option("--own-seed", help="Search the one world of the configured seed instead.")
    ] = False,
    whole_catalogs: Annotated[
        bool, typer.Option("--whole-catalogs", help="Search catalogs that are not cut at the day of the row, too.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Search for leaks: columns, pairs of columns, ids, order and trees that tell fraud at a glance.

    Needs the extra ``evaluation``. Ends with exit code 1 if something is found. No day is written. Without a
    configuration, that is the demo's: about a minute a world.
    """
    from fraudsim_assets.evaluation.leaks.search import findings, look
    from fraudsim_assets.evaluation.leaks.writing import as_dict, sheets

    session = measured_session(config, settings, Output(as_json))
    wanted = days_from(session, start, days)
    sights = []
    for seed, part in _worlds(session, 0 if own_seed else seeds):
        payments, catalogs = _payments_and_catalogs(part, wanted)
        sights.append(look(payments, catalogs if whole_catalogs else None))
        typer.echo(f"seed {seed}: {sights[-1].rows:,} rows, {sights[-1].frauds:,} of them fraud, searched", err=True)
    found = findings(sights)
    if as_json:
        session.output.result(as_dict(sights, found))
    else:
        _say_sheets(session, sheets(sights, found))
        session.output.say(f"{len(found)} leaks found" if found else "no leak found")
    if found:
        raise typer.Exit(code=ExitCode.CHECK_FAILED)


def _worlds(session: Session, count: int) -> Iterator[tuple[int, Session]]:
    """Sessions of worlds with drawn seeds; of the configured seed alone if the count is 0."""
    from fraudsim_assets.evaluation.difficulty.worlds import drawn_seeds

    for seed in drawn_seeds(session.config, count) if count else [session.seeded.seed or 0]:
        yield seed, replace(session, config=session.config.model_copy(update={"seed": seed}))


def _payments(session: Session, days: Sequence[date]) -> "pl.DataFrame":
    return _payments_and_catalogs(session, days)[0]


def _payments_and_catalogs(session: Session, days: Sequence[date]) -> "tuple[pl.DataFrame, dict[str, pl.DataFrame]]":
    import polars as pl

    from fraudsim_assets.evaluation.difficulty.payments import Payments
    from fraudsim_assets.simulation import with_reissues

    payments = _collected(session, days, Payments)
    catalogs = with_reissues(payments.world)
    return payments.table(), {
        name: pl.DataFrame(getattr(catalogs, name)) for name in ("customers", "cards", "merchants")
    }


def _say_sheets(session: Session, sheets: "Sequence[Sheet]") -> None:
    for sheet in sheets:
        session.output.say("")
        session.output.table(sheet.title, sheet.head, sheet.rows)


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
