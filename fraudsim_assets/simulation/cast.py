"""Casts: the accounts of a block and the people behind them, with what a day makes of them.

Belongs here: looking people up for a day. Does not belong here: what they pay.
"""

from dataclasses import dataclass, fields

import numpy as np

from fraudsim_assets.simulation.world import World
from fraudsim_assets.spending.cells import Folk
from fraudsim_assets.streams import combine
from fraudsim_assets.units import AnyArray, Bools, Ints


@dataclass(frozen=True)
class Crowd:
    """People on a day. One entry per person.

    Attributes
    ----------
    people : (n,)
        Customer indices, ascending.
    rows : (n,)
        Customer rows valid on the day.
    home, city, before : (n,)
        Home city, the city each is in, and where travellers were the day before.
    away : (n,)
        On a journey.
    journey : (n,) uint64
        Words that name journeys.
    night, nights : (n,) int8
        Days since each journey began, and how many it lasts; zeros at home. [days]
    segment : (n,)
        Codes of ``SEGMENTS``.
    folk
        People as their needs see them.
    """

    day: int
    people: Ints
    rows: Ints
    home: Ints
    city: Ints
    before: Ints
    away: Bools
    journey: AnyArray
    night: AnyArray
    nights: AnyArray
    segment: Ints
    folk: Folk

    def __len__(self) -> int:
        return len(self.people)

    def take(self, some: Ints) -> "Crowd":
        """Choose people by position."""
        chosen = {f.name: getattr(self, f.name)[some] for f in fields(self) if f.name not in {"day", "folk"}}
        return Crowd(day=self.day, folk=self.folk.take(some), **chosen)

    @classmethod
    def of(cls, world: World, people: Ints, day: int) -> "Crowd":
        """Look people up for a day."""
        entities = world.entities
        rows = entities.customer_versions.rows(people, day)
        home = entities.customer_city.take(rows)
        found = world.fraud.society.journeys(people, home, day)
        away, city, before = found.whereabouts(home)
        journey, nights = np.zeros(len(people), dtype=np.uint64), np.zeros((2, len(people)), dtype=np.int8)
        journey[found.at], nights[0, found.at], nights[1, found.at] = found.ids, found.night, found.nights
        segment = entities.customer_segment.take(rows).astype(np.int64)
        return cls(
            day=day,
            people=people,
            rows=rows,
            home=home,
            city=city,
            before=before,
            away=away,
            journey=journey,
            night=nights[0],
            nights=nights[1],
            segment=segment,
            folk=world.lives.folk(people, home),
        )


def folk_of(world: World, people: Ints, day: Ints | int) -> Folk:
    """Look up what the needs of people depend on, on a day or on one each."""
    entities = world.entities
    home = entities.customer_city.take(entities.customer_versions.rows(people, day))
    return world.lives.folk(people, home)


@dataclass(frozen=True)
class Cast:
    """Accounts of a block with the people behind them. Arrays are indexed by position in the block.

    Attributes
    ----------
    accounts : (n,)
        Account indices, ascending: all accounts of every person.
    who : (n,)
        Position of the holder in the crowd.
    crowd
        The people.
    """

    day: int
    accounts: Ints
    who: Ints
    crowd: Crowd

    @classmethod
    def of(cls, world: World, accounts: Ints, day: int) -> "Cast":
        """Look people and all their accounts up for a day, given one account of each or more."""
        return cls.of_people(world, people_of(world, accounts), day)

    @classmethod
    def of_people(cls, world: World, people: Ints, day: int) -> "Cast":
        """Look people and all their accounts up for a day."""
        who, accounts = world.lives.wallet.accounts_of(people)
        return cls(day, accounts, who, Crowd.of(world, people, day))

    @property
    def people(self) -> Ints:
        """Customer indices. (n,)"""
        return self.crowd.people.take(self.who)

    def ids(self, at: Ints, code: Ints) -> AnyArray:
        """Words that name what accounts intend: of the account, by position, and the code of the row. (n,) uint64"""
        return combine(self.accounts.take(at), code)

    def positions(self, accounts: Ints) -> Ints:
        """Positions of accounts of the block. (m,)"""
        first = int(self.accounts[0]) if len(self.accounts) else 0
        if len(self.accounts) and int(self.accounts[-1]) - first + 1 == len(self.accounts):
            return accounts - first
        return np.searchsorted(self.accounts, accounts)


def people_of(world: World, accounts: Ints) -> Ints:
    """Customers of accounts, each once, ascending."""
    people = world.entities.account_customer.take(accounts)
    if len(people) == 0:
        return people
    new = np.ones(len(people), dtype=bool)
    new[1:] = people[1:] != people[:-1]
    return people[new]
