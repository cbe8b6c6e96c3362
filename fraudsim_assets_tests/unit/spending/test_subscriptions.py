"""Subscriptions: charged once a month, for one amount, on a day of their own."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudsim_assets.reference_data import packaged
from fraudsim_assets.spending.subscriptions import MOST, Subscriptions, charge_day, due_dates, poisson_masses
from fraudsim_assets.streams import Streams
from fraudsim_assets.units import day_number

N = 5_000
STREAMS = Streams(21)
MAY = np.arange(N) % 3 != 0
SUBSCRIPTIONS = Subscriptions.of(STREAMS, packaged().categories, may_have=MAY, mean=1.0)


def month_days(year: int, month: int) -> range:
    following = date(year + month // 12, month % 12 + 1, 1)
    return range(day_number(date(year, month, 1)), day_number(following))


@given(st.integers(1996, 2098), st.integers(1, 12))
def test_every_subscription_is_charged_once_a_month(year, month):
    some = np.arange(0, N, 7)
    charges = []
    for day in month_days(year, month):
        at, which = SUBSCRIPTIONS.due(STREAMS, accounts=some, day=day)
        charges += list(zip(some[at].tolist(), which.tolist(), strict=True))
    assert len(charges) == len(set(charges)) == SUBSCRIPTIONS.count[some].sum()


@given(st.integers(1996, 2098), st.integers(1, 12))
def test_the_days_of_a_month_cover_1_to_31_without_gap_or_overlap(year, month):
    covered = []
    for day in month_days(year, month):
        first, last = due_dates(day)
        covered += range(first, last + 1)
    assert covered == list(range(1, 32))


def test_the_29th_of_february_takes_what_is_due_from_29_to_31():
    assert due_dates(day_number(date(2024, 2, 29))) == (29, 31)
    assert due_dates(day_number(date(2025, 2, 28))) == (28, 31)


def test_accounts_that_may_not_have_any_have_none_and_the_others_make_up_for_it():
    assert SUBSCRIPTIONS.count[~MAY].sum() == 0
    assert SUBSCRIPTIONS.count.mean() == pytest.approx(1.0, abs=0.12)  # cut at four
    assert SUBSCRIPTIONS.per_day() == pytest.approx(SUBSCRIPTIONS.count.mean() * 12 / 365.25)


def test_a_fast_look_up_agrees_with_asking_every_account():
    day = day_number(date(2025, 6, 30))
    at, which = SUBSCRIPTIONS.due(STREAMS, accounts=np.arange(N), day=day)
    slow = [
        (account, number)
        for account in range(N)
        for number in range(int(SUBSCRIPTIONS.count[account]))
        if 30 <= charge_day(STREAMS, np.array([account]), number)[0] <= 31
    ]
    assert list(zip(at.tolist(), which.tolist(), strict=True)) == slow


@given(st.integers(1996, 2098), st.integers(1, 12))
def test_accounts_with_anything_due_are_those_with_charges(year, month):
    some = np.arange(0, N, 7)
    for day in month_days(year, month):
        at, _ = SUBSCRIPTIONS.due(STREAMS, accounts=some, day=day)
        assert np.flatnonzero(SUBSCRIPTIONS.any_due(some, day)).tolist() == sorted(set(at.tolist()))


@given(st.floats(0.0, 6.0))
def test_masses_of_counts_sum_to_one(mean):
    masses = poisson_masses(mean)
    assert len(masses) == MOST + 1
    assert min(masses) >= 0
    assert sum(masses) == pytest.approx(1.0)
