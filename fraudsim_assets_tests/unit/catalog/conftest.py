"""One small world, made once."""

import pytest

from fraudsim_assets_tests.unit.catalog.small_world import SmallWorld, config_of


@pytest.fixture(scope="session")
def small() -> SmallWorld:
    return SmallWorld.of(config_of())
