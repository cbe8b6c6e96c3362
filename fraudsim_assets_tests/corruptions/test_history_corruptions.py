"""Every check across days fails on its own corruption, and no other check does."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import polars as pl
import pytest

from fraudsim_assets.quality.declared import DECLARED
from fraudsim_assets.quality.history import check_history
from fraudsim_assets.quality.results import CheckResult, failures
from fraudsim_assets.tables import Transactions
from fraudsim_assets_tests.corruptions.sample_day import DAY, Row, table, transaction_rows

REFUND_DAYS = 5


def days() -> list[Row]:
    """Two days; on the second, the card of the refund gets back what it paid on the first."""
    first, second = transaction_rows(DAY), transaction_rows(DAY + timedelta(days=1))
    last = {row["card_id"]: row["transaction_id"] for row in first}
    for row in second:
        row["transaction_id"] += 500_000
        row["previous_txn_id"] = last.get(row["card_id"], row["previous_txn_id"])
        last[row["card_id"]] = row["transaction_id"]
    refund = next(row for row in second if row["transaction_type"] == "refund")
    bought = next(row for row in first if row["card_id"] == refund["card_id"] and row["transaction_type"] == "purchase")
    refund |= {name: bought[name] for name in ("merchant_id", "amount", "currency")}
    refund["original_txn_id"] = bought["transaction_id"]
    return [*first, *second]


def refund_of(rows: list[Row]) -> Row:
    return [row for row in rows if row["transaction_type"] == "refund"][-1]


def verdicts(rows: list[Row], refund_days: int | None = REFUND_DAYS) -> list[CheckResult]:
    frame = pl.from_arrow(table(Transactions, rows))
    assert isinstance(frame, pl.DataFrame)
    return check_history(frame.lazy(), refund_days=refund_days)


def repeat_an_id(rows: list[Row]) -> None:
    # last rows of two cards, so that no chain notices
    rows[-1]["transaction_id"] = rows[-11]["transaction_id"]


def break_a_link(rows: list[Row]) -> None:
    rows[300]["previous_txn_id"] = None


def refund_too_much(rows: list[Row]) -> None:
    refund_of(rows)["amount"] += Decimal("0.01")


def refund_nothing_known(rows: list[Row]) -> None:
    refund = refund_of(rows)
    refund["original_txn_id"] = 123_456_789
    begun = refund["timestamp"]
    for row in rows:
        if row["card_id"] == refund["card_id"] and row["timestamp"] >= begun:
            row["timestamp"] += timedelta(days=REFUND_DAYS + 1)


CORRUPTIONS: dict[str, Callable[[list[Row]], None]] = {
    "transaction_ids_are_unique_over_days": repeat_an_id,
    "chains_are_unbroken_over_days": break_a_link,
    "refunds_fit_their_purchase": refund_too_much,
    "refunded_purchases_exist": refund_nothing_known,
}


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_corrupted_days_fail_their_own_check_and_no_other(name):
    rows = days()
    CORRUPTIONS[name](rows)
    assert failures(verdicts(rows)) == [name]


def test_the_sample_days_pass_every_check_and_every_check_has_a_corruption():
    results = verdicts(days())
    assert failures(results) == []
    assert {result.name for result in results} == set(CORRUPTIONS) == {rule.name for rule in DECLARED["history_audit"]}


@pytest.mark.parametrize(
    "wrong",
    [{"customer_id": 9_999}, {"merchant_id": 9_999}, {"currency": "USD"}],
)
def test_a_refund_to_another_customer_from_another_shop_or_in_other_money_is_found(wrong):
    rows = days()
    refund_of(rows).update(wrong)
    assert failures(verdicts(rows)) == ["refunds_fit_their_purchase"]


def test_a_refund_of_a_declined_purchase_is_found():
    rows = days()
    bought = next(row for row in rows if row["transaction_id"] == refund_of(rows)["original_txn_id"])
    bought |= {"is_approved": False, "response_code": "51"}
    assert failures(verdicts(rows)) == ["refunds_fit_their_purchase"]


def test_without_a_longest_delay_unknown_purchases_are_not_judged():
    rows = days()
    refund_nothing_known(rows)
    assert failures(verdicts(rows, refund_days=None)) == []
