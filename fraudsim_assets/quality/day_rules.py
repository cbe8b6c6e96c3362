"""Rules about a day of transactions as a whole: neighbouring rows, ids, rates.

Belongs here: their declarations. Does not belong here: the counting (``chain``, ``uniqueness``, ``checks``), and rules
about single rows (``rules``).
"""

from collections.abc import Mapping
from functools import partial

from fraudsim_assets.quality.declaration import IS_THE_KEY, NEEDS_ROWS, NEEDS_SETTINGS, Rule
from fraudsim_assets.quality.expectations import NULL_TARGETS
from fraudsim_assets.quality.results import Severity

_chain = partial(Rule, "transactions", group="chain_integrity", left_out=NEEDS_ROWS)
_rate = partial(Rule, "transactions", left_out=NEEDS_SETTINGS, severity=Severity.WARN)

CHAIN_RULES = (
    _chain("rows_are_in_account_and_time_order", description="rows come by account and, within it, by time"),
    _chain(
        "previous_transaction_is_linked",
        description="previous_txn_id is the card's transaction before, within the day",
    ),
    _chain(
        "first_transaction_is_linked_to_history",
        description="a card's first transaction of the day names its last one before",
    ),
)
"""Rules between neighbouring rows, in the order of ``ChainFaults``."""

UNIQUE_IDS = Rule(
    "transactions",
    "transaction_ids_are_unique",
    "unique_ids",
    "no transaction_id occurs twice within the day",
    left_out=IS_THE_KEY,
)

NULL_RATES: Mapping[str, Rule] = {
    column: _rate(
        f"{column}_null_rate_is_as_configured",
        "null_rates",
        f"share of rows without {column}, among those that would have it, is as configured [share]",
    )
    for column in NULL_TARGETS
}
"""Rules about missing values, by column."""

FRAUD_RATE = _rate("fraud_rate_is_as_configured", "fraud_rate", "share of fraud is as configured [share of rows]")

ROW_COUNT = _rate(
    "row_count_is_plausible", "row_count", "the day is not implausibly busier or quieter than the average day [rows]"
)

DAY_RULES = (*CHAIN_RULES, UNIQUE_IDS, *NULL_RATES.values(), FRAUD_RATE, ROW_COUNT)
"""Every rule about a day as a whole."""
