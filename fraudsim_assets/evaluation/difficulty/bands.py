"""What is measured, and the bands that scores of the default difficulty should fall in.

Belongs here: names of quantities and their targets. Does not belong here: how they are measured.
"""

from functools import cache

from fraudsim_assets.evaluation.difficulty.leakage import QUANTITIES as LEAKAGE
from fraudsim_assets.evaluation.difficulty.scores import SCORES
from fraudsim_assets.evaluation.targets import DATA, Target, Theme

FEWEST_FRAUDS = 20
"""Frauds that training and test need each. [rows]"""

UNJUDGED = (
    "card_precision_100",
    "cards_per_day_flagged",
    "declined_fraud",
    "declined_fraud_value",
    "declined_genuine",
    "median_ratio",
    "remote_share_number",
    "genuine_remote_share_value",
    "foreign_share_value",
    "cards_hit",
    "sequence_gain",
)
"""Quantities told without a target."""

QUANTITIES = (
    *SCORES,
    "card_precision",
    "card_precision_reference",
    "card_precision_100",
    "cards_per_day_flagged",
    "gain_over_linear",
    "sequence_gain",
    "depth_2_roc_auc",
    "depth_2_lift",
    "best_column_roc_auc",
    "tree_depth",
    "spread",
    *LEAKAGE,
)
"""Everything overall that is measured."""


@cache
def targets() -> tuple[Target, ...]:
    """Targets of the default difficulty.

    Raises
    ------
    ConfigError
        If their file is not what it should be, or does not fit what is measured; names file and line.
    """
    return Theme.read(DATA / "difficulty.toml").measured_by(QUANTITIES, spare=UNJUDGED).targets
