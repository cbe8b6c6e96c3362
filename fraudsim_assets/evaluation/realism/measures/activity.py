"""Measures of activity: cards, how often they are used, and by which channel.

Belongs here: measures that only targets of this theme need. Does not belong here: when payments
happen (``timing``).
"""

import calendar
from collections.abc import Mapping
from datetime import date

import numpy as np

from fraudsim_assets.evaluation.realism.evidence import Measure, View
from fraudsim_assets.evaluation.realism.measures.shared import cash_share, ratio, remote_share
from fraudsim_assets.evaluation.realism.tallies import POS, REMOTE
from fraudsim_assets.evaluation.targets import NotMeasurableError
from fraudsim_assets.maths.estimation import gini
from fraudsim_assets.tables.codes import ENTRY_MODES
from fraudsim_assets.units import Floats, day_number

FEWEST_DAYS = 28
"""A month counts when so many of its days are in the range. [days]"""

MONTH_DAYS = 365.25 / 12

_TAPPED, _MISSING = ENTRY_MODES.index("contactless"), len(ENTRY_MODES)


def monthly_counts(view: View) -> Floats:
    """Payments of each of the view's accounts in each (nearly) full month, per 30.4 days. (months, accounts)

    Published figures are means over a year, so the season is taken out: counts are divided by how busy
    the world's calendar makes the days of the month.

    Raises
    ------
    NotMeasurableError
        If the range covers no month.
    """
    days = [(day.year, day.month) for day in view.days]
    rows = []
    for month, counts in sorted(view.evidence.tallies.months.items()):
        seen = days.count(month)
        if seen >= min(FEWEST_DAYS, calendar.monthrange(*month)[1]):
            busy = np.mean([_season(view, day) for day in view.days if (day.year, day.month) == month])
            rows.append(counts[view.accounts] * (MONTH_DAYS / (seen * busy)))
    if not rows:
        raise NotMeasurableError(f"the range covers {FEWEST_DAYS} days of no month")
    return np.array(rows)


def _season(view: View, day: date) -> float:
    """How busy the calendar makes a day in the home countries. [unitless]"""
    return view.world.timing.volume.on(day_number(day))


def _per_card(view: View) -> float:
    counts = monthly_counts(view)
    return float(counts.sum() / (len(counts) * _cards_in_circulation(view)))


def _cards_in_circulation(view: View) -> int:
    return len(view.accounts)


def _per_active_card(view: View) -> float:
    counts = monthly_counts(view)
    return ratio(counts, counts > 0, "payments")


def _active_share(view: View) -> float:
    return float((monthly_counts(view) > 0).mean())


def _cards_per_customer(view: View) -> float:
    return len(view.accounts) / len(np.unique(view.world.entities.account_customer[view.accounts]))


def _inequality(view: View) -> float:
    return gini(monthly_counts(view).sum(axis=0))


def _busy(view: View) -> float:
    counts = monthly_counts(view)
    return float(np.quantile(counts[counts > 0], 0.95))


def _tapped(view: View) -> float:
    counts = view.sum("entry")[POS]
    return ratio(counts[_TAPPED], counts[:_MISSING], "payments in shops")


def _tapped_of_all(view: View) -> float:
    counts = view.sum("entry")
    return ratio(counts[POS, _TAPPED], counts[[POS, REMOTE]], "purchases")


MEASURES: Mapping[str, Measure] = {
    "payments_per_used_card": _per_active_card,
    "payments_per_card": _per_card,
    "used_share_of_cards": _active_share,
    "cards_per_customer": _cards_per_customer,
    "remote_share_by_number": remote_share("number"),
    "remote_share_by_value": remote_share("value"),
    "contactless_share_in_shops": _tapped,
    "contactless_share_of_purchases": _tapped_of_all,
    "cash_share": cash_share,
    "gini_of_cards": _inequality,
    "payments_of_busy_cards": _busy,
}
"""Measures by the name of the quantity in ``data/activity.toml``."""
