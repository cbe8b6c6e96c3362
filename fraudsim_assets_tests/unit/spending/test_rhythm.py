"""Rhythm: curves over the week, and how they fall on days of 23, 24 and 25 hours."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudsim_assets.reference_data import packaged
from fraudsim_assets.reference_data.hours import HourCurve
from fraudsim_assets.spending.rhythm import (
    SLOTS,
    WEEK_HOURS,
    Rhythm,
    week_curve,
    zone_offsets,
)
from fraudsim_assets.units import day_number

CURVES, SHAPES = packaged().hour_curves, packaged().week_shapes
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Cairo", "UTC")
days = st.dates(date(1996, 1, 1), date(2098, 12, 31)).map(day_number)


def rhythm(zone: str = "Europe/Berlin", country: str = "DE") -> Rhythm:
    return Rhythm((country,), ((0, zone),))


@pytest.mark.parametrize("hours", CURVES)
@pytest.mark.parametrize("shape", SHAPES)
def test_curves_have_a_mean_of_one_and_the_declared_weekdays(hours, shape):
    week = week_curve(CURVES[hours], SHAPES[shape], later=1)
    assert week.shape == (WEEK_HOURS,)
    assert week.min() >= 0
    assert week.mean() == pytest.approx(1.0)
    volume = week.reshape(7, 24).sum(axis=1)
    assert np.allclose(volume / volume.sum(), np.array(SHAPES[shape].days) / sum(SHAPES[shape].days))


def test_nights_weigh_as_much_as_their_weekday_says():
    flat = HourCurve(hours=(1.0,) * 24)
    nights = flat.model_copy(update={"nights": (0.5, 1.0, 1.0, 1.0, 1.0, 2.0, 3.0)})
    week = week_curve(nights, SHAPES["even"], later=0).reshape(7, 24)
    assert np.allclose(week[:, :6].mean(axis=1) / week[:, 6:].mean(axis=1), nights.nights)
    usual = week_curve(flat, SHAPES["even"], later=0).reshape(7, 24)
    assert np.allclose(week.sum(axis=1), usual.sum(axis=1))


def test_nothing_is_bought_while_all_shops_are_closed():
    open_share = np.zeros(24)
    open_share[10:18] = 1.0
    week = week_curve(CURVES["groceries"], SHAPES["even"], later=1, open_share=open_share).reshape(7, 24)
    assert np.all(week[:, :10] == 0)
    assert np.all(week[:, 18:] == 0)
    assert np.all(week[:5, 10:18] > 0)


@given(st.sampled_from(ZONES), days)
def test_offsets_are_those_of_the_time_zone_database(zone, day):
    start = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=day)
    offsets = zone_offsets(zone, day)
    for slot in range(0, SLOTS, 5):
        moment = (start + timedelta(minutes=15 * slot)).astimezone(ZoneInfo(zone))
        assert moment.utcoffset() == timedelta(minutes=int(offsets[slot]))


@pytest.mark.parametrize(("day", "hours"), [(date(2025, 3, 30), 23), (date(2025, 10, 26), 25), (date(2025, 6, 1), 24)])
def test_local_days_have_23_24_or_25_hours(day, hours):
    clock = rhythm()
    seen = 0
    for utc in (day - timedelta(days=1), day, day + timedelta(days=1)):
        offsets = clock.day(day_number(utc)).offset_minutes[0]
        midnight = datetime(utc.year, utc.month, utc.day, tzinfo=UTC)
        local = [midnight + timedelta(minutes=15 * s + int(offsets[s])) for s in range(SLOTS)]
        seen += sum(moment.date() == day for moment in local)
    assert seen == hours * 4


def test_public_holidays_count_as_the_last_day_of_the_weekend():
    week_hour = rhythm().day(day_number(date(2025, 5, 1))).week_hour
    assert np.all(week_hour[0, 8:80] // 24 == 6)
