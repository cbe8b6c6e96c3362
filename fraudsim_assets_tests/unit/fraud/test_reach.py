"""A thief who pays in shops could have walked, driven or flown from each to the next."""

import numpy as np
import pytest

from fraudsim_assets.maths.sampling import great_circle_km
from fraudsim_assets.reference_data import packaged
from fraudsim_assets.units import HOUR
from fraudsim_assets_tests.unit.fraud import worlds

NEAR_KM = packaged().thieves.surroundings_km

KM_PER_HOUR = 900.0
"""An airliner's speed."""

IN_PERSON = ["bust_out", "card_not_received", "impossible_travel", "lost_stolen", "skimming"]


@pytest.fixture(scope="module")
def rows():
    """Fraud of four months in shops: campaign, scenario, time and merchant, in the order of campaigns and time."""
    world = worlds.world()
    parts = [(day, world.fraud.rows_on(day)) for day in range(worlds.DAY, worlds.DAY + 120)]
    columns = [
        np.concatenate([getattr(part, name) for _, part in parts])
        for name in ("campaign", "scenario", "merchant", "kind")
    ]
    when = np.concatenate([day * 24 * HOUR + part.moment for day, part in parts])
    campaign, scenario, merchant, kind = columns
    present = np.flatnonzero(kind % 2 == 0)
    order = present[np.lexsort((when[present], campaign[present]))]
    return campaign[order], scenario[order], when[order], merchant[order]


@pytest.mark.parametrize("name", IN_PERSON)
def test_shops_of_a_campaign_are_within_reach_of_each_other(rows, name):
    campaign, scenario, when, merchant = rows
    world = worlds.world()
    position = worlds.castings()[name].position
    follows = np.flatnonzero((np.diff(campaign) == 0) & (scenario[1:] == position))
    assert len(follows) > 20
    seats = world.entities.seats
    here, there = merchant[follows], merchant[follows + 1]
    km = great_circle_km(
        seats.positions[here].real.astype(float),
        seats.positions[here].imag.astype(float),
        seats.positions[there].real.astype(float),
        seats.positions[there].imag.astype(float),
    )
    hours = (when[follows + 1] - when[follows]) / HOUR
    assert (km <= KM_PER_HOUR * hours).all(), (km / hours).max()


def test_what_is_near_stays_and_what_is_far_is_replaced():
    world = worlds.world()
    scene, reach, seats, cities = (
        world.fraud.scene,
        world.landscape.reach,
        world.entities.seats,
        world.landscape.layout.places,
    )
    n = 400
    city = scene.home_city(np.arange(n), worlds.DAY)
    kind = scene.wares.kind_table({"grocery": 1.0}, remote=False)[:n]
    words = world.streams.draw("test.near").words(np.arange(n))
    shops = np.flatnonzero(~seats.online)
    chosen = shops[np.arange(n) * 7 % len(shops)]

    def away(merchant: np.ndarray) -> np.ndarray:
        latitude, longitude = seats.positions[merchant].real.astype(float), seats.positions[merchant].imag.astype(float)
        return great_circle_km(cities.latitude[city], cities.longitude[city], latitude, longitude)

    merchant, sold = scene.near(chosen, place=city, kind=kind, words=words)
    close = away(chosen) <= NEAR_KM
    assert 0 < close.sum() < n
    assert np.array_equal(merchant[close], chosen[close])
    # shops lie about their city's centre
    assert away(merchant).max() < 3 * NEAR_KM
    assert np.array_equal(seats.category[merchant[~close]], sold[~close] >> 1)
    web = np.full(n, reach.n_cities)
    assert np.array_equal(scene.near(chosen, place=web, kind=kind | 1, words=words)[0], chosen)


def test_web_shops_abroad_are_those_that_honest_orders_from_home_go_to():
    landscape = worlds.world().landscape
    cells, webs = landscape.cells, landscape.webs
    online = np.flatnonzero(cells.online)
    compared = 0
    for home in range(3):
        for seat in range(webs.shape[0]):
            found = landscape.web_cells(home, seat)
            for category in range(webs.shape[1]):
                bought = webs[home, category] > 0
                if seat != home and bought[cells.place[online] == seat].any():
                    assert set(found[category]) <= set(online[bought & (cells.place[online] == seat)])
                    compared += 1
    assert compared > 20


def test_fraud_orders_abroad_where_people_of_its_victims_country_do():
    world = worlds.world()
    cells, webs, entities = world.landscape.cells, world.landscape.webs, world.entities
    seats, number = cells.place[cells.online], np.cumsum(cells.online) - 1
    runs = worlds.castings()["card_testing"].position
    checked = 0
    for day in range(worlds.DAY, worlds.DAY + 120):
        fraud = world.fraud.rows_on(day)
        # a run of card tests goes through accounts of many countries at one merchant
        fraud = fraud.take(np.flatnonzero((fraud.kind % 2 == 1) & (fraud.scenario != runs)))
        holder = entities.account_customer.take(fraud.account)
        home = entities.city_country.take(entities.customer_city.take(entities.customer_versions.rows(holder, day)))
        cell = np.searchsorted(cells.start, fraud.merchant, side="right") - 1
        bought = webs[home, fraud.kind >> 1]
        sold = ((bought > 0) & (seats != home[:, None])).any(axis=1) & (cells.place.take(cell) != home)
        assert (bought[np.arange(len(home)), number.take(cell)][sold] > 0).all()
        checked += int(sold.sum())
    assert checked > 100
