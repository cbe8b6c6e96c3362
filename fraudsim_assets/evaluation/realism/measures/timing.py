"""Measures of time: hours, weekdays, calendar, bursts.

Belongs here: measures that only targets of this theme need.
"""

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np

from fraudsim_assets.evaluation.realism.evidence import Measure, View
from fraudsim_assets.evaluation.realism.habits import card_burstiness, payments_per_day, rescaled_gaps
from fraudsim_assets.evaluation.realism.measures.shared import ratio, typical_week
from fraudsim_assets.evaluation.realism.tallies import POS
from fraudsim_assets.evaluation.targets import NotMeasurableError
from fraudsim_assets.maths.estimation import distance_from_uniform, kolmogorov_p
from fraudsim_assets.spending.calendar import is_public_holiday, thanksgiving
from fraudsim_assets.spending.paydays import PayDays
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
    world = view.world
    entities, pay = world.entities, world.lives.pay
    people = entities.account_customer[accounts]
    home = entities.customer_city.take(entities.customer_versions.rows(people, int(days[0])))
    groups = pay.employer_of(people, entities.city_country.take(home))
    usual = counts.sum(axis=0) / max(counts.sum(), 1.0)
    paid = expected = 0.0
    for group in np.unique(groups):
        on, near = _pay_days(pay, int(group), days)
        members = groups == group
        level = counts[members][:, ~near].sum() / max(usual[~near].sum(), 1e-12)
        if on.any() and level > 0:
            paid += counts[members][:, on].sum()
            expected += level * usual[on].sum()
    if expected <= 0:
        raise NotMeasurableError("the range holds no pay day with quieter days around it")
    return paid / expected - 1


def _pay_days(pay: PayDays, group: int, days: Ints) -> tuple[AnyArray, AnyArray]:
    """Which days pay a group, and which are near a day that does, be it inside the range or not. (days,), (days,)"""
    around = np.array([[pay.paid_on(int(day) + k)[group] for k in range(-NEAR_PAY, NEAR_PAY + 1)] for day in days])
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

MEASURES: Mapping[str, Measure] = {
    "saturday_noon_to_busiest_hour": _busiest,
    "monday_night_to_quietest_hour": _quietest,
    "saturday_share_of_shops": _saturday_trade(),
    "saturday_share_of_retail": _saturday_trade(*RETAIL),
    "lunch_dip": _lunch_dip,
    "friday_share": _weekday(FRIDAY),
    "saturday_share": _weekday(SATURDAY),
    "tuesday_to_mean_day": _tuesday,
    "night_share_in_shops": _night(_STORE),
    "night_share_remote": _night(_WEB),
    "black_friday": _black_friday,
    "december": _december,
    "public_holidays": _holiday,
    "pay_days": _payday,
    "burstiness": _burstiness,
    "chance_of_poisson_cards": _not_poisson,
}
"""Measures by the name of the quantity in ``data/timing.toml``."""
