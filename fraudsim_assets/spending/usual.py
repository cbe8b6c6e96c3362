"""Usual sums: what people always buy at a shop, and so pay again and again.

The one idea: a usual sum is a fixed function of (person, need, shop, epoch), as a favourite shop is one of the person;
whether it is paid today is a draw of the occasion. Nobody looks at what was paid last time.

Belongs here: which occasions cost the usual sum, and the words that name it. Does not belong here: what sums are
(``amount``), and occasions (``simulation.purchases``).
"""

import numpy as np

from fraudsim_assets.reference_data.markets import Shopping
from fraudsim_assets.streams import Streams, below, combine, mix_words, to_uniforms, word_limits
from fraudsim_assets.units import AnyArray, Bools, Floats, Ints


def has_the_usual(streams: Streams, ids: AnyArray, chance: Floats, day: int) -> Bools:
    """Whether occasions cost the usual sum.

    Parameters
    ----------
    ids : (n,)
        Words that name occasions.
    chance : (n,)
        How often the usual sum is paid. [share]
    """
    return streams.draw("usual.today", day).words(ids) < word_limits(chance)


def usual_words(
    table: Shopping, streams: Streams, *, people: Ints, need: Ints, shop: Ints, ids: AnyArray, day: int
) -> AnyArray:
    """Words that name the usual sums of occasions: the same for a person at a shop, until sums change. (n,) uint64

    Parameters
    ----------
    table
        How long sums last, and how many people have two.
    people, need, shop : (n,)
        Customer indices; codes of needs; merchant slots, or any number that stands for all shops of a trade.
    ids : (n,)
        Words that name occasions.
    """
    whose = combine(people, need)
    habit = streams.draw("usual.habit").at(shop).words(whose)
    other = to_uniforms(habit) < table.usual_second
    other &= streams.draw("usual.which", day).words(ids) >= np.uint64(1 << 63)
    epoch = (day + below(mix_words(habit), table.usual_days)) // table.usual_days
    return streams.draw("usual.sum").at(shop).at(2 * epoch + other).words(whose)


def usual_factors(table: Shopping, sigma: Floats) -> Floats:
    r"""What usual sums are multiplied by, so that their mean is that of all: :math:`e^{(1 - s^2) \sigma^2 / 2}`. (n,)

    Parameters
    ----------
    sigma : (n,)
        Standard deviation of the logarithm of sums. [unitless]
    """
    factor: Floats = np.exp((1 - table.usual_spread**2) * sigma**2 / 2)
    return factor.round(9)
