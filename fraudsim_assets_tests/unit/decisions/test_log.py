"""The log of decisions: what it takes, what it refuses, and what it is told apart by."""

from datetime import timedelta
from decimal import Decimal

import pyarrow as pa
import pytest

from fraudsim_assets.decisions import Action, DecisionLog, decisions_schema
from fraudsim_assets.errors import ContractError
from fraudsim_assets_tests.unit.decisions.samples import DAY, NOON, decisions


def test_the_empty_log_has_no_days_and_one_digest():
    log = DecisionLog.empty()
    assert log.days == ()
    assert log.on(DAY).schema == decisions_schema()
    assert len(log) == log.on(DAY).num_rows == 0
    assert log.with_day(DAY, decisions()).digest == log.digest


def test_a_log_never_changes_and_gives_another_one():
    empty, table = DecisionLog.empty(), decisions({})
    log = empty.with_day(DAY, table)
    assert (empty.days, log.days) == ((), (DAY,))
    assert log.on(DAY).equals(table)
    assert log.with_day(DAY, decisions()).days == ()


def test_the_digest_tells_decisions_apart_and_not_the_order_they_came_in():
    one, other = decisions({}, {"action": "block"}), decisions({}, {"action": "step_up"})
    digest = DecisionLog.empty().with_day(DAY, one).digest
    assert DecisionLog.empty().with_day(DAY, one.take([1, 0])).digest == digest
    assert DecisionLog.empty().with_day(DAY, other).digest != digest
    dearer = decisions({}, {"action": "block", "cost": Decimal("1.5")})
    assert DecisionLog.empty().with_day(DAY, dearer).digest != digest


def test_further_decisions_go_to_the_days_they_take_effect_on():
    later = decisions({"action": "block", "decided_at": NOON + timedelta(days=2)}, {"action": "review"})
    log = DecisionLog.empty().with_day(DAY, decisions({}, {}).slice(0, 1)).adding(later)
    assert log.days == (DAY, DAY + timedelta(days=2))
    assert log.on(DAY)["action"].to_pylist() == ["decline", "review"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"action": "refuse"}, "action 'refuse'; valid are approve, step_up, decline, block, review"),
        ({"action": None}, "'action' with null values"),
        ({"decided_at": NOON + timedelta(days=1)}, "takes effect on another day"),
        ({"decided_at": NOON - timedelta(hours=1)}, "takes effect before the payment"),
        ({"decided_at": NOON + timedelta(hours=1)}, "after the payment was answered; valid then are approve, block"),
    ],
)
def test_what_cannot_be_decided_is_refused_by_name(change, told):
    table = pa.Table.from_batches(decisions(change).to_batches())
    with pytest.raises(ContractError, match="decisions of 2025-03-03") as error:
        DecisionLog.empty().with_day(DAY, table)
    assert told in str(error.value)


def test_two_decisions_at_one_time_and_missing_columns_are_refused():
    twice = pa.concat_tables([decisions({}), decisions({"action": "block"})])
    with pytest.raises(ContractError, match="decide twice at one time about transaction 0"):
        DecisionLog.empty().with_day(DAY, twice)
    with pytest.raises(ContractError, match="lack decided_at, cost"):
        DecisionLog.empty().with_day(DAY, decisions({}).drop_columns(["decided_at", "cost"]))


def test_actions_are_those_a_bank_has():
    assert list(Action) == ["approve", "step_up", "decline", "block", "review"]
