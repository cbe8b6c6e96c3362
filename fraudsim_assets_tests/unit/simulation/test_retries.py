"""What follows a refusal: with which card it is asked for again, try by try."""

from dataclasses import replace

import numpy as np
import pytest

from fraudsim_assets.simulation.answers import paying, with_retries
from fraudsim_assets.simulation.cast import Cast
from fraudsim_assets.simulation.genuine import genuine_rows
from fraudsim_assets.simulation.means import Means
from fraudsim_assets.simulation.rows import ENCORE, Rows
from fraudsim_assets.simulation.world import World
from fraudsim_assets.spending.causes import CODE
from fraudsim_assets.units import day_number
from fraudsim_assets_tests.unit.simulation import worlds

SEVERAL = 40


@pytest.fixture(scope="module")
def days(world: World) -> list[tuple[Cast, list[Rows]]]:
    """Requests of days of which money is short for all, and the tries that follow, try by try."""
    found = []
    for day in range(SEVERAL):
        cast = Cast.of_people(world, np.arange(world.entities.n_customers), day_number(worlds.FIRST) + day)
        rows = genuine_rows(world, cast)
        asked = rows.take((rows.origin <= ENCORE) & ~rows.retry)
        asked = replace(asked, response=np.full(len(asked), CODE["51"], dtype=np.int8))
        found.append((cast, with_retries(world, cast, asked, Means.of(world, cast))))
    return found


def keys(cast: Cast, rows: Rows) -> list[tuple[int, int, int]]:
    """Who intended what."""
    return list(zip(cast.who.take(rows.at).tolist(), rows.code.tolist(), rows.kind.tolist(), strict=True))


def moves(cast: Cast, before: Rows, after: Rows) -> np.ndarray:
    """Positions of accounts that tries have moved to."""
    asked = keys(cast, before)
    sure = {key: at for key, at in zip(asked, before.at.tolist(), strict=True) if asked.count(key) == 1}
    tried = zip(keys(cast, after), after.at.tolist(), strict=True)
    return np.array([at for key, at in tried if key in sure and sure[key] != at], dtype=np.int64)


def test_another_card_is_one_that_its_holder_pays_with_on_the_day(days):
    for cast, (asked, *tries) in days:
        active = paying(cast, asked)
        for rows in tries:
            assert active.take(rows.at).all()


def test_a_second_try_may_take_a_card_that_the_first_tries_were_not_made_with(days):
    moved = fresh = 0
    for cast, found in days:
        if len(found) > 2:
            new = moves(cast, found[1].take(found[1].response != 0), found[2])
            moved += len(new)
            fresh += int((~paying(cast, found[1]).take(new)).sum())
    assert moved >= fresh > 10
