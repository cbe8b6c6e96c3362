"""Looking back: when few accounts last paid, many days at once.

The one idea: among few accounts a day costs the same whether it is looked at alone or with others, so days are
looked at in blocks. An account that has been quiet for long is the card of few needs: which ones is known for a
window of weeks, and only these are looked at day by day.

Belongs here: payments of few accounts on many days, true exactly where these days have rows of theirs. Does not belong
here: one day of many accounts (``keys``), and what the last payment is for (``previous``).
"""

from collections.abc import Iterator
from datetime import date

import numpy as np

from fraudsim_assets.maths.ordered import mask_of_members
from fraudsim_assets.simulation.cast import folk_of
from fraudsim_assets.simulation.world import World
from fraudsim_assets.spending.lives import SPAN_DAYS
from fraudsim_assets.spending.lodging import Guests
from fraudsim_assets.spending.wallet import ABROAD, STORE
from fraudsim_assets.units import Bools, Ints, day_number

MOST_FEW = 64
"""Among more accounts than these, some will pay on a day. [count]"""


def payments_on(world: World, accounts: Ints, days: range, asked: Bools) -> Bools:
    """Whether accounts have genuine payments on some days.

    Parameters
    ----------
    accounts : (n,)
        Account indices.
    days
        Days in a row, none of them of a shock, for which one span of weights is enough: ``Lives.span_around`` of each
        is the same.
    asked : (n, days)
        Which days of which accounts are looked at.

    Returns
    -------
    (n, days)
        False on days that are not asked for.
    """
    paid = np.zeros_like(asked)
    at, d = np.nonzero(asked)
    if at.size == 0:
        return paid
    charged = world.habits.subscriptions.any_due(world.streams, accounts[at], days[0] + d)
    paid[at[charged], d[charged]] = True
    left = ~charged & world.habits.dormancy.awake(accounts[at], days[0] + d)
    asked = np.zeros_like(asked)
    asked[at[left], d[left]] = True
    some = np.flatnonzero(asked.any(axis=1))
    if some.size == 0:
        return paid
    at, need = _may_pay(world, accounts[some], days)
    pair, d = np.nonzero(asked[some[at]])
    at, need = some[at[pair]], need[pair]
    met = np.flatnonzero(_pay(world, accounts[at], need, days[0] + d))
    paid[at[met], d[met]] = True
    return paid


def days_of_few(world: World, accounts: Ints, days: list[date]) -> Iterator[date]:
    """Days on which some of few accounts may have rows, in the order given; all days of more accounts.

    Refunds come before an account's last payment of the day, so there are none without one.

    Parameters
    ----------
    accounts : (n,)
        Account indices, ascending.
    """
    known: dict[int, Bools] = {}
    for day in days:
        number = day_number(day)
        span, place = divmod(number, SPAN_DAYS)
        if 0 < len(accounts) <= MOST_FEW and len(world.verdicts) == 0:
            if span not in known:
                known = {span: _paying_days(world, accounts, span)}
            fraud = world.history.rows_about(accounts, number).account
            if not known[span][place] and not mask_of_members(accounts, fraud).any():
                continue
        yield day


def _paying_days(world: World, accounts: Ints, span: int) -> Bools:
    """On which days of a span any of few accounts pays; all where what happens is out of the ordinary. (SPAN_DAYS,)"""
    days = range(span * SPAN_DAYS, (span + 1) * SPAN_DAYS)
    if any(world.epochs.shock_on(day) for day in days):
        return np.ones(SPAN_DAYS, dtype=bool)
    asked = np.ones((len(accounts), SPAN_DAYS), dtype=bool)
    return np.logical_or.reduce(payments_on(world, accounts, days, asked), axis=0)


def _may_pay(world: World, accounts: Ints, days: range) -> tuple[Ints, Ints]:
    """Positions of accounts, and the needs that each may pay for on some of the days. Two of (n,)"""
    lives = world.lives
    n_needs = len(lives.roles)
    account, need = np.repeat(accounts, n_needs), np.tile(np.arange(n_needs), len(accounts))
    people, role = world.entities.account_customer.take(account), lives.roles.take(need)
    may = np.zeros(len(account), dtype=bool)
    for here in (role, np.where(role == STORE, ABROAD, role)):
        for day in (days[0], days[-1]):  # windows of choices are longer than the days are many
            usual = lives.wallet.usual(world.streams, people=people, need=need, role=here, day=day)
            may |= (usual == account) | lives.wallet.slumber.is_resting(usual)
    found = np.flatnonzero(may)
    return found // n_needs, need[found]


def _pay(world: World, accounts: Ints, need: Ints, day: Ints) -> Bools:
    """Whether accounts pay for needs of their holders on days. (n,)"""
    people = world.entities.account_customer.take(accounts)
    due = np.flatnonzero(_due(world, people, need, day))
    people, need, day = people[due], need[due], day[due]
    entities, lives = world.entities, world.lives
    home = entities.customer_city.take(entities.customer_versions.rows(people, day))
    country = entities.city_country.take(home)
    role = lives.roles.take(need)
    if due.size:
        away, city, _ = world.fraud.society.journeys(people, home, day).whereabouts(home)
        abroad = away & (entities.city_country.take(city) != country)
        role = np.where(abroad & (role == STORE), ABROAD, role)
    chosen = lives.wallet.choose(world.streams, people=people, need=need, role=role, day=day)
    pays = np.zeros(len(accounts), dtype=bool)
    pays[due[chosen == accounts[due]]] = True
    return pays


def _due(world: World, people: Ints, need: Ints, day: Ints) -> Bools:
    """Whether needs of people come up on days, and are not absorbed by others. (n,)"""
    model = world.lives.model
    if len(people) == 0:
        return np.zeros(0, dtype=bool)
    zone = folk_of(world, people, day).zone
    due = world.lives.scattered.counts(people, zone, need, day, world.lives.span_around(int(day[0]))) > 0
    stays = np.flatnonzero(need == world.lives.lodging.need)
    due[stays] = _lodges(world, people[stays], day[stays])
    absorber = np.array(model.absorbers).take(need)
    met = np.flatnonzero(due & (absorber >= 0))
    if met.size:
        met = met[_due(world, people[met], absorber[met], day[met])]
        due[met] = ~model.superfluous(people[met], need[met], day[met])
    return due


def _lodges(world: World, people: Ints, day: Ints) -> Bools:
    """Whether people, one or one each, pay a hotel on days. (n,)"""
    pays = np.zeros(len(people), dtype=bool)
    if len(people) == 0:
        return pays
    entities = world.entities
    rows = entities.customer_versions.rows(people, day)
    home = entities.customer_city.take(rows)
    found = world.fraud.society.journeys(people, home, day)
    found = found.take(np.flatnonzero(found.are_under_way))
    guests = Guests(
        segment=entities.customer_segment.take(rows[found.at]).astype(np.int64),
        home=world.lives.weights.home_of_city.take(home[found.at]),
        journey=found.ids,
        night=found.night,
        nights=found.nights,
    )
    pays[found.at[world.lives.lodging.due(world.streams, guests, day[found.at])[0]]] = True
    return pays
