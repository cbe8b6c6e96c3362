"""Fashions: what thieves buy drifts smoothly, with the week in which campaigns start, and depends on nothing else."""

import numpy as np
import pytest

from fraudsim_assets.config.fraud import Drift
from fraudsim_assets.fraud.fashions import WEEK, Fashions, levels
from fraudsim_assets.streams import Streams
from fraudsim_assets_tests.unit.fraud import worlds

DAYS = np.arange(20_000.0, 60_000.0)


def test_levels_are_normal_and_smooth_and_each_day_knows_its_own():
    found = levels(Streams(5), "something", DAYS, 40)
    # a thousand windows, about two days in three of which are alike
    assert found.mean() == pytest.approx(0.0, abs=0.15)
    assert found.std() == pytest.approx(1.0, abs=0.1)
    assert np.abs(np.diff(found)).max() < 0.3
    assert levels(Streams(5), "something", DAYS[700:701], 40)[0] == found[700]
    assert np.corrcoef(found[:-30], found[30:])[0, 1] > 0.1
    assert abs(np.corrcoef(found[:-90], found[90:])[0, 1]) < 0.15


def test_sums_have_mean_one_and_goods_do_not_wander_where_drift_is_off():
    names = ("books", "shoes")
    wild, still = (Fashions(Streams(5), Drift(goods=goods, sums=goods), names) for goods in (0.5, 0.0))
    assert wild.sums("some_kind", DAYS).mean() == pytest.approx(1.0, abs=0.08)
    assert (still.sums("some_kind", DAYS) == 1.0).all()
    assert (still.goods(3_000) == 1.0).all()
    goods = np.array([wild.goods(week) for week in range(3_000, 3_400)])
    assert np.log(goods).std() == pytest.approx(0.5, abs=0.12)
    assert np.array_equal(wild.goods(3_007), goods[7])


def test_what_campaigns_buy_follows_the_fashion_of_the_week_in_which_they_start():
    wares, n = worlds.world().fraud.scene.wares, 4_096
    weights = {"electronics": 0.5, "clothing": 0.5}
    campaigns = worlds.campaigns_of("stolen_cnp", n)
    yes, no, level = np.ones(n, dtype=bool), np.zeros(n, dtype=bool), np.arange(n) * 397 % 1024
    found = wares.kinds(weights, campaigns, level=level, remote=yes, abroad=no)
    some = np.array([5, 9, 4_000])
    alone = wares.kinds(weights, campaigns.take(some), level=level[some], remote=yes[:3], abroad=no[:3])
    assert np.array_equal(alone, found[some])
    names = worlds.world().reference.category_names
    week = (campaigns.start // WEEK).astype(np.int64)
    shares = []
    for one in np.unique(week)[1:-1]:
        goods = dict(zip(names, wares.fashions.goods(int(one)), strict=True))
        expected = goods["electronics"] / (goods["electronics"] + goods["clothing"])
        mine = found[week == one] == 2 * names.index("electronics") + 1
        shares.append(mine.mean())
        # a hundred campaigns, spread over the levels of a table
        assert mine.mean() == pytest.approx(expected, abs=0.05)
    assert np.ptp(shares) > 0.3
