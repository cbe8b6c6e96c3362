"""What travellers pay to hotels: bills by the days of their journeys, and in all as many as the trade has."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from fraudsim_assets.simulation.cast import Crowd
from fraudsim_assets.simulation.keys import guests_of, occasions_on
from fraudsim_assets.spending.lodging import BILL
from fraudsim_assets.units import day_number

FIRST, DAYS = day_number(date(2025, 3, 3)), 28


@pytest.fixture(scope="module")
def stays(world) -> pl.DataFrame:
    """Payments to hotels that come up in four weeks, before it is asked which card pays."""
    lodging, people, found = world.lives.lodging, np.arange(world.entities.n_customers), []
    for day in range(FIRST, FIRST + DAYS):
        crowd = Crowd.of(world, people, day)
        guests = guests_of(world, crowd, np.flatnonzero(crowd.away))
        at, number = lodging.due(world.streams, guests, day)
        nights = {"night": guests.night[at], "nights": guests.nights[at], "segment": guests.segment[at]}
        found.append(pl.DataFrame({"day": day, "journey": guests.journey[at], "number": number} | nights))
    return pl.concat(found)


def test_a_stay_has_one_bill_at_most_on_its_first_or_last_day(world, stays):
    bills = stays.filter(pl.col("number") == BILL)
    assert len(bills) >= 20
    assert bills["journey"].is_unique().all()
    assert ((bills["night"] == 0) | (bills["night"] == bills["nights"] - 1)).all()
    # one in four at the beginning
    longer = bills.filter(pl.col("nights") > 1)
    assert (longer["night"] > 0).mean() == pytest.approx(0.75, abs=4 * (0.75 * 0.25 / len(longer)) ** 0.5)
    assert stays["number"].max() <= world.reference.itinerary.hotel_extras


def test_hotels_are_paid_as_often_as_their_share_of_purchases_says(world, stays):
    lodging, n = world.lives.lodging, world.entities.n_customers
    rates = world.lives.weights.rates.between(FIRST, DAYS) @ np.ones(DAYS) / DAYS
    level = (rates @ world.lives.weights.patterns[lodging.need]).mean()
    wanted = lodging.rate * n * DAYS * level
    # people on a journey pay several times
    assert len(stays) == pytest.approx(wanted, rel=6 / wanted**0.5)


def test_payments_to_hotels_cost_the_mean_payment_on_average(world):
    lodging = world.lives.lodging
    paid = lodging.people @ (lodging.billed[:, None] * lodging.reach * lodging.travel.per_year)
    bills = paid.sum() / (lodging.rate * 365.25)
    nights = lodging.travel.mean_nights(lodging.table.bill_growth) @ paid / paid.sum()
    bill = float(lodging.basket(np.array([BILL]), np.array([1]))[0]) * nights
    assert bills * bill + (1 - bills) * lodging.table.hotel_extra == pytest.approx(1.0)
    week, night = lodging.basket(np.array([BILL, BILL]), np.array([7, 1]))
    assert 3 < week / night < 7


def test_days_asked_for_together_have_the_payments_of_each(world):
    people, lodging = np.arange(world.entities.n_customers), world.lives.lodging
    parts, alone = [], 0
    for day in (FIRST + 3, FIRST + 4, FIRST + 12):
        crowd = Crowd.of(world, people, day)
        guests = guests_of(world, crowd, np.flatnonzero(crowd.away))
        at, _ = lodging.due(world.streams, guests, day)
        alone += len(at)
        parts.append((guests, np.full(len(guests.journey), day)))
    together = type(parts[0][0])(*(np.concatenate(column) for column in zip(*(g for g, _ in parts), strict=True)))
    at, _ = lodging.due(world.streams, together, np.concatenate([day for _, day in parts]))
    assert len(at) == alone > 0


def test_needs_of_lodging_come_up_on_journeys_alone(world):
    crowd = Crowd.of(world, np.arange(world.entities.n_customers), FIRST)
    need = world.lives.lodging.need
    every = occasions_on(world, crowd)
    some = occasions_on(world, crowd, needs=frozenset({need}))
    mine = every.need == need
    assert mine.any()
    assert crowd.away[every.who[mine]].all()
    np.testing.assert_array_equal(every.code[mine], some.code)
    np.testing.assert_array_equal(every.account[mine], some.account)
    assert (np.diff(every.need) >= 0).all()
