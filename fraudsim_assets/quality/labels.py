"""Checks of a day of fraud labels, made while the day is being written.

Belongs here: what the accumulator looks at. Does not belong here: the rules (``label_rules``), and joins with
transactions of earlier days (``history``).
"""

import polars as pl

from fraudsim_assets.quality.keyed import KeyedChecker
from fraudsim_assets.quality.label_rules import LABEL_RULES, UNIQUE_LABELS
from fraudsim_assets.tables import FraudLabels


class LabelChecker(KeyedChecker):
    """Checks one day of fraud labels, those that become known on it."""

    table = FraudLabels
    rules = LABEL_RULES
    of_keys = (UNIQUE_LABELS,)
    key = (pl.col("transaction_id"), pl.col("label_type").cast(pl.String))
