"""A suite says what the rules say: read by a slow interpreter of its own, and by the package where it is installed."""

import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from importlib import util
from typing import Any

import pytest

from fraudsim_assets.quality.declared import DECLARED
from fraudsim_assets.quality.suites import expectation_suite
from fraudsim_assets.tables import TABLES, constraints
from fraudsim_assets_tests.corruptions import test_catalog_corruptions as catalogs
from fraudsim_assets_tests.corruptions import test_day_corruptions as days
from fraudsim_assets_tests.corruptions import test_event_corruptions as events
from fraudsim_assets_tests.corruptions import test_label_corruptions as labels
from fraudsim_assets_tests.corruptions.sample_day import SAMPLES, Row, table

# --- what the expectations mean, row by row --------------------------------------------------


def holds(condition: dict[str, Any] | None, row: Row) -> bool:
    if condition is None:
        return True
    if condition["type"] == "and":
        return all(holds(one, row) for one in condition["conditions"])
    value = row[condition["column"]["name"]]
    if condition["type"] == "nullity":
        return (value is None) == condition["is_null"]
    assert condition["operator"] in ("==", "!=")
    return (value == condition["parameter"]) == (condition["operator"] == "==")


def bound(text: Any, like: Any) -> Any:
    if isinstance(like, datetime):
        return datetime.fromisoformat(text)
    if isinstance(like, date):
        return date.fromisoformat(text)
    return Decimal(str(text)) if isinstance(like, Decimal) else text


def between(value: Any, kwargs: dict[str, Any]) -> bool:
    if "min_value" in kwargs:
        low = bound(kwargs["min_value"], value)
        return value > low if kwargs["strict_min"] else value >= low
    high = bound(kwargs["max_value"], value)
    return value < high if kwargs["strict_max"] else value <= high


OF_A_VALUE = {
    "expect_column_values_to_be_in_set": lambda value, kwargs: value in kwargs["value_set"],
    "expect_column_values_to_not_be_in_set": lambda value, kwargs: value not in kwargs["value_set"],
    "expect_column_values_to_match_regex": lambda value, kwargs: re.search(kwargs["regex"], value) is not None,
    "expect_column_values_to_be_between": between,
}


def pair_is_ordered(row: Row, kwargs: dict[str, Any]) -> bool:
    assert kwargs["ignore_row_if"] == "either_value_is_missing"
    later, earlier = row[kwargs["column_A"]], row[kwargs["column_B"]]
    return later is None or earlier is None or later > earlier


OF_A_ROW = {
    "expect_table_columns_to_match_ordered_list": lambda row, kwargs: list(row) == kwargs["column_list"],
    "expect_column_pair_values_a_to_be_greater_than_b": pair_is_ordered,
    "expect_column_values_to_be_null": lambda row, kwargs: row[kwargs["column"]] is None,
    "expect_column_values_to_not_be_null": lambda row, kwargs: row[kwargs["column"]] is not None,
}
KEYS = ("expect_column_values_to_be_unique", "expect_compound_columns_to_be_unique")


def met(kind: str, kwargs: dict[str, Any], rows: list[Row]) -> bool:
    rows = [row for row in rows if holds(kwargs.get("row_condition"), row)]
    if kind in KEYS:
        names = kwargs.get("column_list") or [kwargs["column"]]
        return len(rows) == len({tuple(row[name] for name in names) for row in rows})
    if kind in OF_A_ROW:
        return all(OF_A_ROW[kind](row, kwargs) for row in rows)
    values = [row[kwargs["column"]] for row in rows]
    return all(OF_A_VALUE[kind](value, kwargs) for value in values if value is not None)


def failed(name: str, rows: list[Row]) -> set[str]:
    """Rules that a table's suite finds broken."""
    listed = expectation_suite(name)["expectations"]
    return {found["meta"]["rule"] for found in listed if not met(found["type"], found["kwargs"], rows)}


# --- the tests -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TABLES)
def test_a_suite_is_plain_json_with_every_declared_constraint_once(name):
    suite = expectation_suite(name)
    assert json.loads(json.dumps(suite)) == suite
    assert set(suite) == {"name", "expectations", "meta", "notes"}
    assert all(set(found) == {"type", "kwargs", "description", "meta"} for found in suite["expectations"])
    named = [found["meta"]["rule"] for found in suite["expectations"]]
    for constraint in constraints(TABLES[name]):
        assert named.count(constraint.name) == 1, constraint
    assert set(named) == {
        *(constraint.name for constraint in constraints(TABLES[name])),
        *(rule.name for rule in DECLARED[name] if rule.expectations),
        "columns_are_as_declared",
        "keys_are_unique",
    }


@pytest.mark.parametrize("name", TABLES)
def test_sample_rows_meet_the_suite(name):
    assert failed(name, SAMPLES[TABLES[name]]()) == set()


def breaks() -> Iterator[tuple[str, str, list[Row]]]:
    """Table, rule and rows that break it."""
    for name in ("transactions", "fraud_labels", "account_events", *catalogs.CATALOGS):
        for rule in [rule.name for rule in DECLARED[name] if rule.expectations]:
            if name == "transactions":
                rows = days.transaction_rows()
                days.IN_ROWS[rule](rows)
            elif name == "fraud_labels":
                rows = labels.rows_of()
                labels.CORRUPTIONS[rule](rows)
            elif name == "account_events":
                rows = SAMPLES[TABLES[name]]()
                events.CORRUPTIONS[rule](rows)
            else:
                rows = catalogs.rows_of(name)
                catalogs.CORRUPTIONS[name, rule](rows)
            yield name, rule, rows
    for name in catalogs.CATALOGS:
        rows = catalogs.rows_of(name)
        catalogs.CORRUPTIONS[name, "keys_are_unique"](rows)
        yield name, "keys_are_unique", rows


BREAKS = list(breaks())


@pytest.mark.parametrize(("name", "rule", "rows"), BREAKS, ids=[f"{name}-{rule}" for name, rule, _ in BREAKS])
def test_a_suite_finds_the_rule_that_is_broken_and_no_other(name, rule, rows):
    assert failed(name, rows) == {rule}


def test_a_suite_finds_broken_bounds_lists_patterns_and_gaps():
    rows = days.transaction_rows()
    row = days.first(rows, channel="pos")
    row |= {"amount": Decimal(0), "currency": "euro", "channel": "moon", "card_id": None, "latitude": 91.0}
    row["timestamp"] = datetime.fromisoformat("1980-01-01T00:00:00+00:00")
    del row["mcc"]
    broken = {"amount_gt", "currency_matches", "channel_isin", "card_id_not_null", "latitude_le", "timestamp_ge"}
    assert failed("transactions", [row | {"mcc": "5411"}]) >= broken
    assert failed("transactions", [row | {"mcc": "5411"}]) == broken | {"columns_are_as_declared"}


@pytest.mark.skipif(
    util.find_spec("great_expectations") is None,
    reason="great_expectations is not installed; run: pip install '.[expectations]'",
)
def test_great_expectations_finds_the_same():
    import great_expectations

    context = great_expectations.get_context(mode="ephemeral")
    asset = context.data_sources.add_pandas("memory").add_dataframe_asset("rows")
    definition = asset.add_batch_definition_whole_dataframe("all")
    for name, rule, rows in BREAKS:
        suite = great_expectations.ExpectationSuite(**expectation_suite(name))
        for given, broken in ((SAMPLES[TABLES[name]](), set()), (rows, {rule})):
            frame = table(TABLES[name], given).to_pandas()
            results = definition.get_batch({"dataframe": frame}).validate(suite).results
            assert len(results) == len(expectation_suite(name)["expectations"])
            assert {found.expectation_config.meta["rule"] for found in results if not found.success} == broken
