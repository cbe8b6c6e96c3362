"""Subscriptions: fixed amounts on fixed days of the month, charged to a card on file.

The one idea: people subscribe, not cards. A person's subscriptions are numbered over all accounts, so that services
differ, and each is charged to one of the accounts.

Belongs here: which account pays what on which day of the month. Does not belong here: which service charges
(``simulation.charges``), and the answer of the issuer.
"""

from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import or_

import numpy as np

from fraudsim_assets.maths.sampling import choice_table
from fraudsim_assets.reference_data import Category
from fraudsim_assets.reference_data.later_rows import SubscriptionHabits
from fraudsim_assets.spending.causes import short_share, still_short
from fraudsim_assets.spending.purses import Purses
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
        Chances that a first attempt is refused: where money is short, for want of it; where it is not, for another
        reason. [share]
    purses
        The money behind accounts.
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
            The money behind accounts. What is refused for want of it is so as often as ``Declines.charges`` says, but
            no oftener than money is short.
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
        share = short_share(purses.table)
        short = min(refusal * purses.table.charges.get("51", 0.0) / max(share, _LEAST), 1.0)
        return cls(
            customer,
            held,
            days,
            choice_table(weights, 256).astype(np.int64),
            short=short,
            enough=max(refusal - share * short, 0.0) / max(1 - share, _LEAST),
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
        at, number, tried = self._tried(streams, accounts, day)
        base = day - np.array(self.table.attempts).take(tried)
        ids = combine(self.customer.take(accounts[at]), number)
        refused = np.zeros(len(at), dtype=bool)
        for attempt in range(len(self.table.attempts)):
            now = np.flatnonzero(tried == attempt)
            refused[now] = self._refused(streams, accounts[at[now]], ids[now], base=base[now], attempt=attempt)
        return Charges(at, number, tried, base, refused, self.purses.short(accounts[at], base))

    def kinds_of(self, streams: Streams, people: Ints, number: Ints | int) -> Ints:
        """Kinds of purchase of people's subscriptions. (n,)

        Numbers of one person are spread over all kinds: the golden ratio's multiples are the most even sequence.
        """
        start = streams.draw("subscription.kind").words(people) >> np.uint64(32)
        step = np.asarray(number).astype(np.uint64) * np.uint64(GOLDEN)
        return self.kind.take(((start + step & np.uint64(0xFFFFFFFF)) >> np.uint64(24)).view(np.int64))

    def _tried(self, streams: Streams, accounts: Ints, day: Ints | int) -> tuple[Ints, Ints, Ints]:
        """Position, number and attempt of what is charged on a day, one or one each. Three of (n,)"""
        parts = [np.zeros((3, 0), dtype=np.int64)]
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
            for earlier in range(attempt):
                refused = self._refused(streams, accounts[at[mine]], ids[mine], base=base[mine], attempt=earlier)
                mine = mine[refused]
            parts.append(np.stack([at[mine], number[mine], np.full(len(mine), attempt)]))
        at, number, tried = np.concatenate(parts, axis=1)
        return at, number, tried

    def _refused(self, streams: Streams, accounts: Ints, ids: AnyArray, *, base: Ints, attempt: int) -> Bools:
        """Whether an attempt at a charge, first tried on a day, is refused. (n,)

        Who could not pay at first is refused while money is short.
        """
        short, draw = self.purses.short(accounts, base), streams.draw("subscription.refused").at(base).at(attempt)
        if attempt == 0:
            return to_uniforms(draw.words(ids)) < self.chance(short)
        later = base + self.table.attempts[attempt]
        return np.where(short, self.purses.short(accounts, later), draw.happens(ids, self.table.refused_again))

    def chance(self, short: Bools) -> Floats:
        """Chance that a charge is refused that was not tried before, by whether money is short. (n,) [share]"""
        return np.where(short, self.short, self.enough)

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
        found[self._tried(streams, accounts, day)[0]] = True
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
        table, share = self.purses.table, short_share(self.purses.table)
        waits, tries = self.table.attempts, np.arange(len(self.table.attempts))
        lasting = np.array([still_short(table, wait) for wait in waits])
        return share * self.short * lasting + (1 - share) * self.enough * self.table.refused_again**tries

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
        Whether money was short at the first attempt.
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
