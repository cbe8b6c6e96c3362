"""Targets on activity: cards, how often they are used, and by which channel.

Belongs here: declared targets and the measures only they need. Does not belong here: when payments
happen (``timing``).
"""

import calendar
from datetime import date

import numpy as np

from fraudsim_assets.maths.estimation import gini
from fraudsim_assets.scorecard.evidence import View
from fraudsim_assets.scorecard.measures import cash_share, ratio, remote_share
from fraudsim_assets.scorecard.model import NotMeasurableError, Target, around, between
from fraudsim_assets.scorecard.tallies import POS, REMOTE
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
    """How busy the calendar makes a day, over the zones of the home countries. [unitless]"""
    world = view.world
    homes = world.entities.city_zone.take(world.landscape.layout.home_cities)
    return float(world.timing.volume_on(day_number(day)).take(homes).mean())


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


TARGETS: tuple[Target, ...] = (
    Target(
        "C01",
        "Payments per month of a card that was used",
        "count",
        _per_active_card,
        {
            "us": around(34.6, "primary", "pulse_2024", percent=15),
            "any": between(15.0, 45.0, "judged"),
        },
        note="Published for US debit cards only.",
    ),
    Target(
        "C01.circulation",
        "Payments per month and card in circulation",
        "count",
        _per_card,
        {
            "eea": around(9.8, "derived", "ecb_2025_h2", factor=1.6),
            "uk": around(16.0, "derived", "uk_finance_cards_2024", factor=1.5),
            "au": around(20.0, "derived", "rba_2024", factor=1.5),
        },
        note="Number of card payments over cards in circulation: 44.2 bn in six months on 750 M cards (euro area).",
    ),
    Target(
        "C04",
        "Cards used in a month",
        "share",
        _active_share,
        {"us": around(2 / 3, "primary", "pulse_2024", within=0.07), "any": between(0.55, 0.85, "judged", "pulse_2024")},
    ),
    Target(
        "C05",
        "Cards per customer",
        "count",
        _cards_per_customer,
        {
            "eea": around(2.1, "secondary", "ecb_2025_h2", within=0.3),
            "uk": around(3.0, "derived", "uk_finance_cards_2024", within=0.5),
            "au": around(3.1, "derived", "rba_2024", within=0.6),
        },
        note="Cards in circulation per inhabitant (euro area), per adult (UK, Australia: populations recalled).",
    ),
    Target(
        "C06",
        "Remote share of purchases, by number",
        "share",
        remote_share("number"),
        {
            "us": around(0.36, "primary", "pulse_2024", within=0.06),
            "any": between(0.14, 0.30, "judged", value=0.22),
        },
    ),
    Target(
        "A15",
        "Remote share of purchases, by value",
        "share",
        remote_share("value"),
        {
            "eea": around(0.28, "secondary", "eba_ecb_2025", within=0.05),
            "us": around(0.45, "primary", "pulse_2024", within=0.06),
        },
    ),
    Target(
        "C08",
        "Tapped share of payments in shops",
        "share",
        _tapped,
        {
            "eea": between(0.78, 0.92, "secondary", "thefintechtimes_2021", value=0.80),
            "us": between(0.25, 0.50, "judged"),
            "au": around(0.98, "primary", "rba_2024", within=0.03),
        },
        note="Published as more than 80 % (Visa in Europe).",
    ),
    Target(
        "C08.all",
        "Tapped share of all purchases",
        "share",
        _tapped_of_all,
        {
            "eea": around(0.667, "derived", "ecb_2025_h2", within=0.05),
            "uk": around(0.60, "derived", "uk_finance_cards_2024", within=0.05),
        },
        note="Euro area: 29.5 of 44.2 bn card payments. UK: 18.9 of 31.4 bn.",
    ),
    Target(
        "C01.cash",
        "Withdrawals among payments and withdrawals",
        "share",
        cash_share,
        {
            "us": around(0.055, "derived", "pulse_2024", factor=1.4),
            "au": around(0.0225, "derived", "rba_2024", factor=1.4),
            "any": between(0.02, 0.07, "judged"),
        },
    ),
    Target(
        "C11",
        "Inequality of use between cards: Gini coefficient",
        "unitless",
        _inequality,
        {"any": between(0.45, 0.70, "judged", "sales_2007")},
    ),
    Target(
        "C12",
        "Payments per month of the busiest 5 % of cards, at least",
        "count",
        _busy,
        {"any": between(50.0, 120.0, "secondary", "krumme2013", value=85.0)},
        note="Research on card data keeps people with 50 to 120 purchases a month.",
    ),
)
"""Targets on activity."""
