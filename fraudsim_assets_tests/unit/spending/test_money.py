"""Money and trades: exchange rates, price levels, factors of merchant category codes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudsim_assets.catalog.categories import CATEGORIES
from fraudsim_assets.spending.money import Money, price_levels
from fraudsim_assets.spending.trades import TRADE_TICKETS, trade_factors
from fraudsim_assets.streams import Streams

MONEY = Money.of(("EUR", "GBP", "JPY", "KWD", "USD"))
MCCS = tuple(sorted({mcc for category in CATEGORIES for mcc in category.mccs}))


def test_currencies_have_their_decimal_places():
    assert MONEY.digits.tolist() == [2, 2, 0, 3, 2]  # target B18
    assert MONEY.stored(np.array([125, 125, 125, 125, 125]), np.arange(5)).tolist() == [1250, 1250, 125000, 125, 1250]


@given(st.integers(0, 45_000), st.integers(0, 2**40))
def test_rates_wander_smoothly_about_their_base(day, seed):
    today, tomorrow = (MONEY.rates(Streams(seed), d) for d in (day, day + 1))
    assert today[0] == 1.0
    assert np.all(np.abs(np.log(today / MONEY.base)) < 0.08)
    assert np.all(np.abs(np.log(tomorrow / today)) < 0.004)


def test_rates_of_another_seed_are_others():
    assert not np.array_equal(MONEY.rates(Streams(1), 20_000)[1:], MONEY.rates(Streams(2), 20_000)[1:])


def test_price_levels_are_positive_and_unknown_countries_have_one():
    levels = price_levels(("CH", "PL", "ZZ"))
    assert levels[0] > 1 > levels[1] > 0
    assert levels[2] > 0


def test_factors_of_trades_have_mean_one_in_each_category():
    factors = trade_factors(MCCS)
    for row, category in zip(factors, CATEGORIES, strict=True):
        mean = sum(row[MCCS.index(mcc)] * weight for mcc, weight in category.mccs.items())
        assert mean == pytest.approx(1.0)
        assert row.min() > 0


def test_factors_are_declared_for_codes_that_their_category_has():
    by_name = {category.name: category for category in CATEGORIES}
    for name, factors in TRADE_TICKETS.items():
        assert set(factors) <= set(by_name[name].mccs)


def test_a_baker_is_cheaper_than_a_supermarket():
    grocery = trade_factors(MCCS)[[c.name for c in CATEGORIES].index("grocery")]
    assert grocery[MCCS.index("5462")] < 0.4 * grocery[MCCS.index("5411")]
