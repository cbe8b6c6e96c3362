"""Wallets: which of a person's cards pays for a need.

The one idea: people do not draw a card for every purchase. Which card serves a need is drawn for a window
of weeks, by how much each card is used and what it is good for, so one card pays in shops, another on
the web, and a third lies in a drawer; how active cards are follows from that.

Belongs here: the choice of accounts. Does not belong here: which plastic of the account is in use.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from fraudsim_assets.maths.integers import remainders
from fraudsim_assets.maths.ordered import repeated
from fraudsim_assets.reference_data.holders import CardProduct
from fraudsim_assets.spending.slumber import Slumber
from fraudsim_assets.streams import Streams, combine
from fraudsim_assets.tables.codes import PRODUCTS
from fraudsim_assets.units import AnyArray, Floats, Floats32, Ints

STORE, WEB, CASH, ABROAD = range(4)
"""What a card is wanted for."""

NO_CARD = -1
"""Stands for an account where a person has no card that is awake."""


def fitness_of(products: Mapping[str, CardProduct], product: AnyArray) -> Floats:
    """How well accounts serve each role, by codes of ``PRODUCTS``. (roles, accounts) [unitless]"""
    known = [products[name] for name in PRODUCTS]
    return np.array([[p.shops, p.web, p.cash, p.abroad] for p in known]).T.take(product, axis=1)


@dataclass(frozen=True)
class Wallet:
    """Cards of people.

    Attributes
    ----------
    first : (customers + 1,)
        First account of each customer; accounts of one customer are neighbours.
    share : (roles, accounts) float32
        Cumulative shares of a customer's accounts, by what a card is wanted for. [share]
    slumber
        When accounts are awake.
    window_days
        A choice of card lasts for a window of a phase of the person's own. [days]
    """

    first: Ints
    share: Floats32
    slumber: Slumber
    window_days: int

    @classmethod
    def of(
        cls,
        *,
        customer: Ints,
        activity: Floats,
        fitness: Floats,
        slumber: Slumber,
        n_customers: int,
        window_days: int,
    ) -> "Wallet":
        """Weigh the accounts of every customer.

        Parameters
        ----------
        customer, activity : (accounts,)
            Customer index, ascending; relative activity.
        fitness : (roles, accounts)
            How well accounts serve each role. [unitless]
        """
        first = np.searchsorted(customer, np.arange(n_customers + 1))
        share = np.empty(fitness.shape, dtype=np.float32)
        for role in range(len(share)):
            weight = activity * fitness[role]
            total = np.concatenate([[0.0], np.cumsum(weight)])
            begin, end = total[first[:-1]], total[first[1:]]
            share[role] = (total[1:] - begin.take(customer)) / np.maximum(end - begin, 1e-300).take(customer)
        return cls(first, share, slumber, window_days)

    def choose(self, streams: Streams, *, people: Ints, need: Ints, role: Ints, day: Ints | int) -> Ints:
        """Choose accounts that are awake.

        Parameters
        ----------
        people, need, role : (n,)
            Customer index, code of the need, what the card is wanted for.
        day
            Day number, one or one each.

        Returns
        -------
        (n,)
            Account indices; ``NO_CARD`` where no card of the person is awake.
        """
        return self._awake(self.usual(streams, people=people, need=need, role=role, day=day), people, day)

    def accounts_of(self, people: Ints) -> tuple[Ints, Ints]:
        """All accounts of people: position of the person, and account index. Two of (k,)"""
        first = self.first.take(people)
        at, number = repeated(self.first.take(people + 1) - first)
        return at, first.take(at) + number

    def usual(self, streams: Streams, *, people: Ints, need: Ints, role: Ints, day: Ints | int) -> Ints:
        """Choose accounts, awake or not: the choice of a window of days. As :meth:`choose`."""
        account, last = self.first.take(people), self.first.take(people + 1) - 1
        several = np.flatnonzero(account < last)
        people, need, role = people.take(several), need.take(several), role.take(several)
        clock = remainders(people, self.window_days) + (day if np.ndim(day) == 0 else np.take(day, several))
        code = (need << 12) + (clock // self.window_days & 0xFFF)
        words = streams.draw("wallet.card").words(combine(people, code))
        u = (words >> np.uint64(40)).astype(np.float32)
        u *= np.float32(2.0**-24)
        share, row = self.share.ravel(), role * self.share.shape[1]
        here, last = account.take(several), last.take(several)
        pending = np.arange(len(several))
        while pending.size:
            at = here.take(pending)
            pending = pending[u.take(pending) >= share.take(row.take(pending) + at)]
            here[pending] += 1
            pending = pending[here.take(pending) < last.take(pending)]
        account[several] = here
        return account

    def _awake(self, account: Ints, people: Ints, day: Ints | int) -> Ints:
        """The chosen accounts, or the next of the same person that is awake. (n,)"""
        asleep = np.flatnonzero(~self.slumber.awake(account, day))
        if asleep.size == 0:
            return account
        then = np.broadcast_to(day, account.shape)[asleep]
        first, after = self.first.take(people[asleep]), self.first.take(people[asleep] + 1)
        found, tried = account[asleep], np.zeros(len(asleep), dtype=np.int64)
        pending = np.arange(len(asleep))
        while pending.size:
            found[pending] += 1
            found[pending] = np.where(found[pending] >= after[pending], first[pending], found[pending])
            tried[pending] += 1
            over = tried[pending] >= (after - first)[pending]
            found[pending[over]] = NO_CARD
            pending = pending[~over]
            pending = pending[~self.slumber.awake(found[pending], then[pending])]
        account[asleep] = found
        return account
