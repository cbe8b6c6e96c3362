"""`Contacts` of a day, the `Guests` who have them, and `ContactHabits`: how often and in what way.

Belongs here: the arrays, and what is the same for all kinds: time, channel, outcome, device. Does not belong here:
who has which contact on a day (``log_ins``, ``changes``).
"""

from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np

from fraudsim_assets.bit_layouts import EVENT, EVENT_SLOT
from fraudsim_assets.maths.sampling import choice_table, inverse_table
from fraudsim_assets.reference_data.account_events import AccountEvent
from fraudsim_assets.spending.rhythm import SLOTS, zone_offsets
from fraudsim_assets.spending.society import Society
from fraudsim_assets.tables.codes import EVENT_CHANNELS, EVENT_OUTCOMES, EVENT_TYPES, SEGMENTS
from fraudsim_assets.units import DAY, DAY_MINUTES, MINUTE, AnyArray, Bools, Floats, Ints

(
    LOG_IN,
    NEW_DEVICE,
    PASSWORD_RESET,
    ADDRESS_CHANGE,
    PHONE_CHANGE,
    LIMIT_CHANGE,
    TOKEN_PROVISIONING,
    DISPUTE,
    TRAVEL_NOTICE,
) = range(len(EVENT_TYPES))
"""Codes of kinds of events."""

APP, WEB, BY_PHONE, BRANCH = range(len(EVENT_CHANNELS))
"""Codes of channels."""

SUCCESS, FAILED, STEP_UP = range(len(EVENT_OUTCOMES))
"""Codes of outcomes."""

OWN_ACCORD, FOLLOWING, RENEWED, REISSUED = range(4)
"""Causes that tell contacts of one kind apart: none, one of this world, a renewed card, a card issued after fraud."""

NO_ACCOUNT, NO_DEVICE = -1, -1
"""Stands for a contact that is about the customer, and for one without a device."""

EARLIEST, LATEST = 10 * MINUTE, DAY - 40 * MINUTE
"""Contacts begin between these moments of the UTC day, so that what belongs to one lies within it. [microseconds]"""

LEVELS = 1024


@dataclass(frozen=True)
class Contacts:
    """Contacts of a day. One entry each.

    Attributes
    ----------
    person, account
        Customer index; account index, ``NO_ACCOUNT`` where it is about the customer.
    kind, channel, outcome
        Codes of ``EVENT_TYPES``, ``EVENT_CHANNELS`` and ``EVENT_OUTCOMES``.
    moment
        Time since midnight UTC. [microseconds]
    device
        Device id, ``NO_DEVICE`` by phone and in branches.
    slot
        Number within (person, day), part of the event's id.
    """

    person: Ints
    account: Ints
    kind: Ints
    channel: Ints
    outcome: Ints
    moment: Ints
    device: Ints
    slot: Ints

    def __len__(self) -> int:
        return len(self.person)

    def take(self, some: AnyArray) -> "Contacts":
        """Choose some by index or mask."""
        return Contacts(*(getattr(self, f.name)[some] for f in fields(self)))

    @classmethod
    def join(cls, parts: list["Contacts"]) -> "Contacts":
        """Concatenate; no parts at all make an empty one."""
        none = np.zeros(0, dtype=np.int64)
        return cls(*(np.concatenate([none, *(getattr(p, f.name) for p in parts)]) for f in fields(cls)))


@dataclass(frozen=True)
class Guests:
    """Customers on a day. One entry each.

    Attributes
    ----------
    day
        Day number.
    people : (n,)
        Customer indices, ascending.
    rows, home, segment : (n,)
        Customer rows valid on the day, home cities, and codes of ``SEGMENTS``.
    """

    day: int
    people: Ints
    rows: Ints
    home: Ints
    segment: Ints

    def __len__(self) -> int:
        return len(self.people)

    def take(self, some: Ints) -> "Guests":
        """Choose people by position."""
        return Guests(self.day, self.people[some], self.rows[some], self.home[some], self.segment[some])


class ContactHabits:
    """How customers of a world meet their bank.

    Parameters
    ----------
    society
        Genuine life.

    Raises
    ------
    ConfigError
        If there are more customers than ids of events have room for.
    """

    def __init__(self, society: Society) -> None:
        self.society, self.streams, self.entities = society, society.streams, society.entities
        EVENT.require("customer", self.entities.n_customers, "population.customers")
        most = int(np.diff(society.lives.wallet.first).max())
        EVENT_SLOT.require("number", most, "the largest number of card accounts of a customer")
        self.level = society.config.account_events.level
        self.reference, self.table = society.reference, society.reference.contacts
        events = society.reference.account_events
        self.events: tuple[AccountEvent, ...] = tuple(events[name] for name in EVENT_TYPES)

    def guests(self, people: Ints, day: int) -> Guests:
        """Look people up for a day."""
        entities = self.entities
        rows = entities.customer_versions.rows(people, day)
        return Guests(
            day,
            people,
            rows,
            entities.customer_city.take(rows),
            entities.customer_segment.take(rows).astype(np.int64),
        )

    @cached_property
    def by_segment(self) -> Floats:
        """Rates of kinds by stage of life. (kinds, segments) [1/day]"""
        factors = [[event.segment_factor(name) for name in SEGMENTS] for event in self.events]
        rates = np.array([event.rate for event in self.events]) * self.level / 365.25
        return rates[:, None] * np.array(factors)

    def payday_factors(self, kind: int, day: int) -> Floats:
        """Factors on a rate by employer: on pay day and the day after it. (employers,) [unitless]"""
        pay = self.society.lives.pay
        return np.where(pay.paid_on(day) | pay.paid_on(day - 1), self.events[kind].payday, 1.0)

    def channels(self, kind: Ints, u: Floats) -> Ints:
        """Channels of contacts. (n,)"""
        return self._channels.take(kind * LEVELS + (u * LEVELS).astype(np.int64)).astype(np.int64)

    @cached_property
    def _channels(self) -> AnyArray:
        return np.concatenate([choice_table(event.channel_weights, LEVELS) for event in self.events])

    def outcomes(self, kind: Ints, u: Floats) -> Ints:
        """Outcomes of contacts. (n,)"""
        failed, proof = (np.array([getattr(e, name) for e in self.events]).take(kind) for name in ("failed", "step_up"))
        return np.where(u < failed, FAILED, np.where(u < failed + proof, STEP_UP, SUCCESS))

    def moments(self, kind: Ints, home: Ints, u: Floats, day: int) -> Ints:
        """Moments of the UTC day at which the hour is right where people live. (n,) [microseconds]"""
        return self.utc(self.hours(kind, u), home, day)

    def hours(self, kind: Ints, u: Floats) -> Floats:
        """Local times of contacts, as shares of the day. (n,)"""
        x = u * LEVELS
        step = x.astype(np.int64)
        at = kind * (LEVELS + 1) + step
        low, high = self._hours.take(at), self._hours.take(at + 1)
        return low + (high - low) * (x - step)

    def utc(self, local: Floats, home: Ints, day: int) -> Ints:
        """Moments of the UTC day at local times, given as shares of the day. (n,) [microseconds]"""
        offset = np.array([zone_offsets(name, day)[SLOTS // 2] for _, name in self.entities.zones])
        share = (local - offset.take(self.entities.city_zone.take(home)) / DAY_MINUTES) % 1.0
        return EARLIEST + (share * (LATEST - EARLIEST)).astype(np.int64)

    @cached_property
    def _hours(self) -> Floats:
        """Quantiles of local time by kind, in shares of the day. (kinds * (LEVELS + 1),)"""
        curves = self.entities.reference.hour_curves
        return inverse_table(np.array([curves[event.hours].hours for event in self.events]), LEVELS).ravel()


def slots(kind: Ints | int, number: Ints, cause: Ints | int) -> Ints:
    """Slots of contacts. (n,)"""
    return EVENT_SLOT.pack(0, np.asarray(cause, dtype=np.int64), kind, number)


def slots_before(slot: Ints) -> Ints:
    """Slots of log-ins that come before contacts, from those of the contacts. (n,)"""
    _, cause, kind, number = EVENT_SLOT.unpack(slot)
    return EVENT_SLOT.pack(1, cause, kind, number)


def is_digital(channel: Ints) -> Bools:
    """Whether contacts are made on a device. (n,)"""
    return channel <= WEB
