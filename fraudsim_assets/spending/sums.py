"""Sums: what is asked for purchases of a kind at shops, as the shops write it.

Belongs here: from words of purchases to amounts. Does not belong here: levels of shops and exchange rates (``prices``),
and which purchases there are.
"""

import numpy as np

from fraudsim_assets.spending.amount import FARE, at_least, on_the_list, priced, ticket_levels, tickets
from fraudsim_assets.spending.kinds import Kinds
from fraudsim_assets.spending.prices import Prices
from fraudsim_assets.units import AnyArray, Floats, Ints


def asked_for(
    kinds: Kinds,
    prices: Prices,
    *,
    kind: Ints,
    merchant: Ints,
    shop: Floats,
    currency: Ints,
    words: AnyArray,
    factor: Floats,
    spread: Floats | float,
) -> Ints:
    """Amounts of purchases. (n,) [minor units]

    Parameters
    ----------
    kind, merchant, currency : (n,)
        Kinds of purchase, merchant slots, and the currency that each charges in.
    shop : (n,)
        Levels of the shops, as ``Prices`` has them. [unitless]
    words : (n,)
        Random words of the amounts.
    factor : (n,)
        Median amount against that of the shop. [unitless]
    spread
        Spread of amounts against the usual one, one for all or one each. [unitless]
    """
    table, money = prices.entities.reference.prices, prices.money
    style = kinds.style.take(kind)
    fare = style == FARE
    median = kinds.median.take(kind)
    median *= shop
    median *= np.where(fare, 1.0, factor)
    sigma = kinds.sigma.take(kind)
    sigma *= spread
    level = ticket_levels(words)
    level[fare] = on_the_list(table, level[fare])
    euros = tickets(table, level, median, sigma, kinds.tail.take(kind))
    at_least(euros, prices.cheapest(kinds.least.take(kind), merchant))
    # shop prices do not move with the exchange rate of the day
    euros *= money.base.take(currency)
    return priced(
        table,
        euros,
        style=style,
        digits=money.digits.take(currency),
        ending=((words >> np.uint64(24)) & np.uint64(0xFF)).view(np.int64),
        note=money.note.take(currency),
    )
