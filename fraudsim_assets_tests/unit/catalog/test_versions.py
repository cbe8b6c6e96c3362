"""Versions of entities: the one that is valid on a day, and never another entity's."""

import numpy as np
import pyarrow as pa
import pytest

from fraudsim_assets.catalog.entities import Versions
from fraudsim_assets.units import day_date

ENTITY = np.array([0, 0, 1, 2, 2, 2])
FROM, UNTIL = [0, 100, 0, 0, 50, 80], [100, 200, 60, 50, 80, 90]


@pytest.fixture
def versions():
    table = pa.table(
        {name: pa.array([day_date(day) for day in days]) for name, days in (("valid_from", FROM), ("valid_to", UNTIL))}
    )
    return Versions.of(ENTITY, table, n_entities=3)


def test_the_version_of_the_day_is_found_for_each_entity(versions):
    assert versions.rows(np.array([0, 1, 2]), 40).tolist() == [0, 2, 3]
    assert versions.rows(np.array([0, 0, 2, 2]), np.array([99, 100, 79, 80])).tolist() == [0, 1, 4, 5]


@pytest.mark.parametrize("day", [90, 150, 10_000])
def test_after_its_last_version_an_entity_keeps_it_and_takes_no_neighbours(versions, day):
    assert versions.rows(np.array([0, 1, 2]), 10_000).tolist() == [1, 2, 5]
    assert versions.rows(np.array([1, 2]), day).tolist() == [2, 5]
