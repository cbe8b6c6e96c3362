"""``fraudsim inspect --card``, ``--campaign`` and ``--campaigns``: cases of fraud.

Belongs here: choosing the case and showing it on the terminal. Does not belong here: finding it
(``case``) and drawing it (``case_page``).
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from fraudsim_assets.cli.output import write_page
from fraudsim_assets.cli.session import Session
from fraudsim_assets.errors import ConfigError

if TYPE_CHECKING:
    from fraudsim_assets.cli.case import Case
    from fraudsim_assets.simulation import World


@dataclass(frozen=True)
class Wanted:
    """What is asked for."""

    card: int | None
    campaign: str | None
    scenario: str | None
    day: date | None
    listed: bool


def inspect_case(session: Session, wanted: Wanted, html: Path | None) -> None:
    """Show a case, or list the campaigns of a day.

    Raises
    ------
    ConfigError
        If the wishes contradict each other or there is no such case.
    StorageError
        If the page cannot be written.
    """
    from fraudsim_assets.cli.case import case_of_campaign, case_of_card
    from fraudsim_assets.cli.catalogs import catalogs_in_memory
    from fraudsim_assets.simulation import World

    if wanted.listed + (wanted.card is not None) + (wanted.campaign is not None) != 1:
        raise ConfigError("give one of --card, --campaign and --campaigns")
    config = session.seeded
    world = World(config, catalogs_in_memory(session))
    if wanted.day is not None:
        world.check_day(wanted.day)
    if wanted.listed:
        _list_campaigns(session, world, wanted)
        return
    if wanted.card is not None:
        case = case_of_card(world, wanted.card, day=wanted.day)
    else:
        case = case_of_campaign(world, str(wanted.campaign), scenario=wanted.scenario, day=wanted.day)
    if html is not None:
        from fraudsim_assets.cli.case_page import page

        write_page(html, page(case, source=f"Seed {config.seed}"))
        session.output.say(f"{html} written")
    if session.output.as_json:
        session.output.result(_as_dict(case))
    elif html is None:
        _show(session, case)


def _list_campaigns(session: Session, world: "World", wanted: Wanted) -> None:
    from fraudsim_assets.cli.case import days_near
    from fraudsim_assets.cli.case_page import moment
    from fraudsim_assets.fraud.dossier import campaigns_between
    from fraudsim_assets.units import day_number

    if wanted.day is None:
        raise ConfigError("--campaigns needs a day: --date 2025-01-31")
    day = day_number(wanted.day)
    rows = [
        (
            str(dossier.campaign),
            dossier.scenario,
            len(dossier.accounts),
            len(dossier.when),
            moment(int(dossier.when[0])),
            moment(int(dossier.when[-1])),
            dossier.told,
        )
        for dossier in campaigns_between(world.fraud, day, day, scenario=wanted.scenario)
    ]
    columns = ("campaign", "scenario", "cards", "requests", "first", "last", "told")
    if session.output.as_json:
        session.output.result([dict(zip(columns, row, strict=True)) for row in rows])
    elif rows:
        session.output.table(f"Campaigns with a step on {wanted.day}", columns, rows)
    else:
        session.output.say(f"No campaign on {wanted.day}; {days_near(world, wanted.day, wanted.scenario)}")


def _show(session: Session, case: "Case") -> None:
    from fraudsim_assets.cli.case_events import words
    from fraudsim_assets.cli.case_page import moment, story, title

    for line in (title(case), *story(case)):
        session.output.say(line)
    rows = [
        (
            row["local"],
            row["amount"],
            row["name"],
            row["response"],
            "" if not row["fraud"] else f"{row['scenario']} {row['step'] + 1}: {row['phase']}",
            row["oddity"],
        )
        for row in case.rows
    ]
    columns = ("local time", case.currency, "what", "answer", "fraud", "looks odd")
    session.output.table(f"Requests on account {case.account}", columns, rows)
    told = [event for event in case.events if event["type"] != "log_in" or event["fraud"]]
    session.output.table(
        f"At the bank, without payment (honest log-ins left out) by the holder of account {case.account}",
        ("UTC", "what", "where", "device", "fraud"),
        [
            (moment(e["time"]), words(e), e["channel"], e["device"] or "", e["campaign"] if e["fraud"] else "")
            for e in told
        ],
    )


def _as_dict(case: "Case") -> dict:
    return {
        "account_id": case.account,
        "card_ids": case.cards,
        "currency": case.currency,
        "campaigns": [dossier.campaign for dossier in case.campaigns],
        "scenarios": [dossier.scenario for dossier in case.campaigns],
        "known": [dossier.known for dossier in case.campaigns],
        "silent": case.spells,
        "labels": case.labels,
        "events": case.events,
        "rows": case.rows,
    }
