"""Purses: one balance of a person's debit cards; lines of credit and loads by themselves."""

from functools import lru_cache

import numpy as np
import pytest

from fraudsim_assets.simulation import World
from fraudsim_assets.tables.codes import PRODUCTS
from fraudsim_assets.units import day_date
from fraudsim_assets_tests.unit.simulation.worlds import make_world

DEBIT, CREDIT, PREPAID = (PRODUCTS.index(name) for name in ("debit", "credit", "prepaid"))
FIRST, DAYS = 20_150, 360


@lru_cache(maxsize=1)
def people() -> World:
    return make_world(population={"customers": 1_500, "cards": 3_000})


@lru_cache(maxsize=1)
def left() -> np.ndarray:
    """What is left, by day and account."""
    accounts = np.arange(people().entities.n_accounts)
    return np.stack([people().habits.purses.left(accounts, FIRST + day) for day in range(DAYS)])


def of_product(product: int) -> np.ndarray:
    return np.flatnonzero(people().entities.account_product == product)


def pairs_of(one: int, other: int) -> tuple[np.ndarray, np.ndarray]:
    """Two accounts of a person each, of one product and another."""
    owner = people().entities.account_customer
    found = [
        (a, b)
        for a in of_product(one).tolist()
        for b in range(max(a - 4, 0), min(a + 5, len(owner)))
        if a != b and owner[a] == owner[b] and people().entities.account_product[b] == other
    ]
    first, second = np.array(found).T
    return first, second


def test_debit_cards_of_a_person_draw_on_one_balance():
    first, second = pairs_of(DEBIT, DEBIT)
    assert len(first) > 50
    assert np.array_equal(left()[:, first], left()[:, second])


def test_a_line_or_a_load_is_not_used_up_because_the_debit_account_is_empty():
    short = left() < np.inf
    for other in (CREDIT, PREPAID):
        debit, its = pairs_of(DEBIT, other)
        usual, then = short[:, its].mean(), short[:, its][short[:, debit]].mean()
        # days of a person are alike for a year: as many independent ones as people whose money tends to be short
        tends = short[:, debit].any(axis=0).sum()
        assert then == pytest.approx(usual, abs=4.5 * np.sqrt(usual / tends))


def test_one_day_and_days_one_each_have_the_same_balance():
    accounts = np.arange(people().entities.n_accounts)
    each = people().habits.purses.left(accounts, FIRST + accounts % 60)
    for day in range(60):
        mine = accounts % 60 == day
        assert np.array_equal(each[mine], left()[day, mine])


def test_a_bill_is_paid_once_a_month_and_a_prepaid_card_loaded_within_its_time():
    purses, table = people().habits.purses, people().reference.declines
    for product in (CREDIT, PREPAID):
        accounts = of_product(product)
        for day in range(FIRST, FIRST + 90, 7):
            found = purses.filling(accounts, day)
            assert np.all((found.last_pay <= day) & (day < found.next_pay))
            between = found.next_pay - found.last_pay
            if product == PREPAID:
                assert np.all((between >= table.load_days[0]) & (between <= table.load_days[1]))
            else:
                paid = zip(found.last_pay.tolist(), found.next_pay.tolist(), strict=True)
                dates = {(day_date(a).day, day_date(b).day) for a, b in paid}
                assert {a for a, _ in dates} == set(range(1, 29))
                assert all(a == b for a, b in dates)
                assert np.all((between >= 28) & (between <= 31))


def test_days_of_want_are_spread_over_the_month_and_grow_towards_the_day_before_money_comes():
    accounts = of_product(DEBIT)
    short = left()[:, accounts] < np.inf
    date_of = np.array([day_date(FIRST + day).day for day in range(DAYS)])
    by_date = np.array([short[date_of == date].mean() for date in range(1, 29)])
    assert by_date.max() < 3 * by_date.mean()
    assert by_date.min() > 0.2 * by_date.mean()

    togo = np.stack(
        [people().habits.purses.filling(accounts, FIRST + day).next_pay - FIRST - day for day in range(DAYS)]
    )
    share = np.array([short[togo == days].mean() for days in range(1, 13)])
    assert np.all(np.diff(share) <= 1e-12)
    assert share[0] > 4 * share[-1]


def test_some_are_never_short_and_a_few_often():
    accounts = of_product(DEBIT)
    months = (left()[:, accounts] < np.inf).reshape(12, 30, -1).any(axis=1).sum(axis=0)
    assert (months == 0).mean() > 0.2
    assert 0.1 < (months >= 6).mean() < 0.45
