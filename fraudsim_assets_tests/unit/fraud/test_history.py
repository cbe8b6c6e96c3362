"""What days look up about fraud: the same of few accounts as of all, and blocks of all cards that fell together."""

import numpy as np
import pytest

from fraudsim_assets.fraud.blocks import Blocks, struck
from fraudsim_assets.fraud.timetable import NEVER, stolen_at
from fraudsim_assets.streams import Streams
from fraudsim_assets.units import DAY
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


def test_blocks_that_change_anything_are_those_that_find_in_use_the_card_they_are_about():
    draw, ids = Streams(7).draw("blocks"), np.arange(3_000)
    account = np.sort((draw.uniforms(ids) * 40).astype(np.int64))
    blocked = (draw.sub(1).uniforms(ids) * 10_000).astype(np.int64)
    blocked = blocked[np.lexsort((blocked, account))]
    reissued = blocked + 1 + (draw.sub(2).uniforms(ids) * 200).astype(np.int64)
    blocks = Blocks(account, blocked, reissued, ids, blocked - (draw.sub(3).uniforms(ids) * 100).astype(np.int64))
    kept, in_use = [], dict.fromkeys(range(40), -100)
    for n, (whose, since, back) in enumerate(zip(blocks.account, blocks.since, blocks.reissued, strict=True)):
        if since >= in_use[int(whose)]:
            kept.append(n)
            in_use[int(whose)] = back
    assert blocks.apart().campaign.tolist() == kept
    assert 100 < len(kept) < 2_000


def _expired(world, account: int, since: int, known: int) -> bool:
    longest = int(world.reference.casework.fall_together_days) + 1
    days = [since // DAY, known // DAY + longest]
    rows = world.entities.account_versions.rows(np.full(2, account), np.array(days))
    return len(set(world.entities.plastic_id.take(rows).tolist())) == 2


def test_every_card_of_a_run_of_tests_that_the_bank_knows_of_is_replaced():
    world, first = worlds.world(), worlds.DAY
    blocks = world.history.blocks_between(first - 200, first + 60)
    casework = world.reference.casework
    cards = known_runs = runs = 0
    for table in world.fraud.spans(worlds.castings()["card_testing"], first - 120, first):
        inside = (table.day >= first - 120) & (table.day < first)
        run, account = struck(table.plan.steps.take(inside))
        known = table.known.take(run)
        told = (known < NEVER) & (known < first * DAY)
        runs, known_runs = runs + len(np.unique(run)), known_runs + len(np.unique(run[told]))
        tried = stolen_at(table, run, account)
        for card, since, at in zip(account[told], tried[told], known[told], strict=True):
            mine = blocks.take(blocks.account == card)
            # at once or in turn, or it was after it had been tried
            replaced = (mine.blocked <= at + casework.fall_together_days * DAY) & (mine.reissued > since)
            assert replaced.any() or _expired(world, int(card), int(since), int(at))
            cards += 1
    assert cards > 50
    assert cards > 2 * known_runs, "victims are many, whoever is named first"
    assert known_runs > 0.9 * runs
