"""Rules of a day of fraud labels.

Belongs here: rules of labels beyond their contract. Does not belong here: their check while a day is written
(``labels``), and whether a label is right, which no bank knows.
"""

from functools import partial

import polars as pl

from fraudsim_assets.quality.declaration import IS_THE_KEY, NEEDS_ARITHMETIC, NEEDS_PARTITION, Rule
from fraudsim_assets.quality.gx import differs, equals, every, not_null, null

_TYPE = pl.col("label_type").cast(pl.String)
_DISPUTES = ("chargeback", "friendly_fraud")
_rule = partial(Rule, "fraud_labels", group="row_rules")

LABEL_RULES = (
    _rule(
        "label_date_is_the_day",
        description="label_date is the partition's day",
        violations=lambda day: pl.col("label_date") != day,
        left_out=NEEDS_PARTITION,
    ),
    _rule(
        "label_is_known_on_its_day",
        description="known_at is a moment of label_date",
        violations=lambda _: pl.col("known_at").dt.date() != pl.col("label_date"),
        left_out=NEEDS_ARITHMETIC,
    ),
    _rule(
        "delay_is_from_transaction_to_label",
        description="delay_days lies between transaction_date and label_date",
        violations=lambda _: (
            pl.col("delay_days") != (pl.col("label_date") - pl.col("transaction_date")).dt.total_days()
        ),
        left_out=NEEDS_ARITHMETIC,
    ),
    _rule(
        "chargebacks_have_reasons",
        description="chargeback_reason is given for chargebacks and false claims only, and for chargebacks always",
        violations=lambda _: (
            ((_TYPE == "chargeback") & pl.col("chargeback_reason").is_null())
            | (~_TYPE.is_in(_DISPUTES) & pl.col("chargeback_reason").is_not_null())
        ),
        expectations=(
            not_null("chargeback_reason", where=equals("label_type", "chargeback")),
            null("chargeback_reason", where=every(*(differs("label_type", kind) for kind in _DISPUTES))),
        ),
    ),
)
"""Rules of single labels; ``violations`` gives what breaks them on a day, as an expression."""

UNIQUE_LABELS = Rule(
    "fraud_labels",
    "labels_are_unique",
    "unique_ids",
    "a transaction gets each type of label at most once a day",
    left_out=IS_THE_KEY,
)
