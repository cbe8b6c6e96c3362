"""One fraud ring over its life: `Portrait` for ``fraudsim inspect --ring``.

Belongs here: finding the ring, its requests, drops and phones, and the innocents on its devices and in its buildings.
Does not belong here: the picture (``ring_page``), and who belongs to a ring (``fraud.rings``).
"""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from fraudsim_assets.errors import ConfigError

if TYPE_CHECKING:
    import polars as pl

    from fraudsim_assets.simulation import World
    from fraudsim_assets.units import Ints

ANY = "any"
LONGEST_DAYS = 60
"""Most days shown of a ring's life. [days]"""

LIVED_DAYS = 150
"""Whoever moved to a building of the ring in so many days before still lives there. [days]"""

COLUMNS = (
    *("timestamp", "card_id", "customer_id", "merchant_id", "device_id", "ip_address"),
    *("is_approved", "is_fraud", "fraud_scenario", "campaign_id", "ring_id"),
)


@dataclass(frozen=True)
class Portrait:
    """A ring.

    Attributes
    ----------
    ring
        Its number, as in ``transactions.ring_id``.
    kind, size
        How it works, an entry of ``reference.rings``, and how large it is against the smallest.
    begins, ends
        First and last day of its work.
    first, last
        Days shown.
    requests
        Its requests in these days: columns of ``transactions``.
    innocents
        Genuine requests from its devices in these days.
    drops
        Changes of address in these days to where the ring has post sent: columns of ``account_events``.
    residents
        Genuine changes of address to the same buildings, in these days and in so many as ``LIVED_DAYS`` before.
    phones
        Changes of phone in these days to numbers of the ring.
    """

    ring: int
    kind: str
    size: float
    begins: date
    ends: date
    first: date
    last: date
    requests: "pl.DataFrame"
    innocents: "pl.DataFrame"
    drops: "pl.DataFrame"
    residents: "pl.DataFrame"
    phones: "pl.DataFrame"


def portrait_of(world: "World", wanted: str, *, day: date | None) -> Portrait:
    """Find a ring, by number or the largest at work, and all that it did.

    Raises
    ------
    ConfigError
        If there is no such ring in the world's days.
    """
    import numpy as np

    from fraudsim_assets.units import day_date, day_number

    ring = _number(world, wanted, day)
    rings, clock = world.fraud.scene.rings, world.fraud.clock
    one = np.array([ring])
    week, weeks = int(rings.first_week(one)[0]), int(rings.life_weeks(one)[0])
    begins, ends = (int(d) for d in clock.days_of(np.array([week, week + weeks]) * 7.0 + 0.5))
    end = ends - 1 if world.config.end_date is None else min(ends - 1, day_number(world.config.end_date))
    first = max(begins, world.first_day)
    last = min(end, first + LONGEST_DAYS - 1)
    lent, accounts = _members(world, ring, first, last)
    rows = _rows(world, accounts, first, last)
    requests = rows.filter(rows["ring_id"] == ring)
    if requests.height == 0:
        told = f"it works from {day_date(begins)} to {day_date(ends - 1)}"
        raise ConfigError(f"ring {ring} has no request in the days of this world; {told}")
    near = _rows(world, lent, first, last)
    holders = np.unique(world.entities.account_customer.take(accounts))
    changed = _changes(world, holders, first, last)
    changed = changed.filter(changed["ring_id"] == ring)
    drops = changed.drop_nulls("address_id")
    used = near["device_id"].is_in(requests["device_id"].drop_nulls().unique().implode())
    return Portrait(
        ring=ring,
        kind=sorted(world.reference.rings)[int(rings.kind(one)[0])],
        size=round(float(rings.size(one)[0]), 2),
        begins=day_date(begins),
        ends=day_date(ends - 1),
        first=day_date(first),
        last=day_date(last),
        requests=requests.sort("timestamp"),
        innocents=near.filter(used & ~near["is_fraud"]).sort("timestamp"),
        drops=drops,
        residents=_residents(world, ring, drops, first - LIVED_DAYS, last),
        phones=changed.drop_nulls("phone_id"),
    )


def _number(world: "World", wanted: str, day: date | None) -> int:
    import numpy as np

    from fraudsim_assets.fraud.rings import WEEK
    from fraudsim_assets.units import day_number

    if wanted == ANY:
        now = day_number(day) if day else world.first_day + 30
        time = float(world.fraud.clock.starts(now, now)[0])
        numbers, sizes = world.fraud.scene.rings.at_work(int(time // WEEK))
        if len(numbers) == 0 or not world.fraud.castings:
            raise ConfigError("no ring is at work; try another --date, or raise fraud.rate")
        return int(numbers[np.argmax(np.diff(sizes, prepend=0.0))])
    if not wanted.isdigit():
        raise ConfigError(f"--ring is {wanted!r}; valid are a value of transactions.ring_id or {ANY}")
    return int(wanted)


def _members(world: "World", ring: int, first: int, last: int) -> "tuple[Ints, Ints]":
    """Accounts of those who may share the ring's devices, and those that it strikes. Two of (n,), ascending"""
    import numpy as np

    from fraudsim_assets.fraud.schedule import lifetime

    struck, people = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for casting in world.fraud.castings:
        for table in world.fraud.spans(casting, first - lifetime(casting), last):
            mine = table.campaigns.ring == ring
            struck.append(table.plan.steps.account[mine.take(table.plan.steps.campaign)])
            people.append(world.fraud.scene.hideouts.lenders(table.campaigns.take(mine)))
    who, starts = np.unique(np.concatenate(people)), world.lives.wallet.first
    accounts = [np.arange(int(starts[person]), int(starts[person + 1])) for person in who.tolist()]
    return np.concatenate([*accounts, struck[0]]), np.unique(np.concatenate(struck))


def _residents(world: "World", ring: int, drops: "pl.DataFrame", first: int, last: int) -> "pl.DataFrame":
    """Genuine changes of address to drops: only neighbours may live in the buildings that rings use."""
    if drops.height == 0:
        return drops
    moved = _changes(world, world.fraud.scene.hideouts.neighbours(ring), max(first, world.first_day), last)
    return moved.filter(moved["address_id"].is_in(drops["address_id"].unique().implode()) & ~moved["is_fraud"])


def _changes(world: "World", people: "Ints", first: int, last: int) -> "pl.DataFrame":
    """Changes of address and of phone of people, in order of time."""
    import polars as pl
    import pyarrow as pa

    from fraudsim_assets.simulation.account_events import events_of_people, events_schema

    made = (events_of_people(world, people, day) for day in range(first, last + 1))
    rows = pl.DataFrame(pa.Table.from_batches([batch for batch in made if batch is not None], events_schema()))
    return rows.filter(rows["event_type"].cast(pl.String).is_in(["address_change", "phone_change"])).sort("timestamp")


def _rows(world: "World", accounts: "Ints", first: int, last: int) -> "pl.DataFrame":
    """Requests of accounts."""
    import polars as pl
    import pyarrow as pa

    from fraudsim_assets.simulation.day import day_batches
    from fraudsim_assets.simulation.transactions import schema_of

    days = range(first, last + 1) if len(accounts) else ()
    batches = [batch for day in days for batch in day_batches(world, day, accounts, columns=COLUMNS)]
    return pl.DataFrame(pa.Table.from_batches(batches, schema_of(COLUMNS)))
