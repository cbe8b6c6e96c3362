"""Routines: errands of a person fall on weekdays of their own, and the crowd's days stay what they are."""

import numpy as np
import pytest

from fraudsim_assets.spending.routines import ROUTINES, by_routine, routines
from fraudsim_assets.streams import Streams

N = 60_000


def test_each_routine_is_that_of_as_many_people():
    count = np.bincount(routines(Streams(3), np.arange(N)), minlength=ROUTINES)
    assert count == pytest.approx(np.full(ROUTINES, N / ROUTINES), abs=4 * np.sqrt(N / ROUTINES))


def test_days_keep_their_weight_over_all_routines_and_differ_between_them():
    weights = 0.1 + 2 * Streams(4).draw("test.weights").uniforms(np.arange(14 * 3 * 2)).reshape(14, 3, 2)
    bound, errands = np.array([True, False, True]), (3.2, 1.4)
    seen = by_routine(weights, 20_000, bound, errands=errands).reshape(14, 3, 2, ROUTINES)
    assert seen.mean(axis=-1) == pytest.approx(weights)
    assert (seen[:, 1] == weights[:, 1, :, None]).all()
    weekday = np.array([(np.datetime64(20_000 + d, "D").astype(object)).weekday() for d in range(14)])
    factor = seen[:, 0, 0] / weights[:, 0, 0, None]
    for day in range(ROUTINES):
        assert factor[weekday == day, day] == pytest.approx(np.full(2, errands[0]))
        assert factor[weekday == (day + 3) % ROUTINES, day] == pytest.approx(np.full(2, errands[1]))
    assert factor[weekday == 6] == pytest.approx(np.ones((2, ROUTINES)))
