"""Targets on time: hours, weekdays, calendar, bursts.

Belongs here: declared targets and the measures only they need.
"""

from datetime import date, timedelta

import numpy as np

from fraudsim_assets.maths.estimation import distance_from_uniform, kolmogorov_p
from fraudsim_assets.scorecard.evidence import Measure, View
from fraudsim_assets.scorecard.habits import card_burstiness, payments_per_day, rescaled_gaps
from fraudsim_assets.scorecard.measures import ratio, typical_week
from fraudsim_assets.scorecard.model import NotMeasurableError, Target, around, between
from fraudsim_assets.scorecard.tallies import POS
from fraudsim_assets.spending.calendar import PAYDAYS, is_payday, is_public_holiday, pay_groups, thanksgiving
from fraudsim_assets.units import AnyArray, Floats, Ints, day_number

SATURDAY, FRIDAY, TUESDAY = 5, 4, 1
_STORE, _WEB = 0, 1

NEAR_PAY = 3
"""Days before and after a pay day that its effect may reach. ASSUMPTION after pagel_2016. [days]"""


def _hours(week: Floats, day: int, first: int, last: int) -> Floats:
    return week[day * 24 + first : day * 24 + last]


def _busiest(view: View) -> float:
    week = typical_week(view, "week_number")
    return float(_hours(week, SATURDAY, 11, 14).max() / week.max())


def _quietest(view: View) -> float:
    week = typical_week(view, "week_number")
    return float(_hours(week, 0, 2, 5).min() / max(week.min(), 1e-9))


def _saturday_trade(*categories: str) -> Measure:
    def measure(view: View) -> float:
        chosen = view.category(*categories) if categories else None
        week = typical_week(view, "week_value", chosen, _STORE)
        return ratio(_hours(week, SATURDAY, 10, 17), week, "purchases in shops")

    return measure


def _lunch_dip(view: View) -> float:
    week = typical_week(view, "week_number", view.retail, _STORE).reshape(7, 24)[:5].sum(axis=0)
    return ratio(week[13], (week[10:13].max() + week[15:18].max()) / 2, "purchases in shops")


def _weekday(day: int) -> Measure:
    def measure(view: View) -> float:
        week = typical_week(view, "week_value").reshape(7, 24).sum(axis=1)
        return ratio(week[day], week, "payments")

    return measure


def _tuesday(view: View) -> float:
    week = typical_week(view, "week_number", None, _STORE).reshape(7, 24).sum(axis=1)
    return ratio(week[TUESDAY], week[:6].mean(), "purchases in shops")


def _night(channel: int) -> Measure:
    def measure(view: View) -> float:
        week = typical_week(view, "week_number", None, channel).reshape(7, 24).sum(axis=0)
        return ratio(week[:6], week, "payments")

    return measure


def _daily(view: View) -> dict[date, Ints]:
    return {day: view.payments_on(day_number(day)) for day in view.days}


def _black_friday(view: View) -> float:
    days = _daily(view)
    for day, counts in days.items():
        if day == thanksgiving(day.year) + timedelta(days=1):
            others = [days[day - timedelta(weeks=k)].sum() for k in range(1, 5) if day - timedelta(weeks=k) in days]
            if others and np.mean(others) > 0:
                return float(counts.sum() / np.mean(others) - 1)
    raise NotMeasurableError("the range holds no Black Friday with an ordinary Friday before it")


def _december(view: View) -> float:
    if len(view.days) < 330:
        raise NotMeasurableError("the range is shorter than a year")
    days = _daily(view)
    december = [counts[:, POS].sum() for day, counts in days.items() if day.month == 12]
    if len(december) < 31:
        raise NotMeasurableError("the range holds no whole December")
    return float(np.mean(december) / np.mean([counts[:, POS].sum() for counts in days.values()]))


def _holiday(view: View) -> float:
    homes = view.world.entities.countries[: view.world.landscape.layout.places.n_home_countries]
    days = _daily(view)
    factors, weights = [], []
    for c, country in enumerate(homes):
        normal: dict[int, list[float]] = {}
        for day, counts in days.items():
            if not is_public_holiday(country, day):
                normal.setdefault(day.weekday(), []).append(float(counts[c, POS]))
        for day, counts in days.items():
            usual = np.mean(normal.get(day.weekday(), [0.0]))
            if is_public_holiday(country, day) and day.weekday() < 5 and usual > 0:
                factors.append(float(counts[c, POS]) / usual)
                weights.append(float(usual))
    if not factors:
        raise NotMeasurableError("the range holds no public holiday on a working day")
    return float(np.average(factors, weights=weights))


def _payday(view: View) -> float:
    rows, days = view.cards, np.array([day_number(day) for day in view.days])
    accounts = np.unique(rows["account"])
    counts = payments_per_day(rows, accounts, days)
    groups = pay_groups(view.world.entities.account_customer[accounts])
    usual = counts.sum(axis=0) / max(counts.sum(), 1.0)
    paid = expected = 0.0
    for group in range(len(PAYDAYS)):
        on, near = _pay_days(group, days)
        members = groups == group
        level = counts[members][:, ~near].sum() / max(usual[~near].sum(), 1e-12)
        if on.any() and level > 0:
            paid += counts[members][:, on].sum()
            expected += level * usual[on].sum()
    if expected <= 0:
        raise NotMeasurableError("the range holds no pay day with quieter days around it")
    return paid / expected - 1


def _pay_days(group: int, days: Ints) -> tuple[AnyArray, AnyArray]:
    """Which days pay a group, and which are near a day that does, be it inside the range or not. (days,), (days,)"""
    around = np.array([[is_payday(group, int(day) + k) for k in range(-NEAR_PAY, NEAR_PAY + 1)] for day in days])
    return around[:, NEAR_PAY], np.bitwise_or.reduce(around, axis=1)


def _burstiness(view: View) -> float:
    values = card_burstiness(view.cards)
    if len(values) < 30:
        raise NotMeasurableError("fewer than 30 cards have enough payments")
    return float(np.median(values))


def _not_poisson(view: View) -> float:
    gaps = rescaled_gaps(view.cards)
    if len(gaps) < FEWEST_GAPS:
        raise NotMeasurableError(f"fewer than {FEWEST_GAPS} gaps between payments")
    return kolmogorov_p(distance_from_uniform(gaps), len(gaps))


FEWEST_GAPS = 1000
"""Fewer gaps between payments say little about their law. [count]"""

RETAIL = ("clothing", "electronics", "furniture", "department_discount", "specialty_retail", "jewelry")

TARGETS: tuple[Target, ...] = (
    Target(
        "E01.busiest",
        "Saturday noon against the busiest hour of the week",
        "ratio",
        _busiest,
        {"any": between(0.97, 1.0, "primary", "paymark_2017", value=1.0)},
        note="The best hour of Saturday 11 to 14 over the best of all hours.",
    ),
    Target(
        "E01.quietest",
        "Monday small hours against the quietest hour of the week",
        "ratio",
        _quietest,
        {"any": between(1.0, 1.15, "primary", "paymark_2017", value=1.0)},
        note="The quietest hour of Monday 2 to 5 over the quietest of all hours.",
    ),
    Target(
        "E02",
        "Saturday 10 to 17 h: share of the week's spending in shops",
        "share",
        _saturday_trade(),
        {"any": around(0.115, "primary", "paymark_2017", within=0.03)},
    ),
    Target(
        "E02.retail",
        "Saturday 10 to 17 h: share of the week's discretionary retail",
        "share",
        _saturday_trade(*RETAIL),
        {"any": around(0.18, "primary", "paymark_2017", within=0.03)},
    ),
    Target(
        "E04",
        "Weekday retail at 13 h against its two peaks",
        "ratio",
        _lunch_dip,
        {"any": between(0.6, 0.97, "primary", "home_credit_2016")},
        note="That there is a dip between two peaks was read; its depth is judged.",
    ),
    Target(
        "E05.friday",
        "Friday's share of spending",
        "share",
        _weekday(FRIDAY),
        {"any": around(0.18, "secondary", "mastercard_hu", within=0.03)},
    ),
    Target(
        "E05.saturday",
        "Saturday's share of spending",
        "share",
        _weekday(SATURDAY),
        {"any": around(0.18, "secondary", "mastercard_hu", within=0.03)},
    ),
    Target(
        "E05.tuesday",
        "Tuesday against the mean of Monday to Saturday, in shops",
        "ratio",
        _tuesday,
        {"any": between(0.75, 1.0, "secondary", "mastercard_hu")},
    ),
    Target(
        "E06.present",
        "Night share (0 to 6 h) of payments in shops",
        "share",
        _night(_STORE),
        {"any": between(0.02, 0.05, "judged")},
    ),
    Target(
        "E06.remote",
        "Night share (0 to 6 h) of remote payments",
        "share",
        _night(_WEB),
        {"any": between(0.06, 0.12, "judged")},
    ),
    Target(
        "E09",
        "Black Friday over an ordinary Friday",
        "share",
        _black_friday,
        {"any": between(0.10, 0.35, "primary", "nationwide_2024", value=0.185)},
    ),
    Target(
        "E11",
        "December in shops over the average month",
        "ratio",
        _december,
        {"any": around(1.125, "recalled", "census_mrts", within=0.05)},
    ),
    Target(
        "E11.holiday",
        "Public holidays in shops over the same weekday otherwise",
        "ratio",
        _holiday,
        {"any": between(0.4, 0.9, "judged")},
    ),
    Target(
        "E13",
        "More payments on pay day",
        "share",
        _payday,
        {"any": between(0.15, 0.40, "secondary", "pagel_2016")},
        note="Against the same people's days away from pay day, after the crowd's calendar is taken out.",
    ),
    Target(
        "E14",
        "Burstiness of a card's payments, median",
        "unitless",
        _burstiness,
        {"any": between(0.15, 0.45, "judged", "goh2008")},
    ),
    Target(
        "E14.poisson",
        "Chance that cards are non-homogeneous Poisson processes (Kolmogorov-Smirnov)",
        "share",
        _not_poisson,
        {"any": between(0.0, 0.01, "primary", "hawkes_2020", value=0.0)},
        note="That payments cluster was read; the level of the test is judged.",
    ),
)
"""Targets on time."""
