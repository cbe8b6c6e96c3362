"""Subscriptions: charged once a month, for one amount, on a day of their own."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudsim_assets.reference_data import packaged
from fraudsim_assets.spending.causes import money_left, short_share
from fraudsim_assets.spending.subscriptions import (
    LAST_COMMON_DAY,
    LAST_DAY_OF_MONTH,
    MOST,
    Subscriptions,
    count_masses,
    price_rises,
)
from fraudsim_assets.streams import Streams
from fraudsim_assets.units import day_number

N = 5_000
STREAMS = Streams(21)
TABLE = packaged().subscriptions
CUSTOMER = np.repeat(np.arange(N // 2), 2)
MAY = np.arange(N) % 3 != 0
REFUSAL = 0.12


class Purses:
    """Everybody is paid every thirty days, a thirtieth each day."""

    table, most = packaged().declines, 700.0
    share = short_share(table, table.tight)

    def left(self, accounts: np.ndarray, day: np.ndarray | int) -> np.ndarray:
        """What is left of money."""
        last = (day + accounts) // 30 * 30 - accounts
        whose = {"holder": accounts, "tight": np.full(len(accounts), self.table.tight)}
        return self.most * money_left(self.table, STREAMS, **whose, next_pay=last + 30, last_pay=last, day=day)


class OnePrice:
    """Every charge is for the same sum."""

    euros = packaged().declines.sum_charged

    def sums(self, people: np.ndarray, number: np.ndarray, day: np.ndarray) -> np.ndarray:
        """What charges are worth."""
        return np.full(len(people), self.euros)


SUBSCRIPTIONS = Subscriptions.of(
    STREAMS,
    packaged().categories,
    TABLE,
    customer=CUSTOMER,
    weight=MAY * 1.0,
    mean=1.0,
    refusal=REFUSAL,
    purses=Purses(),
)
SUBSCRIPTIONS = replace(SUBSCRIPTIONS, priced=OnePrice())


SOME = np.arange(0, N, 7)


def month_days(year: int, month: int) -> range:
    following = date(year + month // 12, month % 12 + 1, 1)
    return range(day_number(date(year, month, 1)), day_number(following))


def charges_of(days: range) -> list[tuple[int, int, int, int, int, bool, bool]]:
    """Day, account, number, attempt, day of the first attempt, refusal and whether for want of money."""
    found = []
    for day in days:
        due = SUBSCRIPTIONS.due(STREAMS, accounts=SOME, day=day)
        columns = (SOME[due.at], due.number, due.attempt, due.base, due.refused, due.short)
        found += [(day, *row) for row in zip(*(c.tolist() for c in columns), strict=True)]
    return found


@given(st.integers(1996, 2098), st.integers(1, 12))
def test_a_subscription_is_charged_about_once_a_month_and_never_twice_on_a_day(year, month):
    first = [row for row in charges_of(month_days(year, month)) if row[3] == 0]
    assert len({row[:3] for row in first}) == len(first)
    running = np.bitwise_count(SUBSCRIPTIONS.held[SOME]).sum() * TABLE.running
    assert len(first) == pytest.approx(running, abs=5 * np.sqrt(running) + 0.1 * running)


def test_a_charge_is_tried_again_days_later_exactly_where_it_was_refused():
    begin = day_number(date(2025, 3, 1))
    found = charges_of(range(begin, begin + 60))
    by_key = {(account, number, base, attempt): refused for _, account, number, attempt, base, refused, _ in found}
    seconds = 0
    for day, account, number, attempt, base, refused, _ in found:
        assert day == base + TABLE.attempts[attempt]
        if base >= begin and attempt < len(TABLE.attempts) - 1 and base + TABLE.attempts[attempt + 1] < begin + 60:
            assert ((account, number, base, attempt + 1) in by_key) == refused
            seconds += refused
    assert seconds > 50


def test_a_charge_is_refused_for_want_of_money_while_it_is_beyond_it_and_else_for_a_reason_that_lasts():
    begin = day_number(date(2025, 3, 1))
    refused = {False: [], True: []}
    firsts, freed = [], 0
    for day, account, _, attempt, base, fails, short in charges_of(range(begin, begin + 90)):
        wanting, at_first = (Purses().left(np.array([account]), d)[0] < OnePrice.euros for d in (day, base))
        assert short == wanting
        assert fails or not short
        if attempt == 0:
            firsts.append(fails)
        if at_first and not wanting:
            assert not fails
            freed += 1
        if not short and not at_first:
            refused[attempt > 0].append(fails)

    assert freed > 5
    for again, chance in ((False, SUBSCRIPTIONS.enough), (True, TABLE.refused_again)):
        spread = 4.5 * np.sqrt(chance * (1 - chance) / len(refused[again]))
        assert np.mean(refused[again]) == pytest.approx(chance, abs=spread)

    # who is short of money is so for all charges of some days
    assert np.mean(firsts) == pytest.approx(REFUSAL, abs=9 * np.sqrt(REFUSAL / len(firsts)))


def test_few_charges_pile_up_on_the_last_day_of_a_short_month():
    # no charge of a weekend moves to these days, and none of them is one
    first = []
    for day in (date(2025, 2, 28), date(2025, 4, 30)):
        last = day_number(day)
        first.append([row for row in charges_of(range(last, last + 1)) if row[3] == 0])
    running = np.bitwise_count(SUBSCRIPTIONS.held[SOME]).sum() * TABLE.running
    common = (1 + 3 * (1 - TABLE.charged_late) / LAST_COMMON_DAY) / LAST_DAY_OF_MONTH
    late = TABLE.charged_late / LAST_DAY_OF_MONTH
    for found, share in zip(first, (common + 3 * late, 2 * late), strict=True):
        expected = running * share
        assert len(found) == pytest.approx(expected, abs=4.5 * np.sqrt(expected))


def test_some_subscriptions_keep_off_weekends_and_are_charged_on_mondays():
    begin = day_number(date(2025, 3, 3))  # a Monday
    weekday = np.array([(row[0] - begin) % 7 for row in charges_of(range(begin, begin + 28)) if row[3] == 0])
    counts = np.bincount(weekday, minlength=7)
    usual = counts[1:5].mean()
    spread = 4.5 * np.sqrt(1 / (4 * usual) + 1 / usual)
    assert counts[0] / usual == pytest.approx(1 + 2 * TABLE.keeps_off_weekends, abs=spread)
    assert counts[5:].mean() / usual == pytest.approx(1 - TABLE.keeps_off_weekends, abs=spread)
    assert counts[5:].max() < counts[0]


def test_prices_rise_now_and_then_and_never_fall():
    ids = np.arange(2_000).astype(np.uint64)
    path = np.stack([price_rises(STREAMS, TABLE, ids, np.full(2_000, day)) for day in range(20_000, 21_200, 30)])
    steps = np.diff(np.log(path), axis=0)
    assert steps.min() >= -1e-12
    assert ((steps > 0).sum(axis=0) == 2).mean() > 0.9


def test_accounts_without_weight_have_none_and_the_others_make_up_for_it():
    count = np.bitwise_count(SUBSCRIPTIONS.held)
    assert count[~MAY].sum() == 0
    spread = (
        np.sqrt((2.0 + 4.0 / TABLE.keenness) / (N / 2)) / 2
    )  # of the mean per account, from the variance per person
    assert count.mean() * TABLE.running == pytest.approx(1.0, abs=4.5 * spread + 0.005)


def test_each_subscription_of_a_person_is_charged_to_one_account():
    first, second = SUBSCRIPTIONS.held.reshape(-1, 2).T
    assert (first & second).sum() == 0
    both = first | second
    assert ((both & (both + 1)) == 0).all()  # numbered from 0 without gaps
    assert np.bitwise_count(both).max() > 4


def test_who_subscribes_to_a_few_things_subscribes_to_different_ones():
    people, kinds = np.arange(1_000), SUBSCRIPTIONS.kind
    found = np.stack([SUBSCRIPTIONS.kinds_of(STREAMS, people, n) for n in range(3)])
    share = np.bincount(found.ravel(), minlength=kinds.max() + 1) / found.size
    wanted = np.bincount(kinds) / len(kinds)
    alike_by_chance = (wanted**2).sum()
    assert (found[0] == found[1]).mean() < alike_by_chance
    assert np.abs(share - wanted).max() < 4.5 * np.sqrt(0.25 / len(people))


def test_the_expected_charges_are_those_made():
    begin = day_number(date(2025, 1, 1))
    made = sum(len(SUBSCRIPTIONS.due(STREAMS, accounts=np.arange(N), day=begin + 5 * i).at) for i in range(73))
    assert made / (73 * N) == pytest.approx(SUBSCRIPTIONS.per_day(), rel=0.06)


@given(st.integers(1996, 2098), st.integers(1, 12))
def test_accounts_with_anything_due_are_those_with_charges(year, month):
    some = np.arange(0, N, 7)
    for day in month_days(year, month):
        at = SUBSCRIPTIONS.due(STREAMS, accounts=some, day=day).at
        assert np.flatnonzero(SUBSCRIPTIONS.any_due(STREAMS, some, day)).tolist() == sorted(set(at.tolist()))


@given(st.floats(0.0, 6.0))
def test_masses_of_counts_sum_to_one(mean):
    masses = count_masses(TABLE, mean)
    assert len(masses) == MOST + 1
    assert min(masses) >= 0
    assert sum(masses) == pytest.approx(1.0)
