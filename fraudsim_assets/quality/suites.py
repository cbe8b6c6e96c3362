"""The rules of a table as a Great Expectations suite, for those whose platform speaks that language.

A suite is plain JSON, so that writing it needs no further package. Every declared constraint and
key is in it, and every rule about single rows that can be told from the row alone; ``LEFT_OUT``
names the others with the reason.

Belongs here: the translation. Does not belong here: the rules themselves (``tables``, ``rules``,
``labels``, ``catalogs``), and their check in flat memory (``contract``, ``checks``).
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from fraudsim_assets.tables import APPROVED_CODE, SCHEMA_VERSION, TABLES, Constraint, Model, columns, primary_key

Condition = Mapping[str, Any]
Expectation = dict[str, Any]

GX_VERSION = "1.24.1"
"""Version of Great Expectations that suites were tried with; any of 1.x since 1.8 reads them."""

_BOUNDS = MappingProxyType({"ge": ("min_value", False), "gt": ("min_value", True)})
_LIMITS = MappingProxyType({"le": ("max_value", False), "lt": ("max_value", True)})


def _is(column: str, value: str | bool) -> Condition:
    return {"type": "comparison", "column": {"name": column}, "operator": "==", "parameter": value}


def _is_not(column: str, value: str) -> Condition:
    return {"type": "comparison", "column": {"name": column}, "operator": "!=", "parameter": value}


def _given(column: str) -> Condition:
    return {"type": "nullity", "column": {"name": column}, "is_null": False}


def _missing(column: str) -> Condition:
    return {"type": "nullity", "column": {"name": column}, "is_null": True}


def _all(*conditions: Condition) -> Condition:
    return {"type": "and", "conditions": list(conditions)}


def _null(column: str, *, where: Condition) -> tuple[str, dict[str, Any]]:
    return "expect_column_values_to_be_null", {"column": column, "row_condition": where}


def _not_null(column: str, *, where: Condition) -> tuple[str, dict[str, Any]]:
    return "expect_column_values_to_not_be_null", {"column": column, "row_condition": where}


def _among(column: str, *values: str, where: Condition) -> tuple[str, dict[str, Any]]:
    return "expect_column_values_to_be_in_set", {"column": column, "value_set": list(values), "row_condition": where}


def _not_among(column: str, *values: str, where: Condition) -> tuple[str, dict[str, Any]]:
    kwargs = {"column": column, "value_set": list(values), "row_condition": where}
    return "expect_column_values_to_not_be_in_set", kwargs


def _later(later: str, earlier: str) -> tuple[str, dict[str, Any]]:
    kwargs = {"column_A": later, "column_B": earlier, "ignore_row_if": "either_value_is_missing"}
    return "expect_column_pair_values_a_to_be_greater_than_b", kwargs


def _only_with(column: str, condition: Condition, otherwise: Condition) -> Sequence[tuple[str, dict[str, Any]]]:
    """A value where a condition holds, and none where it does not."""
    return (_not_null(column, where=condition), _null(column, where=otherwise))


_FRAUD, _GENUINE = _is("is_fraud", value=True), _is("is_fraud", value=False)
_REMOTE, _PRESENT = _is("channel", "ecommerce"), _is_not("channel", "ecommerce")
_DISPUTES = ("chargeback", "friendly_fraud")

ROW_RULES: Mapping[str, Mapping[str, Sequence[tuple[str, dict[str, Any]]]]] = MappingProxyType(
    {
        "transactions": {
            "approval_agrees_with_response": (
                _among("response_code", APPROVED_CODE, where=_is("is_approved", value=True)),
                _not_among("response_code", APPROVED_CODE, where=_is("is_approved", value=False)),
            ),
            "refunds_name_their_purchase": _only_with(
                "original_txn_id", _is("transaction_type", "refund"), _is_not("transaction_type", "refund")
            ),
            "fraud_is_explained": _only_with("fraud_scenario", _FRAUD, _GENUINE),
            "fraud_has_a_campaign": _only_with("campaign_id", _FRAUD, _GENUINE),
            "campaigns_have_steps": _only_with("campaign_step", _given("campaign_id"), _missing("campaign_id")),
            "compromises_belong_to_fraud": (_null("compromise_merchant_id", where=_GENUINE),),
            "position_is_whole": _only_with("longitude", _given("latitude"), _missing("latitude")),
            "remote_rows_have_no_position": (_null("latitude", where=_REMOTE), _null("longitude", where=_REMOTE)),
            "device_is_remote_only": (_null("device_id", where=_PRESENT),),
            "ip_address_is_remote_only": (_null("ip_address", where=_PRESENT),),
            "three_ds_is_remote_only": (_null("three_ds", where=_PRESENT),),
            "entry_mode_fits_channel": (
                _among("entry_mode", "manual", "ecommerce", "credential_on_file", where=_REMOTE),
                _among("entry_mode", "chip", "contactless", "magstripe", "manual", where=_PRESENT),
            ),
            "cash_comes_from_machines": (
                _among("channel", "atm", where=_is("transaction_type", "cash_withdrawal")),
                _among("transaction_type", "cash_withdrawal", where=_is("channel", "atm")),
            ),
        },
        "fraud_labels": {
            "chargebacks_have_reasons": (
                _not_null("chargeback_reason", where=_is("label_type", "chargeback")),
                _null("chargeback_reason", where=_all(*(_is_not("label_type", kind) for kind in _DISPUTES))),
            ),
        },
        "customers": {"validity_is_not_empty": (_later("valid_to", "valid_from"),)},
        "cards": {
            "validity_is_not_empty": (_later("valid_to", "valid_from"),),
            "credit_cards_have_limits": _only_with(
                "credit_limit", _is("product", "credit"), _is_not("product", "credit")
            ),
        },
        "merchants": {
            "validity_is_not_empty": (_later("valid_to", "valid_from"),),
            "shops_close_after_they_open": (_later("closes_minute", "opens_minute"),),
        },
    }
)
"""Rules about single rows by table and name, as expectations."""

_CATALOGS = "needs the catalogs of the day"
_OTHER_ROWS = "needs the rows before it"
_ARITHMETIC = "needs arithmetic that no expectation has"

LEFT_OUT: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(
            (
                "local_time_is_the_merchants_clock",
                "card_exists",
                "card_is_valid_on_the_day",
                "customer_holds_the_card",
                "customer_is_valid_on_the_day",
                "merchant_exists",
                "merchant_is_open_on_the_day",
                "mcc_is_the_merchants",
                "merchant_country_is_the_merchants",
                "currency_is_the_merchants",
                "billing_currency_is_the_cards",
                "compromise_merchant_exists",
                "holder_exists",
                "replaced_card_exists",
            ),
            _CATALOGS,
        ),
        **dict.fromkeys(("timestamp_is_within_the_day", "label_date_is_the_day"), "needs to know the partition"),
        **dict.fromkeys(
            (
                "amount_fits_its_currency",
                "billing_amount_fits_its_currency",
                "label_is_known_on_its_day",
                "delay_is_from_transaction_to_label",
                "customers_are_old_enough",
                "cards_end_by_their_expiry",
                "expiry_ends_a_month",
                "ip_address_is_reserved",
            ),
            _ARITHMETIC,
        ),
        **dict.fromkeys(("one_version_is_valid_on_any_day", "tokens_are_unique"), _OTHER_ROWS),
    }
)
"""Rules that are not in the suites, and why; ``fraudsim`` and the Dagster assets check them."""


def expectation_suite(table: str) -> dict[str, Any]:
    """Everything that can be said of a table's rows by themselves, as a suite of Great Expectations 1.x.

    Parameters
    ----------
    table
        Name of a table, such as ``transactions``.

    Returns
    -------
    dict
        Plain JSON values: ``great_expectations.ExpectationSuite(**suite)`` takes them. Each
        expectation says in ``meta`` which rule it stands for.
    """
    model = TABLES[table]
    listed = [_column_list(model), *(_constraint(c) for found in columns(model).values() for c in found.constraints)]
    listed += [_key(model)]
    for name, translated in ROW_RULES.get(table, {}).items():
        listed += [_expectation(kind, kwargs, name) for kind, kwargs in translated]
    return {
        "name": f"fraudsim_{table}",
        "expectations": listed,
        "meta": {"great_expectations_version": GX_VERSION, "table": table, "schema_version": SCHEMA_VERSION},
        "notes": f"Contract of the table {table}, version {SCHEMA_VERSION}.",
    }


def _expectation(kind: str, kwargs: Mapping[str, Any], rule: str, text: str | None = None) -> Expectation:
    told = text or rule.replace("_", " ")
    return {"type": kind, "kwargs": dict(kwargs), "description": told, "meta": {"rule": rule}}


def _column_list(model: Model) -> Expectation:
    return _expectation(
        "expect_table_columns_to_match_ordered_list", {"column_list": list(columns(model))}, "columns_are_as_declared"
    )


def _key(model: Model) -> Expectation:
    key = list(primary_key(model))
    if len(key) == 1:
        return _expectation("expect_column_values_to_be_unique", {"column": key[0]}, "keys_are_unique")
    return _expectation("expect_compound_columns_to_be_unique", {"column_list": key}, "keys_are_unique")


def _constraint(constraint: Constraint) -> Expectation:
    kind, argument = constraint.kind, _plain(constraint.argument)
    if kind == "not_null":
        translated = "expect_column_values_to_not_be_null", {}
    elif kind == "isin":
        translated = "expect_column_values_to_be_in_set", {"value_set": argument}
    elif kind == "matches":
        translated = "expect_column_values_to_match_regex", {"regex": argument}
    else:
        edge, strict = (_BOUNDS | _LIMITS)[kind]
        translated = "expect_column_values_to_be_between", {edge: argument, f"strict_{edge[:3]}": strict}
    name, kwargs = translated
    return _expectation(name, {"column": constraint.column, **kwargs}, constraint.name, constraint.sentence)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value
