"""Measures of fraud: how much, where, when, and how large.

Belongs here: measures that only targets of this theme need. Does not belong here: how hard
fraud is to find.
"""

from collections.abc import Mapping

import numpy as np

from fraudsim_assets.evaluation.realism.evidence import Measure, View
from fraudsim_assets.evaluation.realism.measures.shared import ratio
from fraudsim_assets.evaluation.realism.tallies import AMOUNT_EDGES, REMOTE
from fraudsim_assets.evaluation.rows import DOMESTIC
from fraudsim_assets.evaluation.targets import NotMeasurableError
from fraudsim_assets.maths.estimation import histogram_quantiles
from fraudsim_assets.units import Floats

FEWEST = 30


def _fraud(view: View, tally: str) -> Floats:
    """Fraud by (category, channel, approved).

    Raises
    ------
    NotMeasurableError
        If there is too little of it.
    """
    if view.sum("fraud_number").sum() < FEWEST:
        raise NotMeasurableError(f"there are fewer than {FEWEST} fraudulent rows")
    return view.sum(tally)


def _number(view: View) -> float:
    fraud = _fraud(view, "fraud_number").sum()
    return ratio(fraud, fraud + view.sum("response").sum(), "rows")


def _value(view: View) -> float:
    fraud = _fraud(view, "fraud_value")[..., 1].sum()
    return ratio(fraud, fraud + view.sum("value").sum(), "payments")


def _ticket_ratio(view: View) -> float:
    number, value = _fraud(view, "fraud_number"), _fraud(view, "fraud_value")
    mean = ratio(value[..., 1], number[..., 1], "approved fraud")
    return mean / ratio(view.sum("value"), view.sum("number"), "payments")


def _remote_value(view: View) -> float:
    value = _fraud(view, "fraud_value")[..., 1].sum(axis=0)
    return ratio(value[REMOTE], value, "fraud")


def _rate_ratio(view: View) -> float:
    fraud, genuine = _fraud(view, "fraud_value")[..., 1].sum(axis=0), view.sum("value").sum(axis=0)
    remote = ratio(fraud[REMOTE], genuine[REMOTE], "remote payments")
    return remote / max(ratio(fraud.sum() - fraud[REMOTE], genuine.sum() - genuine[REMOTE], "payments"), 1e-12)


def _across(view: View) -> float:
    sums = _fraud(view, "fraud_region")[..., 1].sum(axis=0)
    return 1.0 - ratio(sums[DOMESTIC], sums, "fraud")


def _stopped(view: View) -> float:
    value = _fraud(view, "fraud_value").sum(axis=(0, 1))
    return ratio(value[0], value, "fraud")


def _median_ratio(view: View) -> float:
    counts = _fraud(view, "fraud_amounts").sum(axis=0)
    middle = np.array([0.5])
    fraud = histogram_quantiles(counts, AMOUNT_EDGES, middle)
    genuine = histogram_quantiles(view.sum("amounts").sum(axis=(0, 1)), AMOUNT_EDGES, middle)
    return float(np.exp(fraud - genuine)[0])


def _night_rate(view: View) -> float:
    fraud = _fraud(view, "fraud_week")[REMOTE].reshape(7, 24).sum(axis=0)
    genuine = view.sum("week_number").sum(axis=0)[1].reshape(7, 24).sum(axis=0)
    night = ratio(fraud[2:6], genuine[2:6], "payments at night")
    return night / max(ratio(fraud[14:18], genuine[14:18], "payments in the afternoon"), 1e-12)


MEASURES: Mapping[str, Measure] = {
    "fraud_rate_by_number": _number,
    "fraud_rate_by_value": _value,
    "mean_fraud_to_mean_payment": _ticket_ratio,
    "median_fraud_to_median_payment": _median_ratio,
    "remote_share_of_fraud": _remote_value,
    "remote_to_other_fraud_rate": _rate_ratio,
    "cross_border_share_of_fraud": _across,
    "declined_share_of_fraud": _stopped,
    "night_to_afternoon_fraud_rate": _night_rate,
}
"""Measures by the name of the quantity in ``data/fraud.toml``."""
