"""Caches keep few values, make each once, and never change what comes out."""

from threading import Barrier, Thread

import pytest

from fraudsim_assets.caching import DayCache, KeyedCache


def test_a_value_is_made_once_and_then_looked_up():
    made = []
    cache = DayCache(lambda day: made.append(day) or day * 2, most=3)
    assert [cache.get(4), cache.get(4), cache.get(5)] == [8, 8, 10]
    assert made == [4, 5]


def test_the_oldest_value_is_dropped_first_and_made_again_when_asked_for():
    made = []
    cache = DayCache(lambda day: made.append(day) or day, most=2)
    for day in (1, 2, 3):
        cache.get(day)
    assert len(cache) == 2
    assert 1 not in cache
    assert cache.get(1) == 1
    assert made == [1, 2, 3, 1]


def test_peeking_makes_nothing():
    cache = KeyedCache(lambda key: key, most=1)
    assert cache.peek((1, 2)) is None
    cache.get((1, 2))
    assert cache.peek((1, 2)) == (1, 2)


def test_a_failure_is_passed_on_and_not_kept():
    answers = iter([ValueError("no such day"), 7])

    def make(_day):
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    cache = DayCache(make, most=1)
    with pytest.raises(ValueError, match="no such day"):
        cache.get(1)
    assert cache.get(1) == 7


def test_threads_that_ask_at_once_get_the_one_value():
    made, got, barrier = [], [], Barrier(8)
    cache = DayCache(lambda day: made.append(day) or object(), most=1)

    def ask():
        barrier.wait()
        got.append(cache.get(1))

    threads = [Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [1]
    assert len({id(value) for value in got}) == 1


@pytest.mark.parametrize("most", [0, -1])
def test_a_cache_that_keeps_nothing_is_refused(most):
    with pytest.raises(ValueError, match=f"most is {most}"):
        DayCache(lambda day: day, most=most)
