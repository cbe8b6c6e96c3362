"""Log-ins: how often people look at their accounts, on which device, and what they mistype.

Belongs here: sessions of a day with their failed attempts, and passwords reset after those. Does not belong here:
log-ins that come before another contact (``changes``).
"""

import numpy as np

from fraudsim_assets.maths.ordered import repeated
from fraudsim_assets.maths.sampling import lognormal_mean_one, poisson_counts
from fraudsim_assets.spending.contacts.model import (
    FAILED,
    FOLLOWING,
    LATEST,
    LOG_IN,
    NO_ACCOUNT,
    OWN_ACCORD,
    PASSWORD_RESET,
    STEP_UP,
    SUCCESS,
    WEB,
    ContactHabits,
    Contacts,
    Guests,
    slots,
)
from fraudsim_assets.spending.networks import fresh_devices, fresh_sessions, own_devices
from fraudsim_assets.streams import combine, half_uniforms, half_words
from fraudsim_assets.units import SECOND, AnyArray, Bools, Floats, Ints

SESSION_NUMBERS = 1 << 19
"""Sessions with the bank are numbered from here, those of orders below. [count]"""

_ATTEMPT_BITS = 3


def log_ins(habits: ContactHabits, guests: Guests) -> Contacts:
    """Log-ins of people on a day, with failed attempts and new passwords."""
    table = habits.table
    habit = habits.streams.draw("contacts.log_in.habit").words(guests.people)
    at, number = repeated(_counts(habits, guests, habit))
    people, home, habit = guests.people.take(at), guests.home.take(at), habit.take(at)
    draw = habits.streams.draw("contacts.log_in.session", guests.day)
    when, how = (half_uniforms(half) for half in half_words(draw.words(combine(people, number))))
    detail, more = (draw.sub(n).words(combine(people, number)) for n in (1, 2))
    preferred = np.where(_level(detail, 0) < table.usual_channel, _level(habit, 16), how)
    channel = habits.channels(np.full(len(at), LOG_IN), preferred)
    moment = _moments(habits, guests.day, home, habit=habit, u=when, words=more)
    device, strange = _devices(habits, guests.day, people, home, number=number, web=channel == WEB, u=_level(more, 32))
    entry = habits.events[LOG_IN]
    stumbles = _level(detail, 32)
    failures = np.sum([stumbles < entry.failed * table.fails_again**n for n in range(table.most_failures)], axis=0)
    locked = failures == table.most_failures
    reset = locked & (_level(detail, 48) < habits.events[PASSWORD_RESET].follows)
    proof = strange | reset | (how * 64 % 1.0 < entry.step_up)
    tries = failures + (~locked | reset)
    which = np.repeat(np.arange(len(at)), tries)
    attempt = np.arange(len(which)) - np.repeat(np.cumsum(tries) - tries, tries)
    pause = _seconds(table.between_attempts, _level(detail, 16))
    resetting = np.where(reset, _seconds(table.resetting, when * 64 % 1.0), 0)
    through = attempt >= failures.take(which)
    sessions = Contacts(
        person=people.take(which),
        account=np.full(len(which), NO_ACCOUNT),
        kind=np.full(len(which), LOG_IN),
        channel=channel.take(which),
        outcome=np.where(through, np.where(proof.take(which), STEP_UP, SUCCESS), FAILED),
        moment=moment.take(which) + attempt * pause.take(which) + np.where(through, resetting.take(which), 0),
        device=device.take(which),
        slot=slots(LOG_IN, (number.take(which) << _ATTEMPT_BITS) + attempt, OWN_ACCORD),
    )
    some = np.flatnonzero(reset)
    resets = Contacts(
        person=people[some],
        account=np.full(len(some), NO_ACCOUNT),
        kind=np.full(len(some), PASSWORD_RESET),
        channel=channel[some],
        outcome=np.full(len(some), STEP_UP),
        moment=moment[some] + (table.most_failures - 1) * pause[some] + resetting[some] // 2,
        device=device[some],
        slot=slots(PASSWORD_RESET, number[some], FOLLOWING),
    )
    return Contacts.join([sessions, resets])


def _counts(habits: ContactHabits, guests: Guests, habit: AnyArray) -> Ints:
    """Sessions of each person. (n,)"""
    rate = habits.by_segment[LOG_IN].take(guests.segment)
    rate *= lognormal_mean_one(habit >> np.uint64(48), habits.events[LOG_IN].spread)
    country = habits.entities.city_country.take(guests.home)
    employer = habits.society.lives.pay.employer_of(guests.people, country)
    rate *= habits.payday_factors(LOG_IN, guests.day).take(employer)
    u = habits.streams.draw("contacts.log_in", guests.day).uniforms(guests.people)
    most = habits.table.most_sessions
    return np.minimum(poisson_counts(u, np.minimum(rate, most)), most)


def _moments(habits: ContactHabits, day: int, home: Ints, *, habit: AnyArray, u: Floats, words: AnyArray) -> Ints:
    """Beginnings of sessions: around an hour of the person's own, or at any hour that people bank at. (n,)"""
    own = np.flatnonzero(_level(words, 0) < habits.table.at_usual_hour)
    spread = (_level(words[own], 16) - 0.5) * habits.table.usual_hour_width / 24.0
    kind = np.full(len(u), LOG_IN)
    moment = habits.moments(kind, home, u, day)
    usual = habits.hours(kind[own], _level(habit[own], 32)) + spread
    moment[own] = habits.utc(usual % 1.0, home[own], day)
    return np.minimum(moment, LATEST)


def _devices(
    habits: ContactHabits, day: int, people: Ints, home: Ints, *, number: Ints, web: Bools, u: Floats
) -> tuple[Ints, Bools]:
    """Devices of sessions, and whether a device is seen in its session only. (n,), (n,)"""
    second = web & (u < habits.reference.networks.second_device)
    device, _ = own_devices(habits.streams, habits.reference, people=people, city=home, second=second, day=day)
    session = SESSION_NUMBERS + number
    strange = web & fresh_sessions(habits.streams, habits.reference.networks, people=people, session=session, day=day)
    some = np.flatnonzero(strange)
    device[some] = fresh_devices(habits.streams, people=people[some], session=session[some], day=day)
    return device, strange


def _level(words: AnyArray, shift: int) -> Floats:
    """Uniforms from sixteen bits of words. (n,)"""
    return (((words >> np.uint64(shift)) & np.uint64(0xFFFF)).astype(np.float64) + 0.5) / 65536


def _seconds(bounds: tuple[float, float], u: Floats) -> Ints:
    """Times of a least length and a spread. (n,) [microseconds]"""
    return ((bounds[0] + bounds[1] * u) * SECOND).astype(np.int64)
