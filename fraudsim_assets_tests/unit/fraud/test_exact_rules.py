"""What no honest payment ever does, no fraud does either: a rule without exceptions would tell it for certain.

Sums, rooms, PINs and border-crossing orders follow rules that genuine rows obey to the letter. A search by cells finds
a break of one only where a world is large enough; here each rule is held against thousands of steps of every kind.
"""

from functools import lru_cache

import numpy as np
import pytest

from fraudsim_assets.config import scenarios
from fraudsim_assets.fraud.campaigns import SPEND
from fraudsim_assets.fraud.rows import FraudRows
from fraudsim_assets.fraud.scenarios.testing import CardTesting
from fraudsim_assets.reference_data import packaged
from fraudsim_assets.spending.amount import FARE, SERVICE, at_least, coin, on_the_list, priced, tickets
from fraudsim_assets.spending.authorisation import ATM, CONTACTLESS
from fraudsim_assets.spending.causes import PIN_CODES
from fraudsim_assets.units import DAY
from fraudsim_assets_tests.unit.fraud import worlds

NAMES = sorted(scenarios.packaged())

LIST = np.unique(on_the_list(packaged().prices, np.arange(1 << 16)))
"""Levels of the tickets on a list of fares."""


@lru_cache(maxsize=1)
def rows() -> FraudRows:
    """Fraud of a hundred days of the tiny world, of all kinds."""
    return FraudRows.join([worlds.world().history.rows_on(day) for day in range(worlds.DAY, worlds.DAY + 100)])


@lru_cache(maxsize=len(NAMES))
def deeds_of(name: str):
    """What campaigns of a kind do, wherever they might be."""
    campaigns = worlds.campaigns_of(name, 1_200)
    steps = worlds.plan_of(name, campaigns).steps
    scene = worlds.world().fraud.scene
    return worlds.castings()[name].deeds(campaigns.take(steps.campaign), steps, scene, worlds.DAY)


@pytest.mark.parametrize("name", NAMES)
def test_tickets_cost_what_the_list_says(name):
    world, deeds = worlds.world(), deeds_of(name)
    kinds = world.habits.kinds
    # what a web shop asks for to check a card is on no list
    checks = kinds.is_remote.take(deeds.kind) & (deeds.euros <= 1.2 * packaged().encores.check_euros[1])
    listed = (kinds.style.take(deeds.kind) == FARE) & ~checks
    kind, merchant, n = deeds.kind[listed], deeds.merchant[listed], len(LIST)
    currency = world.entities.seats.codes.take(merchant).currency
    money = world.prices.money
    rate, digits, note = (each.take(currency) for each in (money.base, money.digits, money.note))
    median = kinds.median.take(kind) * world.prices.shop_levels_on(worlds.DAY).take(merchant)
    each = kind.repeat(n)
    euros = tickets(
        packaged().prices, np.tile(LIST, len(kind)), median.repeat(n), kinds.sigma.take(each), kinds.tail.take(each)
    )
    prices = priced(
        packaged().prices,
        at_least(euros, kinds.least.take(each)) * rate.repeat(n),
        style=kinds.style.take(each),
        digits=digits.repeat(n),
        ending=np.zeros(len(each), dtype=np.int64),
        note=note.repeat(n),
    )
    assert (prices.reshape(-1, n) == deeds.minor[listed, None]).any(axis=1).all()
    if name == "stolen_cnp":
        assert listed.sum() > 5


@pytest.mark.parametrize("name", NAMES)
def test_nothing_costs_less_than_the_cheapest_but_what_checks_a_card(name):
    kinds, deeds = worlds.world().habits.kinds, deeds_of(name)
    remote = kinds.is_remote.take(deeds.kind)
    money, currency = worlds.world().prices.money, worlds.world().entities.seats.codes.take(deeds.merchant).currency
    # a price is written with an ending of its own: up to one unit of money lower, or as near as coins allow
    least = worlds.world().prices.cheapest(kinds.least.take(deeds.kind), deeds.merchant)
    cheapest = least * money.base.take(currency)
    # services are rounded to ten coins at most
    rounding = 5 * coin(money.note.take(currency))
    cheapest = np.where(kinds.style.take(deeds.kind) == SERVICE, cheapest - rounding, np.floor(cheapest))
    low = deeds.minor / 10.0 ** money.digits.take(currency) < 0.98 * cheapest
    assert (deeds.euros[low & remote] <= 1.2 * packaged().encores.check_euros[1]).all()
    assert not (low & ~remote).any()


@pytest.mark.parametrize("name", NAMES)
def test_machines_give_thieves_whole_notes_and_counters_ask_for_coins(name):
    world, deeds = worlds.world(), deeds_of(name)
    kinds, money = world.habits.kinds, world.prices.money
    currency = world.entities.seats.codes.take(deeds.merchant).currency
    scale = money.scale.take(currency)
    cash = kinds.channel.take(deeds.kind) == ATM
    note = np.rint(money.note.take(currency) * scale).astype(np.int64)
    assert not (deeds.minor[cash] % note[cash]).any()
    served = (kinds.style.take(deeds.kind) == SERVICE) & ~kinds.is_remote.take(deeds.kind)
    coins = np.rint(coin(money.note.take(currency)) * scale).astype(np.int64)
    n, odd = int(served.sum()), packaged().prices.service[3]
    # four standard deviations of what is declared
    assert (deeds.minor[served] % coins[served] != 0).sum() <= odd * n + 4 * np.sqrt(odd * n) + 1


def test_rooms_are_paid_for_on_journeys_and_pins_are_asked_of_cards_that_are_put_in():
    world, fraud = worlds.world(), rows()
    rooms = world.habits.kinds.lodging[fraud.kind]
    homes = world.fraud.scene.country_of(world.fraud.scene.home_city(fraud.account, worlds.DAY))
    shops = world.entities.seats.codes.take(fraud.merchant).country
    assert not (rooms & (homes == shops)).any()
    tapped = fraud.entry == CONTACTLESS
    assert (tapped & (fraud.response != 0)).sum() > 20
    assert not np.isin(fraud.response[tapped], PIN_CODES).any()


def test_cards_of_other_countries_are_not_tried_where_orders_from_abroad_are_unknown():
    world, deeds = worlds.world(), deeds_of("card_testing")
    campaigns = worlds.campaigns_of("card_testing", 1_200)
    steps = worlds.plan_of("card_testing", campaigns).steps
    scene = world.fraud.scene
    parameters = worlds.castings()["card_testing"].parameters
    # a tiny world's numbers beside each other are of several countries: that of the first one is the run's
    first = CardTesting._first(parameters, campaigns, scene)
    home = scene.country_of(scene.home_city(first, worlds.DAY)).take(steps.campaign)
    away = home != world.entities.seats.codes.take(deeds.merchant).country
    parking = deeds.kind >> 1 == packaged().category_code("parking_toll")
    assert parking.sum() > 100
    assert away[parking].mean() < 0.5 * away[~parking].mean()


@pytest.mark.parametrize("name", [name for name in NAMES if name not in {"card_testing", "refund_abuse"}])
def test_no_pause_between_steps_is_as_long_as_many_others(name):
    # honest pauses differ to the second; fraud once went on after exactly 24 seconds, five minutes or 45 minutes
    casting, fraud = worlds.castings()[name], worlds.world().fraud
    tables = fraud.spans(casting, worlds.DAY, worlds.DAY + 400)
    pauses = [np.diff(table.day * DAY + table.moment)[np.diff(table.plan.steps.campaign) == 0] for table in tables]
    _, alike = np.unique(np.concatenate(pauses), return_counts=True)
    assert alike.max() <= max(3, 0.01 * alike.sum())


def test_orders_abroad_are_of_what_honest_people_of_the_country_order_there():
    landscape, scene = worlds.world().landscape, worlds.world().fraud.scene
    n, orders = len(landscape.webs), scene.wares.orders
    seats = landscape.cells.place[landscape.cells.online]
    campaigns = worlds.campaigns_of("stolen_cnp", 3_000)
    home = np.arange(len(campaigns)) % n
    u = [campaigns.uniforms(decision) for decision in ("web", "kind")]
    wanted = worlds.castings()["stolen_cnp"].parameters.categories
    country = orders.countries(wanted, campaigns, home=home, u=u[0])
    kind = orders.kinds(wanted, campaigns, home=home, country=country, u=u[1])
    there = country >= 0
    assert there.sum() > 1_000
    assert (country[there] != home[there]).all()
    honest = np.array(
        [
            landscape.webs[here, of >> 1][seats == seat].sum()
            for here, of, seat in zip(home[there], kind[there], country[there], strict=True)
        ]
    )
    assert (honest > 0).all()
    # one at a time they choose the same
    one = orders.countries(wanted, campaigns.take(np.array([7])), home=home[7:8], u=u[0][7:8])
    assert one.tolist() == country[7:8].tolist()


def test_of_what_is_tried_again_at_a_shop_much_costs_the_same():
    campaigns = worlds.campaigns_of("stolen_cnp", 1_200)
    steps, deeds = worlds.plan_of("stolen_cnp", campaigns).steps, deeds_of("stolen_cnp")
    follows = (np.diff(steps.campaign) == 0) & (np.diff(deeds.merchant) == 0) & (steps.phase[:-1] == SPEND)
    same = (np.diff(deeds.minor) == 0)[follows].mean()
    assert 0.15 < same < 0.65


@pytest.mark.parametrize("name", NAMES)
def test_what_is_paid_by_subscription_alone_is_not_bought_by_thieves(name):
    society = worlds.world().fraud.scene.society
    never = society.bought == 0
    streaming = 2 * society.reference.category_code("streaming") + 1
    assert never[streaming]
    assert society.habits.kinds.share[streaming] > 0
    assert not never.take(deeds_of(name).kind).any()
