"""The words of Great Expectations 1.x that rules use.

Belongs here: conditions on rows and expectations, as plain JSON values. Does not belong here: rules, and the suites
that they make up (``suites``).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from fraudsim_assets.quality.declaration import Expectation

Condition = Mapping[str, Any]


def equals(column: str, value: str | bool) -> Condition:
    """Where a column has a value."""
    return {"type": "comparison", "column": {"name": column}, "operator": "==", "parameter": value}


def differs(column: str, value: str) -> Condition:
    """Where a column has another value."""
    return {"type": "comparison", "column": {"name": column}, "operator": "!=", "parameter": value}


def given(column: str) -> Condition:
    """Where a column has any value."""
    return {"type": "nullity", "column": {"name": column}, "is_null": False}


def missing(column: str) -> Condition:
    """Where a column has no value."""
    return {"type": "nullity", "column": {"name": column}, "is_null": True}


def every(*conditions: Condition) -> Condition:
    """Where several conditions hold."""
    return {"type": "and", "conditions": list(conditions)}


def null(column: str, *, where: Condition) -> Expectation:
    """No value where a condition holds."""
    return "expect_column_values_to_be_null", {"column": column, "row_condition": where}


def not_null(column: str, *, where: Condition) -> Expectation:
    """A value where a condition holds."""
    return "expect_column_values_to_not_be_null", {"column": column, "row_condition": where}


def among(column: str, *values: str, where: Condition) -> Expectation:
    """One of some values where a condition holds."""
    return "expect_column_values_to_be_in_set", {"column": column, "value_set": list(values), "row_condition": where}


def not_among(column: str, *values: str, where: Condition) -> Expectation:
    """None of some values where a condition holds."""
    kwargs = {"column": column, "value_set": list(values), "row_condition": where}
    return "expect_column_values_to_not_be_in_set", kwargs


def later(after: str, before: str) -> Expectation:
    """One column is above another, where both have a value."""
    kwargs = {"column_A": after, "column_B": before, "ignore_row_if": "either_value_is_missing"}
    return "expect_column_pair_values_a_to_be_greater_than_b", kwargs


def only_with(column: str, condition: Condition, otherwise: Condition) -> Sequence[Expectation]:
    """A value where a condition holds, and none where it does not."""
    return (not_null(column, where=condition), null(column, where=otherwise))
