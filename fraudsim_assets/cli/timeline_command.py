"""``fraudsim inspect --timeline``: what changes when in a world, and the kinds of fraud month by month.

Belongs here: the timeline on the terminal. Does not belong here: finding it (``fraud.chronicle``) and drawing it
(``timeline_page``).
"""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from fraudsim_assets.cli.output import write_page
from fraudsim_assets.cli.session import Session

if TYPE_CHECKING:
    from fraudsim_assets.fraud.chronicle import ChangePoint

DAYS_SHOWN = 365
"""Days of a world without an end that are shown. [days]"""


def inspect_timeline(session: Session, html: Path | None) -> None:
    """Show the change points of a world and the shares of its scenarios.

    Raises
    ------
    StorageError
        If the page cannot be written.
    """
    from fraudsim_assets.fraud.chronicle import change_points, monthly_shares

    config, output = session.seeded, session.output
    points = change_points(config)
    last = config.end_date or config.start_date + timedelta(days=DAYS_SHOWN - 1)
    months = monthly_shares(config, config.start_date, last)
    if html is not None:
        write_page(html, _page(session, points, last))
        output.say(f"{html} written")
    if output.as_json:
        changes = [{k: v if v is None else str(v) for k, v in vars(point).items()} for point in points]
        output.result({"changes": changes, "shares": months})
    if output.as_json or html is not None:
        return
    names = sorted({name for shares in months.values() for name in shares})
    rows = [
        [point.begins, point.in_full, point.over or "stays", point.change, point.about, point.value] for point in points
    ]
    if rows:
        output.table("Changes", ("begins", "in full", "over", "change", "about", "value"), rows)
        output.say("")
    table = [[name, *(f"{months[month][name]:.1%}" for month in months)] for name in names]
    output.table("Share of fraudulent rows by month", ("scenario", *months), table)


def _page(session: Session, points: Sequence["ChangePoint"], last: date) -> str:
    import numpy as np

    from fraudsim_assets.cli.catalogs import catalogs_in_memory
    from fraudsim_assets.cli.timeline_page import page
    from fraudsim_assets.simulation import World
    from fraudsim_assets.units import day_number

    world = World(session.seeded, catalogs_in_memory(session))
    first, until = world.first_day, day_number(last)
    shares = world.fraud.courses.shares(np.arange(first, until + 1))
    volume = world.fraud.courses.volume(first, until)
    start = world.config.start_date
    return page(shares, volume, points, start, source=f"Seed {world.config.seed}, {start} to {last}")
