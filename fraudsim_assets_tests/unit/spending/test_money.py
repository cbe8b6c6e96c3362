"""Money and trades: exchange rates, price levels, factors of merchant category codes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudsim_assets.reference_data import packaged
from fraudsim_assets.spending.money import Money, price_levels
from fraudsim_assets.spending.trades import trade_factors
from fraudsim_assets.streams import Streams

PEGS = {code: currency for code, currency in packaged().currencies.items() if currency.anchor}
CODES = sorted(packaged().currencies)
MONEY = Money.of(packaged(), ("EUR", "GBP", "JPY", "KWD", "USD"))
CATEGORIES, MCCS = packaged().categories, packaged().mccs


def test_currencies_have_their_decimal_places():
    assert MONEY.digits.tolist() == [2, 2, 0, 3, 2]  # target B18
    assert MONEY.stored(np.array([125, 125, 125, 125, 125]), np.arange(5)).tolist() == [1250, 1250, 125000, 125, 1250]


@given(st.integers(0, 45_000), st.integers(0, 2**40))
def test_rates_wander_smoothly_about_their_base(day, seed):
    today, tomorrow = (MONEY.rates(Streams(seed), d) for d in (day, day + 1))
    assert today[0] == 1.0
    assert np.all(np.abs(np.log(today / MONEY.base)) < 0.08)
    assert np.all(np.abs(np.log(tomorrow / today)) < 0.004)


@given(st.permutations(CODES), st.integers(1, len(CODES)), st.integers(0, 45_000))
def test_a_rate_is_the_same_whatever_other_currencies_there_are(codes, count, day):
    alone = {code: Money.of(packaged(), (code,)).rates(Streams(1), day)[0] for code in codes[:count]}
    together = Money.of(packaged(), tuple(codes[:count])).rates(Streams(1), day)
    assert dict(zip(codes[:count], together.tolist(), strict=True)) == alone


@given(st.integers(0, 45_000), st.integers(0, 2**40))
def test_pegged_currencies_go_where_their_anchor_goes(day, seed):
    codes = tuple(sorted({*PEGS, *(peg.anchor for peg in PEGS.values())}))
    rates = dict(zip(codes, Money.of(packaged(), codes).rates(Streams(seed), day), strict=True))
    for code, peg in PEGS.items():
        strayed = np.log(rates[code] / rates[peg.anchor] / peg.parity)
        assert abs(strayed) <= peg.band + 1e-12, code


def test_the_krone_moves_within_its_band_and_the_mark_of_bosnia_not_at_all():
    money = Money.of(packaged(), ("BAM", "DKK"))
    marks, kroner = np.array([money.rates(Streams(3), day) for day in range(20_000, 21_000)]).T
    assert set(marks) == {1.95583}
    assert 0.001 < np.ptp(np.log(kroner)) < 0.008


def test_rough_worth_and_parity_of_a_pegged_currency_agree():
    for code, peg in PEGS.items():
        worth = peg.parity * packaged().currency(peg.anchor).units_per_euro
        assert worth == pytest.approx(peg.units_per_euro, rel=0.02), code


def test_rates_of_another_seed_are_others():
    assert not np.array_equal(MONEY.rates(Streams(1), 20_000)[1:], MONEY.rates(Streams(2), 20_000)[1:])


def test_price_levels_are_positive_and_unknown_countries_have_one():
    levels = price_levels(packaged(), ("CH", "PL", "ZZ"))
    assert levels[0] > 1 > levels[1] > 0
    assert levels[2] > 0


def test_factors_of_trades_have_mean_one_in_each_category():
    factors = trade_factors(packaged())
    for row, category in zip(factors, CATEGORIES, strict=True):
        mean = sum(row[MCCS.index(mcc)] * weight for mcc, weight in category.mcc_weights.items())
        assert mean == pytest.approx(1.0)
        assert row.min() > 0


def test_a_corner_shop_is_cheaper_than_a_supermarket():
    grocery = trade_factors(packaged())[[c.name for c in CATEGORIES].index("grocery")]
    assert grocery[MCCS.index("5499")] < 0.6 * grocery[MCCS.index("5411")]


def test_no_baker_and_no_wine_merchant_is_a_main_shop():
    grocery = next(c for c in CATEGORIES if c.name == "grocery")
    assert not {"5462", "5921"} & set(grocery.mccs)
