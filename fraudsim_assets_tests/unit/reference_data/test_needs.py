"""Entries of needs: hours of the day."""

import pytest
from pydantic import ValidationError

from fraudsim_assets.reference_data.needs import Need

LUNCH = {"name": "lunch", "serves": {"restaurant": 1.0}, "channel": "present", "longest": 4, "rest": 0.0, "spread": 0.5}


def test_hours_may_run_past_midnight():
    late = Need.model_validate({**LUNCH, "hours": [18, 26]})
    assert [hour for hour in range(24) if late.is_hour(hour)] == [0, 1, *range(18, 24)]
    assert all(Need.model_validate(LUNCH).is_hour(hour) for hour in range(24))


@pytest.mark.parametrize("hours", [[15, 11], [0, 25], [3], [11, 11]])
def test_hours_that_are_none_are_refused(hours):
    with pytest.raises(ValidationError, match="hours"):
        Need.model_validate({**LUNCH, "hours": hours})
