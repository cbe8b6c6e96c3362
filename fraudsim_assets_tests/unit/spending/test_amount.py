"""Amounts: tickets, their tails, and prices as shops write them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudsim_assets.reference_data import packaged
from fraudsim_assets.spending.amount import (
    FARE,
    PRICE_STYLES,
    SERVICE,
    at_least,
    coin,
    mean_ticket,
    on_the_list,
    priced,
    tickets,
)
from fraudsim_assets.spending.money import Money
from fraudsim_assets.streams import Streams

LEVELS = np.arange(65_536)
TABLE = packaged().prices
values = st.floats(0.05, 50_000)


def style(name: str) -> int:
    return PRICE_STYLES.index(name)


def priced_one(value: float, name: str, ending: int, *, digits: int = 2, note: float = 10.0) -> int:
    return int(
        priced(
            TABLE,
            np.array([value]),
            style=np.array([style(name)]),
            digits=np.array([digits]),
            ending=np.array([ending]),
            note=np.array([note]),
        )[0]
    )


@given(st.floats(0.5, 500), st.floats(0.3, 1.2), st.booleans())
def test_tickets_grow_with_their_level_about_their_median(median, sigma, tail):
    got = tickets(TABLE, LEVELS, np.full(65_536, median), np.full(65_536, sigma), np.full(65_536, tail))
    assert np.all(np.diff(got) >= 0)
    assert np.median(got) == pytest.approx(median, rel=1e-3)


@given(st.floats(0.5, 500), st.floats(0.3, 1.2), st.booleans())
def test_the_mean_ticket_is_the_mean_of_the_tickets(median, sigma, tail):
    got = tickets(TABLE, LEVELS, np.full(65_536, median), np.full(65_536, sigma), np.full(65_536, tail))
    declared = mean_ticket(TABLE, np.array([median]), np.array([sigma]), np.array([tail]))[0]
    assert declared == pytest.approx(got.mean(), rel=0.02)


def test_the_top_tenth_of_heavy_tickets_follows_the_power_law():
    got = tickets(TABLE, LEVELS, np.ones(65_536), np.full(65_536, 0.8), np.ones(65_536, dtype=bool))
    top = np.log(got[-6_000:] / got[-6_001])
    assert 1 / top.mean() == pytest.approx(2.5, rel=0.05)  # target B14


def test_tickets_without_a_tail_are_lognormal_to_the_top():
    got = tickets(TABLE, LEVELS, np.ones(65_536), np.full(65_536, 0.8), np.zeros(65_536, dtype=bool))
    assert got[int(0.99 * 65_536)] == pytest.approx(np.exp(0.8 * 2.326), rel=0.01)
    assert len(np.unique(got[-6_000:])) > 1_000  # what costs most does not all cost the same


def test_fares_are_few_and_whole_tenths():
    levels = on_the_list(TABLE, LEVELS)
    assert len(np.unique(levels)) == 5
    fares = priced(
        TABLE,
        tickets(TABLE, levels, np.full(65_536, 3.37), np.ones(65_536), np.zeros(65_536, dtype=bool)),
        style=np.full(65_536, FARE),
        digits=np.full(65_536, 2),
        ending=LEVELS % 256,
        note=np.full(65_536, 10.0),
    )
    prices, count = np.unique(fares, return_counts=True)
    assert len(prices) == 5
    assert not np.any(prices % 10)
    assert count.max() > 65_536 / 2  # most go one way


@given(values, st.sampled_from(PRICE_STYLES), st.integers(0, 255), st.sampled_from([0, 2, 3]))
def test_a_price_is_at_least_one_minor_unit_and_near_what_was_asked(value, name, ending, digits):
    minor = priced_one(value, name, ending, digits=digits)
    assert minor >= 1
    scale = 10.0**digits
    near = {"cash": max(value, 20.0) * 0.6 + 10.0}.get(name, 1.0 if digits else 10.0)
    assert abs(minor / scale - value) <= near + 0.5


@given(values, st.integers(0, 255), st.sampled_from(["EUR", "GBP", "USD", "JPY", "KWD", "CZK"]))
def test_cash_comes_in_whole_banknotes(value, ending, code):
    money = Money.of(packaged(), (code,))
    note, digits = float(money.note[0]), int(money.digits[0])
    minor = priced_one(value * float(money.base[0]), "cash", ending, digits=digits, note=note)
    assert minor % round(note * 10**digits) == 0


def test_machines_give_tens_but_twenties_in_the_united_states():
    money = Money.of(packaged(), ("EUR", "GBP", "USD", "SEK", "JPY"))
    assert money.note.tolist() == [10.0, 10.0, 20.0, 100.0, 1000.0]


@pytest.mark.parametrize(("note", "smallest"), [(10.0, 10), (20.0, 10), (100.0, 100)])
def test_services_cost_multiples_of_a_coin_and_mostly_of_five(note, smallest):
    n = 100_000
    words = Streams(5).draw("test.prices").words(np.arange(n))
    value = (5 + 60 * (words >> np.uint64(12)).astype(np.float64) / 2**52) * note / 10
    ending = (words & np.uint64(255)).astype(np.int64)
    digits = np.full(n, 2)
    minor = priced(TABLE, value, style=np.full(n, SERVICE), digits=digits, ending=ending, note=np.full(n, note))
    assert coin(np.array([note]))[0] * 100 == pytest.approx(smallest)
    # declared shares in 256 levels, and a tenth of any other sum by chance; four standard deviations of 100,000
    coins, shares = np.array(TABLE.service), 1 / 256 + 4 * np.sqrt(0.25 / n)
    assert (minor % smallest == 0).mean() == pytest.approx(1 - coins[3] * 0.9, abs=0.1 * coins[3] + shares)
    assert (minor % (5 * smallest) == 0).mean() == pytest.approx(
        coins[0] + coins[1] + coins[2] / 5, abs=0.1 * coins[3] + shares
    )
    # written as near as steps allow, so that sums stay what they are in the mean
    assert minor.mean() / 100 == pytest.approx(value.mean(), abs=4 * 5 * smallest / 100 / np.sqrt(n))


@pytest.mark.parametrize(
    ("name", "ends", "low", "high"),
    [
        ("just_below", (99, 95, 49), 0.45, 0.65),
        ("fixed", (99, 95, 49), 0.45, 0.70),
        ("basket", (0, 50), 0.02, 0.08),
        ("round", (0, 50), 0.30, 0.50),
    ],
)
def test_endings_have_the_declared_shares(name, ends, low, high):
    n = 100_000
    words = Streams(4).draw("test.prices").words(np.arange(n))
    value = 5 + 60 * (words >> np.uint64(12)).astype(np.float64) / 2**52
    ending = (words & np.uint64(255)).astype(np.int64)
    minor = priced(
        TABLE, value, style=np.full(n, style(name)), digits=np.full(n, 2), ending=ending, note=np.full(n, 10.0)
    )
    assert low <= np.isin(minor % 100, ends).mean() <= high  # targets B15 to B17


@given(values, st.integers(0, 255))
def test_yen_have_no_cents_and_mostly_end_in_round_tens(value, ending):
    minor = priced_one(value * 169, "just_below", ending, digits=0, note=1000.0)
    assert minor == int(minor)
    assert minor >= 1


def test_a_price_that_would_be_written_as_nought_keeps_its_cents():
    n = 256
    prices = priced(
        TABLE,
        np.full(n, 0.7),
        style=np.full(n, PRICE_STYLES.index("round")),
        digits=np.full(n, 2),
        ending=np.arange(n, dtype=np.uint8),
        note=np.full(n, 10.0),
    )
    assert prices.min() >= 49
    assert (prices == 70).sum() > n / 2


def test_what_is_below_the_cheapest_ticket_is_as_far_above_it():
    found = at_least(np.array([3.0, 4.9, 5.0, 7.5]), np.full(4, 5.0))
    assert found.tolist() == pytest.approx([7.0, 5.1, 5.0, 7.5])
