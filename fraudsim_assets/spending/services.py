"""Services: which merchants people's subscriptions are with, and what each of them is worth.

Belongs here: merchant and sum of a charge on any day. Does not belong here: which charges are due (``subscriptions``),
and their rows (``simulation.charges``).
"""

from dataclasses import dataclass

import numpy as np

from fraudsim_assets.spending.kinds import Kinds
from fraudsim_assets.spending.landscape import Landscape
from fraudsim_assets.spending.prices import Prices
from fraudsim_assets.spending.subscriptions import FAVOURITE_RANK, MOST, kinds_of, price_rises
from fraudsim_assets.spending.sums import asked_for
from fraudsim_assets.streams import Streams, combine
from fraudsim_assets.units import Floats, Ints

OTHER_SERVICES = 4
"""How many further services are looked at by who subscribes to the first one already. [count]"""


@dataclass(frozen=True, eq=False)
class Services:
    """What a world knows of its services.

    Attributes
    ----------
    streams
        Randomness of the world.
    subscribed
        Kinds of purchase by uniform byte, as ``Subscriptions`` has them.
    kinds, landscape, prices
        Kinds of purchase, shops, and what they ask for.
    """

    streams: Streams
    subscribed: Ints
    kinds: Kinds
    landscape: Landscape
    prices: Prices

    def of(self, people: Ints, number: Ints, *, kind: Ints, country: Ints) -> Ints:
        """Merchants of people's subscriptions: another one for each of a kind, where there are enough. (n,)

        What the lower numbers of the same kind are with is found first, from the lowest on.

        Parameters
        ----------
        people, number, kind, country : (n,)
            Customer index, number of the subscription, kind of purchase, home country.
        """
        reach = self.landscape.reach
        favourites = self.streams.draw("subscription.merchant")
        taken = np.full((len(people), MOST), -1, dtype=np.int64)
        for n in range(int(number.max(initial=-1)) + 1):
            some = np.flatnonzero(number >= n)
            some = some[kinds_of(self.streams, self.subscribed, people[some], n) == kind[some]]
            for further in range(OTHER_SERVICES + 1):
                ranks = np.full(len(some), FAVOURITE_RANK + n + further * MOST)
                place = reach.n_cities + country[some]
                found = reach.choose(
                    people=people[some], place=place, kind=kind[some], ranks=ranks, favourites=favourites
                )
                known = (taken[some, :n] == found[:, None]).any(axis=1)
                taken[some, n] = found
                some = some[known]
                if some.size == 0:
                    break
        return taken[np.arange(len(people)), number]

    def sums(self, people: Ints, number: Ints, day: Ints) -> Floats:
        """What charges of subscriptions that are first tried on days are worth then. (n,) [EUR]"""
        entities, prices = self.prices.entities, self.prices
        home = entities.customer_city.take(entities.customer_versions.rows(people, day))
        country = entities.city_country.take(home).astype(np.int64)
        kind, ids = kinds_of(self.streams, self.subscribed, people, number), combine(people, number)
        merchant = self.of(people, number, kind=kind, country=country)
        currency = entities.seats.codes.take(merchant).currency.astype(np.int64)
        minor = asked_for(
            self.kinds,
            prices,
            kind=kind,
            merchant=merchant,
            shop=prices.shop_levels(merchant, day),
            currency=currency,
            words=self.streams.draw("subscription.amount").words(ids),
            factor=price_rises(self.streams, entities.reference.subscriptions, ids, day),
            spread=entities.reference.charges.spread,
        )
        euros = np.empty(len(people))
        for one in np.unique(day).tolist():
            some = np.flatnonzero(day == one)
            euros[some] = prices.in_euros(minor[some], currency[some], one)
        return euros
