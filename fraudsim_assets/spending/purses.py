"""Purses: the money behind accounts, by account and day.

The one idea: there is one balance of an account on a day, in euros, and whatever asks for money asks it: a till, a web
shop, a cash machine, or a merchant with a card on file. A person's debit cards draw on one account, which is filled on
pay days. A line of credit is one by itself and free again when the bill is paid; what is loaded on a prepaid card lasts
until it is loaded again.

Belongs here: whose purse an account draws on, when it is filled, and what is left. Does not belong here: when money is
short (``causes``), and what is refused for it (``simulation.means``, ``subscriptions``).
"""

from dataclasses import dataclass

import numpy as np

from fraudsim_assets.calendar import CalendarData
from fraudsim_assets.catalog.entities import Entities
from fraudsim_assets.config.model import Spending
from fraudsim_assets.reference_data.requests import Declines
from fraudsim_assets.spending.causes import money_left, noticed_at, short_share
from fraudsim_assets.spending.paydays import PayDays
from fraudsim_assets.spending.refusals import most_left
from fraudsim_assets.streams import Streams, below
from fraudsim_assets.tables.codes import PRODUCTS
from fraudsim_assets.units import Bools, Floats, Ints

_CREDIT, _PREPAID = PRODUCTS.index("credit"), PRODUCTS.index("prepaid")
_CREDIT_HOLDER, _PREPAID_HOLDER = 1 << 40, 1 << 41
_DATES = 28
# dates that every month has


@dataclass(frozen=True)
class Filling:
    """When purses are filled. One entry per account.

    Attributes
    ----------
    holder
        Whose money it is.
    tight
        Chance that it is of those that tend to be short. [share]
    next_pay, last_pay
        Days on which money comes in after a day, and until it. [day numbers]
    """

    holder: Ints
    tight: Floats
    next_pay: Ints
    last_pay: Ints


@dataclass(frozen=True, eq=False)
class Purses:
    """The money behind all accounts.

    Attributes
    ----------
    table
        How often and for how long it is short.
    pay
        When people are paid.
    share
        Share of days on which it is short, in the mean over what is paid with accounts. [share]
    most
        The most that is left where it is short. [EUR]
    """

    streams: Streams
    entities: Entities
    table: Declines
    pay: PayDays
    share: float
    most: float

    @classmethod
    def of(cls, streams: Streams, entities: Entities, spending: Spending) -> "Purses":
        """Look up when people are paid."""
        reference = entities.reference
        own = reference.habits.own_paydays
        pay = PayDays.of(streams, CalendarData.of(reference), entities.countries, own=own)
        paid = np.bincount(entities.account_product, weights=entities.account_activity, minlength=len(PRODUCTS))
        short = [short_share(reference.declines, tight) for tight in _tight(reference.declines)]
        share = float(paid @ short / max(paid.sum(), 1e-9))
        return cls(streams, entities, reference.declines, pay, share, most_left(reference, spending, share))

    def left(self, accounts: Ints, day: Ints | int) -> Floats:
        """What is left on a day or on one each, endless where it is not short. (n,) [EUR]"""
        found = self.filling(accounts, day)
        return self.most * money_left(self.table, self.streams, **vars(found), day=day)

    def short(self, accounts: Ints, day: Ints | int) -> Bools:
        """Whether money is short on a day or on one each. (n,)"""
        return self.left(accounts, day) < np.inf

    def known(self, accounts: Ints, day: Ints | int, *, activity: Floats) -> Floats:
        """From when on holders know that money is short, if it is on a day or on one each. (n,)

        Parameters
        ----------
        activity : (n,)
            How much they pay, against the mean card. [unitless]

        Returns
        -------
        (n,)
            [days, on the scale of day numbers]
        """
        found = self.filling(accounts, day)
        near = {"holder": found.holder, "next_pay": found.next_pay, "last_pay": found.last_pay}
        return noticed_at(self.table, self.streams, **near, activity=activity)

    def filling(self, accounts: Ints, day: Ints | int) -> Filling:
        """Whose money it is, and when it comes in about a day or one each. (n,)"""
        entities = self.entities
        people, product = entities.account_customer.take(accounts), entities.account_product.take(accounts)
        home = entities.customer_city.take(entities.customer_versions.first.take(people))
        employer = self.pay.employer_of(people, entities.city_country.take(home))
        holder, (coming, gone) = people.astype(np.int64), self.pay.around(day, employer)
        income = self.streams.draw("purses.income")
        own = np.flatnonzero((product != _CREDIT) & (product != _PREPAID))
        own = own[income.happens(people[own], self.table.own_income)]
        coming[own], gone[own] = _monthly(below(income.sub(1).words(people[own]), _DATES), _of(day, own))
        lines, loads = np.flatnonzero(product == _CREDIT), np.flatnonzero(product == _PREPAID)
        holder[lines] = _CREDIT_HOLDER + accounts[lines]
        holder[loads] = _PREPAID_HOLDER + accounts[loads]
        bill = below(self.streams.draw("purses.bill").words(accounts[lines]), _DATES)
        coming[lines], gone[lines] = _monthly(bill, _of(day, lines))
        coming[loads], gone[loads] = self._loaded(accounts[loads], _of(day, loads))
        return Filling(holder, np.array(_tight(self.table)).take(product), coming, gone)

    def _loaded(self, accounts: Ints, day: Ints | int) -> tuple[Ints, Ints]:
        """When prepaid cards are loaded after days, and until them. Two of (n,) [day numbers]"""
        draw, (least, most) = self.streams.draw("purses.load"), self.table.load_days
        between = least + below(draw.words(accounts), most - least + 1)
        phase = below(draw.sub(1).words(accounts), between)
        gone = (day + phase) // between * between - phase
        return gone + between, gone


def _tight(table: Declines) -> tuple[float, float, float]:
    """Share of purses that tend to be short, by product. [share]"""
    return table.tight, table.tight_lines, table.tight_loads


def _of(day: Ints | int, some: Ints) -> Ints | int:
    """One day for all, or those of some."""
    return day if np.ndim(day) == 0 else np.asarray(day)[some]


def _monthly(date: Ints, day: Ints | int) -> tuple[Ints, Ints]:
    """Next day after days, and last one until them, of dates, which count from 0. Two of (n,) [day numbers]"""
    month = np.asarray(day).astype("datetime64[D]").astype("datetime64[M]")
    this = month.astype("datetime64[D]").astype(np.int64) + date
    over = this <= day
    other = (month + np.where(over, 1, -1)).astype("datetime64[D]").astype(np.int64) + date
    return np.where(over, other, this), np.where(over, this, other)
