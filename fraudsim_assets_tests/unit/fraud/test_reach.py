"""A thief who pays in shops could have walked, driven or flown from each to the next."""

import numpy as np
import pytest

from fraudsim_assets.fraud.scene import SURROUNDINGS_KM
from fraudsim_assets.maths.sampling import great_circle_km
from fraudsim_assets.units import HOUR
from fraudsim_assets_tests.unit.fraud import worlds

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
    close = away(chosen) <= SURROUNDINGS_KM
    assert 0 < close.sum() < n
    assert np.array_equal(merchant[close], chosen[close])
    # shops lie about their city's centre
    assert away(merchant).max() < 3 * SURROUNDINGS_KM
    assert np.array_equal(seats.category[merchant[~close]], sold[~close] >> 1)
    web = np.full(n, reach.n_cities)
    assert np.array_equal(scene.near(chosen, place=web, kind=kind | 1, words=words)[0], chosen)
