"""Rolling windows against a slow reading of their definition."""

import numpy as np
import pytest

from fraudsim_assets.evaluation.difficulty.windows import Windows
from fraudsim_assets.streams import Streams
from fraudsim_assets.units import DAY, SECOND


def sample(n: int = 300) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    draw = Streams(3).draw
    ids = np.arange(n)
    group = (draw("test.group").uniforms(ids) * 7).astype(np.int64) * 1_000_003
    time = 20_000 * DAY + (draw("test.time").uniforms(ids) * 20 * DAY // SECOND).astype(np.int64) * SECOND
    return group, time, draw("test.value").uniforms(ids)


def slow(group, time, values, days, delay):
    width, lag = days * DAY, delay * DAY
    sums = []
    for i in range(len(group)):
        until = time[i] - lag
        inside = (group == group[i]) & (time <= until) & (time > until - width)
        sums.append(values[inside].sum())
    return np.array(sums)


@pytest.mark.parametrize(("days", "delay"), [(1, 0), (7, 0), (3, 2), (30, 7), (0.5, 0.25)])
def test_sums_are_those_of_the_definition(days, delay):
    group, time, values = sample()
    assert len(np.unique(np.stack([group, time]), axis=1).T) == len(group), "the sample has no ties"
    windows = Windows.of(group, time, longest=40)
    assert windows.sums(values, days=days, delay=delay) == pytest.approx(slow(group, time, values, days, delay))
    ones = np.ones(len(group))
    assert windows.sums(None, days=days, delay=delay) == pytest.approx(slow(group, time, ones, days, delay))


def test_a_row_counts_itself_and_no_later_row_of_the_same_moment():
    group, time = np.zeros(3, dtype=np.int64), np.full(3, 5 * DAY)
    assert list(Windows.of(group, time, longest=1).sums(None, days=1)) == [1, 2, 3]


def test_windows_reach_no_other_group_however_long_they_are():
    group, time = np.array([1, 2, 1, 2]), np.array([0, 0, 1, 1]) * DAY
    windows = Windows.of(group, time, longest=1000)
    assert list(windows.sums(None, days=990)) == [1, 1, 2, 2]
    assert list(windows.sums(None, days=500, delay=490)) == [0, 0, 0, 0]


def test_no_rows_have_no_sums():
    nothing = np.zeros(0, dtype=np.int64)
    assert len(Windows.of(nothing, nothing, longest=3).sums(None, days=1)) == 0
