"""``fraudsim inspect --timeline``: what changes when in a world, and the kinds of fraud month by month.

Belongs here: the timeline on the terminal. Does not belong here: finding it (``fraud.chronicle``).
"""

from datetime import timedelta

from fraudsim_assets.cli.session import Session

DAYS_SHOWN = 365
"""Days of a world without an end that are shown. [days]"""


def inspect_timeline(session: Session) -> None:
    """Show the change points of a world and the shares of its scenarios."""
    from fraudsim_assets.fraud.chronicle import change_points, monthly_shares

    config, output = session.seeded, session.output
    points = change_points(config)
    last = config.end_date or config.start_date + timedelta(days=DAYS_SHOWN - 1)
    months = monthly_shares(config, config.start_date, last)
    if output.as_json:
        changes = [{k: v if v is None else str(v) for k, v in vars(point).items()} for point in points]
        output.result({"changes": changes, "shares": months})
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
