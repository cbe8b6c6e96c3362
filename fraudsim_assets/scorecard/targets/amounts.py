"""Targets on amounts: tickets, their spread, their tail, and how prices end.

Belongs here: declared targets and the measures only they need. Does not belong here: tickets by
sector (``sectors``).
"""

import numpy as np

from fraudsim_assets.maths.estimation import hill_exponent
from fraudsim_assets.scorecard.evidence import View
from fraudsim_assets.scorecard.measures import (
    AMOUNT_CENTRES,
    amount_histogram,
    endings,
    holds,
    mean_ticket,
    ratio,
    spread_of_amounts,
    spread_within,
)
from fraudsim_assets.scorecard.model import Target, around, between
from fraudsim_assets.scorecard.tallies import REMOTE

ALL_CENTS = tuple(range(100))
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


TARGETS: tuple[Target, ...] = (
    Target(
        "B13",
        "Mean purchase, on the bill",
        "money",
        mean_ticket,
        {
            "eea": around(39.0, "secondary", "ecb_2025_h2", percent=10),
            "uk": around(33.3, "derived", "uk_finance_cards_2024", percent=10),
            "us": around(46.89, "primary", "pulse_2024", percent=10),
            "au": around(66.7, "derived", "rba_2024", percent=10),
        },
        note="In euros, pounds or dollars. UK: value over number of all card transactions, withdrawals included.",
    ),
    Target(
        "B11.remote",
        "Mean remote purchase, on the bill",
        "money",
        lambda view: mean_ticket(view, channels=(REMOTE,)),
        {"us": around(60.81, "primary", "pulse_2024", percent=15)},
    ),
    Target(
        "B09",
        "Spread of all amounts: standard deviation of the logarithm",
        "unitless",
        spread_of_amounts,
        {"any": between(1.2, 2.0, "derived", "ulb_2013", value=1.6)},
    ),
    Target(
        "B09.within",
        "Spread of amounts within a category",
        "unitless",
        spread_within,
        {"any": between(0.5, 1.0, "judged")},
    ),
    Target(
        "B14",
        "Tail exponent of a shopping trip's total, groceries, top 5 %",
        "unitless",
        _tail,
        {"any": around(2.5, "primary", "mizuno2008", within=0.5)},
    ),
    Target(
        "B17.just_below",
        "Prices ending in .99, .95 or .49: digital goods, streaming, clothing, electronics",
        "share",
        endings("digital_goods", "streaming", "clothing", "electronics", cents=JUST_BELOW),
        {"any": between(0.45, 0.65, "judged", "troll2024", "levy2011")},
    ),
    Target(
        "B17.basket",
        "Groceries ending in .00 or .50 (2 % if cents were uniform)",
        "share",
        endings("grocery", cents=ROUND),
        {"any": between(0.02, 0.08, "judged")},
    ),
    Target(
        "B17.round",
        "Restaurants, cafes, taxis and parking ending in .00 or .50",
        "share",
        endings("restaurant", "cafe_bar", "taxi", "parking_toll", cents=ROUND),
        {"any": between(0.20, 0.40, "judged")},
    ),
    Target(
        "B17.cash",
        "Withdrawals in whole banknotes",
        "share",
        _whole_notes,
        {"any": between(1.0, 1.0, "judged")},
    ),
    Target(
        "B18",
        "Amounts with no more decimals than their currency has",
        "share",
        holds("fraction", "payments"),
        {"any": between(1.0, 1.0, "exact", "cldr")},
    ),
    Target(
        "G02",
        "Correlation of log amount and log distance, purchases in shops of the home country",
        "unitless",
        _distance_amount,
        {"any": between(0.1, 0.3, "judged", "bbva_2020")},
        note="That it is positive was read; its size is judged.",
    ),
)
"""Targets on amounts."""
