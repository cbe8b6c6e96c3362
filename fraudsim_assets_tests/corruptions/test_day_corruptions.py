"""Every check of a day fails on its own corruption, and no other check does."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from fraudsim_assets.quality.declared import DECLARED
from fraudsim_assets.quality.results import Severity, failures
from fraudsim_assets_tests.corruptions.sample_day import (
    DAY,
    Row,
    card_rows,
    customer_rows,
    merchant_rows,
    reference,
    transaction_rows,
    verdicts,
)

Rows = list[Row]


def first(rows: Rows, **wanted: object) -> Row:
    """First genuine row of these values that is neither the first nor the last of its account."""
    return next(
        row
        for row in rows
        if all(row[name] == value for name, value in wanted.items())
        and 1 <= row["transaction_id"] % 100 <= 8
        and not row["is_fraud"]
        and row["card_id"] not in (15, 45)
    )


def contract(rows: Rows) -> None:
    first(rows)["merchant_country"] = "Germany"


def timestamp_is_within_the_day(rows: Rows) -> None:
    last = rows[-1]
    last["timestamp"] += timedelta(days=1)
    last["local_time"] += timedelta(days=1)


def local_time_is_the_merchants_clock(rows: Rows) -> None:
    first(rows)["local_time"] += timedelta(hours=1)


def card_exists(rows: Rows) -> None:
    # rows of a card that nobody has, in the middle of an account, out of time and out of any chain
    for position in (104, 105, 200):
        rows.insert(position, rows[99] | {"card_id": 31_000, "transaction_id": 31_000 + position})


def card_is_valid_on_the_day(rows: Rows) -> None:
    dead = next(row for row in rows if row["card_id"] == 15)
    dead |= {"response_code": "00", "is_approved": True}


def customer_holds_the_card(rows: Rows) -> None:
    first(rows)["customer_id"] += 1


def merchant_exists(rows: Rows) -> None:
    first(rows)["merchant_id"] = 999


def mcc_is_the_merchants(rows: Rows) -> None:
    first(rows)["mcc"] = "5999"


def merchant_country_is_the_merchants(rows: Rows) -> None:
    first(rows)["merchant_country"] = "AT"


def currency_is_the_merchants(rows: Rows) -> None:
    first(rows, currency="EUR")["currency"] = "SEK"


def billing_currency_is_the_cards(rows: Rows) -> None:
    first(rows)["billing_currency"] = "SEK"


def amount_fits_its_currency(rows: Rows) -> None:
    first(rows, currency="JPY")["amount"] += Decimal("0.5")


def billing_amount_fits_its_currency(rows: Rows) -> None:
    first(rows)["billing_amount"] += Decimal("0.005")


def approval_agrees_with_response(rows: Rows) -> None:
    first(rows)["response_code"] = "51"


def refunds_name_their_purchase(rows: Rows) -> None:
    next(row for row in rows if row["transaction_type"] == "refund")["original_txn_id"] = None


def fraud_is_explained(rows: Rows) -> None:
    first(rows)["fraud_scenario"] = "card_testing"


def fraud_has_a_campaign(rows: Rows) -> None:
    first(rows).update({"campaign_id": 9, "campaign_step": 1})


def campaigns_have_steps(rows: Rows) -> None:
    first(rows)["campaign_step"] = 3


def rings_belong_to_fraud(rows: Rows) -> None:
    first(rows)["ring_id"] = 7


def compromises_belong_to_fraud(rows: Rows) -> None:
    first(rows)["compromise_merchant_id"] = 1


def compromise_merchant_exists(rows: Rows) -> None:
    next(row for row in rows if row["is_fraud"])["compromise_merchant_id"] = 1_000_000


def position_is_whole(rows: Rows) -> None:
    first(rows, channel="pos")["longitude"] = None


def remote_rows_have_no_position(rows: Rows) -> None:
    first(rows, channel="ecommerce").update({"latitude": 50.0, "longitude": 10.0})


def device_is_remote_only(rows: Rows) -> None:
    first(rows, channel="pos")["device_id"] = 1


def ip_address_is_remote_only(rows: Rows) -> None:
    first(rows, channel="pos")["ip_address"] = 0x0A000001


def three_ds_is_remote_only(rows: Rows) -> None:
    first(rows, channel="pos")["three_ds"] = "frictionless"


def entry_mode_fits_channel(rows: Rows) -> None:
    first(rows, channel="pos")["entry_mode"] = "credential_on_file"


def cash_comes_from_machines(rows: Rows) -> None:
    first(rows, channel="pos")["transaction_type"] = "cash_withdrawal"


def ip_address_is_reserved(rows: Rows) -> None:
    first(rows, channel="ecommerce")["ip_address"] = 0x08080808


def rows_are_in_account_and_time_order(rows: Rows) -> None:
    rows[100:120] = rows[110:120] + rows[100:110]


def previous_transaction_is_linked(rows: Rows) -> None:
    first(rows)["previous_txn_id"] = 12


def first_transaction_is_linked_to_history(rows: Rows) -> None:
    rows[0]["previous_txn_id"] = 12


def transaction_ids_are_unique(rows: Rows) -> None:
    # the last transaction of one card takes the id of the last of another: no chain notices
    rows[299]["transaction_id"] = rows[9]["transaction_id"]


def latitude_null_rate_is_as_configured(rows: Rows) -> None:
    for row in rows:
        row |= {"latitude": None, "longitude": None}


def entry_mode_null_rate_is_as_configured(rows: Rows) -> None:
    for row in rows:
        if row["channel"] == "pos":
            row["entry_mode"] = None


def device_id_null_rate_is_as_configured(rows: Rows) -> None:
    for row in rows:
        row["device_id"] = None


def ip_address_null_rate_is_as_configured(rows: Rows) -> None:
    for row in rows:
        row["ip_address"] = None


def fraud_rate_is_as_configured(rows: Rows) -> None:
    for row in rows[::5]:
        row |= {"is_fraud": True, "fraud_scenario": "card_testing", "campaign_id": 1, "campaign_step": 0}


def row_count_is_plausible(rows: Rows) -> None:
    del rows[20:]


IN_ROWS: dict[str, Callable[[Rows], None]] = {
    corruption.__name__: corruption
    for corruption in (
        contract,
        timestamp_is_within_the_day,
        local_time_is_the_merchants_clock,
        card_exists,
        card_is_valid_on_the_day,
        customer_holds_the_card,
        merchant_exists,
        mcc_is_the_merchants,
        merchant_country_is_the_merchants,
        currency_is_the_merchants,
        billing_currency_is_the_cards,
        amount_fits_its_currency,
        billing_amount_fits_its_currency,
        approval_agrees_with_response,
        refunds_name_their_purchase,
        fraud_is_explained,
        fraud_has_a_campaign,
        campaigns_have_steps,
        rings_belong_to_fraud,
        compromises_belong_to_fraud,
        compromise_merchant_exists,
        position_is_whole,
        remote_rows_have_no_position,
        device_is_remote_only,
        ip_address_is_remote_only,
        three_ds_is_remote_only,
        entry_mode_fits_channel,
        cash_comes_from_machines,
        ip_address_is_reserved,
        rows_are_in_account_and_time_order,
        previous_transaction_is_linked,
        first_transaction_is_linked_to_history,
        transaction_ids_are_unique,
        latitude_null_rate_is_as_configured,
        entry_mode_null_rate_is_as_configured,
        device_id_null_rate_is_as_configured,
        ip_address_null_rate_is_as_configured,
        fraud_rate_is_as_configured,
        row_count_is_plausible,
    )
}


def customer_left() -> Rows:
    rows = customer_rows()
    rows[2]["valid_to"] = DAY
    return rows


def merchant_closed() -> Rows:
    rows = merchant_rows()
    rows[0]["valid_to"] = DAY
    return rows


IN_CATALOGS: dict[str, Callable[[], dict[str, Rows]]] = {
    "customer_is_valid_on_the_day": lambda: {"customers": customer_left()},
    "merchant_is_open_on_the_day": lambda: {"merchants": merchant_closed()},
}


@pytest.mark.parametrize("name", IN_ROWS)
@pytest.mark.parametrize("batch_rows", [7, 64, 1000])
def test_a_corrupted_row_fails_its_own_check_and_no_other(name, batch_rows):
    rows = transaction_rows()
    IN_ROWS[name](rows)
    assert failures(verdicts(rows, batch_rows=batch_rows)) == [name]


@pytest.mark.parametrize("name", IN_CATALOGS)
def test_a_corrupted_catalog_fails_its_own_check_and_no_other(name):
    assert failures(verdicts(transaction_rows(), day_reference=reference(**IN_CATALOGS[name]()))) == [name]


@pytest.mark.parametrize("batch_rows", [1, 7, 64, 1000])
@pytest.mark.parametrize("day", [DAY, date(2025, 7, 1)])
def test_the_sample_day_passes_every_check_however_it_is_cut(day, batch_rows):
    results = verdicts(transaction_rows(day), batch_rows=batch_rows, day_reference=reference(day=day))
    assert failures(results) == []


def test_every_check_of_a_day_has_a_corruption():
    rules = [rule.name for rule in DECLARED["transactions"]]
    assert sorted(rules) == sorted(result.name for result in verdicts(transaction_rows()))
    assert set(rules) == {*IN_ROWS, *IN_CATALOGS}


def test_rates_warn_and_everything_else_blocks():
    warning = {result.name for result in verdicts(transaction_rows()) if result.severity is Severity.WARN}
    assert warning == {name for name in IN_ROWS if "rate" in name or "plausible" in name}


def test_a_failed_check_names_a_transaction():
    rows = transaction_rows()
    IN_ROWS["merchant_exists"](rows)
    (failed,) = [result for result in verdicts(rows) if not result.passed]
    assert failed.metrics == {
        "rows": 300,
        "violations": 1,
        "example": f"transaction {first(transaction_rows())['transaction_id']}",
    }


def test_a_refund_may_reach_a_dead_card_and_come_from_a_closed_shop():
    refund = next(row for row in transaction_rows() if row["transaction_type"] == "refund")
    cards, merchants = card_rows(), merchant_rows()
    cards[refund["card_id"] - 1]["valid_to"] = DAY
    merchants[refund["merchant_id"] - 1]["valid_to"] = DAY
    refund["previous_txn_id"] = 1_000_000 + refund["card_id"]
    results = verdicts([refund], day_reference=reference(cards=cards, merchants=merchants))
    assert failures(results) == ["row_count_is_plausible"]


def test_a_declined_request_may_name_a_dead_card():
    rows = [row for row in transaction_rows() if row["card_id"] == 15]
    assert rows
    assert not any(row["is_approved"] for row in rows)
    assert "card_is_valid_on_the_day" not in failures(verdicts(rows))
