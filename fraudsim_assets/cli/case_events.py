"""Events of a case that are no payments: found, told and drawn above the payments.

Belongs here: what the holder, and whoever plays them, does at the bank in these days. Does not belong here: payments
(``case``), and the page (``case_page``).
"""

from typing import TYPE_CHECKING

from fraudsim_assets.pages.drawing import Drawing, Scale, Sign

if TYPE_CHECKING:
    from fraudsim_assets.simulation import World

HONEST = Sign("flag", "genuine line", "honest event at the bank")
BY_FRAUD = Sign("square", "fraud", "event at the bank left by fraud")
SIGNS = (HONEST, BY_FRAUD)

LETTER = 6.2
"""Room that a letter takes: words that would cover each other stand in rows. [pixels]"""


def events_of_account(world: "World", account: int, first: int, last: int) -> list[dict]:
    """Events of an account's holder from one day to another, in the order of time.

    Parameters
    ----------
    account
        Account index.
    first, last
        Day numbers; both are included.

    Returns
    -------
    list of dict
        ``time`` [microseconds since 1970], ``type``, ``channel``, ``outcome``, ``device``, ``fraud`` and ``campaign``.
        Those about another account of the holder are left out.
    """
    import numpy as np
    import polars as pl
    import pyarrow as pa

    from fraudsim_assets.simulation.account_events import events_of_people, events_schema

    person = world.entities.account_customer[np.array([account])]
    batches = [batch for day in range(first, last + 1) if (batch := events_of_people(world, person, day)) is not None]
    frame = pl.DataFrame(pa.Table.from_batches(batches, events_schema()))
    mine = pl.col("account_id").is_null() | (pl.col("account_id") == account + 1)
    return (
        frame.filter(mine)
        .select(
            time=pl.col("timestamp").dt.epoch("us"),
            type=pl.col("event_type").cast(pl.String),
            channel=pl.col("channel").cast(pl.String),
            outcome=pl.col("outcome").cast(pl.String),
            device="device_id",
            fraud="is_fraud",
            campaign="campaign_id",
        )
        .to_dicts()
    )


def words(event: dict) -> str:
    """Name an event, such as ``log in failed``."""
    told = str(event["type"]).replace("_", " ")
    return told if event["outcome"] == "success" else f"{told} {event['outcome'].replace('_', '-')}"


def sentence(events: list[dict], campaign: int) -> str:
    """Say what a campaign left at the bank; empty where it left nothing."""
    mine = [event for event in events if event["campaign"] == campaign]
    return f"At the bank it left: {', '.join(words(event) for event in mine)}." if mine else ""


def draw(drawing: Drawing, x: Scale, y: float, events: list[dict], *, named: bool) -> None:
    """Draw events as squares on a line, those of fraud above honest ones, with their names if there is room."""
    names: list[tuple[float, float, str]] = []
    ends: list[float] = []  # where the last name of each row ends
    for event in sorted(events, key=lambda event: (event["fraud"], event["time"])):
        at, sign = float(x(event["time"])), BY_FRAUD if event["fraud"] else HONEST
        drawing.mark(sign.shape, at, y, css=sign.css, hint=f"{words(event)}, {event['channel']}")
        if event["fraud"] and named:
            place = next((n for n, end in enumerate(ends) if end < at), len(ends))
            ends[place : place + 1] = [at + 3 + LETTER * len(words(event))]
            row = y + 16 + 13 * place
            drawing.rule(at, y + 4, at, row - 8, css="axis")
            names.append((at + 3, row, words(event)))
    for at, row, name in names:  # above all lines
        drawing.text(at, row, name, css="legend")
