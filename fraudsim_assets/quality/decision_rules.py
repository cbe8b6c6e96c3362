"""Rules of a day of decisions.

Belongs here: rules of decisions beyond their contract. Does not belong here: their check (``decisions``), and what a
log refuses to take in (``fraudsim_assets.decisions``), which a test holds against these.
"""

from functools import partial

import polars as pl

from fraudsim_assets.decisions.log import AFTERWARDS
from fraudsim_assets.quality.declaration import IS_THE_KEY, NEEDS_ARITHMETIC, NEEDS_PARTITION, NEEDS_ROWS, Rule

_rule = partial(Rule, "decisions", group="row_rules")

DECISION_RULES = (
    _rule(
        "decision_takes_effect_on_the_day",
        description="decided_at is a moment of the partition's day",
        violations=lambda day: pl.col("decided_at").dt.date() != day,
        left_out=NEEDS_PARTITION,
    ),
    _rule(
        "decision_is_not_before_its_payment",
        description="decided_at is at timestamp or later",
        violations=lambda _: pl.col("decided_at") < pl.col("timestamp"),
        left_out=NEEDS_ARITHMETIC,
    ),
    _rule(
        "decisions_afterwards_end_reviews",
        description="what takes effect after the payment is approve or block",
        violations=lambda _: (
            (pl.col("decided_at") > pl.col("timestamp")) & ~pl.col("action").cast(pl.String).is_in(sorted(AFTERWARDS))
        ),
        left_out=NEEDS_ARITHMETIC,
    ),
)
"""Rules of single decisions; ``violations`` gives what breaks them on a day, as an expression."""

ORDERED_DECISIONS = Rule(
    "decisions",
    "decisions_are_in_time_order",
    "row_rules",
    "rows come by decided_at, then transaction_id",
    left_out=NEEDS_ROWS,
)

UNIQUE_DECISIONS = Rule(
    "decisions",
    "decisions_are_unique",
    "unique_ids",
    "nothing is decided twice at one time about one payment",
    left_out=IS_THE_KEY,
)
