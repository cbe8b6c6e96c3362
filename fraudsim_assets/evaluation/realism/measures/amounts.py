"""Measures of amounts: tickets, their spread, their tail, and how prices end.

Belongs here: measures that only targets of this theme need. Does not belong here: tickets by
sector (``sectors``).
"""

from collections.abc import Mapping

import numpy as np

from fraudsim_assets.evaluation.realism.evidence import Measure, View
from fraudsim_assets.evaluation.realism.measures.shared import (
    AMOUNT_CENTRES,
    amount_histogram,
    endings,
    holds,
    mean_ticket,
    ratio,
    spread_of_amounts,
    spread_within,
)
from fraudsim_assets.evaluation.realism.tallies import REMOTE
from fraudsim_assets.maths.estimation import hill_exponent

JUST_BELOW = (99, 95, 49)
ROUND = (0, 50)


def _tail(view: View) -> float:
    return hill_exponent(amount_histogram(view, "grocery", in_store=True), AMOUNT_CENTRES, 0.05)


def _whole_notes(view: View) -> float:
    counts = view.sum("whole_ten")[view.category("cash_machine")].sum(axis=0)
    return ratio(counts[1], counts, "withdrawals")


def _distance_amount(view: View) -> float:
    n, x, y, xx, yy, xy = view.sum("distance_amount") / max(view.sum("distance_amount")[0], 1.0)
    return float((xy - x * y) / np.sqrt((xx - x * x) * (yy - y * y))) if n else float("nan")


MEASURES: Mapping[str, Measure] = {
    "mean_purchase": mean_ticket,
    "mean_remote_purchase": lambda view: mean_ticket(view, channels=(REMOTE,)),
    "spread_of_amounts": spread_of_amounts,
    "spread_within_categories": spread_within,
    "tail_of_grocery_totals": _tail,
    "just_below_endings": endings("digital_goods", "streaming", "clothing", "electronics", cents=JUST_BELOW),
    "round_groceries": endings("grocery", cents=ROUND),
    "round_services": endings("restaurant", "cafe_bar", "taxi", "parking_toll", cents=ROUND),
    "whole_banknotes": _whole_notes,
    "decimals_of_the_currency": holds("fraction", "payments"),
    "correlation_of_amount_and_distance": _distance_amount,
}
"""Measures by the name of the quantity in ``data/amounts.toml``."""
