"""Usual sums: what a person pays at a shop again and again."""

import numpy as np
import pytest

from fraudsim_assets.reference_data import packaged
from fraudsim_assets.spending.usual import has_the_usual, usual_factors, usual_words
from fraudsim_assets.streams import Streams

N, DAY = 4_000, 20_000


@pytest.fixture(scope="module")
def table():
    return packaged().shopping


def words_on(table, day, *, shop=7, ids=0):
    people = np.arange(N)
    return usual_words(
        table,
        Streams(3),
        people=people,
        need=np.ones(N, dtype=np.int64),
        shop=np.full(N, shop),
        ids=people + ids,
        day=day,
    )


def test_a_usual_sum_is_the_same_the_next_day_for_all_but_those_with_two(table):
    same = (words_on(table, DAY) == words_on(table, DAY + 1, ids=N)).mean()
    expected = (1 - table.usual_second / 2) * (1 - 1 / table.usual_days)
    assert abs(same - expected) < 4 * (expected * (1 - expected) / N) ** 0.5


def test_usual_sums_last_for_a_while_and_are_others_at_other_shops(table):
    now = words_on(table, DAY)
    assert not np.any(now == words_on(table, DAY + table.usual_days))
    assert not np.any(now == words_on(table, DAY, shop=8))


def test_the_usual_is_bought_as_often_as_asked_for():
    for chance in (0.0, 0.3, 1.0):
        found = has_the_usual(Streams(3), np.arange(N), np.full(N, chance), DAY).mean()
        assert abs(found - chance) <= 4 * (chance * (1 - chance) / N) ** 0.5


def test_usual_sums_have_the_mean_of_all_sums(table):
    sigma = np.array([0.5, 1.0])
    narrower = usual_factors(table, sigma) * np.exp((table.usual_spread * sigma) ** 2 / 2)
    assert narrower == pytest.approx(np.exp(sigma**2 / 2), rel=1e-6)
