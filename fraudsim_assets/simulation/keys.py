"""Keys of a day: which need of whom comes up, and which account pays, before anything else is known.

The one idea: a key (day, person, need, number) is enough to compute every column of its row, and keys
are cheap: other days are asked for their keys only.

Belongs here: occasions and charges of a day. Does not belong here: what is bought where and when
(``purchases``), refunds and fraud.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np

from fraudsim_assets.bit_layouts import OCCASION
from fraudsim_assets.simulation.cast import Crowd, people_of
from fraudsim_assets.simulation.shocks import shocked
from fraudsim_assets.simulation.world import World
from fraudsim_assets.spending.cells import Folk
from fraudsim_assets.spending.lodging import Guests
from fraudsim_assets.spending.wallet import ABROAD, NO_CARD, STORE
from fraudsim_assets.streams import combine
from fraudsim_assets.units import AnyArray, Bools, Ints

FEW, SOME = 1 << 11, 1 << 14
"""So many people are looked at all needs at once; among more, need by need is faster, by tables of the day. For some
needs, tables that do not exist yet are worth their cost only to more people than these. [count]"""

_NUMBER_BITS = OCCASION.bits("number")


@dataclass(frozen=True)
class Occasions:
    """Needs that come up on a day, need by need, and within each by person. One entry per occasion.

    Attributes
    ----------
    who : int32
        Position of the person in the crowd.
    code : int16
        Need and number.
    account : int32
        Account index.
    """

    who: AnyArray
    code: AnyArray
    account: AnyArray

    def __len__(self) -> int:
        return len(self.who)

    @property
    def need(self) -> Ints:
        """Codes of needs. (n,)"""
        return self.code.astype(np.int64) >> _NUMBER_BITS

    @property
    def number(self) -> Ints:
        """Number of each among several of one need on the day. (n,)"""
        return OCCASION.unpack(self.code.astype(np.int64))[1]

    def ids(self, crowd: Crowd) -> AnyArray:
        """Words that name occasions: of the person, the need and the number. (n,) uint64"""
        return combine(crowd.people.take(self.who), self.code.astype(np.int64))


def occasions_on(world: World, crowd: Crowd, *, needs: frozenset[int] | None = None) -> Occasions:
    """Find the needs of people that come up on a day, and which account pays.

    Parameters
    ----------
    needs
        Codes of the needs that are looked at, and those that absorb them; None is all.
    """
    who, code = needs_due(world, crowd.folk, crowd.day, needs=needs)
    if needs is None or world.lives.lodging.need in needs:
        who, code = _with_lodging(world, crowd, who, code)
    account = _paid_with(world, crowd, who, code.astype(np.int64) >> _NUMBER_BITS)
    paid = np.flatnonzero(account != NO_CARD)
    return Occasions(who.take(paid), code.take(paid), account.take(paid).astype(np.int32))


def _with_lodging(world: World, crowd: Crowd, who: AnyArray, code: AnyArray) -> tuple[AnyArray, AnyArray]:
    """Put what travellers pay to hotels among the needs that come up. Two of (n,)"""
    lodging, guests = world.lives.lodging, np.flatnonzero(crowd.away)
    at, number = lodging.due(world.streams, guests_of(world, crowd, guests), crowd.day)
    place = int(np.searchsorted(code.astype(np.int64) >> _NUMBER_BITS, lodging.need))
    codes = OCCASION.pack(lodging.need, number).astype(np.int16)
    who = np.concatenate([who[:place], guests[at].astype(np.int32), who[place:]])
    return who, np.concatenate([code[:place], codes, code[place:]])


def guests_of(world: World, crowd: Crowd, at: Ints) -> Guests:
    """Look up what hotels see of people of a crowd who are away, by position."""
    return Guests(
        segment=crowd.segment.take(at),
        home=world.lives.weights.home_of_city.take(crowd.home.take(at)),
        journey=crowd.journey.take(at),
        night=crowd.night.take(at),
        nights=crowd.nights.take(at),
    )


def needs_due(world: World, folk: Folk, day: int, *, needs: frozenset[int] | None = None) -> tuple[AnyArray, AnyArray]:
    """Find the needs of people that come up on a day, whether or not a card of theirs can pay.

    Returns
    -------
    (n,) int32, (n,) int16
        Position of the person; need and number. In the order of ``Occasions``.
    """
    shock = world.epochs.shock_on(day)
    if shock is None:
        return _usually_due(world, folk, day, needs)
    return shocked(world, folk, day, shock, partial(_usually_due, world, folk), needs)


def _usually_due(world: World, folk: Folk, day: int, needs: frozenset[int] | None) -> tuple[AnyArray, AnyArray]:
    """What :func:`needs_due` finds on a day without a shock."""
    lives, model = world.lives, world.lives.model
    asked_for = _with_absorbers(model.absorbers, needs)
    if len(folk) <= FEW or (needs is not None and len(folk) <= SOME and not lives.laid_out(asked_for, day)):
        return _due_of_few(world, folk, day, asked_for, needs)
    asked = model.asked(folk, day)
    due: dict[int, Bools] = {}
    found, codes = [], []
    for n in asked_for:
        who, count = lives.due(asked, n, day)
        absorber = model.absorbers[n]
        if absorber >= 0:
            met = np.flatnonzero(due[absorber].take(who))
            left = np.ones(len(who), dtype=bool)
            left[met] = ~model.superfluous(folk.people.take(who.take(met)), n, day)
            who, count = who[left], count[left]
        if n in model.absorbers:
            due[n] = np.zeros(len(folk), dtype=bool)
            due[n][who] = True
        if needs is None or n in needs:
            who, number = _expanded(who, np.minimum(count, model.needs[n].most))
            found.append(who.astype(np.int32))
            codes.append(OCCASION.pack(n, number).astype(np.int16))
    return np.concatenate(found), np.concatenate(codes)


def _with_absorbers(absorbers: tuple[int, ...], needs: frozenset[int] | None) -> tuple[int, ...]:
    """Codes of needs, ascending, and of those that absorb them; of all needs where these are None."""
    if needs is None:
        return tuple(range(len(absorbers)))
    return tuple(n for n in range(len(absorbers)) if n in needs or any(absorbers[m] == n for m in needs))


def _due_of_few(
    world: World, folk: Folk, day: int, asked_for: tuple[int, ...], needs: frozenset[int] | None
) -> tuple[AnyArray, AnyArray]:
    """What :func:`_usually_due` finds, all needs at once."""
    model, codes, span = world.lives.model, np.array(asked_for), world.lives.span_around(day)
    count = np.empty((len(codes), len(folk)), dtype=np.int64)
    for start in range(0, len(folk), FEW):
        some = slice(start, start + FEW)
        count[:, some] = world.lives.scattered.counts(folk.people[some], folk.zone[some], codes[:, None], day, span)
    for row, n in enumerate(asked_for):
        if model.absorbers[n] >= 0:
            absorber = asked_for.index(model.absorbers[n])
            met = np.flatnonzero((count[row] > 0) & (count[absorber] > 0))
            count[row, met[model.superfluous(folk.people[met], n, day)]] = 0
    if needs is not None:
        count[~np.isin(codes, list(needs))] = 0
    row, who = np.nonzero(count)
    need = codes.take(row)
    most = np.array([one.most for one in model.needs])
    number = np.minimum(count[row, who], most.take(need))
    place, number = _expanded(np.arange(len(who)), number)
    return who[place].astype(np.int32), OCCASION.pack(need[place], number).astype(np.int16)


def _expanded(some: Ints, number: Ints) -> tuple[Ints, Ints]:
    """Repeat positions, and count within each. Two of (n,)"""
    if not (number > 1).any():
        return some, np.zeros(len(some), dtype=np.int64)
    repeated = np.repeat(some, number)
    return repeated, np.arange(len(repeated)) - np.repeat(np.cumsum(number) - number, number)


def _paid_with(world: World, crowd: Crowd, who: AnyArray, need: Ints) -> Ints:
    """Accounts that pay for needs. (n,)"""
    role = world.lives.roles.take(need)
    country = world.entities.city_country
    abroad = crowd.away & (country.take(crowd.city) != country.take(crowd.home))
    if abroad.any():
        role = np.where(abroad.take(who) & (role == STORE), ABROAD, role)
    return world.lives.wallet.choose(world.streams, people=crowd.people.take(who), need=need, role=role, day=crowd.day)


def any_payment(world: World, accounts: Ints, day: int) -> Bools:
    """Whether accounts, ascending, have a genuine payment on a day: true exactly where it has a row of theirs. (n,)"""
    paying = world.habits.subscriptions.any_due(world.streams, accounts, day)
    asked = np.flatnonzero(~paying & world.habits.dormancy.awake(accounts, day))
    paying[asked] = _any_occasion(world, accounts[asked], day)
    return paying


def _any_occasion(world: World, accounts: Ints, day: int) -> Bools:
    """Whether accounts, ascending, pay for a need on a day. (n,)"""
    if len(accounts) == 0:
        return np.zeros(0, dtype=bool)
    crowd = Crowd.of(world, people_of(world, accounts), day)
    who = np.cumsum(np.diff(world.entities.account_customer.take(accounts), prepend=-1) != 0) - 1
    first = int(accounts[0])
    found = np.zeros(int(accounts[-1]) - first + 1, dtype=bool)
    for needs in _portions(world.lives.frequent):
        some = np.flatnonzero(np.bincount(who[~found.take(accounts - first)], minlength=len(crowd)))
        if some.size == 0:
            break
        crowd, who = crowd.take(some), np.searchsorted(some, who)
        met = occasions_on(world, crowd, needs=needs).account.astype(np.int64) - first
        found[met[(met >= 0) & (met < len(found))]] = True
    return found.take(accounts - first)


def _portions(frequent: tuple[int, ...]) -> Iterator[frozenset[int]]:
    """Needs in portions, the most frequent first: once one has come up, the others need not be looked at."""
    edges = (0, 2, 5, 10, len(frequent))
    return (frozenset(frequent[begin:end]) for begin, end in pairwise(edges))
