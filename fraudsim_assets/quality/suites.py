"""The rules of a table as a Great Expectations suite, for those whose platform speaks that language.

A suite is plain JSON, so that writing it needs no further package. Every declared constraint and
key is in it, and every rule that is declared with expectations; the others are declared with the reason
why they have none (``declaration.Rule.left_out``).

Belongs here: putting a suite together. Does not belong here: the rules themselves (``tables``,
``declared``), and their check in flat memory (``contract``, ``checks``).
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from fraudsim_assets.quality.declared import DECLARED
from fraudsim_assets.tables import SCHEMA_VERSION, TABLES, Constraint, Model, columns, primary_key

Expectation = dict[str, Any]

GX_VERSION = "1.24.1"
"""Version of Great Expectations that suites were tried with; any of 1.x since 1.8 reads them."""

_BOUNDS = MappingProxyType({"ge": ("min_value", False), "gt": ("min_value", True)})
_LIMITS = MappingProxyType({"le": ("max_value", False), "lt": ("max_value", True)})


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
    for rule in DECLARED[table]:
        listed += [_expectation(kind, kwargs, rule.name) for kind, kwargs in rule.expectations]
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
