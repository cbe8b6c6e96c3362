"""Targets on fraud: how much, where, when, and how large.

Belongs here: declared targets and the measures only they need. Does not belong here: how hard
fraud is to find.
"""

import numpy as np

from fraudsim_assets.maths.estimation import histogram_quantiles
from fraudsim_assets.scorecard.evidence import View
from fraudsim_assets.scorecard.measures import ratio
from fraudsim_assets.scorecard.model import NotMeasurableError, Target, around, between
from fraudsim_assets.scorecard.rows import DOMESTIC
from fraudsim_assets.scorecard.tallies import AMOUNT_EDGES, REMOTE
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


TARGETS: tuple[Target, ...] = (
    Target(
        "A02",
        "Fraudulent share of rows",
        "share",
        _number,
        {
            "eea": around(0.00015, "secondary", "eba_ecb_2024", factor=1.3),
            "us": around(0.00046, "secondary", "frb_2018", factor=1.3),
        },
        note="Worlds made for training have more fraud on purpose.",
    ),
    Target(
        "A01",
        "Fraudulent share of value",
        "share",
        _value,
        {
            "eea": around(0.00031, "secondary", "eba_ecb_2024", factor=1.3),
            "uk": around(0.00060, "secondary", "uk_finance_2023", factor=1.3),
            "au": around(0.00064, "primary", "auspaynet_2023", factor=1.3),
            "us": around(0.00176, "secondary", "frb_reg_ii_2023", factor=1.3),
        },
    ),
    Target(
        "B01",
        "Mean fraud over mean genuine payment",
        "ratio",
        _ticket_ratio,
        {"any": between(1.5, 3.0, "derived", "eba_ecb_2024", value=2.07)},
    ),
    Target(
        "B08",
        "Median fraud over median genuine payment",
        "ratio",
        _median_ratio,
        {"any": between(0.2, 1.0, "primary", "ulb_2013", value=0.42)},
        note="On real data the median fraud is smaller and the mean larger; the depth is that of one set.",
    ),
    Target(
        "A14",
        "Remote share of fraud, by value",
        "share",
        _remote_value,
        {"any": between(0.70, 0.90, "secondary", "eba_ecb_2025", "auspaynet_2023", value=0.83)},
    ),
    Target(
        "A16",
        "Rate of fraud in remote over other payments, by value",
        "ratio",
        _rate_ratio,
        {"any": between(6.0, 20.0, "derived", "eba_ecb_2025", value=12.6)},
    ),
    Target(
        "A17",
        "Cross-border share of fraud, by number",
        "share",
        _across,
        {
            "eea": around(0.70, "secondary", "eba_ecb_2025", within=0.10),
            "uk": around(0.25, "secondary", "uk_finance_2023", within=0.07),
        },
    ),
    Target(
        "A28",
        "Attempted fraud that was declined, by value",
        "share",
        _stopped,
        {"any": between(0.60, 0.70, "secondary", "uk_finance_2025", value=0.65)},
    ),
    Target(
        "E07",
        "Rate of remote fraud at 2 to 6 h over 14 to 18 h",
        "ratio",
        _night_rate,
        {"any": between(4.0, 12.0, "secondary", "forter_2015", value=10.0)},
    ),
)
"""Targets on fraud."""
