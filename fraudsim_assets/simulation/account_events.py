"""`simulate_events`: what happens to accounts on a day besides payments, in bounded memory.

As with payments, people are taken in blocks, and how they are cut changes nothing.

Belongs here: rows of the ``account_events`` contract. Does not belong here: who meets the bank why
(``spending.contacts``), and what campaigns leave (``fraud``).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
import pyarrow as pa

from fraudsim_assets.bit_layouts import EVENT
from fraudsim_assets.frames import FrameStream
from fraudsim_assets.fraud.deeds import AS_USUAL
from fraudsim_assets.fraud.trail import FraudEvents
from fraudsim_assets.maths.ordered import places_of
from fraudsim_assets.simulation.columns import boolean, coded, plain
from fraudsim_assets.simulation.day import in_turn, people_of_part
from fraudsim_assets.simulation.plastics import cards_in_use
from fraudsim_assets.simulation.world import World
from fraudsim_assets.spending.contacts.changes import OF_ACCOUNTS, Occasions, changes, contacts_of
from fraudsim_assets.spending.contacts.log_ins import log_ins
from fraudsim_assets.spending.contacts.model import (
    ADDRESS_CHANGE,
    NO_ACCOUNT,
    NO_DEVICE,
    PHONE_CHANGE,
    REISSUED,
    TOKEN_PROVISIONING,
    Contacts,
    Guests,
    is_digital,
)
from fraudsim_assets.spending.dwellings import dwellings
from fraudsim_assets.spending.networks import addresses, own_devices
from fraudsim_assets.spending.phones import phone_numbers
from fraudsim_assets.streams import combine, half_uniforms, half_words, scramble_ids
from fraudsim_assets.tables import AccountEvents, arrow_schema
from fraudsim_assets.tables.codes import EVENT_CHANNELS, EVENT_OUTCOMES, EVENT_TYPES
from fraudsim_assets.units import DAY, AnyArray, Bools, Ints, day_number

_EVENTS_PER_PERSON = 0.7
# a rough guess, by which blocks are cut


@lru_cache(maxsize=1)
def events_schema() -> pa.Schema:
    """Arrow schema of the account_events table."""
    return arrow_schema(AccountEvents)


def simulate_events(world: World, day: date, *, part: tuple[int, int] = (0, 1)) -> FrameStream:
    """Make the events of one UTC day that are no payments.

    Parameters
    ----------
    world
        Configuration with catalogs.
    day
        UTC day, from ``config.start_date`` to ``config.end_date``.
    part
        (i, k): events of the i-th of k ranges of people, the same ranges as of ``simulate_day``.

    Returns
    -------
    FrameStream
        Rows that honour ``tables.AccountEvents``, sorted by customer, then time; made while read. None where
        ``account_events.enabled`` is off.

    Raises
    ------
    ConfigError
        If the day is outside the world's horizon or the part is none.
    """
    world.check_day(day)
    people = people_of_part(world, part)
    return FrameStream(events_schema(), lambda: _batches(world, day_number(day), people))


def _batches(world: World, day: int, people: range) -> Iterator[pa.RecordBatch]:
    size = max(1, round(world.config.generation.chunk_rows / _EVENTS_PER_PERSON))

    def make(start: int) -> pa.RecordBatch | None:
        return events_of_people(world, np.arange(start, min(start + size, people.stop)), day)

    yield from in_turn(make, range(people.start, people.stop, size), world.config.generation.threads)


@dataclass(frozen=True)
class _Events:
    """Events of a block by customer, then time, with what fraud says of its own.

    Attributes
    ----------
    contacts
        All of them.
    fraud
        What fraud leaves in the block.
    position : (n,)
        Position of each event in ``fraud``, -1 for those that know nothing of it.
    """

    contacts: Contacts
    fraud: FraudEvents
    position: Ints

    @classmethod
    def of(cls, genuine: Contacts, own: Contacts, fraud: FraudEvents) -> "_Events":
        """Put genuine events and those of fraud in order."""
        joined = Contacts.join([genuine, own])
        order = np.lexsort((joined.slot, joined.moment, joined.person))
        position = np.concatenate([np.full(len(genuine), -1), np.arange(len(fraud))])
        return cls(joined.take(order), fraud, position[order])

    def said(self, usual: AnyArray, by_fraud: AnyArray, none: int) -> AnyArray:
        """What fraud says of its own events, and what is usual for all others. (n,)"""
        some = np.flatnonzero(self.position >= 0)
        told = by_fraud.take(self.position[some])
        usual[some] = np.where(told == none, usual[some], told)
        return usual


def events_of_people(world: World, people: Ints, day: int) -> pa.RecordBatch | None:
    """Rows of some people, ascending; None if there are none, or events are off."""
    if not world.config.account_events.enabled:
        return None
    guests = world.contacts.guests(people, day)
    genuine = Contacts.join(
        [log_ins(world.contacts, guests), changes(world.contacts, guests), _reissued(world, guests)]
    )
    events = _Events.of(genuine, *_of_fraud(world, guests))
    return None if len(events.contacts) == 0 else _rows(world, guests, events)


def _of_fraud(world: World, guests: Guests) -> tuple[Contacts, FraudEvents]:
    """Events that fraud and its victims leave at people of a block."""
    fraud = world.aftermath.events(world.trail.events_on(guests.day), guests.day)
    person = world.entities.account_customer.take(fraud.account)
    fraud = fraud.take(places_of(guests.people, person)[1])
    person = world.entities.account_customer.take(fraud.account)
    about = np.isin(fraud.kind, OF_ACCOUNTS)
    home = guests.home.take(np.searchsorted(guests.people, person))
    second = np.zeros(len(fraud), dtype=bool)
    device, _ = own_devices(world.streams, world.reference, people=person, city=home, second=second, day=guests.day)
    device = np.where(fraud.device == AS_USUAL, device, fraud.device)
    return Contacts(
        person=person,
        account=np.where(about, fraud.account, NO_ACCOUNT),
        kind=fraud.kind,
        channel=fraud.channel,
        outcome=fraud.outcome,
        moment=fraud.when - guests.day * DAY,
        device=np.where(is_digital(fraud.channel), device, NO_DEVICE),
        slot=fraud.slot,
    ), fraud


def _reissued(world: World, guests: Guests) -> Contacts:
    """Cards issued after fraud that are added to phones, from the day after they come."""
    entry, day = world.contacts.events[TOKEN_PROVISIONING], guests.day
    blocks = world.history.blocks_around(day).blocks
    since = day - blocks.reissued // DAY
    some = np.flatnonzero((since >= 1) & (since <= entry.days))
    who, accounts = world.lives.wallet.accounts_of(guests.people)
    place = np.searchsorted(accounts, blocks.account[some])
    mine = accounts.take(place, mode="clip") == blocks.account[some]
    place, since = place[mine], since[some[mine]]
    words = world.streams.draw("contacts.reissue").words(combine(accounts[place], (day - since) & 0xFFFFF))
    wait, follows = (half_uniforms(half) for half in half_words(words))
    chosen = (follows < entry.follows) & (1 + (wait * wait * entry.days).astype(np.int64) == since)
    at, account = who[place[chosen]], accounts[place[chosen]]
    number = account - world.lives.wallet.first.take(guests.people.take(at))
    return contacts_of(
        world.contacts, guests, Occasions.of(at, TOKEN_PROVISIONING, REISSUED, account=account, number=number)
    )


def _rows(world: World, guests: Guests, found: _Events) -> pa.RecordBatch:
    day, schema, events, n = guests.day, events_schema(), found.contacts, len(found.contacts)
    when = day * DAY + events.moment
    about = events.account != NO_ACCOUNT
    card = np.zeros(n, dtype=np.int64)
    card[about], _ = cards_in_use(world, account=events.account[about], when=when[about])
    address, country = _networks(world, guests, events)
    address = found.said(address, found.fraud.address.astype(np.uint32), 0)
    country = found.said(country, found.fraud.country, AS_USUAL)
    moves = np.flatnonzero(events.kind == ADDRESS_CHANGE)
    dwelling, home = np.full(n, AS_USUAL), guests.home.take(np.searchsorted(guests.people, events.person[moves]))
    dwelling[moves] = dwellings(
        world.streams, world.reference.households, people=events.person[moves], city=home, day=day
    )
    dwelling = found.said(dwelling, found.fraud.drop, AS_USUAL)
    calls, phone = np.flatnonzero(events.kind == PHONE_CHANGE), np.full(n, AS_USUAL)
    home = guests.home.take(np.searchsorted(guests.people, events.person[calls]))
    phone[calls] = phone_numbers(
        world.streams,
        world.reference,
        people=events.person[calls],
        city=home,
        country=world.entities.city_country.take(home),
        day=day,
    )
    phone = found.said(phone, found.fraud.phone, AS_USUAL)
    digital = is_digital(events.channel)
    number = EVENT.pack(np.int64(day), events.person, events.slot)
    is_fraud, scenario, campaign, ring = np.zeros(n, dtype=bool), *np.zeros((3, n), dtype=np.int64)
    some = np.flatnonzero(found.position >= 0)
    some = some[found.fraud.fraud.take(found.position[some])]
    is_fraud[some] = True
    for values, told in ((scenario, found.fraud.scenario), (campaign, found.fraud.campaign), (ring, found.fraud.ring)):
        values[some] = told.take(found.position[some])

    def code(column: str, values: Ints, names: tuple[str, ...], valid: Bools | None = None) -> pa.Array:
        return coded(values, pa.array(names, type=pa.string()), schema.field(column).type, valid)

    columns = {
        "event_id": plain(scramble_ids(number, world.streams.draw("event.id").key), pa.int64()),
        "timestamp": plain(when, schema.field("timestamp").type),
        "customer_id": plain(events.person + 1, pa.int64()),
        "account_id": plain(events.account + 1, pa.int64(), about),
        "card_id": plain(card, pa.int64(), about),
        "event_type": code("event_type", events.kind, EVENT_TYPES),
        "channel": code("channel", events.channel, EVENT_CHANNELS),
        "outcome": code("outcome", events.outcome, EVENT_OUTCOMES),
        "device_id": plain(events.device, pa.int64(), digital),
        "ip_address": plain(address, pa.uint32(), digital),
        "country": code("country", country, world.entities.countries, digital),
        "address_id": plain(dwelling, pa.int64(), events.kind == ADDRESS_CHANGE),
        "phone_id": plain(phone, pa.int64(), events.kind == PHONE_CHANGE),
        "is_fraud": boolean(is_fraud),
        "fraud_scenario": code("fraud_scenario", scenario, world.scenario_names, is_fraud),
        "campaign_id": plain(campaign, pa.int64(), is_fraud),
        "ring_id": plain(ring, pa.int64(), is_fraud & (ring >= 0)),
    }
    return pa.RecordBatch.from_arrays([columns[name] for name in schema.names], schema=schema)


def _networks(world: World, guests: Guests, events: Contacts) -> tuple[AnyArray, Ints]:
    """Addresses that contacts are made from, and their countries; only those made on a device are looked at."""
    entities, day = world.entities, guests.day
    address, country = np.zeros(len(events), dtype=np.uint32), np.zeros(len(events), dtype=np.int64)
    some = np.flatnonzero(is_digital(events.channel))
    people = events.person[some]
    home = guests.home.take(np.searchsorted(guests.people, people))
    away, city, _ = world.fraud.society.journeys(people, home, day).whereabouts(home)
    country[some] = entities.city_country.take(city)
    draw = world.streams.draw("contacts.network", day)
    # a session keeps its address: those of one person within half an hour
    session = combine(people, events.moment[some] // (DAY // 48))
    address[some] = addresses(
        world.streams,
        world.reference,
        people=people,
        home=home,
        city=city,
        country=country[some],
        away=away,
        works=world.lives.works.take(people),
        u=draw.uniforms(session),
        noise=draw.sub(1).words(session),
        day=day,
    )
    return address, country
