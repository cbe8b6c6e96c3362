"""Every rule is declared once, wholly, and stands under a check of the Dagster UI."""

import pytest

from fraudsim_assets.defs.check_groups import GROUPS
from fraudsim_assets.quality.declaration import Rule
from fraudsim_assets.quality.declared import DECLARED


@pytest.mark.parametrize("table", DECLARED)
def test_no_two_rules_of_a_table_share_a_name(table):
    names = [rule.name for rule in DECLARED[table]]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("table", GROUPS)
def test_every_rule_stands_under_one_check_and_every_check_has_rules_of_one_severity(table):
    shown = [name for group in GROUPS[table] for name in group.rules]
    assert sorted(shown) == sorted(rule.name for rule in DECLARED[table])
    for group in GROUPS[table]:
        assert len({rule.severity for rule in DECLARED[table] if rule.group == group.name}) == 1, group.name


def test_tables_with_rules_are_those_with_checks_and_decisions_which_no_asset_makes():
    assert set(GROUPS) == set(DECLARED) - {"decisions"}


@pytest.mark.parametrize("said", [{}, {"expectations": (("expect", {}),), "left_out": "needs other days"}])
def test_a_rule_has_expectations_or_says_why_not(said):
    with pytest.raises(ValueError, match=r"cards\.new_rule needs either expectations or the reason"):
        Rule("cards", "new_rule", "row_rules", "all is well", **said)
