"""The stream of three days, made once."""

import pytest

from fraudsim_assets_tests.unit.streaming.worlds import events_of, feed


@pytest.fixture(scope="session")
def stream():
    return events_of(feed())
