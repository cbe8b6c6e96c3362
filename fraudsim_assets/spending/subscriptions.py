"""Subscriptions: fixed amounts on fixed days of the month, charged to a card on file.

Belongs here: which account pays what on which day of the month. Does not belong here: the answer
of the issuer.
"""

from dataclasses import dataclass

import numpy as np

from fraudsim_assets.maths.sampling import choice_table
from fraudsim_assets.reference_data import Category
from fraudsim_assets.streams import Streams, below, combine
from fraudsim_assets.units import AnyArray, Bools, Ints, day_date

MOST = 4
"""Most subscriptions of one account. [count]"""

LAST_DAY_OF_MONTH = 31
"""Charges fall on days 1 to 31; where a month is shorter, on its last day."""

FAVOURITE_RANK = 1 << 20
"""Ranks from here on are subscriptions' own, apart from the merchants a person visits."""


@dataclass(frozen=True)
class Subscriptions:
    """Subscriptions of all accounts.

    Attributes
    ----------
    count : (accounts,) uint8
        Number of subscriptions. [count]
    days : (accounts,) uint32
        Bit d is set where something is charged on day d of the month.
    kind : (256,)
        Kinds of purchase by uniform byte.
    """

    count: AnyArray
    days: AnyArray
    kind: Ints

    @classmethod
    def of(cls, streams: Streams, categories: tuple[Category, ...], *, may_have: Bools, mean: float) -> "Subscriptions":
        """Give every account its subscriptions.

        Parameters
        ----------
        categories
            What can be subscribed to; those that are not sold online are left out.
        may_have : (accounts,)
            False for accounts without any.
        mean
            Mean number of subscriptions per account, over all accounts and before the cut at ``MOST``. [count]
        """
        p = np.array(poisson_masses(mean / max(float(may_have.mean()), 1e-6)))
        table = choice_table(p, 1024)
        ids = np.arange(len(may_have), dtype=np.int64)
        words = streams.draw("subscriptions.count").words(ids)
        count = table.take((words & np.uint64(1023)).view(np.int64)).astype(np.uint8)
        count[~may_have] = 0
        days = np.zeros(len(may_have), dtype=np.uint32)
        for i in range(MOST):
            bit = np.uint32(1) << charge_day(streams, ids, i).astype(np.uint32)
            days |= np.where(count > i, bit, np.uint32(0))
        weights = np.zeros(2 * len(categories))
        weights[1::2] = [c.subscription_share * c.is_sold_online for c in categories]
        return cls(count, days, choice_table(weights, 256).astype(np.int64))

    def due(self, streams: Streams, *, accounts: Ints, day: int) -> tuple[Ints, Ints]:
        """Charges of a day.

        Parameters
        ----------
        accounts : (n,)
            Account indices.
        day
            Day number.

        Returns
        -------
        (m,), (m,)
            Positions in ``accounts`` and numbers of the subscription, ascending by both.
        """
        hit = np.flatnonzero(self.any_due(accounts, day))
        if hit.size == 0:
            return hit, hit
        count = self.count.take(accounts[hit]).astype(np.int64)
        at = np.repeat(hit, count)
        which = np.arange(len(at)) - np.repeat(np.cumsum(count) - count, count)
        date = charge_day(streams, accounts[at], which)
        first, last = due_dates(day)
        charged = np.flatnonzero((date >= first) & (date <= last))
        return at[charged], which[charged]

    def any_due(self, accounts: Ints, day: int) -> Bools:
        """Whether accounts are charged anything on a day: true exactly where :meth:`due` has a charge. (n,)"""
        first, last = due_dates(day)
        dates = np.uint32(((1 << (last + 1)) - 1) ^ ((1 << first) - 1))
        return (self.days.take(accounts) & dates) != 0

    def per_day(self) -> float:
        """Expected charges per account and day. [1/day]"""
        return float(self.count.mean()) * 12 / 365.25


def due_dates(day: int) -> tuple[int, int]:
    """Days of the month, first and last, whose charges fall on a day: several on the last of a short month."""
    date, tomorrow = day_date(day), day_date(day + 1)
    return date.day, LAST_DAY_OF_MONTH if tomorrow.month != date.month else date.day


def charge_day(streams: Streams, accounts: Ints, number: Ints | int) -> Ints:
    """Day of the month on which an account's subscription, one number or one each, is charged. (n,) [1 to 31]"""
    words = streams.draw("subscriptions.day").words(combine(accounts, number))
    return below(words, LAST_DAY_OF_MONTH) + 1


def poisson_masses(mean: float) -> list[float]:
    """Poisson probabilities of 0 to ``MOST``, the last one taking the rest. [unitless]"""
    term = float(np.exp(-mean))
    masses = [term]
    for k in range(1, MOST):
        term *= mean / k
        masses.append(term)
    return [*masses, max(1.0 - sum(masses), 0.0)]
