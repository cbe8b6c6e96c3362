"""Subscriptions: fixed amounts on fixed days of the month, charged to a card on file.

The one idea: people subscribe, not cards. A person's subscriptions are numbered over all accounts, so that services
differ, and each is charged to one of the accounts.

Belongs here: which account pays what on which day of the month. Does not belong here: which service charges
(``simulation.charges``), and the answer of the issuer.
"""

from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import or_
from typing import Protocol

import numpy as np

from fraudsim_assets.maths.sampling import choice_table
from fraudsim_assets.reference_data import Category
from fraudsim_assets.reference_data.later_rows import SubscriptionHabits
from fraudsim_assets.spending.causes import still_short
from fraudsim_assets.spending.purses import Purses
from fraudsim_assets.spending.refusals import beyond
from fraudsim_assets.streams import Streams, below, combine, to_uniforms, words_of
from fraudsim_assets.units import AnyArray, Bools, Floats, Ints, day_date

MOST = 12
"""Most subscriptions of one person. [count]"""

LAST_DAY_OF_MONTH = 31
"""Charges fall on days 1 to 31; where a month is shorter, on its last day."""

LAST_COMMON_DAY = 28
"""Last day that every month has."""

GOLDEN = 0x9E3779B9
"""The golden ratio's fraction, in fractions of 2**32."""

_SATURDAY = 5
_LEAST = 1e-9
_NUMBERS = np.arange(MOST, dtype=np.uint16)

FAVOURITE_RANK = 1 << 20
"""Ranks from here on are subscriptions' own, apart from the merchants a person visits."""


class Priced(Protocol):
    """What knows sums of charges."""

    def sums(self, people: Ints, number: Ints, day: Ints) -> Floats:
        """What charges of people's subscriptions that are first tried on days are worth. (n,) [EUR]"""
        ...


@dataclass(frozen=True)
class Subscriptions:
    """Subscriptions of all people.

    Attributes
    ----------
    customer : (accounts,)
        Customer index of each account.
    held : (accounts,) uint16
        Bit s is set where the person's subscription s is charged to the account.
    days : (accounts,) uint32
        Bit d is set where something is charged on day d of the month.
    kind : (256,)
        Kinds of purchase by uniform byte, ascending.
    short, enough
        Chances that a first attempt is refused: where money is short, for want of it; where there is enough for it, for
        another reason. [share]
    purses
        The money behind accounts.
    priced
        What charges are worth; nothing before it is known.
    n_categories
        How many categories there are. [count]
    table
        What becomes of charges.
    """

    customer: Ints
    held: AnyArray
    days: AnyArray
    kind: Ints
    short: float
    enough: float
    purses: Purses
    n_categories: int
    table: SubscriptionHabits
    priced: "Priced | None" = None

    @classmethod
    def of(
        cls,
        streams: Streams,
        categories: tuple[Category, ...],
        table: SubscriptionHabits,
        *,
        customer: Ints,
        weight: Floats,
        mean: float,
        refusal: float,
        purses: Purses,
    ) -> "Subscriptions":
        """Give everybody their subscriptions, and each of these an account.

        Parameters
        ----------
        categories
            What can be subscribed to; those that are not sold online are left out.
        customer : (accounts,)
            Customer index of each account, ascending.
        weight : (accounts,)
            How likely a subscription of the person is charged to the account, against the person's others; 0 for
            accounts that no subscription is charged to. [unitless]
        mean
            Mean number of running subscriptions per account, over all accounts and before the cut at ``MOST`` per
            person. [count]
        refusal
            Share of first attempts that is refused. [share]
        purses
            The money behind accounts. What is beyond it is refused for want of it, and as many others for another
            reason as make up the share.
        """
        total = np.concatenate([[0.0], np.cumsum(weight)])
        people = np.unique(customer)
        begin = total[np.searchsorted(customer, people)]
        end = total[np.searchsorted(customer, people, side="right")]
        people, begin, end = (values[end > begin] for values in (people, begin, end))
        masses = count_masses(table, mean / table.running * len(customer) / max(len(people), 1))
        words = streams.draw("subscriptions.count").words(people)
        count = choice_table(np.array(masses), 1024).take((words & np.uint64(1023)).view(np.int64))
        held, days = np.zeros(len(customer), dtype=np.uint16), np.zeros(len(customer), dtype=np.uint32)
        for number in range(MOST):
            some = np.flatnonzero(count > number)
            ids = combine(people[some], number)
            where = begin[some] + streams.draw("subscription.account").uniforms(ids) * (end - begin)[some]
            # one account of a person at most has the subscription of a number, so no bit is set twice at once
            account = np.searchsorted(total[1:], where, side="right").clip(0, len(customer) - 1)
            held[account] |= np.uint16(1 << number)
            days[account] |= np.uint32(1) << charge_day(table, streams, people[some], number).astype(np.uint32)
        weights = np.zeros(2 * len(categories))
        weights[1::2] = [c.subscription_share * c.is_sold_online for c in categories]
        short = float(beyond(np.array([purses.table.sum_charged]), purses.most)[0])
        wanting = purses.share * short
        return cls(
            customer,
            held,
            days,
            choice_table(weights, 256).astype(np.int64),
            short=short,
            enough=max(refusal - wanting, 0.0) / max(1 - wanting, _LEAST),
            purses=purses,
            n_categories=len(categories),
            table=table,
        )

    def due(self, streams: Streams, *, accounts: Ints, day: int) -> "Charges":
        """Charges of a day, attempt by attempt.

        Parameters
        ----------
        accounts : (n,)
            Account indices.
        day
            Day number.
        """
        return self._tried(streams, accounts, day, last=True)

    def kinds_of(self, streams: Streams, people: Ints, number: Ints | int) -> Ints:
        """Kinds of purchase of people's subscriptions. (n,)"""
        return kinds_of(streams, self.kind, people, number)

    def _tried(self, streams: Streams, accounts: Ints, day: Ints | int, *, last: bool) -> "Charges":
        """What is charged on a day or on one each; answers to it are those of the issuer if ``last`` is true."""
        at, number, tried, base = self._listed(streams, accounts, day)
        n, waits = len(at), np.array(self.table.attempts)
        ids = combine(self.customer.take(accounts[at]), number)
        # attempts that are answered: those before, and the one of the day if that is asked for
        asked = tried + last
        pairs = [np.flatnonzero(asked > attempt) for attempt in range(len(waits))]
        which, attempt = np.concatenate(pairs), np.repeat(np.arange(len(waits)), [len(some) for some in pairs])
        on = {"base": base[which], "day": base[which] + waits.take(attempt)}
        short, refused = np.zeros((2, len(waits), n), dtype=bool)
        short[attempt, which] = self.beyond(accounts[at[which]], number[which], **on)
        for number_of, some in enumerate(pairs):
            draw = streams.draw("subscription.refused").at(base[some]).at(number_of)
            fails = to_uniforms(draw.words(ids[some])) < (self.table.refused_again if number_of else self.enough)
            # who could not pay at first can as soon as there is money
            refused[number_of, some] = short[number_of, some] | (fails & ~(short[0, some] & (number_of > 0)))
        made = np.ones(n, dtype=bool)
        for number_of in range(len(waits) - 1):
            made &= refused[number_of] | (tried <= number_of)
        some = np.flatnonzero(made)
        found = refused[tried[some], some], short[tried[some], some]
        return Charges(at[some], number[some], tried[some], base[some], *found)

    def _listed(self, streams: Streams, accounts: Ints, day: Ints | int) -> tuple[Ints, Ints, Ints, Ints]:
        """Position, number, attempt and first day of what is charged on a day if it was refused before. Four of (n,)"""
        parts = [np.zeros((4, 0), dtype=np.int64)]
        dates = self.days.take(accounts)
        for attempt, wait in enumerate(self.table.attempts):
            base = day - wait
            hit = np.flatnonzero(dates & np.bitwise_or.reduce(_dates_on(base)))
            if hit.size == 0:
                continue
            row, number = np.nonzero(self.held.take(accounts[hit])[:, None] >> _NUMBERS & np.uint16(1))
            at = hit[row]
            people = self.customer.take(accounts[at])
            mine = self._falls_on(streams, people, number, base if isinstance(base, int | np.integer) else base[at])
            at, number, people = at[mine], number[mine], people[mine]
            ids, base = combine(people, number), np.broadcast_to(base, accounts.shape)[at]
            mine = np.flatnonzero(self._runs(streams, ids, base))
            parts.append(np.stack([at[mine], number[mine], np.full(len(mine), attempt), base[mine]]))
        at, number, tried, base = np.concatenate(parts, axis=1)
        return at, number, tried, base

    def beyond(self, accounts: Ints, number: Ints, *, base: Ints, day: Ints | int) -> Bools:
        """Whether charges are beyond what is left of the money behind accounts on a day or on one each. (n,)

        Parameters
        ----------
        base : (n,)
            Days of the first attempts. [day numbers]
        """
        found = np.zeros(len(accounts), dtype=bool)
        if self.priced is not None and len(found):
            left = self.purses.left(accounts, day)
            some = np.flatnonzero(left < np.inf)
            if some.size:
                people = self.customer.take(accounts[some])
                found[some] = self.priced.sums(people, number[some], base[some]) > left[some]
        return found

    def _falls_on(self, streams: Streams, people: Ints, number: Ints, day: Ints | int) -> Ints:
        """Which subscriptions are charged on a day or on one each, some of them on Mondays instead of weekends. (m,)"""
        date = charge_day(self.table, streams, people, number).astype(np.uint32)
        by_calendar, off_weekends = (bits >> date & np.uint32(1) for bits in _dates_on(day))
        found = by_calendar.astype(bool)
        some = np.flatnonzero(by_calendar != off_weekends)
        ids = combine(people[some], number[some])
        moves = streams.draw("subscription.moves").happens(ids, self.table.keeps_off_weekends)
        found[some] ^= moves
        return np.flatnonzero(found)

    def _runs(self, streams: Streams, ids: AnyArray, day: Ints) -> Bools:
        """Whether subscriptions run on days: they begin and end with spells of a phase of their own. (n,)"""
        phase = below(streams.draw("subscription.phase").words(ids), self.table.spell_days)
        spell = (day + phase) // self.table.spell_days
        return streams.draw("subscription.runs").happens(ids ^ (words_of(spell) << np.uint64(50)), self.table.running)

    def any_due(self, streams: Streams, accounts: Ints, day: Ints | int) -> Bools:
        """Whether accounts are charged anything on a day, one or one each: true where :meth:`due` has a charge. (n,)"""
        found = np.zeros(len(accounts), dtype=bool)
        found[self._tried(streams, accounts, day, last=False).at] = True
        return found

    @property
    def category_shares(self) -> Floats:
        """Share of each category in all subscriptions. (categories,) [share]"""
        return np.bincount(self.kind >> 1, minlength=self.n_categories) / len(self.kind)

    @property
    def refused_share(self) -> float:
        """Share of refused attempts. [share]"""
        refused = self._refused_by_attempt
        return float(refused.sum() / (1 + refused[:-1].sum()))

    @property
    def _refused_by_attempt(self) -> Floats:
        """Refused first attempts, second ones and so on, per charge. (attempts,) [count]"""
        wanting, waits = self.purses.share * self.short, self.table.attempts
        lasting = np.array([still_short(self.purses.table, wait) for wait in waits])
        return wanting * lasting + (1 - wanting) * self.enough * self.table.refused_again ** np.arange(len(waits))

    def per_day(self) -> float:
        """Expected charges per account and day, attempts all counted. [1/day]"""
        attempts = 1 + float(self._refused_by_attempt[:-1].sum())
        return float(np.bitwise_count(self.held).mean()) * self.table.running * attempts * 12 / 365.25


@dataclass(frozen=True)
class Charges:
    """Charges of a day. One entry per attempt.

    Attributes
    ----------
    at, number
        Position of the account; number of the person's subscription.
    attempt
        0 for the first.
    base
        Day of the first attempt. [day number]
    refused
        Whether the issuer refuses.
    short
        Whether that is for want of money.
    """

    at: Ints
    number: Ints
    attempt: Ints
    base: Ints
    refused: Bools
    short: Bools


def _dates(day: int) -> tuple[int, int]:
    """Days of the month, first and last, whose charges fall on a day by the calendar: several on a month's last."""
    date, tomorrow = day_date(day), day_date(day + 1)
    return date.day, LAST_DAY_OF_MONTH if tomorrow.month != date.month else date.day


@lru_cache(maxsize=512)
def _date_bits(first: int, n_days: int) -> AnyArray:
    """Days of the month that are charged on so many days, by subscriptions that keep off weekends and by others.

    Returns
    -------
    (2, n_days) uint32
        Bits of dates: by the calendar; with Mondays instead of weekends.
    """
    bits = np.zeros((2, n_days), dtype=np.uint32)
    for i, day in enumerate(range(first, first + n_days)):
        weekday = day_date(day).weekday()
        own = range(day, day - 3 if weekday == 0 else day - 1, -1)
        by_calendar = [((2 << last) - 1) ^ ((1 << begin) - 1) for begin, last in map(_dates, own)]
        bits[0, i] = by_calendar[0]
        bits[1, i] = 0 if weekday >= _SATURDAY else reduce(or_, by_calendar)
    return bits


def _dates_on(day: Ints | int) -> AnyArray:
    """What :func:`_date_bits` has for a day, or for one each. (2,) or (2, n)"""
    first = int(np.min(day))
    return _date_bits(first, int(np.max(day)) - first + 1)[:, day - first]


def kinds_of(streams: Streams, kind: Ints, people: Ints, number: Ints | int) -> Ints:
    """Kinds of purchase of people's subscriptions. (n,)

    Numbers of one person are spread over all kinds: the golden ratio's multiples are the most even sequence.

    Parameters
    ----------
    kind : (256,)
        Kinds of purchase by uniform byte, ascending.
    """
    start = streams.draw("subscription.kind").words(people) >> np.uint64(32)
    step = np.asarray(number).astype(np.uint64) * np.uint64(GOLDEN)
    return kind.take(((start + step & np.uint64(0xFFFFFFFF)) >> np.uint64(24)).view(np.int64))


def price_rises(streams: Streams, table: SubscriptionHabits, ids: AnyArray, base: Ints) -> Floats:
    """Factors on the prices of subscriptions by the day of the charge. (n,) [unitless]"""
    phase = below(streams.draw("subscription.rise").words(ids), table.rise_days)
    return np.power(table.rise, ((base + phase) // table.rise_days - table.rises_before).astype(np.float64))


def charge_day(table: SubscriptionHabits, streams: Streams, people: Ints, number: Ints | int) -> Ints:
    """Day of the month on which people's subscription, one number or one each, is charged. (n,) [1 to 31]"""
    ids = combine(people, number)
    day = below(streams.draw("subscriptions.day").words(ids), LAST_DAY_OF_MONTH) + 1
    late = np.flatnonzero(day > LAST_COMMON_DAY)
    moved = late[~streams.draw("subscriptions.late").happens(ids[late], table.charged_late)]
    day[moved] = below(streams.draw("subscriptions.early").words(ids[moved]), LAST_COMMON_DAY) + 1
    return day


def count_masses(table: SubscriptionHabits, mean: float) -> list[float]:
    """Probabilities of 0 to ``MOST`` subscriptions, the last one taking the rest. [unitless]

    Negative binomial: a Poisson number whose mean is gamma distributed among people, with shape ``keenness``.
    """
    keenness = table.keenness
    share = mean / (mean + keenness)
    term = (1 - share) ** keenness
    masses = [term]
    for k in range(1, MOST):
        term *= share * (keenness + k - 1) / k
        masses.append(term)
    return [*masses, max(1.0 - sum(masses), 0.0)]
