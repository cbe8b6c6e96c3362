"""Every check of a catalog fails on its own corruption, and no other check does."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from fraudsim_assets.quality.catalogs import check_catalog
from fraudsim_assets.quality.declared import DECLARED
from fraudsim_assets.quality.results import failures
from fraudsim_assets.tables import TABLES
from fraudsim_assets_tests.corruptions.sample_day import SAMPLES, Row, table

Rows = list[Row]
CATALOGS = ("customers", "cards", "merchants")


def rows_of(name: str) -> Rows:
    rows = SAMPLES[TABLES[name]]()
    # give the second entity a second version
    rows[1]["valid_to"] = date(2024, 5, 1)
    rows.append(rows[1] | {"version": 2, "valid_from": date(2024, 5, 1), "valid_to": None})
    return rows


def keys_are_unique(rows: Rows) -> None:
    rows[-1]["version"] = 1


def validity_is_not_empty(rows: Rows) -> None:
    # an empty spell between two that touch
    end = rows[1]["valid_to"]
    rows.append(rows[1] | {"version": 3, "valid_from": end, "valid_to": end})


def one_version_is_valid_on_any_day(rows: Rows) -> None:
    rows[-1]["valid_from"] = date(2024, 5, 17)


def customers_are_old_enough(rows: Rows) -> None:
    rows[0]["birth_date"] = date(2010, 5, 17)


def holder_exists(rows: Rows) -> None:
    rows[0]["customer_id"] = 4711


def replaced_card_exists(rows: Rows) -> None:
    rows[-2]["replaces_card_id"] = 4711


def credit_cards_have_limits(rows: Rows) -> None:
    rows[0]["product"] = "debit"


def cards_end_by_their_expiry(rows: Rows) -> None:
    rows[1]["expiry"] = date(2024, 3, 31)


def expiry_ends_a_month(rows: Rows) -> None:
    rows[0]["expiry"] = date(2027, 12, 30)


def tokens_are_unique(rows: Rows) -> None:
    rows[0]["token"] = rows[5]["token"]


def shops_close_after_they_open(rows: Rows) -> None:
    rows[0] |= {"opens_minute": 600, "closes_minute": 600}


COMMON = (keys_are_unique, validity_is_not_empty, one_version_is_valid_on_any_day)
CORRUPTIONS: dict[tuple[str, str], Callable[[Rows], None]] = {
    **{(name, corruption.__name__): corruption for name in CATALOGS for corruption in COMMON},
    ("customers", "customers_are_old_enough"): customers_are_old_enough,
    ("cards", "holder_exists"): holder_exists,
    ("cards", "replaced_card_exists"): replaced_card_exists,
    ("cards", "credit_cards_have_limits"): credit_cards_have_limits,
    ("cards", "cards_end_by_their_expiry"): cards_end_by_their_expiry,
    ("cards", "expiry_ends_a_month"): expiry_ends_a_month,
    ("cards", "tokens_are_unique"): tokens_are_unique,
    ("merchants", "shops_close_after_they_open"): shops_close_after_they_open,
}


def verdicts(name: str, rows: Rows):
    catalogs = {other: table(TABLES[other], rows if other == name else rows_of(other)) for other in CATALOGS}
    return check_catalog(name, catalogs)


@pytest.mark.parametrize(("name", "check"), CORRUPTIONS)
def test_a_corrupted_catalog_fails_its_own_check_and_no_other(name, check):
    rows = rows_of(name)
    CORRUPTIONS[name, check](rows)
    assert failures(verdicts(name, rows)) == [check]


@pytest.mark.parametrize("name", CATALOGS)
def test_the_sample_catalogs_pass_every_check(name):
    assert failures(verdicts(name, rows_of(name))) == []


def test_every_check_of_a_catalog_has_a_corruption():
    # contracts have corruptions of their own
    rules = [rule for name in CATALOGS for rule in DECLARED[name] if rule.name != "contract"]
    assert {(rule.table, rule.name) for rule in rules} == set(CORRUPTIONS)


def test_a_credit_card_without_a_limit_fails_too():
    rows = rows_of("cards")
    rows[3]["credit_limit"] = None
    assert failures(verdicts("cards", rows)) == ["credit_cards_have_limits"]
    rows[3] |= {"product": "debit"}
    rows[4] |= {"credit_limit": Decimal(5)}
    assert failures(verdicts("cards", rows)) == []


def test_overlapping_spells_fail_as_gaps_do():
    rows = rows_of("merchants")
    rows[-1]["valid_from"] = date(2024, 4, 30)
    (failed,) = [result for result in verdicts("merchants", rows) if not result.passed]
    assert failed.name == "one_version_is_valid_on_any_day"
    assert failed.metrics == {"rows": 8, "violations": 1, "example": "merchant_id 2, version 2"}


def test_without_the_parent_its_rule_is_left_out():
    names = [result.name for result in check_catalog("cards", {"cards": table(TABLES["cards"], rows_of("cards"))})]
    assert "holder_exists" not in names
    assert "replaced_card_exists" in names
