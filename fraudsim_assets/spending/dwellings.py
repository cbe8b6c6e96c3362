"""Dwellings: the postal addresses that people tell their bank.

The one idea: a household that moves has an address of its own from that day on; some people move to a building where
many live under one address, such as a hall of residence or a care home, or have their post kept for them.

Belongs here: numbers of postal addresses of holders. Does not belong here: those of fraudsters
(``fraudsim_assets.fraud.hideouts``), and addresses of networks (``networks``).
"""

import numpy as np

from fraudsim_assets.catalog.households import household_ids
from fraudsim_assets.streams import Streams, combine
from fraudsim_assets.units import AnyArray, Ints

IN_BUILDINGS = 0.15
"""Changes of address to a building where many live under one address. ASSUMPTION. [share]"""

BUILDING_NEIGHBOURS, BUILDINGS = 384, 2
"""Among so many neighbours there are so many such buildings. ASSUMPTION. [count]"""


def dwellings(streams: Streams, *, people: Ints, city: Ints, day: int) -> Ints:
    """Postal addresses that people have from a day on.

    Parameters
    ----------
    people, city : (n,)
        Customer indices, and the cities where they live.
    day
        Day number.

    Returns
    -------
    (n,) int64
        Numbers of addresses, not negative.
    """
    own = _numbers(streams.draw("dwelling.home", day).words(household_ids(streams, people, city)))
    draw = streams.draw("dwelling.in_building", day)
    shared = np.flatnonzero(draw.happens(people, IN_BUILDINGS))
    own[shared] = buildings(streams, people=people[shared], words=draw.sub(1).words(people[shared]))
    return own


def buildings(streams: Streams, *, people: Ints, words: AnyArray) -> Ints:
    """Addresses of buildings with many dwellings near where people live, one for each word. (n,) int64"""
    number = combine(people // BUILDING_NEIGHBOURS, (words % np.uint64(BUILDINGS)).view(np.int64))
    return _numbers(streams.draw("dwelling.building").words(number))


def neighbours(person: int, *, n_customers: int) -> Ints:
    """Customers who may move to the buildings that one may move to. (n,)"""
    first = person // BUILDING_NEIGHBOURS * BUILDING_NEIGHBOURS
    return np.arange(first, min(first + BUILDING_NEIGHBOURS, n_customers))


def _numbers(words: AnyArray) -> Ints:
    return (words >> np.uint64(16)).view(np.int64)
