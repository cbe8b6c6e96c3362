"""One card over some weeks, with the campaigns that strike it: `Case` for ``fraudsim inspect``.

Belongs here: finding the case, and its rows in the words of the picture. Does not belong here: the
picture (``case_page``), and the calendar of fraud (``fraud.dossier``).
"""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from fraudsim_assets.cli.case_events import events_of_account
from fraudsim_assets.errors import ConfigError

if TYPE_CHECKING:
    import polars as pl

    from fraudsim_assets.fraud.dossier import Dossier
    from fraudsim_assets.simulation import World
    from fraudsim_assets.units import Ints

ANY = "any"
BEFORE_DAYS, AFTER_DAYS = 21, 14
"""Days shown before a campaign's first step, and after its last one or the new plastic. [days]"""

LONGEST_DAYS = 75
"""Most days shown. [days]"""

NEAR_DAYS = 60
"""Where a day has no campaign, days that have one are looked for so far before and after it. [days]"""

SEARCHED_DAYS = 180
"""A card's campaigns are looked for in so many days. [days]"""

NIGHT = (0, 5)
"""Local hours at which a payment at a distance looks odd. ASSUMPTION. [hours]"""

LARGE = 6.0
"""A payment so many times the card's median looks odd. ASSUMPTION. [unitless]"""


@dataclass(frozen=True)
class Case:
    """A card account over some weeks.

    Attributes
    ----------
    account
        Account id.
    cards
        Card ids in the order of use.
    currency
        Currency of all amounts.
    rows
        One per request: ``time`` [microseconds since 1970], ``local`` time, ``amount``, ``approved``,
        ``fraud``, ``name`` of what was sold, ``response``, ``card``, ``campaign``, ``step``, ``phase``
        and ``oddity``, which says why a genuine payment looks like fraud.
    labels
        One per label: ``day`` [days since 1970], ``type``, ``fraud`` and the number of rows.
    spells
        Silent spells: blocked and reissued. [microseconds since 1970]
    campaigns
        Campaigns that strike the account in these days, the one asked for first.
    first, last
        Days shown. [day number]
    compromised
        When the card was last used where its data were stolen, if that was at a merchant and within the
        days shown. [microseconds since 1970]
    events
        What the holder, and whoever plays them, does at the bank, as ``case_events`` tells it.
    """

    account: int
    cards: list[int]
    currency: str
    rows: list[dict]
    labels: list[dict]
    spells: list[tuple[int, int]]
    campaigns: "list[Dossier]"
    first: int
    last: int
    compromised: int | None
    events: list[dict]

    def steps_of(self, dossier: "Dossier") -> "Ints":
        """Times of a campaign's steps on this account. [microseconds since 1970]"""
        return dossier.when[dossier.account == self.account - 1]


def case_of_campaign(world: "World", wanted: str, *, scenario: str | None, day: date | None) -> Case:
    """Find a campaign, by id or any one, and the first card it strikes.

    Raises
    ------
    ConfigError
        If there is no such campaign.
    """
    from fraudsim_assets.fraud.dossier import campaigns_between, find_campaign
    from fraudsim_assets.units import day_date, day_number

    if wanted != ANY:
        if not wanted.isdigit():
            raise ConfigError(f"--campaign is {wanted!r}; valid are a campaign id or {ANY}")
        return case_of_account(world, find_campaign(world.fraud, int(wanted)))
    first = day_number(day) if day else world.first_day + BEFORE_DAYS
    for start in range(first, first + 1 if day else first + SEARCHED_DAYS, 8):
        found = campaigns_between(world.fraud, start, first if day else start + 7, scenario=scenario)
        if found:
            return case_of_account(world, max(found, key=lambda dossier: _interest(world, dossier)))
    where = f"on {day}; {days_near(world, day, scenario)}" if day else f"in {SEARCHED_DAYS} days from {day_date(first)}"
    raise ConfigError(f"no campaign of {scenario or 'any scenario'} has a step {where}")


def days_near(world: "World", day: date, scenario: str | None) -> str:
    """Tell which days near one have a campaign."""
    import numpy as np

    from fraudsim_assets.fraud.dossier import campaigns_between
    from fraudsim_assets.units import day_date, day_number

    wanted = day_number(day)
    first, last = max(world.first_day, wanted - NEAR_DAYS), wanted + NEAR_DAYS
    found = campaigns_between(world.fraud, first, last, scenario=scenario)
    days = np.unique(np.concatenate([dossier.when // _day() for dossier in found])) if found else np.array([], int)
    days = days[(days >= first) & (days <= last)]
    nearest = np.sort(days[np.argsort(np.abs(days - wanted), kind="stable")][:3])
    if not nearest.size:
        return f"nor on any day from {day_date(first)} to {day_date(last)}"
    return f"days nearby that have one: {', '.join(str(day_date(int(found))) for found in nearest)}"


def _interest(world: "World", dossier: "Dossier") -> float:
    """How much there is to see: a card in daily use, many steps of several phases, soon known to the bank."""
    use = min(float(world.entities.account_activity[dossier.accounts[0]]), 3.0)
    soon = dossier.known is not None and dossier.known < int(dossier.when.max()) + 7 * _day()
    return use * min(len(dossier.when), 8) * len(set(dossier.phase.tolist())) * (2.0 if soon else 1.0)


def case_of_card(world: "World", card: int, *, day: date | None) -> Case:
    """Find a card's first campaign, on or after a day if there is one.

    Raises
    ------
    ConfigError
        If the card does not exist.
    """
    import polars as pl

    from fraudsim_assets.fraud.dossier import campaigns_between
    from fraudsim_assets.simulation.catalogs import complete_cards
    from fraudsim_assets.units import day_number

    cards = pl.DataFrame(complete_cards(world))
    found = cards.filter(pl.col("card_id") == card)["account_id"].to_list()
    if not found:
        raise ConfigError(
            f"card {card} does not exist; valid are values of card_id, which stand below a statement and in the cards "
            "catalog, not the digits printed on a card"
        )
    account = int(found[0]) - 1
    first = day_number(day) if day else world.first_day
    footsteps = world.fraud.footsteps(first, first + SEARCHED_DAYS)
    struck = footsteps.when[footsteps.account == account]
    if struck.size == 0:
        return _case(world, account, first, first + BEFORE_DAYS + AFTER_DAYS, [])
    when = int(struck.min() // _day())
    mine = [d for d in campaigns_between(world.fraud, when, when) if account in d.accounts]
    return case_of_account(world, mine[0], account)


def case_of_account(world: "World", dossier: "Dossier", account: int | None = None) -> Case:
    """Show one account that a campaign strikes."""
    account = int(dossier.accounts[0]) if account is None else account
    mine = dossier.when[dossier.account == account]
    first, last = int(mine.min() // _day()), int(mine.max() // _day())
    known = last if dossier.known is None else min(dossier.known // _day(), last + 40)
    return _case(world, account, first - BEFORE_DAYS, max(last, known + 7) + AFTER_DAYS, [dossier])


def _case(world: "World", account: int, first: int, last: int, campaigns: "list[Dossier]") -> Case:
    import numpy as np

    from fraudsim_assets.fraud.dossier import campaigns_between
    from fraudsim_assets.units import day_number

    end = world.config.end_date
    first = max(first, world.first_day)
    last = min(last, first + LONGEST_DAYS, last if end is None else day_number(end))
    shown = {dossier.campaign for dossier in campaigns}
    others = [d for d in campaigns_between(world.fraud, first, last) if account in d.accounts]
    campaigns = [*campaigns, *(d for d in others if d.campaign not in shown)]
    frame = _rows(world, account, first, last)
    blocks = world.history.blocks_between(first - 200, last)
    mine = blocks.account == account
    spells = [
        (int(b), int(r))
        for b, r in zip(blocks.blocked[mine], blocks.reissued[mine], strict=True)
        if r >= first * _day() and b < (last + 1) * _day()
    ]
    rows = _told(world, frame, campaigns)
    cards = list(dict.fromkeys(row["card"] for row in rows))
    currency = str(frame["billing_currency"][0]) if frame.height else ""
    return Case(
        account=account + 1,
        cards=cards,
        currency=currency,
        rows=rows,
        labels=_labels(world, account, frame, last),
        spells=spells,
        campaigns=campaigns,
        first=first,
        last=last,
        compromised=_compromised(frame, np.array([row["time"] for row in rows], dtype=np.int64)),
        events=events_of_account(world, account, first, last),
    )


def _day() -> int:
    from fraudsim_assets.units import DAY

    return DAY


def _rows(world: "World", account: int, first: int, last: int) -> "pl.DataFrame":
    """Make the rows of one account."""
    import numpy as np
    import polars as pl
    import pyarrow as pa

    from fraudsim_assets.simulation.day import day_batches
    from fraudsim_assets.simulation.transactions import transactions_schema

    chosen: Ints = np.array([account])
    batches = [batch for day in range(first, last + 1) for batch in day_batches(world, day, chosen)]
    return pl.DataFrame(pa.Table.from_batches(batches, transactions_schema())).sort("timestamp")


def _told(world: "World", frame: "pl.DataFrame", campaigns: "list[Dossier]") -> list[dict]:
    """Rows in the words of the picture."""
    import polars as pl

    from fraudsim_assets.fraud.dossier import PHASES

    phases = {
        (d.campaign, int(step)): PHASES[int(phase)]
        for d in campaigns
        for step, phase in zip(d.step, d.phase, strict=True)
    }
    names = {mcc: category.name.replace("_", " ") for category in world.reference.categories for mcc in category.mccs}
    home = frame["merchant_country"].cast(pl.String).mode().to_list()[:1]
    usual = frame.filter(~pl.col("is_fraud"))["billing_amount"].cast(pl.Float64).median() or 0.0
    seen: set[int] = set()
    rows = []
    for row in frame.iter_rows(named=True):
        remote, amount = row["channel"] == "ecommerce", float(row["billing_amount"])
        oddity = []
        if not row["is_fraud"]:
            if [row["merchant_country"]] != home:
                oddity.append("abroad")
            if remote and NIGHT[0] <= row["local_time"].hour < NIGHT[1]:
                oddity.append("online at night")
            if amount > LARGE * float(usual):  # pyright: ignore[reportArgumentType]
                oddity.append("large, at a merchant new to the card" if row["merchant_id"] not in seen else "large")
            if not row["is_approved"]:
                oddity.append("declined")
        seen.add(row["merchant_id"])
        rows.append(
            {
                "time": int(row["timestamp"].timestamp() * 1e6),
                "local": row["local_time"].strftime("%Y-%m-%d %H:%M"),
                "amount": amount,
                "approved": bool(row["is_approved"]),
                "fraud": bool(row["is_fraud"]),
                "name": f"{names.get(row['mcc'], row['mcc'])}, {row['channel']}, {row['merchant_country']}",
                "type": row["transaction_type"],
                "response": row["response_code"],
                "card": int(row["card_id"]),
                "id": int(row["transaction_id"]),
                "campaign": row["campaign_id"],
                "scenario": row["fraud_scenario"],
                "step": row["campaign_step"],
                "phase": phases.get((row["campaign_id"], row["campaign_step"]), "spend") if row["is_fraud"] else "",
                "oddity": ", ".join(oddity),
            }
        )
    return rows


def _labels(world: "World", account: int, frame: "pl.DataFrame", last: int) -> list[dict]:
    """Labels of the account's rows, by day and type."""
    import numpy as np
    import polars as pl

    from fraudsim_assets.fraud.labels import labels_on
    from fraudsim_assets.tables.codes import LABEL_TYPES

    when = frame["timestamp"].dt.epoch("us").to_numpy()
    told = []
    struck = frame.filter("is_fraud")["timestamp"].dt.epoch("us").cast(pl.Int64)
    for day in range(int(struck.min()) // _day() if struck.len() else last + 1, last + 1):  # pyright: ignore[reportArgumentType]
        found = world.aftermath.labels(labels_on(world.fraud, day))
        mine = (found.account == account) & np.isin(found.when, when)
        for label in np.unique(found.label[mine]):
            of_label = mine & (found.label == label)
            told.append(
                {
                    "day": day,
                    "type": LABEL_TYPES[int(label)].replace("_", " "),
                    "fraud": bool(found.fraud[of_label].all()),
                    "rows": int(of_label.sum()),
                }
            )
    return told


def _compromised(frame: "pl.DataFrame", time: "Ints") -> int | None:
    """When the card was last used where its data were stolen."""
    sources = frame["compromise_merchant_id"].drop_nulls().unique().to_list()
    fraud = frame["is_fraud"].to_numpy()
    if not sources or not fraud.any():
        return None
    struck = int(fraud.argmax())
    there = frame["merchant_id"].is_in(sources).to_numpy() & (time < time[struck])
    there &= ~fraud & (frame["card_id"] == frame["card_id"][struck]).to_numpy()
    return int(time[there].max()) if there.any() else None
