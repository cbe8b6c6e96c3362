"""Purses: the money behind accounts, by account and day.

The one idea: a person's cards draw on one purse, a line of credit is one by itself, and both are filled on the holder's
pay days. So everything that asks whether money is short, a till or a merchant with a card on file, gets one answer.

Belongs here: whose purse an account draws on, and when it is filled. Does not belong here: when money is short
(``causes``), and what is refused for it (``simulation.means``, ``subscriptions``).
"""

from dataclasses import dataclass

import numpy as np

from fraudsim_assets.calendar import CalendarData
from fraudsim_assets.catalog.entities import Entities
from fraudsim_assets.reference_data.requests import Declines
from fraudsim_assets.spending.causes import money_left, noticed_at
from fraudsim_assets.spending.paydays import PayDays
from fraudsim_assets.streams import Streams
from fraudsim_assets.tables.codes import PRODUCTS
from fraudsim_assets.units import Bools, Floats, Ints

_CREDIT = PRODUCTS.index("credit")
_CREDIT_HOLDER = 1 << 40


@dataclass(frozen=True, eq=False)
class Purses:
    """The money behind all accounts.

    Attributes
    ----------
    table
        How often and for how long it is short.
    pay
        When it comes in.
    """

    streams: Streams
    entities: Entities
    table: Declines
    pay: PayDays

    @classmethod
    def of(cls, streams: Streams, entities: Entities) -> "Purses":
        """Look up when people are paid."""
        reference = entities.reference
        own = reference.habits.own_paydays
        pay = PayDays.of(streams, CalendarData.of(reference), entities.countries, own=own)
        return cls(streams, entities, reference.declines, pay)

    def left(self, accounts: Ints, day: Ints | int) -> Floats:
        """What is left on a day or on one each, endless where it is not short. (n,) [part of the most that is left]"""
        holder, coming, gone = self._pay_of(accounts, day)
        return money_left(self.table, self.streams, holder=holder, next_pay=coming, last_pay=gone, day=day)

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
        holder, coming, gone = self._pay_of(accounts, day)
        return noticed_at(self.table, self.streams, holder=holder, next_pay=coming, last_pay=gone, activity=activity)

    def _pay_of(self, accounts: Ints, day: Ints | int) -> tuple[Ints, Ints, Ints]:
        """Whose money it is, and pay days after a day, and until it. Three of (n,)"""
        entities = self.entities
        people = entities.account_customer.take(accounts)
        home = entities.customer_city.take(entities.customer_versions.first.take(people))
        employer = self.pay.employer_of(people, entities.city_country.take(home))
        credit = entities.account_product.take(accounts) == _CREDIT
        return np.where(credit, _CREDIT_HOLDER + accounts, people), *self.pay.around(day, employer)
