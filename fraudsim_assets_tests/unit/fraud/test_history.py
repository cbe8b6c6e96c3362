"""What days look up about fraud: the same of few accounts as of all."""

import numpy as np
import pytest

from fraudsim_assets_tests.unit.fraud import worlds


@pytest.mark.parametrize("day", [worlds.DAY, worlds.DAY + 63, worlds.DAY + 64])
def test_rows_about_few_accounts_are_theirs_of_the_whole_day(day):
    world = worlds.world()
    whole = world.history.rows_on(day)
    struck = np.unique(whole.account)
    spared = np.setdiff1d(np.arange(world.entities.n_accounts), struck)[:3]
    assert struck.size
    for accounts in (struck[:1], struck, spared):
        # one that has made no day yet
        asked = world.history.under(world.aftermath).rows_about(accounts, day)
        mine, wanted = (rows.take(np.isin(rows.account, accounts)) for rows in (asked, whole))
        assert all(np.array_equal(vars(mine)[name], column) for name, column in vars(wanted).items())
    assert len(asked) == 0
