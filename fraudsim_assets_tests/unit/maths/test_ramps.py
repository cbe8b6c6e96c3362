"""Ramps rise, stay and fall, and two that follow each other sum to one."""

import numpy as np
import pytest

from fraudsim_assets.maths.ramps import Ramp


def test_a_ramp_without_days_is_a_step():
    assert Ramp(10, end=12).at(np.arange(8, 15)).tolist() == [0, 0, 1, 1, 1, 0, 0]


def test_a_ramp_rises_over_its_days_and_falls_over_as_many():
    found = Ramp(10, days=4, end=15).at(np.arange(9, 21))
    assert found.tolist() == [0, 0.125, 0.375, 0.625, 0.875, 1, 1, 0.875, 0.625, 0.375, 0.125, 0]


def test_one_that_never_ends_stays():
    assert Ramp(10, days=2).at(10_000) == 1


@pytest.mark.parametrize("days", [0, 1, 7, 30])
def test_ramps_that_follow_each_other_are_one_together(days):
    span = np.arange(100, 200)
    both = Ramp(0, days=days, end=140).at(span) + Ramp(141, days=days).at(span)
    assert both == pytest.approx(np.ones(100))


def test_a_ramp_touches_the_days_on_which_it_is_above_zero():
    ramp = Ramp(10, days=3, end=12)
    assert [day for day in range(20) if ramp.touches(day, day)] == [d for d in range(20) if ramp.at(d) > 0]
