"""Rules that one transaction must keep, given the catalogs: between columns, and with its parents.

Belongs here: every rule that can be judged row by row, as a mask of violations. Does not belong
here: rules between rows and rates (``day_rules``), and what the contract of
the table already says about a single column.
"""

from collections.abc import Callable
from functools import partial

import numpy as np

from fraudsim_assets.quality.declaration import (
    NEEDS_ARITHMETIC,
    NEEDS_CATALOGS,
    NEEDS_PARTITION,
    Expectation,
    Rule,
)
from fraudsim_assets.quality.gx import among, differs, equals, given, missing, not_among, null, only_with
from fraudsim_assets.quality.reference import CARD_VALID, CURRENCY_SHIFT, OWNER_VALID, QUARTERS, DayReference
from fraudsim_assets.quality.view import Rows
from fraudsim_assets.tables import APPROVED_CODE, CHANNELS, ENTRY_MODES, RESPONSE_CODES, TRANSACTION_TYPES
from fraudsim_assets.units import DAY, AnyArray, Bools, day_number

RESERVED_ADDRESSES = (
    (0x0A000000, 0x0AFFFFFF),
    (0x64400000, 0x647FFFFF),
    (0xF0000000, 0xFFFFFFFE),
    (0xAC100000, 0xAC1FFFFF),
    (0xC0000200, 0xC00002FF),
    (0xC0A80000, 0xC0A8FFFF),
    (0xC6120000, 0xC613FFFF),
    (0xC6336400, 0xC63364FF),
    (0xCB007100, 0xCB0071FF),
)
"""First and last IPv4 address of ranges that belong to no one on the public internet: 10/8, 100.64/10,
240/4, 172.16/12, 192.0.2/24, 192.168/16, 198.18/15, 198.51.100/24, 203.0.113/24. Source: RFC 6890."""

_APPROVED = RESPONSE_CODES.index(APPROVED_CODE)
_ATM = CHANNELS.index("atm")
_CASH = TRANSACTION_TYPES.index("cash_withdrawal")
_REMOTE_NAMES = ("manual", "ecommerce", "credential_on_file")
_TERMINAL_NAMES = ("chip", "contactless", "magstripe", "manual")
_REMOTE_MODES = tuple(ENTRY_MODES.index(mode) for mode in _REMOTE_NAMES)
_TERMINAL_MODES = tuple(ENTRY_MODES.index(mode) for mode in _TERMINAL_NAMES)
_QUARTER = DAY // QUARTERS
_FRAUD, _GENUINE = equals("is_fraud", value=True), equals("is_fraud", value=False)
_REMOTE, _PRESENT = equals("channel", "ecommerce"), differs("channel", "ecommerce")


def _outside_day(rows: Rows) -> Bools:
    start = day_number(rows.reference.day) * DAY
    return (rows.timestamp - start).view(np.uint64) >= np.uint64(DAY)


def _other_clock(rows: Rows) -> Bools:
    offsets: DayReference = rows.reference
    zone = rows.merchant_facts[:, 3] >> 1
    if offsets.offsets_change:
        since_midnight = rows.timestamp - day_number(offsets.day) * DAY
        quarter = np.clip(since_midnight // _QUARTER, 0, QUARTERS - 1)
        expected = offsets.offsets[zone, quarter]
    else:
        expected = offsets.offsets[:, 0].take(zone, mode="clip")
    return (rows.value("local_time") - rows.timestamp != expected) & rows.known_merchant


def _unknown_card(rows: Rows) -> Bools:
    return ~rows.known_card


def _dead_card(rows: Rows) -> Bools:
    return (rows.card_facts & CARD_VALID == 0) & rows.pays & rows.known_card


def _other_holder(rows: Rows) -> Bools:
    return (rows.reference.owner.take(rows.card, mode="clip") != rows.value("customer_id")) & rows.known_card


def _departed_holder(rows: Rows) -> Bools:
    return (rows.card_facts & OWNER_VALID == 0) & rows.pays & rows.known_card


def _unknown_merchant(rows: Rows) -> Bools:
    return ~rows.known_merchant


def _closed_merchant(rows: Rows) -> Bools:
    return (rows.merchant_facts[:, 3] & 1 == 0) & ~rows.refund & rows.known_merchant


def _other_mcc(rows: Rows) -> Bools:
    return (rows.code("mcc", rows.reference.mccs) != rows.merchant_facts[:, 0]) & rows.known_merchant


def _other_country(rows: Rows) -> Bools:
    return (rows.code("merchant_country", rows.reference.countries) != rows.merchant_facts[:, 1]) & rows.known_merchant


def _other_currency(rows: Rows) -> Bools:
    return (rows.currency != rows.merchant_facts[:, 2]) & rows.known_merchant


def _other_billing_currency(rows: Rows) -> Bools:
    return (rows.card_facts >> CURRENCY_SHIFT != rows.billing_currency) & rows.known_card


def _too_fine(thousandths: AnyArray, currency: AnyArray, granularity: AnyArray) -> Bools:
    """Amounts with more decimal places than their currency has; cents, nearly all rows, are divided by a constant."""
    amount = np.ascontiguousarray(thousandths)
    fine = amount // 10 * 10 != amount
    unusual = np.flatnonzero((granularity != 10).take(currency, mode="clip"))
    if unusual.size:
        fine[unusual] = amount[unusual] % granularity.take(currency[unusual], mode="clip") != 0
    return fine & (currency >= 0)


def _fine_amount(rows: Rows) -> Bools:
    return _too_fine(rows.value("amount"), rows.currency, rows.reference.granularity)


def _fine_billing_amount(rows: Rows) -> Bools:
    return _too_fine(rows.value("billing_amount"), rows.billing_currency, rows.reference.granularity)


def _other_answer(rows: Rows) -> Bools:
    return rows.approved != (rows.response == _APPROVED)


def _refund_without_original(rows: Rows) -> Bools:
    return rows.given("original_txn_id") != rows.refund


def _unexplained_fraud(rows: Rows) -> Bools:
    return rows.given("fraud_scenario") != rows.fraud


def _fraud_without_campaign(rows: Rows) -> Bools:
    return rows.given("campaign_id") != rows.fraud


def _campaign_without_step(rows: Rows) -> Bools:
    return rows.given("campaign_step") != rows.given("campaign_id")


def _compromise_without_fraud(rows: Rows) -> Bools:
    return rows.given("compromise_merchant_id") & ~rows.fraud


def _ring_without_fraud(rows: Rows) -> Bools:
    return rows.given("ring_id") & ~rows.fraud


def _unknown_compromise(rows: Rows) -> Bools:
    violations = np.zeros(len(rows), dtype=bool)
    given = np.flatnonzero(rows.given("compromise_merchant_id") & rows.fraud)
    if given.size:
        violations[given] = rows.reference.merchants.positions(rows.value("compromise_merchant_id")[given]) < 0
    return violations


def _half_a_position(rows: Rows) -> Bools:
    return rows.given("latitude") != rows.given("longitude")


def _remote_position(rows: Rows) -> Bools:
    return rows.given("latitude") & rows.given("longitude") & rows.remote


def _device_in_shop(rows: Rows) -> Bools:
    return rows.given("device_id") & ~rows.remote


def _address_in_shop(rows: Rows) -> Bools:
    return rows.given("ip_address") & ~rows.remote


def _three_ds_in_shop(rows: Rows) -> Bools:
    return rows.given("three_ds") & ~rows.remote


def _odd_entry_mode(rows: Rows) -> Bools:
    fits = np.zeros((2, len(ENTRY_MODES) + 1), bool)
    fits[0, [*_TERMINAL_MODES, -1]] = True
    fits[1, [*_REMOTE_MODES, -1]] = True
    return ~fits[1].take(rows.entry_mode, mode="wrap") & rows.remote | (
        ~fits[0].take(rows.entry_mode, mode="wrap") & ~rows.remote
    )


def _odd_cash(rows: Rows) -> Bools:
    cash = rows.code("transaction_type", TRANSACTION_TYPES) == _CASH
    return cash != (rows.channel == _ATM)


def _public_address(rows: Rows) -> Bools:
    address = rows.value("ip_address")
    reserved = ~rows.given("ip_address")
    for first, last in RESERVED_ADDRESSES:
        reserved |= address - np.uint32(first) <= np.uint32(last - first)
        if reserved.all():
            break
    return ~reserved


def _rule(
    name: str,
    text: str,
    breaks: Callable[[Rows], Bools],
    *expectations: Expectation,
    group: str = "row_rules",
    left_out: str = "",
) -> Rule:
    return Rule("transactions", name, group, text, breaks, expectations, left_out)


_key = partial(_rule, group="foreign_keys", left_out=NEEDS_CATALOGS)
_valid = partial(_rule, group="valid_on_the_day", left_out=NEEDS_CATALOGS)

RULES = (
    _valid(
        "timestamp_is_within_the_day",
        "timestamp lies in the partition's UTC day",
        _outside_day,
        left_out=NEEDS_PARTITION,
    ),
    _rule(
        "local_time_is_the_merchants_clock",
        "local_time is timestamp in the merchant's time zone",
        _other_clock,
        left_out=NEEDS_CATALOGS,
    ),
    _key("card_exists", "card_id is in the card catalog", _unknown_card),
    _valid("card_is_valid_on_the_day", "a card that pays with approval is valid on that day", _dead_card),
    _key("customer_holds_the_card", "customer_id is the holder of card_id", _other_holder),
    _valid("customer_is_valid_on_the_day", "a customer who pays with approval is one on that day", _departed_holder),
    _key("merchant_exists", "merchant_id is in the merchant catalog", _unknown_merchant),
    _valid("merchant_is_open_on_the_day", "a merchant that sells is in business on that day", _closed_merchant),
    _key("mcc_is_the_merchants", "mcc is that of merchant_id", _other_mcc),
    _key("merchant_country_is_the_merchants", "merchant_country is that of merchant_id", _other_country),
    _key("currency_is_the_merchants", "currency is that of merchant_id", _other_currency),
    _key("billing_currency_is_the_cards", "billing_currency is that of card_id", _other_billing_currency),
    _rule(
        "amount_fits_its_currency",
        "amount has no more decimal places than currency allows",
        _fine_amount,
        left_out=NEEDS_ARITHMETIC,
    ),
    _rule(
        "billing_amount_fits_its_currency",
        "billing_amount has no more decimal places than billing_currency allows",
        _fine_billing_amount,
        left_out=NEEDS_ARITHMETIC,
    ),
    _rule(
        "approval_agrees_with_response",
        "is_approved says the same as response_code",
        _other_answer,
        among("response_code", APPROVED_CODE, where=equals("is_approved", value=True)),
        not_among("response_code", APPROVED_CODE, where=equals("is_approved", value=False)),
    ),
    _rule(
        "refunds_name_their_purchase",
        "original_txn_id is given for refunds only, and always",
        _refund_without_original,
        *only_with("original_txn_id", equals("transaction_type", "refund"), differs("transaction_type", "refund")),
    ),
    _rule(
        "fraud_is_explained",
        "fraud_scenario is given for fraud only, and always",
        _unexplained_fraud,
        *only_with("fraud_scenario", _FRAUD, _GENUINE),
    ),
    _rule(
        "fraud_has_a_campaign",
        "campaign_id is given for fraud only, and always",
        _fraud_without_campaign,
        *only_with("campaign_id", _FRAUD, _GENUINE),
    ),
    _rule(
        "campaigns_have_steps",
        "campaign_step is given with campaign_id only, and always",
        _campaign_without_step,
        *only_with("campaign_step", given("campaign_id"), missing("campaign_id")),
    ),
    _rule(
        "rings_belong_to_fraud",
        "ring_id is given for fraud only",
        _ring_without_fraud,
        null("ring_id", where=_GENUINE),
    ),
    _rule(
        "compromises_belong_to_fraud",
        "compromise_merchant_id is given for fraud only",
        _compromise_without_fraud,
        null("compromise_merchant_id", where=_GENUINE),
    ),
    _rule(
        "compromise_merchant_exists",
        "compromise_merchant_id is in the merchant catalog",
        _unknown_compromise,
        left_out=NEEDS_CATALOGS,
    ),
    _rule(
        "position_is_whole",
        "latitude and longitude are given together",
        _half_a_position,
        *only_with("longitude", given("latitude"), missing("latitude")),
    ),
    _rule(
        "remote_rows_have_no_position",
        "a remote payment has no terminal position",
        _remote_position,
        null("latitude", where=_REMOTE),
        null("longitude", where=_REMOTE),
    ),
    _rule(
        "device_is_remote_only",
        "device_id is given for remote payments only",
        _device_in_shop,
        null("device_id", where=_PRESENT),
    ),
    _rule(
        "ip_address_is_remote_only",
        "ip_address is given for remote payments only",
        _address_in_shop,
        null("ip_address", where=_PRESENT),
    ),
    _rule(
        "three_ds_is_remote_only",
        "three_ds is given for remote payments only",
        _three_ds_in_shop,
        null("three_ds", where=_PRESENT),
    ),
    _rule(
        "entry_mode_fits_channel",
        "entry_mode is possible in that channel",
        _odd_entry_mode,
        among("entry_mode", *_REMOTE_NAMES, where=_REMOTE),
        among("entry_mode", *_TERMINAL_NAMES, where=_PRESENT),
    ),
    _rule(
        "cash_comes_from_machines",
        "cash is withdrawn at cash machines, which do nothing else",
        _odd_cash,
        among("channel", "atm", where=equals("transaction_type", "cash_withdrawal")),
        among("transaction_type", "cash_withdrawal", where=equals("channel", "atm")),
    ),
    _rule(
        "ip_address_is_reserved",
        "ip_address lies in a range reserved from public use",
        _public_address,
        left_out=NEEDS_ARITHMETIC,
    ),
)
"""Every rule about single transactions."""
