"""Books are held against days made again from the log, and whatever is wrong in them is found."""

from dataclasses import replace

import polars as pl
import pytest

from fraudsim_assets.policies.audit import OF_LOG, OF_ROWS, gaps


def test_books_agree_with_the_world_under_the_log(world, contest):
    found = gaps(world, contest)
    assert found.height == sum(result.days.height for result in contest.results.values())
    for name in (*OF_ROWS, *OF_LOG):
        assert found[name].to_list() == pytest.approx([0.0] * found.height, abs=1e-6)
    assert contest.results["rules"].total["cards"] + contest.results["rules"].total["step_ups"] < 0


@pytest.mark.parametrize("name", [*OF_ROWS, *OF_LOG])
def test_a_wrong_entry_is_found_in_its_place(world, contest, name):
    rules = contest.results["rules"]
    wrong = rules.days.with_columns(pl.col(name) + (pl.int_range(pl.len()) == 1).cast(pl.Float64))
    found = gaps(world, replace(contest, results={"rules": replace(rules, days=wrong)}))
    assert [round(gap, 6) for gap in found[name]] == [0, 1, 0]
    assert found.drop("policy", "day", name).select(pl.all().abs().max()).row(0) == pytest.approx([0.0] * 6, abs=1e-6)


def test_a_decision_that_the_books_do_not_know_is_found(world, contest):
    rules = contest.results["rules"]
    days = [day for day in rules.log.days if day in rules.days["day"].to_list()]
    less = rules.log.with_day(days[0], rules.log.on(days[0]).slice(0, 0))
    found = gaps(world, replace(contest, results={"rules": replace(rules, log=less)}))
    assert found.filter(pl.col("day") == days[0]).select(pl.col("approved").abs()).item() > 0
