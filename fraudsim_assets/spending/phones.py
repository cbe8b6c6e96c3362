"""Phones: the mobile numbers that people tell their bank.

The one idea: operators get numbers in ranges of a thousand, some for prepaid cards, which are sold over the counter. A
number is the position of its range among those of all countries, times a thousand, and a line in it; so it names no
line that exists, while equal numbers and neighbouring ones are seen as such.

Belongs here: numbers of holders, and of prepaid cards. Does not belong here: which of them fraudsters have
(``fraudsim_assets.fraud.hideouts``).
"""

import numpy as np

from fraudsim_assets.catalog.households import household_ids
from fraudsim_assets.reference_data import Reference
from fraudsim_assets.reference_data.devices import Networks
from fraudsim_assets.streams import Streams
from fraudsim_assets.units import AnyArray, Ints

LINES = 1000
"""Lines of a range. [count]"""


def phone_numbers(streams: Streams, reference: Reference, *, people: Ints, city: Ints, country: Ints, day: int) -> Ints:
    """Mobile numbers that people give on a day as their new ones.

    Parameters
    ----------
    people, city, country : (n,)
        Customer indices, the cities where they live, and the countries of these.
    day
        Day number.

    Returns
    -------
    (n,) int64
        Numbers, not negative.
    """
    table, draw = reference.networks, streams.draw("phone", day)
    words = draw.words(people)
    family = np.flatnonzero(draw.sub(1).happens(people, table.family_numbers))
    households = household_ids(streams, reference.households, people[family], city[family])
    words[family] = streams.draw("phone.family").words(households)
    contract = (words >> np.uint64(8)) % np.uint64(table.contract_ranges) + np.uint64(table.prepaid_ranges)
    prepaid = words % np.uint64(1 << 8) < table.prepaid * (1 << 8)
    ranges = np.where(prepaid, (words >> np.uint64(8)) % np.uint64(table.prepaid_ranges), contract).view(np.int64)
    return _numbers(table, country, ranges, words >> np.uint64(40))


def prepaid_numbers(table: Networks, *, country: Ints, batch: AnyArray, line: AnyArray) -> Ints:
    """Numbers of prepaid cards that were bought together: one range for each batch, one line after the other. (n,)"""
    ranges = (batch % np.uint64(table.prepaid_ranges)).view(np.int64)
    return _numbers(table, country, ranges, (batch >> np.uint64(24)) + line.astype(np.uint64))


def _numbers(table: Networks, country: Ints, ranges: Ints, line: AnyArray) -> Ints:
    of_country = country * (table.prepaid_ranges + table.contract_ranges) + ranges
    return of_country * LINES + (line % np.uint64(LINES)).view(np.int64)
