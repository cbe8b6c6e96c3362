"""Dwellings: the postal addresses that people tell their bank.

The one idea: a household that moves has an address of its own from that day on; some people move to a building where
many live under one address, such as a hall of residence or a care home, or have their post kept for them.

Belongs here: numbers of postal addresses of holders. Does not belong here: those of fraudsters
(``fraudsim_assets.fraud.hideouts``), and addresses of networks (``networks``).
"""

import numpy as np

from fraudsim_assets.catalog.households import household_ids
from fraudsim_assets.reference_data.people import Households
from fraudsim_assets.streams import Streams, combine
from fraudsim_assets.units import AnyArray, Ints


def dwellings(streams: Streams, table: Households, *, people: Ints, city: Ints, day: int) -> Ints:
    """Postal addresses that people have from a day on.

    Parameters
    ----------
    table
        Who lives with whom.
    people, city : (n,)
        Customer indices, and the cities where they live.
    day
        Day number.

    Returns
    -------
    (n,) int64
        Numbers of addresses, not negative.
    """
    own = _numbers(streams.draw("dwelling.home", day).words(household_ids(streams, table, people, city)))
    draw = streams.draw("dwelling.in_building", day)
    shared = np.flatnonzero(draw.happens(people, table.in_buildings))
    own[shared] = buildings(streams, table, people=people[shared], words=draw.sub(1).words(people[shared]))
    return own


def buildings(streams: Streams, table: Households, *, people: Ints, words: AnyArray) -> Ints:
    """Addresses of buildings with many dwellings near where people live, one for each word. (n,) int64"""
    number = combine(people // table.building_neighbours, (words % np.uint64(table.buildings)).view(np.int64))
    return _numbers(streams.draw("dwelling.building").words(number))


def neighbours(table: Households, person: int, *, n_customers: int) -> Ints:
    """Customers who may move to the buildings that one may move to. (n,)"""
    first = person // table.building_neighbours * table.building_neighbours
    return np.arange(first, min(first + table.building_neighbours, n_customers))


def _numbers(words: AnyArray) -> Ints:
    return (words >> np.uint64(16)).view(np.int64)
