"""Checks of a day of decisions.

Belongs here: what the accumulator looks at. Does not belong here: the rules (``decision_rules``).
"""

import polars as pl

from fraudsim_assets.quality.decision_rules import DECISION_RULES, ORDERED_DECISIONS, UNIQUE_DECISIONS
from fraudsim_assets.quality.keyed import KeyedChecker
from fraudsim_assets.tables import Decisions

_KEY = ("decided_at", "transaction_id")


class DecisionChecker(KeyedChecker):
    """Checks one day of decisions, those that take effect on it."""

    table = Decisions
    rules = DECISION_RULES
    of_keys = (ORDERED_DECISIONS, UNIQUE_DECISIONS)
    key = tuple(map(pl.col, _KEY))

    def _judge_keys(self, keys: pl.DataFrame) -> None:
        when, number = (pl.col(name) for name in _KEY)
        early = (when < when.shift(1)) | ((when == when.shift(1)) & (number < number.shift(1)))
        self._repeat(ORDERED_DECISIONS, keys.filter(early)["transaction_id"].to_list())
        super()._judge_keys(keys)
