"""The operational clock: calendar at New Year, faster on busy days."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from fraudsim_assets.simulation import simulate_day
from fraudsim_assets.units import day_date, day_number
from fraudsim_assets_tests.unit.fraud import worlds


@pytest.fixture(scope="module")
def clock():
    return worlds.world().fraud.clock


@pytest.mark.parametrize("year", [1999, 2024, 2025, 2026])
def test_the_clock_agrees_with_the_calendar_at_new_year(clock, year):
    first = day_number(date(year, 1, 1))
    assert clock.starts(first, first)[0] == pytest.approx(first, abs=1e-9)
    assert clock.starts(first - 1, first + 1)[1] == pytest.approx(first, abs=1e-9)


def test_the_clock_never_stands_still_or_runs_wild(clock):
    first = day_number(date(2023, 11, 1))
    lengths = np.diff(clock.starts(first, first + 900))
    assert lengths.min() > 0.3
    assert lengths.max() < 2.0


def test_pieces_of_time_fit_together(clock):
    first = day_number(date(2024, 12, 20))
    whole = clock.starts(first, first + 40)
    assert len(whole) == 41
    assert np.array_equal(
        whole, np.concatenate([clock.starts(first, first + 11), clock.starts(first + 12, first + 40)])
    )


def test_days_are_found_again_from_their_times(clock):
    first = day_number(date(2024, 10, 1))
    starts = clock.starts(first, first + 200)
    days = np.arange(first, first + 200)
    assert np.array_equal(clock.days_of(starts[:-1]), days)
    assert np.array_equal(clock.days_of((starts[:-1] + starts[1:]) / 2), days)
    assert np.array_equal(clock.days_of(np.nextafter(starts[1:], 0)), days)
    assert len(clock.days_of(np.zeros(0))) == 0


def test_a_days_length_is_in_proportion_to_its_payments(clock):
    """The clock's own promise: fraud is as frequent among payments on Sundays as on Fridays."""
    world = worlds.make_world(rate=0.0)
    first, n = date(2025, 3, 3), 28
    counts = np.array([_genuine(world, first + timedelta(days=i)) for i in range(n)])
    lengths = np.diff(clock.starts(day_number(first), day_number(first) + n))
    expected = counts.sum() * lengths / lengths.sum()
    # trips and weekly moods make counts overdispersed, by a factor of about three
    z = (counts - expected) / np.sqrt(3 * expected)
    assert np.abs(z).max() < 4.5
    assert np.ptp(lengths) > 0.2
    assert np.corrcoef(counts, lengths)[0, 1] > 0.8


def _genuine(world, day: date) -> int:
    frame = pl.from_arrow(simulate_day(world, day).read())
    return frame.filter(pl.col("transaction_type") != "refund").height


def test_sundays_are_short_and_fridays_long(clock):
    first = day_number(date(2025, 5, 5))  # a week without a public holiday
    lengths = np.diff(clock.starts(first, first + 7))
    names = [day_date(first + i).strftime("%a") for i in range(7)]
    assert names[int(np.argmin(lengths))] == "Sun"
    assert lengths[names.index("Fri")] > lengths[names.index("Tue")]
