"""Inclination: each cell says what the curves and the calendar of its zone say."""

from datetime import date

import numpy as np
import pytest

from fraudsim_assets.config.model import Spending
from fraudsim_assets.reference_data import packaged
from fraudsim_assets.spending.inclination import FAILED, Inclination
from fraudsim_assets.spending.kinds import Kinds
from fraudsim_assets.spending.rhythm import SLOTS, DayRhythm, Rhythm
from fraudsim_assets.streams import to_uniforms, word_limits
from fraudsim_assets.tables.codes import SEGMENTS
from fraudsim_assets.units import day_number

ZONES = ((0, "Europe/Berlin"), (1, "Asia/Tokyo"), (1, "Australia/Adelaide"))


@pytest.fixture(scope="module")
def kinds() -> Kinds:
    return Kinds.of(Spending(), packaged().categories)


@pytest.fixture(scope="module")
def rhythm(kinds: Kinds) -> DayRhythm:
    return Rhythm(("DE", "JP"), ZONES, *kinds.week).day(day_number(date(2025, 3, 30)))


@pytest.mark.parametrize("zone", range(len(ZONES)))
@pytest.mark.parametrize("segment", [0, len(SEGMENTS) - 1])
@pytest.mark.parametrize("failed", [0, 1])
def test_a_cell_is_what_its_zone_segment_and_quarter_hour_say(kinds, rhythm, zone, segment, failed):
    today = Inclination.of(kinds, rhythm)
    quarter = np.arange(SLOTS)
    cells = today.first_cells(np.array([zone]), np.array([segment])) + failed * FAILED + quarter
    hours = rhythm.week_hour[zone]
    assert np.array_equal(today.offset[cells], rhythm.offset_minutes[zone])
    assert np.array_equal(
        today.row[cells], kinds.rows(week_hour=hours, remote=0, segment=np.full(SLOTS, segment), away=0)
    )
    odds = kinds.remote_odds[failed, segment, hours] * rhythm.remote_odds[zone]
    assert np.allclose(to_uniforms(today.remote[cells]), odds / (1 + odds), rtol=1e-12)
    assert np.array_equal(today.remote[cells], word_limits(odds / (1 + odds)))


def test_cells_of_different_people_do_not_overlap():
    zone, segment = (a.ravel() for a in np.meshgrid(np.arange(5), np.arange(len(SEGMENTS))))
    starts = np.sort(Inclination.first_cells(zone, segment))
    assert np.all(np.diff(starts) == 2 * SLOTS)
