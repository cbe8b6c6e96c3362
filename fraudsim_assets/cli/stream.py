"""``fraudsim stream``: payments, labels and changes of the catalogs, one after the other, as they happen.

Belongs here: options, signals, progress and the report. Does not belong here: the stream
(``fraudsim_assets.streaming``).
"""

import re
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fraudsim_assets.cli.exit_codes import ExitCode
from fraudsim_assets.cli.options import ConfigOption, DecisionsOption, JsonOption, ScaleOption, SetOption
from fraudsim_assets.cli.output import Output
from fraudsim_assets.cli.session import Session, open_session
from fraudsim_assets.cli.stopping import end_at_once
from fraudsim_assets.errors import ConfigError

if TYPE_CHECKING:
    from fraudsim_assets.streaming import Feed, Life, Pace, Report

_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
_UNITS = {
    "ms": timedelta(milliseconds=1),
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
}
_TELL_SECONDS = 0.5
_LOG_SECONDS = 30.0


def parse_moment(text: str) -> int:
    """Read a moment as ISO 8601; UTC unless it says otherwise. [microseconds since 1970]"""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no moment; valid is 2025-03-01T08:00 (UTC)") from error
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (moment - _EPOCH) // _MICROSECOND


def parse_duration(text: str) -> int:
    """Read a duration such as 500ms, 2s, 10m, 6h or 1d. [microseconds]"""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)", text)
    if found is None:
        raise typer.BadParameter(f"{text!r} is no duration; valid are 500ms, 2s, 10m, 6h and 1d")
    return round(float(found.group(1)) * (_UNITS[found.group(2)] // _MICROSECOND))


def parse_part(text: str) -> tuple[int, int]:
    """Read the i-th of k producers, counted from 0."""
    found = re.fullmatch(r"(\d+)/(\d+)", text)
    if found is None or not int(found.group(1)) < int(found.group(2)):
        raise typer.BadParameter(f"{text!r} is no part; valid are 0/3, 1/3 and 2/3")
    return int(found.group(1)), int(found.group(2))


def _option(*names: str, text: str, parser: Callable[[str], Any], metavar: str) -> Any:
    return typer.Option(*names, parser=parser, metavar=metavar, help=text, show_default=False)


def _duration(name: str, text: str) -> Any:
    return _option(name, text=text, parser=parse_duration, metavar="DURATION")


def _moment(name: str, text: str) -> Any:
    return _option(name, text=text, parser=parse_moment, metavar="TIME")


def _share(text: str) -> Any:
    return typer.Option(metavar="SHARE", help=text, show_default=False)


def stream(  # noqa: PLR0913 - what a user may ask for
    to: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="TARGET",
            help="stdout, FILE, DIR/, kafka://HOST:PORT/TOPIC, redis://HOST:PORT/STREAM, http://HOST/PATH, or null.",
        ),
    ],
    since: Annotated[
        int | None,
        _option(
            "--from", text="Where to start, UTC. Default with --speed live: now.", parser=parse_moment, metavar="TIME"
        ),
    ] = None,
    until: Annotated[
        int | None,
        _option(
            "--to-time",
            text="Where to end, not included. Default: the world's end.",
            parser=parse_moment,
            metavar="TIME",
        ),
    ] = None,
    *,
    speed: Annotated[
        str, typer.Option(metavar="SPEED", help="max, live, or seconds of the stream per second, such as 60.")
    ] = "max",
    part: Annotated[
        Any, _option("--part", text="I/K: be the I-th of K producers, from 0.", parser=parse_part, metavar="I/K")
    ] = "0/1",
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on where the target says that this producer got to.")
    ] = False,
    file_format: Annotated[str, typer.Option("--format", "-f", metavar="FORMAT", help="json or avro.")] = "json",
    catalogs: Annotated[
        str, typer.Option(metavar="WHICH", help="Of the catalogs send none, changes, or all at the start and changes.")
    ] = "changes",
    labels: Annotated[bool, typer.Option("--labels/--no-labels", help="Send labels when the bank learns them.")] = True,
    events: Annotated[
        bool, typer.Option("--events", help="Send what customers do without paying on a topic of its own.")
    ] = False,
    truth: Annotated[bool, typer.Option("--truth", help="Send ground truth on a topic of its own.")] = False,
    late: Annotated[float, _share("Share of payments that arrive late, and so out of order.")] = 0.0,
    late_by: Annotated[int, _duration("--late-by", "The most they are late. Default: 6h.")] = "6h",  # pyright: ignore[reportArgumentType]
    duplicates: Annotated[float, _share("Share of payments that are sent twice.")] = 0.0,
    disorder: Annotated[
        int, _duration("--disorder", "Cards get out of order with each other by up to this. Default: 0s.")
    ] = "0s",  # pyright: ignore[reportArgumentType]
    outages: Annotated[
        float, typer.Option(metavar="NUMBER", help="Mean outages a day, a burst after each.", show_default=False)
    ] = 0.0,
    outage_length: Annotated[int, _duration("--outage-length", "Their mean length. Default: 10m.")] = "10m",  # pyright: ignore[reportArgumentType]
    config: ConfigOption = None,
    settings: SetOption = None,
    scale: ScaleOption = None,
    decisions: DecisionsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send a world as a stream of events: any stretch of time, at any pace, to a broker or a file.

    The events are those of the days that the other commands write. Nothing is kept between runs:
    a position in the stream is a time. See docs/how-to-stream.md.
    """
    from fraudsim_assets.streaming import Life, Pace, open_target, run
    from fraudsim_assets.streaming.encoding import check_encoding

    encoding = check_encoding(file_format)
    life = Life(late, late_by, duplicates, disorder, outages, outage_length)
    pace = Pace.of(speed)
    if catalogs not in ("none", "changes", "all"):
        raise ConfigError(f"--catalogs is {catalogs!r}; valid are none, changes and all")
    to_stdout = to in ("stdout", "-")
    if to_stdout and as_json:
        raise ConfigError("--json prints on standard output, which is the target; send the events elsewhere")
    session = open_session(config, settings, Output(as_json), scale=scale, decisions=decisions)
    span = _span(session, since, until, pace)
    target = open_target(to, part=part, encoding=encoding, world=_world_digest(session))
    topics = ((*_CHANGES,) if catalogs != "none" else ()) + ("payments",)
    topics += ("events",) if events else ()
    topics += (("labels",) if labels else ()) + (("truth",) if truth else ())
    feed = _feed(session, span, topics, part, life, encoding, snapshot=catalogs == "all")
    with _stopped_by_signals() as (stop, got), session.publisher.served():
        report = run(feed, target, pace, resume=resume, stop=stop, tell=_teller(session))
    _tell_end(session.output, report, to_stdout=to_stdout)
    if signal.SIGINT in got:
        raise typer.Exit(ExitCode.INTERRUPTED)


_CHANGES = ("customers", "cards", "merchants")


def _span(session: Session, since: int | None, until: int | None, pace: "Pace") -> Any:
    from fraudsim_assets.catalog.lifetimes import listing_window
    from fraudsim_assets.streaming import Span
    from fraudsim_assets.units import DAY, day_number

    config = session.seeded
    if since is None:
        if not pace.live:
            raise ConfigError("no start given; valid is --from 2025-03-01T08:00, or --speed live to start now")
        since = pace.now()
    first, end = day_number(config.start_date) * DAY, (listing_window(config).last + 1) * DAY
    until = end if until is None else until
    if not first <= since <= until <= end:
        raise ConfigError(
            f"the stream from {shown(since)} to {shown(until)} is outside the world; valid are times from "
            f"{shown(first)} to {shown(end)}"
        )
    return Span(since, until)


def _world_digest(session: Session) -> str:
    from fraudsim_assets.config import config_digest
    from fraudsim_assets.decisions.files import with_decisions

    return with_decisions(config_digest(session.seeded), session.seeded)


def _feed(
    session: Session,
    span: Any,
    topics: tuple[str, ...],
    part: tuple[int, int],
    life: "Life",
    encoding: Any,
    *,
    snapshot: bool,
) -> "Feed":
    from fraudsim_assets.cli.catalogs import catalogs_in_memory
    from fraudsim_assets.simulation import World
    from fraudsim_assets.streaming import Feed

    tables = catalogs_in_memory(session)
    world = World(session.seeded, tables)
    return Feed(world, tables, span, topics, part, life, encoding, snapshot)


@contextmanager
def _stopped_by_signals() -> Iterator[tuple[Event, list[int]]]:
    """An event that SIGINT and SIGTERM set, and the signals that came; a second one ends at once.

    A thread of its own reads which signals came: the main thread, which waits for a target, need not wake for it.
    """
    stop, got = Event(), []
    come, told = socket.socketpair()

    def watch() -> None:
        with come:
            while numbers := come.recv(1):
                if numbers[0] in before:
                    if got:
                        end_at_once(numbers[0], None)
                    got.append(numbers[0])
                    stop.set()

    told.settimeout(0)
    before = {number: signal.signal(number, lambda *_: None) for number in (signal.SIGINT, signal.SIGTERM)}
    Thread(target=watch, name="signals", daemon=True).start()
    told_before = signal.set_wakeup_fd(told.fileno(), warn_on_full_buffer=False)
    try:
        yield stop, got
    finally:
        signal.set_wakeup_fd(told_before)
        for number, handler in before.items():
            signal.signal(number, handler)
        told.close()


def _teller(session: Session) -> Callable[["Report"], None]:
    """Metrics after every piece now and then; a progress line on a terminal, a line of the log elsewhere."""
    from fraudsim_assets.observability import logger
    from fraudsim_assets.streaming.metrics import StreamMetrics

    metrics, log = StreamMetrics(session.publisher.registry), logger("fraudsim_assets.cli.stream")
    watched = session.output.shows_progress
    last = [time.monotonic(), time.monotonic()]

    def tell(report: "Report") -> None:
        now = time.monotonic()
        if now - last[0] >= _TELL_SECONDS:
            last[0] = now
            metrics.record(report)
            if watched:
                print(f"\r{summary(report)}\x1b[K", end="", file=sys.stderr, flush=True)
        if not watched and now - last[1] >= _LOG_SECONDS:
            last[1] = now
            log.info("streaming", events=report.total, position=shown(report.position or report.start))

    return tell


def summary(report: "Report") -> str:
    """Say in one line what a run has done."""
    rate = report.total / report.seconds if report.seconds else 0.0
    late = report.lateness.quantile(0.99)
    told = f", 99 % at most {late * 1000:.1f} ms late" if late is not None else ""
    at = f" up to {shown(report.position)}" if report.position is not None else ""
    return f"{report.total:,} events{at}, {rate:,.0f} per second{told}"


def _tell_end(output: Output, report: "Report", *, to_stdout: bool) -> None:
    if output.as_json:
        output.result(
            {
                "events": dict(report.counts),
                "start": shown(report.start),
                "position": None if report.position is None else shown(report.position),
                "ended": report.ended,
                "seconds": report.seconds,
                "cpu_seconds": report.cpu_seconds,
                "lateness_seconds": {str(q): report.lateness.quantile(q) for q in (0.5, 0.99, 0.999)},
            }
        )
        return
    end = "" if report.ended else "; stopped, go on with --resume"
    if output.shows_progress:
        print(file=sys.stderr)
    if to_stdout:
        print(f"{summary(report)}{end}", file=sys.stderr)
    else:
        output.say(f"{summary(report)}{end}")


def shown(position: int) -> str:
    """Write a position for people."""
    return (_EPOCH + timedelta(microseconds=position)).isoformat().replace("+00:00", "Z")
