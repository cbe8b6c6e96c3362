"""Fraud in shops happens while they are open."""

import numpy as np
import pytest

from fraudsim_assets.fraud.rows import FraudRows
from fraudsim_assets.units import MINUTE, day_date
from fraudsim_assets_tests.unit.fraud import worlds

DAYS = range(worlds.DAY, worlds.DAY + 40)
HOURS = worlds.world().fraud.scene.hours


@pytest.fixture(scope="module")
def in_shops() -> list[tuple[int, FraudRows]]:
    """Fraud in shops by day."""
    online = worlds.world().entities.seats.online
    rows = [(day, worlds.world().fraud.rows_on(day)) for day in DAYS]
    return [(day, some.take(~online.take(some.merchant))) for day, some in rows]


def test_no_fraud_happens_in_a_closed_shop(in_shops):
    assert sum(len(rows) for _, rows in in_shops) > 300
    for day, rows in in_shops:
        assert not HOURS.closed(rows.merchant, rows.moment, day).any()


def test_fraud_in_the_small_hours_is_where_something_is_open(in_shops):
    world = worlds.world()
    night = [
        world.entities.seats.category.take(rows.merchant[(rows.moment // MINUTE < 3 * 60)]) for _, rows in in_shops
    ]
    found = {world.reference.category_names[code] for code in np.concatenate(night)}
    assert found, "there is some"
    assert not found & {"clothing", "department_discount", "electronics", "furniture", "pharmacy"}


def test_a_shop_is_closed_before_it_opens_and_after_it_closes():
    world, day = worlds.world(), worlds.DAY
    merchants = world.entities.merchants_on(day)
    opens, closes = world.entities.occupants.opening_hours[merchants.hours].T
    some = np.flatnonzero(~world.entities.seats.online & (opens > 6 * 60) & (closes < 21 * 60))
    # in winter and summer, all of the world's home countries are one or two hours ahead of UTC
    assert HOURS.closed(some, np.full(len(some), 2 * 60 * MINUTE), day).mean() > 0.8
    assert not HOURS.closed(np.flatnonzero(world.entities.seats.online), np.zeros(1, dtype=np.int64), day).any()


def test_most_german_groceries_rest_on_sundays_and_the_same_ones_open_every_sunday():
    world = worlds.world()
    sunday = next(day for day in DAYS if day_date(day).isoweekday() == 7)
    seats, noon = world.entities.seats, 11 * 60 * MINUTE
    german = seats.codes.take(np.arange(world.entities.n_slots)).country == world.entities.countries.index("DE")
    grocery = np.flatnonzero(german & (seats.category == world.reference.category_code("grocery")) & ~seats.online)
    moment = np.full(len(grocery), noon)
    first, second = (HOURS.closed(grocery, moment, sunday + week * 7) for week in (0, 1))
    assert HOURS.closed(grocery, moment, sunday - 3).mean() < 0.1
    assert first.mean() > 0.6
    assert (first == second).mean() > 0.9


def test_who_finds_a_shop_closed_stays_in_its_town():
    world, day = worlds.world(), worlds.DAY
    shops = np.flatnonzero(~world.entities.seats.online)
    kind = 2 * world.entities.seats.category.take(shops)
    moment = np.full(len(shops), 2 * 60 * MINUTE)
    found, sold = HOURS.open_instead(shops, kind, moment=moment, day=day, ids=shops)
    assert not HOURS.closed(found, moment, day).any()
    assert np.array_equal(world.entities.seats.category.take(found) * 2, sold)
    towns = world.entities.merchant_city.take(
        world.entities.merchant_versions.rows(np.stack([shops, found]).ravel(), day)
    )
    before, after = towns.reshape(2, -1)
    assert (before == after).mean() > 0.95, "but for cash machines of the next town"


def test_who_finds_a_shop_closed_buys_instead_what_people_buy():
    world = worlds.world()
    shares = world.habits.kinds.share
    cells, town = (
        world.landscape.cells,
        np.argmax(np.bincount(world.landscape.cells.place[~world.landscape.cells.online])),
    )
    u = (np.arange(20_000) + 0.5) / 20_000
    found = HOURS.shops.cells(np.full(len(u), town), u)
    assert HOURS.shops.known(np.array([town])).all()
    assert (cells.place[found] == town).all()
    counts = np.bincount(cells.category[found], minlength=len(shares) // 2)
    names = world.reference.category_names
    bought = np.array([shares[2 * code] if counts[code] else 0.0 for code in range(len(names))])
    many = np.bincount(cells.category[np.unique(found)], minlength=len(names))
    assert np.allclose(counts / counts.sum(), bought * many / (bought * many).sum(), atol=0.001)
    # a cell of each trade was as likely before: transit, where people seldom pay, as often as groceries
    assert counts[names.index("transit")] < 0.1 * counts[names.index("fast_food")]
