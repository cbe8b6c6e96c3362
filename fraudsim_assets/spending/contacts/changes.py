"""Changes: what people do at their bank besides looking: devices, cards in phones, addresses, limits, disputes.

The one idea: first the occasions, each with a kind, a cause and a number; then, alike for all kinds, when, where, on
what and with which end. On a device, a log-in comes before.

Belongs here: contacts that are no log-ins, and the log-ins that come before them. Does not belong here: those of fraud.
"""

from dataclasses import dataclass, replace

import numpy as np

from fraudsim_assets.maths.sampling import lognormal_mean_one
from fraudsim_assets.reference_data.banking import ContactTimes
from fraudsim_assets.spending.contacts.model import (
    ADDRESS_CHANGE,
    APP,
    DISPUTE,
    FAILED,
    FOLLOWING,
    LIMIT_CHANGE,
    LOG_IN,
    NEW_DEVICE,
    NO_ACCOUNT,
    NO_DEVICE,
    OWN_ACCORD,
    PASSWORD_RESET,
    PHONE_CHANGE,
    RENEWED,
    STEP_UP,
    SUCCESS,
    TOKEN_PROVISIONING,
    TRAVEL_NOTICE,
    ContactHabits,
    Contacts,
    Guests,
    is_digital,
    slots,
    slots_before,
)
from fraudsim_assets.spending.networks import own_devices
from fraudsim_assets.streams import combine, half_uniforms, half_words, word_limits
from fraudsim_assets.units import MINUTE, SECOND, AnyArray, Bools, Floats, Ints

OF_CUSTOMERS = (PASSWORD_RESET, ADDRESS_CHANGE, PHONE_CHANGE)
OF_ACCOUNTS = (LIMIT_CHANGE, TOKEN_PROVISIONING, DISPUTE)
"""Kinds that come of people's own accord, and what they are about."""


@dataclass(frozen=True)
class Occasions:
    """Reasons to meet the bank. One entry each.

    Attributes
    ----------
    at
        Position of the person among the guests.
    account
        Account index, ``NO_ACCOUNT`` where it is about the customer.
    kind, cause, number
        Code of the kind, cause, and number that tells those of both apart.
    device
        The device that it is about; ``NO_DEVICE`` where any will do.
    later
        Time after the moment at which the person's new device comes into use; -1 where it has a moment of its own.
        [microseconds]
    """

    at: Ints
    account: Ints
    kind: Ints
    cause: Ints
    number: Ints
    device: Ints
    later: Ints

    def __len__(self) -> int:
        return len(self.at)

    @classmethod
    def of(
        cls, at: Ints, kind: Ints | int, cause: int, *, account: Ints | None = None, number: Ints | None = None
    ) -> "Occasions":
        """Occasions of one cause, at any time on any device."""
        n, none = len(at), np.zeros(len(at), dtype=np.int64)
        return cls(
            at,
            none + NO_ACCOUNT if account is None else account,
            none + kind,
            np.full(n, cause),
            none if number is None else number,
            none + NO_DEVICE,
            none - 1,
        )

    @classmethod
    def join(cls, parts: list["Occasions"]) -> "Occasions":
        """Concatenate."""
        return cls(*(np.concatenate([vars(part)[name] for part in parts]) for name in vars(parts[0])))


def changes(habits: ContactHabits, guests: Guests) -> Contacts:
    """Contacts of people on a day that are no log-ins, with the log-ins that come before them."""
    who, accounts = habits.society.lives.wallet.accounts_of(guests.people)
    there = habits.society.habits.dormancy.open(accounts, guests.day)
    who, accounts = who[there], accounts[there]
    devices, age = own_devices(
        habits.streams,
        habits.reference,
        people=guests.people,
        city=guests.home,
        second=np.zeros(len(guests), dtype=bool),
        day=guests.day,
    )
    parts = [
        _of_own_accord(habits, guests, OF_CUSTOMERS, who=np.arange(len(guests)), accounts=None),
        _of_own_accord(habits, guests, OF_ACCOUNTS, who=who, accounts=accounts),
        _moves(habits, guests),
        *_new_devices(habits, guests, devices, age),
        _cards_for_phones(habits, guests, who, accounts, age=age),
        _renewals(habits, guests, who, accounts),
        *_journeys(habits, guests),
    ]
    return contacts_of(habits, guests, Occasions.join(parts))


def _of_own_accord(
    habits: ContactHabits, guests: Guests, kinds: tuple[int, ...], *, who: Ints, accounts: Ints | None
) -> Occasions:
    """Contacts that nothing in this world leads to, at most one of a kind a day of each entity: a person or an account.

    Each kind has draws of its own, so that how often one is met changes no other.
    """
    entity = guests.people.take(who) if accounts is None else accounts
    name = "contacts.own" if accounts is None else "contacts.own.account"
    found = []
    for kind in kinds:
        words = habits.streams.draw(name, guests.day).sub(kind).words(entity)
        chance = habits.by_segment[kind]
        some = np.flatnonzero(words < word_limits(min(float(chance.max()) * habits.table.most_eager, 1.0)))
        u = (words[some] >> np.uint64(11)).astype(np.float64) * 2.0**-53
        level = habits.streams.draw("contacts.eager").sub(kind).words(entity[some]) >> np.uint64(48)
        eager = np.minimum(lognormal_mean_one(level, habits.events[kind].spread), habits.table.most_eager)
        some = some[u < chance.take(guests.segment.take(who[some])) * eager]
        at, account = who[some], None if accounts is None else accounts[some]
        number = None if account is None else _number(habits, guests, at, account)
        found.append(Occasions.of(at, kind, OWN_ACCORD, account=account, number=number))
    return Occasions.join(found)


def _number(habits: ContactHabits, guests: Guests, at: Ints, account: Ints) -> Ints:
    """Number of an account among those of its holder. (n,)"""
    return account - habits.society.lives.wallet.first.take(guests.people.take(at))


def _moves(habits: ContactHabits, guests: Guests) -> Occasions:
    """Moves to another city, told on the day from which the bank's own record has them."""
    versions = habits.entities.customer_versions
    new = versions.valid_from.take(guests.rows) == guests.day
    at = np.flatnonzero(new & (guests.rows != versions.first.take(guests.people)))
    draw = habits.streams.draw("contacts.move", guests.day)
    told = draw.happens(guests.people.take(at), habits.events[ADDRESS_CHANGE].follows)
    return Occasions.of(at[told], ADDRESS_CHANGE, FOLLOWING)


def _new_devices(habits: ContactHabits, guests: Guests, devices: Ints, age: Ints) -> list[Occasions]:
    """Devices that come into use and are made known to the bank: people's own, and second ones."""
    everybody = np.ones(len(guests), dtype=bool)
    second, age_of_second = own_devices(
        habits.streams, habits.reference, people=guests.people, city=guests.home, second=everybody, day=guests.day
    )
    found = []
    for which, (device, days) in enumerate(((devices, age), (second, age_of_second))):
        at = np.flatnonzero(days == 0)
        told = (
            habits.streams.draw("contacts.new_device", guests.day)
            .sub(which)
            .happens(guests.people.take(at), habits.events[NEW_DEVICE].follows)
        )
        at = at[told]
        occasions = Occasions.of(at, NEW_DEVICE, FOLLOWING, number=np.full(len(at), which))
        found.append(replace(occasions, device=device[at]))
    return found


def _cards_for_phones(habits: ContactHabits, guests: Guests, who: Ints, accounts: Ints, *, age: Ints) -> Occasions:
    """Cards added to a phone in the first days that people have it."""
    entry = habits.events[TOKEN_PROVISIONING]
    days = age.take(who)
    some = np.flatnonzero(days <= entry.days)
    who, account, days = who[some], accounts[some], days[some]
    words = habits.streams.draw("contacts.phone_card").words(combine(account, (guests.day - days) & 0xFFFFF))
    some = np.flatnonzero(_follows(words, entry.follows) & (_wait(words, entry.days) == days))
    at, account, days = who[some], account[some], days[some]
    least, spread = habits.table.card_after_device
    later = (least + spread * half_uniforms(half_words(words[some])[0])) * MINUTE
    occasions = Occasions.of(
        at, TOKEN_PROVISIONING, FOLLOWING, account=account, number=_number(habits, guests, at, account)
    )
    return replace(occasions, later=np.where(days == 0, later.astype(np.int64), -1))


def _renewals(habits: ContactHabits, guests: Guests, who: Ints, accounts: Ints) -> Occasions:
    """Cards added to a phone in the first days of their validity, those blocked after fraud apart."""
    entry, versions = habits.events[TOKEN_PROVISIONING], habits.entities.account_versions
    days = guests.day - versions.valid_from.take(versions.rows(accounts, guests.day)).astype(np.int64)
    some = np.flatnonzero((days >= 0) & (days <= entry.days))
    words = habits.streams.draw("contacts.renewal").words(combine(accounts[some], (guests.day - days[some]) & 0xFFFFF))
    some = some[_follows(words, entry.follows) & (_wait(words, entry.days) == days[some])]
    at, account = who[some], accounts[some]
    return Occasions.of(at, TOKEN_PROVISIONING, RENEWED, account=account, number=_number(habits, guests, at, account))


def _follows(words: AnyArray, share: float) -> Bools:
    """Whether a cause leads to a contact. (n,)"""
    return half_uniforms(half_words(words)[1]) < share


def _wait(words: AnyArray, most: int) -> Ints:
    """Days from a cause to its contact: short ones are likelier. (n,) [days]"""
    u = half_uniforms(half_words(words)[0])
    return (u * u * (most + 1)).astype(np.int64)


def _journeys(habits: ContactHabits, guests: Guests) -> list[Occasions]:
    """Journeys abroad, told some days ahead by those who do that, each as early as they always do."""
    entry, entities = habits.events[TRAVEL_NOTICE], habits.entities
    words = habits.streams.draw("contacts.travel").words(guests.people)
    tell = np.flatnonzero(_follows(words, entry.follows))
    ahead = 1 + _wait(words[tell], entry.days - 1)
    found = [Occasions.of(np.zeros(0, dtype=np.int64), TRAVEL_NOTICE, FOLLOWING)]
    for days in range(1, entry.days + 1):
        at = tell[ahead == days]
        people, leaves = guests.people.take(at), guests.day + days
        home = entities.customer_city.take(entities.customer_versions.rows(people, leaves))
        country = entities.city_country.take(home)
        # whoever is kept at home by now tells of no journey; a shock to come is not foreseen
        journeys = habits.society.journeys(people, home, leaves, told=guests.day)
        _, city, before = journeys.whereabouts(home)
        abroad = (before == home) & (city != home) & (entities.city_country.take(city) != country)
        found.append(Occasions.of(at[abroad], TRAVEL_NOTICE, FOLLOWING))
    return found


def contacts_of(habits: ContactHabits, guests: Guests, occasions: Occasions) -> Contacts:
    """What becomes of occasions: contacts, and log-ins before those on a device.

    Parameters
    ----------
    guests
        People whom the positions of the occasions point at.
    """
    at, day = occasions.at, guests.day
    people, home = guests.people.take(at), guests.home.take(at)
    slot = slots(occasions.kind, occasions.number, occasions.cause)
    # a card that is added to a new phone is timed by the phone
    timed = np.where(occasions.later >= 0, slots(NEW_DEVICE, np.zeros_like(at), FOLLOWING), slot)
    kind = np.where(occasions.later >= 0, NEW_DEVICE, occasions.kind)
    draw = habits.streams.draw("contacts.deed", day)
    moment = habits.moments(kind, home, draw.uniforms(combine(people, timed)), day) + np.maximum(occasions.later, 0)
    where, ends = (half_uniforms(half) for half in half_words(draw.sub(1).words(combine(people, slot))))
    channel = habits.channels(occasions.kind, where)
    channel = np.where((occasions.kind == NEW_DEVICE) & (occasions.number == 0), APP, channel)
    outcome = habits.outcomes(occasions.kind, ends)
    device = np.full(len(at), NO_DEVICE)
    some = np.flatnonzero(is_digital(channel))
    none_of_them = np.zeros(len(some), dtype=bool)
    device[some], _ = own_devices(
        habits.streams, habits.reference, people=people[some], city=home[some], second=none_of_them, day=day
    )
    device = np.where((occasions.device >= 0) & is_digital(channel), occasions.device, device)
    made = Contacts(people, occasions.account, occasions.kind, channel, outcome, moment, device, slot)
    return Contacts.join([made, log_ins_before(habits.table, made, draw.sub(2).uniforms(combine(people, slot)))])


def log_ins_before(table: ContactTimes, made: Contacts, u: Floats) -> Contacts:
    """Log-ins that come before contacts on a device: refused where a password was forgotten.

    Parameters
    ----------
    table
        How long before.
    made
        Contacts.
    u : (n,)
        Uniforms that say how long before. [unitless]
    """
    some = np.flatnonzero(is_digital(made.channel))
    kind = made.kind[some]
    least, spread = table.log_in_before
    before = ((least + spread * u[some]) * SECOND).astype(np.int64)
    outcome = np.select([kind == PASSWORD_RESET, kind == NEW_DEVICE], [FAILED, STEP_UP], SUCCESS)
    return replace(
        made.take(some),
        account=np.full(len(some), NO_ACCOUNT),
        kind=np.full(len(some), LOG_IN),
        outcome=outcome,
        moment=made.moment[some] - before,
        slot=slots_before(made.slot[some]),
    )
