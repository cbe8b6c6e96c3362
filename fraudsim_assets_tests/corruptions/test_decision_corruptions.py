"""Every check of a day of decisions fails on its own corruption, and no other check does."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from fraudsim_assets.decisions import DecisionLog
from fraudsim_assets.errors import ContractError
from fraudsim_assets.quality.decisions import DecisionChecker
from fraudsim_assets.quality.declared import DECLARED
from fraudsim_assets.quality.results import CheckResult, failures
from fraudsim_assets.tables import Decisions
from fraudsim_assets_tests.corruptions.sample_day import DAY, Row, decision_rows, table


def verdicts(rows: list[Row]) -> list[CheckResult]:
    checker = DecisionChecker(DAY)
    for batch in table(Decisions, rows).to_batches(max_chunksize=2):
        checker.add(batch)
    return checker.results()


CORRUPTIONS: dict[str, Callable[[list[Row]], object]] = {
    "contract": lambda rows: rows[0].update(action="refuse"),
    "decision_takes_effect_on_the_day": lambda rows: rows[2].update(
        decided_at=rows[2]["decided_at"] + timedelta(days=1)
    ),
    "decision_is_not_before_its_payment": lambda rows: rows[2].update(
        timestamp=rows[2]["decided_at"] + timedelta(hours=1)
    ),
    "decisions_afterwards_end_reviews": lambda rows: rows[2].update(action="decline"),
    "decisions_are_in_time_order": lambda rows: rows.reverse(),
    "decisions_are_unique": lambda rows: rows[1].update(transaction_id=504),
}
ARRANGED = {"contract", "decisions_are_in_time_order"}
"""A log takes rows in any order, and what breaks the contract never is an Arrow table of decisions."""


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_corrupted_decisions_fail_their_own_check_and_no_other(name):
    rows = decision_rows()
    CORRUPTIONS[name](rows)
    assert failures(verdicts(rows)) == [name]


@pytest.mark.parametrize("name", sorted(CORRUPTIONS.keys() - ARRANGED))
def test_a_log_refuses_what_the_checks_blame(name):
    rows = decision_rows()
    assert DecisionLog.empty().with_day(DAY, table(Decisions, rows)).days == (DAY,)
    CORRUPTIONS[name](rows)
    with pytest.raises(ContractError):
        DecisionLog.empty().with_day(DAY, table(Decisions, rows))


def test_the_sample_decisions_pass_every_check_and_every_check_has_a_corruption():
    results = verdicts(decision_rows())
    assert failures(results) == []
    assert [result.name for result in results] == list(CORRUPTIONS) == [rule.name for rule in DECLARED["decisions"]]


def test_a_day_without_decisions_passes():
    assert failures(verdicts([])) == []
