"""Stretches: what many people's day owes to other days, found for all of them at once.

The one idea: every other day that is looked at has a fixed cost, whether for ten people or for a
million. So refunds and the payments before a day's first ones are found for a long stretch of
people, a few bytes for each, before the rows are made block by block.

Belongs here: what is known of people before any of their rows is made. Does not belong here:
rows, and how one looks back (``refunds``, ``previous``).
"""

from dataclasses import dataclass, replace

import numpy as np

from fraudsim_assets.maths.ordered import mask_of_members
from fraudsim_assets.simulation.cast import Cast, Crowd
from fraudsim_assets.simulation.composition import Composition, compose
from fraudsim_assets.simulation.keys import Occasions, occasions_on
from fraudsim_assets.simulation.previous import Struck, previous_of_first
from fraudsim_assets.simulation.recharges import recharges_on
from fraudsim_assets.simulation.refunds import Returns, find_returns
from fraudsim_assets.simulation.rows import NONE
from fraudsim_assets.simulation.world import World
from fraudsim_assets.units import Bools, Ints


@dataclass(frozen=True)
class Stretch:
    """People of a day, with what is known of them before their rows are made.

    Attributes
    ----------
    day
        Day number.
    blocks
        Customer indices of each block, ascending.
    occasions
        Needs that come up on the day, by block.
    first
        First account of the stretch.
    previous : (accounts,)
        Id of the transaction before the day's first one, ``NONE`` where there is none; anything where the account
        has no transaction on the day. By account from ``first`` on.
    struck
        The same of accounts that met fraud, by card.
    returns
        What is given back on the day.
    """

    day: int
    blocks: list[Ints]
    occasions: list[Occasions]
    first: int
    previous: Ints
    struck: Struck
    returns: Returns

    @classmethod
    def of(cls, world: World, blocks: list[Ints], day: int, *, chained: bool) -> "Stretch":
        """Look people up.

        Parameters
        ----------
        blocks
            Customer indices, ascending over all blocks.
        day
            Day number.
        chained
            Whether anybody wants the transactions before the day's first ones.
        """
        found = [occasions_on(world, Crowd.of(world, people, day)) for people in blocks]
        people = np.concatenate(blocks)
        returns = find_returns(world, people, day)
        begins = world.lives.wallet.first
        first, last = int(begins[people[0]]), int(begins[people[-1] + 1])
        previous, struck = np.full(last - first, NONE, dtype=np.int64), Struck.none()
        if chained:
            accounts, paying = _paying(world, people, found, day)
            others = (world.history.rows_about(accounts, day).account, recharges_on(world, day).account)
            active = accounts[paying | mask_of_members(accounts, np.concatenate(others))]
            previous[active - first], struck = previous_of_first(world, active, day, returns)
            world.recollection.learn(accounts, paying, day)
        return cls(day, blocks, found, first, previous, struck, returns)

    def among(self, world: World, people: Ints) -> "Stretch":
        """Some people of the stretch: one block of them. What their day owes to other days stays what it is.

        Parameters
        ----------
        people : (n,)
            Customer indices, ascending.
        """
        crowd = Crowd.of(world, people, self.day)
        returns = self.returns.among(Cast.of_people(world, people, self.day).accounts)
        return replace(self, blocks=[people], occasions=[occasions_on(world, crowd)], returns=returns)

    def compose(self, world: World, block: int) -> Composition:
        """Rows of a block of the people."""
        cast = Cast.of_people(world, self.blocks[block], self.day)
        returns = self.returns.of_accounts(int(cast.accounts[0]), int(cast.accounts[-1]) + 1)
        return compose(world, cast, self.occasions[block], returns)


def _paying(world: World, people: Ints, found: list[Occasions], day: int) -> tuple[Ints, Bools]:
    """Accounts of people, ascending, and whether each has a genuine payment on a day."""
    wallet, in_a_row = world.lives.wallet, people[-1] - people[0] == len(people) - 1
    first, last = int(wallet.first[people[0]]), int(wallet.first[people[-1] + 1])
    accounts = np.arange(first, last) if in_a_row else wallet.accounts_of(people)[1]
    paying = world.habits.subscriptions.any_due(world.streams, accounts, day)
    for some in found:
        payers = some.account.astype(np.int64)
        paying[payers - first if in_a_row else np.searchsorted(accounts, payers)] = True
    return accounts, paying
