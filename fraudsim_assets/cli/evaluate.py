"""``fraudsim evaluate``: what policies would have saved, in euros.

Belongs here: options, progress and what is printed. Does not belong here: trials and results
(``fraudsim_assets.policies``).
"""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

import typer

from fraudsim_assets.cli.measuring import measured_session
from fraudsim_assets.cli.options import ConfigOption, EndOption, JsonOption, ScaleOption, SetOption, StartOption
from fraudsim_assets.cli.output import Output, write_page
from fraudsim_assets.cli.session import all_overrides
from fraudsim_assets.cli.stopping import travels
from fraudsim_assets.errors import ConfigError, StorageError

WORTH_TWO = 400_000
"""Payments in all of which a second process makes up for starting it. Measured. [count]"""


def evaluate(  # noqa: PLR0913 - one argument per option
    policy: Annotated[
        list[str],
        typer.Option(
            "--policy",
            "-p",
            metavar="NAME|FILE|MODULE:FUNCTION",
            help="nothing, rules, trees, oracle, a file of rules (.yaml), a model (.onnx), a function, or a folder "
            "that --log has written. May be repeated.",
            show_default=False,
        ),
    ],
    config: ConfigOption = None,
    start: StartOption = None,
    end: EndOption = None,
    settings: SetOption = None,
    scale: ScaleOption = None,
    *,
    capacity: Annotated[
        int | None,
        typer.Option(
            "--capacity",
            min=0,
            metavar="COUNT",
            help="Reviews a day; short for --set policies.reviews.capacity=COUNT.",
            show_default=False,
        ),
    ] = None,
    view: Annotated[
        Literal["both", "issuer", "merchant"],
        typer.Option("--view", help="Whose money is counted: the issuer's, the merchants', or both."),
    ] = "both",
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers",
            "-w",
            min=1,
            max=256,
            help="Processes; two where there is enough to do, if not given.",
            show_default=False,
        ),
    ] = None,
    explore: Annotated[
        float,
        typer.Option(
            "--explore", min=0.0, max=1.0, help="Share of refusals that are let through after all, to learn from them."
        ),
    ] = 0.0,
    html: Annotated[
        Path | None,
        typer.Option("--html", metavar="FILE", help="Write one self-contained page.", show_default=False),
    ] = None,
    log: Annotated[
        Path | None,
        typer.Option(
            "--log", metavar="FOLDER", help="Write each policy's decisions, a file for each day.", show_default=False
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Try policies on the same people and days, and tell what each would have saved.

    Goes forward day by day: what a policy decides changes what happens afterwards. Each is held against doing nothing.
    No day of the world is written. Without a configuration, that is the demo's.
    """
    from fraudsim_assets.cli.days import requested_days
    from fraudsim_assets.cli.hands import hands
    from fraudsim_assets.cli.source import DaySource
    from fraudsim_assets.decisions.files import write_log
    from fraudsim_assets.policies.contest import hold, steps_of
    from fraudsim_assets.policies.loading import load_policy
    from fraudsim_assets.policies.telling import HEAD, as_dict, gains_table, page, table

    overrides = all_overrides(settings, scale)
    overrides += [] if capacity is None else [f"policies.reviews.capacity={capacity}"]
    session = measured_session(config, overrides, Output(as_json))
    session = replace(session, config=session.seeded)
    days = requested_days(session.config, None, start, end)
    _make_room(html, log)
    entrants = [load_policy(text, session.config, days) for text in policy]
    world = DaySource(session, days).world
    steps = steps_of(world, entrants, days)
    many = steps * session.config.activity.transactions_per_day >= WORTH_TWO
    count = workers or (2 if many and travels(entrants) else 1)
    if count > 1 and not travels(entrants):
        raise ConfigError("a policy cannot be handed to another process; valid is --workers 1")
    with hands(session, world, count) as share, session.output.progress("days", total=steps) as advance:
        contest = hold(world, entrants, days, explored=explore, advance=advance, hands=share)
    if html is not None:
        write_page(html, page(contest, session.config, view))
    if log is not None:
        for name, result in contest.results.items():
            write_log(result.log, log / name, session.config, policy=name, days=days)
    if as_json:
        session.output.result(as_dict(contest, view))
        return
    session.output.table(f"{days[0]} to {days[-1]}, EUR against doing nothing", HEAD, table(contest, view))
    session.output.say("")
    session.output.table("line by line", *gains_table(contest, view))
    for written in (html, log):
        if written is not None:
            session.output.say(f"{written} written")


def _make_room(html: Path | None, log: Path | None) -> None:
    """Refuse places that cannot be written to, before days are made."""
    if html is not None and not html.absolute().parent.is_dir():
        raise StorageError(f"--html {html}: there is no folder {html.absolute().parent}")
    if log is not None and log.exists() and (not log.is_dir() or any(log.iterdir())):
        raise StorageError(f"--log {log} is there already; valid is a folder that is not there, or is empty")
