"""Favourites: the shops that people go to, of a trade and at a place.

Belongs here: whose favourites are asked for, and where their homes are. Does not belong here: how a shop follows from a
rank (``where``, ``towns``), and which rank an occasion takes.
"""

import numpy as np

from fraudsim_assets.spending.society import Society
from fraudsim_assets.units import Ints


def favourites(society: Society, *, people: Ints, place: Ints, kind: Ints, ranks: Ints, day: int | None) -> Ints:
    """Slots of people's favourite merchants, as most of their needs of the kind choose them. (n,)

    Parameters
    ----------
    people, place, kind, ranks : (n,)
        Customer index, place index (a city, or for kinds bought remotely a country beyond the cities), kind of purchase
        and personal rank.
    day
        Day on which homes are looked up; without one, how far shops are from them plays no role.
    """
    entities, lives, draw = society.entities, society.lives, society.streams.draw("where.favourite")
    slot = np.empty(len(people), dtype=np.int64)
    web = society.habits.kinds.is_remote.take(kind)
    some = np.flatnonzero(web)
    slot[some] = society.landscape.reach.choose(
        people=people[some], place=place[some], kind=kind[some], ranks=ranks[some], favourites=draw
    )
    some = np.flatnonzero(~web)
    rows = entities.customer_versions.rows(people[some], 0 if day is None else day)
    at_home = (place[some] == entities.customer_city.take(rows)) & (day is not None)
    slot[some] = lives.towns.choose(
        people=people[some],
        town=place[some],
        kind=kind[some],
        ranks=ranks[some],
        compared=np.where(at_home, lives.usually_compared.take(kind[some] >> 1), 1),
        home=entities.customer_position.take(rows),
        favourites=draw,
    )
    return slot
