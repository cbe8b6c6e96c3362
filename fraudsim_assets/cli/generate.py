"""``fraudsim generate``, ``backfill`` and ``catalogs``: making data.

Belongs here: the three commands and their reports. Does not belong here: the making (``days``,
``catalogs``).
"""

import time
from collections.abc import Sequence
from contextlib import closing
from datetime import date
from typing import Annotated

import typer

from fraudsim_assets.cli.options import (
    CheckOption,
    ConfigOption,
    DateOption,
    DecisionsOption,
    EndOption,
    JsonOption,
    ScaleOption,
    SetOption,
    StartOption,
    VerboseOption,
)
from fraudsim_assets.cli.output import Output, sized
from fraudsim_assets.cli.session import Session, open_session

WorkersOption = Annotated[int, typer.Option("--workers", "-w", min=1, max=256, help="Processes.")]
ReplaceOption = Annotated[
    bool,
    typer.Option("--replace-world", help="Remove the world that is there, all of it, if it is another than this one."),
]
MissingOption = Annotated[bool, typer.Option("--missing", help="Only days that are not in the store yet.")]


def generate(
    config: ConfigOption = None,
    day: DateOption = None,
    start: StartOption = None,
    end: EndOption = None,
    settings: SetOption = None,
    scale: ScaleOption = None,
    *,
    decisions: DecisionsOption = None,
    check: CheckOption = True,
    replace_world: ReplaceOption = False,
    as_json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Make days, and first the catalogs they need.

    A store holds one world: another seed or other settings that change rows are refused. Making a
    day again replaces it (see storage.if_exists), with the same rows.
    """
    session = open_session(config, settings, Output(as_json, verbose), scale=scale, decisions=decisions)
    _make(session, (day, start, end), check=check, replace_world=replace_world)


def backfill(
    config: ConfigOption = None,
    start: StartOption = None,
    end: EndOption = None,
    settings: SetOption = None,
    scale: ScaleOption = None,
    workers: WorkersOption = 2,
    *,
    decisions: DecisionsOption = None,
    missing: MissingOption = False,
    replace_world: ReplaceOption = False,
    check: CheckOption = True,
    as_json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Make many days with several processes.

    No day depends on another, so the number of processes changes the time and nothing else.
    """
    session = open_session(config, settings, Output(as_json, verbose), scale=scale, decisions=decisions)
    _make(session, (None, start, end), check=check, replace_world=replace_world, workers=workers, missing=missing)


def catalogs(
    config: ConfigOption = None,
    settings: SetOption = None,
    scale: ScaleOption = None,
    *,
    decisions: DecisionsOption = None,
    replace_world: ReplaceOption = False,
    as_json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Make the catalogs: customers, cards and merchants."""
    from fraudsim_assets.cli.catalogs import ready_catalogs

    session = open_session(config, settings, Output(as_json, verbose), scale=scale, decisions=decisions)
    session = session.enter(replace_world=replace_world)
    begun = time.perf_counter()
    written = ready_catalogs(session, again=True)
    _report(session, written, [], seconds=time.perf_counter() - begun)


def _make(
    session: Session,
    asked: tuple[date | None, date | None, date | None],
    *,
    check: bool,
    replace_world: bool,
    workers: int = 1,
    missing: bool = False,
) -> None:
    from fraudsim_assets.cli.catalogs import ready_catalogs
    from fraudsim_assets.cli.days import TABLES, make_days, requested_days
    from fraudsim_assets.cli.writing import publish

    days = requested_days(session.config, *asked)
    session = session.enter(replace_world=replace_world)
    for table in TABLES:
        session.store.demand_turn(table, days, session.config.start_date)
    begun = time.perf_counter()
    with session.publisher.served():
        written = ready_catalogs(session)
        days = _missing(session, days) if missing else days
        made = []
        with (
            session.output.progress("days", total=len(days)) as advance,
            # closed at once if a signal falls between two days: a pool that is still open at the end would go on
            closing(make_days(session, days, check=check, workers=workers)) as days_made,
        ):
            for done in days_made:
                for one in done:
                    publish(session, one)
                made += done
                advance(done[0].partition)
    _report(session, written, sorted(made, key=lambda done: (done.partition, done.table)), time.perf_counter() - begun)


def _missing(session: Session, days: Sequence[date]) -> list[date]:
    from fraudsim_assets.cli.days import TABLES
    from fraudsim_assets.storage.world import whole_days

    there = set.intersection(*(whole_days(session.store, session.config, table) for table in TABLES))
    return [day for day in days if day.isoformat() not in there]


def _report(session: Session, catalogs: Sequence, days: Sequence, seconds: float) -> None:
    output = session.output
    everything = [*catalogs, *days]
    if output.as_json:
        output.result(
            {
                "seed": session.config.seed,
                "place": session.store.place,
                "seconds": seconds,
                "catalogs": [done.as_dict() for done in catalogs],
                "days": [done.as_dict() for done in days],
            }
        )
        return
    columns = ("table", "partition", "rows", "fraud", "size", "seconds", "")
    rows = [
        (
            done.table,
            done.partition,
            done.facts.rows,
            done.facts.fraud_rows,
            sized(done.facts.written_bytes or 0),
            round(done.facts.seconds, 2),
            "left alone, identical" if done.skipped else "; ".join(done.warnings),
        )
        for done in (everything if len(everything) <= 40 else [*everything[:20], *everything[-20:]])
    ]
    total = sum(done.facts.rows for done in everything)
    if rows:
        output.table(f"seed {session.config.seed}, {session.store.place}", columns, rows)
    output.say(f"{len(everything)} partitions, {total:,} rows in {seconds:.1f} s")
