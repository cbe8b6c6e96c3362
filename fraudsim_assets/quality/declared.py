"""All rules, by the table that they are about: what Dagster's groups, suites and tests of completeness read.

Belongs here: putting the declarations together. Does not belong here: any of them, and what only the files of a store
together can tell (``folder``, ``one_store``).
"""

from collections.abc import Mapping
from types import MappingProxyType

from fraudsim_assets.quality.catalogs import CATALOG_RULES
from fraudsim_assets.quality.day_rules import DAY_RULES
from fraudsim_assets.quality.decision_rules import DECISION_RULES, ORDERED_DECISIONS, UNIQUE_DECISIONS
from fraudsim_assets.quality.declaration import Rule, contract_of
from fraudsim_assets.quality.drift import DRIFT_RULES
from fraudsim_assets.quality.event_rules import EVENT_RULES, KEY_RULES, ORDERED_EVENTS, UNIQUE_EVENTS
from fraudsim_assets.quality.history import HISTORY_RULES
from fraudsim_assets.quality.label_rules import LABEL_RULES, UNIQUE_LABELS
from fraudsim_assets.quality.rules import RULES

_CATALOGS = ("customers", "cards", "merchants")
_DAILY = ("transactions", "fraud_labels", "account_events", "daily_profile", "decisions")


def _by_table(*rules: Rule) -> Mapping[str, tuple[Rule, ...]]:
    tables = dict.fromkeys(rule.table for rule in rules)
    return MappingProxyType({table: tuple(rule for rule in rules if rule.table == table) for table in tables})


DECLARED = _by_table(
    *(contract_of(table) for table in (*_CATALOGS, *_DAILY)),
    *CATALOG_RULES,
    *RULES,
    *DAY_RULES,
    *LABEL_RULES,
    UNIQUE_LABELS,
    *EVENT_RULES,
    *KEY_RULES,
    ORDERED_EVENTS,
    UNIQUE_EVENTS,
    *DECISION_RULES,
    ORDERED_DECISIONS,
    UNIQUE_DECISIONS,
    *DRIFT_RULES,
    *HISTORY_RULES,
)
"""Every rule by table, in the order of its table's checks."""
