"""Rates of days: laws, feasts and pay days as real years show them."""

from datetime import date, timedelta

import numpy as np
import pytest

from fraudsim_assets.calendar import CalendarData, DayRates, Region, year_rates
from fraudsim_assets.errors import ConfigError
from fraudsim_assets.reference_data import ReferenceSettings, packaged
from fraudsim_assets.units import Floats, day_number

DATA = CalendarData.of(packaged())
CANTONS = {
    "ZH": 1540, "BE": 1040, "VD": 806, "AG": 685, "SG": 510, "GE": 504, "LU": 413, "TI": 353, "VS": 345, "FR": 322,
    "BL": 289, "TG": 279, "SO": 275, "GR": 199, "BS": 195, "NE": 177, "SZ": 160, "ZG": 128,
}  # fmt: skip
"""Thousands of inhabitants of the larger cantons, Federal Statistical Office 2019 (rounded)."""


def rates(country: str, pattern: str, year: int, subdivision: str | None = None) -> Floats:
    return year_rates(DATA, Region(country, subdivision), year)[DATA.pattern_names.index(pattern)]


def on(days: Floats, day: date) -> float:
    return float(days[(day - date(day.year, 1, 1)).days])


def swiss(pattern: str, year: int) -> Floats:
    total = sum(share * rates("CH", pattern, year, canton) for canton, share in CANTONS.items())
    return total / sum(CANTONS.values())


SWISS_DAYS_2019 = {
    # share of the median day of that weekday, by number of payments: Monitoring Consumption Switzerland
    date(2019, 1, 1): {"shops": 0.09, "grocery": 0.12, "eating_out": 0.57, "fuel": 0.63},
    date(2019, 4, 19): {"shops": 0.19, "grocery": 0.25, "eating_out": 0.60, "fuel": 1.04},
    date(2019, 4, 20): {"shops": 1.07, "grocery": 1.08, "eating_out": 0.82, "fuel": 0.96},
    date(2019, 4, 22): {"shops": 0.25, "grocery": 0.24, "eating_out": 0.60, "fuel": 1.18},
    date(2019, 5, 29): {"shops": 1.19, "grocery": 1.25, "eating_out": 1.15, "fuel": 1.20},
    date(2019, 5, 30): {"shops": 0.13, "grocery": 0.24, "fuel": 1.31},
    date(2019, 6, 10): {"shops": 0.30, "grocery": 0.27, "eating_out": 0.70, "fuel": 1.15},
    date(2019, 8, 1): {"shops": 0.13, "grocery": 0.24, "fuel": 1.17},
    date(2019, 11, 29): {"shops": 1.77, "grocery": 1.20, "eating_out": 1.10, "fuel": 1.02, "online_shops": 5.90},
    date(2019, 12, 24): {"shops": 1.68, "grocery": 1.32, "eating_out": 0.42, "fuel": 0.91},
    date(2019, 12, 25): {"shops": 0.08, "grocery": 0.14, "eating_out": 0.25, "fuel": 0.80},
    date(2019, 12, 26): {"shops": 0.44, "grocery": 0.37, "eating_out": 0.45, "fuel": 0.90},
}


@pytest.mark.parametrize("day", SWISS_DAYS_2019, ids=str)
def test_named_days_of_switzerland_are_as_real(day: date) -> None:
    for pattern, real in SWISS_DAYS_2019[day].items():
        days = swiss(pattern, 2019)
        weekday = np.median(days[(np.arange(365) + 1) % 7 == day.weekday()])
        assert on(days, day) / weekday == pytest.approx(real, rel=0.15, abs=0.08), pattern


@pytest.mark.parametrize("pattern", DATA.pattern_names)
@pytest.mark.parametrize("country", ["CH", "US", "DE", "PL", "JP", "AE"])
def test_rates_are_positive_with_mean_one(country: str, pattern: str) -> None:
    for year in (2023, 2024):
        days = rates(country, pattern, year)
        assert days.min() > 0
        assert days.mean() == pytest.approx(1.0)


def test_shops_are_closed_on_sundays_where_the_law_says_so() -> None:
    sundays = np.arange(365) % 7 == 4  # 2025 begins on a Wednesday
    for country in ("DE", "AT", "CH"):
        assert rates(country, "shops", 2025)[sundays].mean() < 0.25
    for country in ("SE", "US", "GB"):
        assert rates(country, "shops", 2025)[sundays].mean() > 0.6


def test_polish_shops_open_on_trading_sundays_only() -> None:
    days = rates("PL", "shops", 2025)
    assert on(days, date(2025, 1, 26)) > 5 * on(days, date(2025, 1, 19))
    assert on(days, date(2025, 12, 14)) > 5 * on(days, date(2025, 11, 16))


def test_a_holiday_of_one_land_closes_its_shops_and_not_those_of_another() -> None:
    corpus_christi = date(2025, 6, 19)
    assert on(rates("DE", "shops", 2025, "BY"), corpus_christi) < 0.1
    assert on(rates("DE", "shops", 2025, "BE"), corpus_christi) > 0.8


def test_the_eve_of_new_year_knows_that_tomorrow_is_a_holiday() -> None:
    eve, before = date(2025, 12, 31), date(2025, 12, 30)
    days = rates("CH", "grocery", 2025)
    events = {name: DATA.patterns["grocery"].events.get(name, 1.0) for name in ("new_years_eve",)}
    ratio = on(days, eve) / on(days, before) / events["new_years_eve"]
    assert ratio > 1.15


def test_the_united_states_keep_thanksgiving_and_christmas_and_pay_bills_on_the_first() -> None:
    shops = rates("US", "shops", 2024)
    assert on(shops, date(2024, 11, 28)) < 0.7
    assert on(shops, date(2024, 11, 29)) > 1.6
    assert on(shops, date(2024, 12, 25)) < 0.5
    bills = rates("US", "bills", 2024)
    assert on(bills, date(2024, 10, 1)) > 2 * on(bills, date(2024, 10, 8))


@pytest.mark.parametrize("pattern", ["grocery", "shops"])
@pytest.mark.parametrize("day", [(12, 24), (12, 31)])
def test_the_last_day_before_a_feast_is_alike_whichever_working_day_it_is(pattern: str, day: tuple[int, int]) -> None:
    # Saturdays in 2022, Tuesdays in 2019; of ordinary weeks a Saturday has half as many payments again in shops
    saturday, tuesday = (on(rates("CH", pattern, year, "ZH"), date(year, *day)) for year in (2022, 2019))
    assert saturday / tuesday == pytest.approx(1.0, abs=0.15)


def test_a_christmas_eve_on_a_sunday_is_a_sunday() -> None:
    shops = rates("DE", "shops", 2023)
    assert on(shops, date(2023, 12, 24)) < 0.15
    assert on(shops, date(2023, 12, 23)) > 1.5


@pytest.mark.parametrize("country", ["FR", "IT", "ES", "NL", "IE", "GB", "AU", "CA", "CH", "DE", "AT", "PL"])
@pytest.mark.parametrize("year", [2022, 2024])
def test_shops_that_open_on_sundays_close_on_christmas_day(country: str, year: int) -> None:
    for pattern in ("grocery", "shops"):
        assert on(rates(country, pattern, year), date(year, 12, 25)) < 0.25, pattern


@pytest.mark.parametrize(
    ("country", "subdivision", "day"),
    [("AU", "NSW", date(2022, 4, 15)), ("FR", None, date(2024, 5, 1)), ("GB", "ENG", date(2022, 4, 17))],
    ids=["Good Friday", "1 May", "Easter Sunday"],
)
def test_shops_that_open_on_sundays_keep_the_days_of_their_country(
    country: str, subdivision: str | None, day: date
) -> None:
    assert on(rates(country, "shops", day.year, subdivision), day) < 0.35


def test_people_travel_in_summer_which_is_winter_elsewhere() -> None:
    first, middle = slice(0, 31), slice(181, 212)
    for country, warmer, colder in (("AU", first, middle), ("GB", middle, first), ("US", middle, first)):
        days = rates(country, "accommodation", 2022)
        assert days[warmer].mean() > 1.2 * days[colder].mean(), country
    assert rates("CH", "accommodation", 2022)[first].mean() > 1.2  # winter sports


@pytest.mark.parametrize("year", [2020, 2022, 2023])
@pytest.mark.parametrize("country", ["CH", "US", "GB"])
def test_on_whichever_weekday_a_feast_falls_no_day_before_it_is_far_above_twice_a_usual_one(
    country: str, year: int
) -> None:
    assert rates(country, "grocery", year).max() < 2.4


def test_rates_between_days_cross_new_year_without_a_seam() -> None:
    regions = (Region("CH", "ZH"), Region("US"))
    first = day_number(date(2024, 12, 1))
    window = DayRates(DATA, regions).between(first, 62)
    assert window.shape == (2, len(DATA.patterns), 62)
    np.testing.assert_array_equal(window[0, :, :31], year_rates(DATA, regions[0], 2024)[:, -31:])
    np.testing.assert_array_equal(window[1, :, 31:], year_rates(DATA, regions[1], 2025)[:, :31])


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"day_patterns": {"shops": {"events": {"blakc_friday": 2.0}}}}, "black_friday"),
        ({"country_days": {"DE": {"sunday": {"shosp": 0.1}}}}, "shops"),
        ({"country_days": {"DE": {"pay_days": [{"on": "25", "share": 0.5}]}}}, "must sum to one"),
        ({"day_events": {"singles_day": {"on": "11-31"}}}, "day_events.singles_day.on"),
        ({"categories": {"fuel": {"days": "feul"}}}, "fuel"),
    ],
)
def test_a_name_or_rule_that_leads_nowhere_is_refused(changes: dict, told: str) -> None:
    with pytest.raises((ConfigError, ValueError), match=told):
        _ = ReferenceSettings.model_validate(changes)


def test_a_user_moves_a_sunday() -> None:
    settings = ReferenceSettings.model_validate({"country_days": {"DE": {"sunday": {"shops": 0.8}}}})
    changed = CalendarData.of(settings.resolved)
    sunday = (date(2025, 3, 9) - date(2025, 1, 1)).days
    shops = DATA.pattern_names.index("shops")
    assert year_rates(changed, Region("DE"), 2025)[shops, sunday] > 0.5
    assert settings.resolved.digest() != packaged().digest()


@pytest.mark.parametrize(("country", "subdivision"), [("GB", "ENG"), ("AU", "NSW")])
def test_saturday_is_the_day_to_eat_out_where_lunch_at_work_is_not_the_main_meal(country, subdivision):
    eating_out = rates(country, "eating_out", 2022, subdivision)
    weekdays = [np.median(eating_out[(np.arange(365) + 5) % 7 == day]) for day in range(7)]
    assert int(np.argmax(weekdays)) == 5
    assert weekdays[0] == min(weekdays)
    # the Saturday of the Easter weekend is one as well, and people go out on these four days
    assert on(eating_out, date(2022, 4, 16)) > 0.85 * weekdays[5]
    assert on(rates(country, "entertainment", 2022, subdivision), date(2022, 4, 18)) > 1.1


def test_the_swiss_stay_at_hotels_at_the_end_of_the_week_and_visitors_in_it():
    swiss_stays, others = swiss("accommodation", 2022), rates("FR", "accommodation", 2022)
    spring = slice(105, 175)
    weekday = (np.arange(365) + 5) % 7
    level = lambda days: [days[spring][weekday[spring] == day].mean() for day in range(7)]  # noqa: E731
    assert level(swiss_stays)[5] > 1.3 * level(swiss_stays)[1]
    assert level(others)[5] < 1.1 * level(others)[1]
    # who skis is on the slopes at the weekend, and sport holidays come before and after few others
    january = slice(9, 55)
    assert swiss_stays[january][weekday[january] == 5].mean() < swiss_stays[january][weekday[january] == 4].mean()


def against_its_weekday(days: Floats, day: date) -> float:
    first = date(day.year, 1, 1)
    weekday = (first.weekday() + np.arange(len(days))) % 7
    return on(days, day) / float(np.median(days[weekday == day.weekday()]))


SWISS_FEASTS = {
    2019: ((4, 19), (4, 22), (5, 30), (6, 10), (8, 1), (12, 25)),
    2020: ((4, 10), (4, 13), (5, 21), (6, 1), (8, 1), (12, 25)),
    2022: ((4, 15), (4, 18), (5, 26), (6, 6), (8, 1), (12, 26)),
    2024: ((3, 29), (4, 1), (5, 9), (5, 20), (8, 1), (12, 25)),
}
"""Good Friday, Easter Monday, Ascension, Whit Monday, the national day, and a day of Christmas on a working day."""


@pytest.mark.parametrize("year", SWISS_FEASTS)
def test_swiss_feasts_move_with_the_year_and_days_of_another_year_are_ordinary(year: int) -> None:
    shops = swiss("shops", year)
    for month, day in SWISS_FEASTS[year]:
        assert against_its_weekday(shops, date(year, month, day)) < 0.5, (month, day)
    others = {day for other in SWISS_FEASTS.values() for day in other if day[0] in (4, 5, 6)} - set(SWISS_FEASTS[year])
    ordinary = [date(year, *day) for day in others if date(year, *day).weekday() < 5]
    assert len(ordinary) > 2
    for day in ordinary:
        # some cantons keep Corpus Christi
        assert against_its_weekday(shops, day) > 0.7, day


AMERICAN_DAYS_2022 = {
    date(2022, 5, 30): (0.7, 0.97), date(2022, 6, 20): (0.9, 1.0), date(2022, 7, 4): (0.6, 0.97),
    date(2022, 9, 5): (0.6, 0.97), date(2022, 11, 24): (0.4, 0.7), date(2022, 11, 25): (1.2, 1.9),
    date(2022, 12, 25): (0.1, 0.2), date(2022, 12, 26): (0.8, 1.05), date(2022, 5, 27): (0.95, 1.25),
    date(2022, 11, 28): (1.0, 1.4), date(2022, 11, 29): (0.95, 1.2), date(2022, 5, 31): (0.95, 1.3),
}  # fmt: skip


@pytest.mark.parametrize("day", AMERICAN_DAYS_2022, ids=str)
def test_american_days_of_2022_are_what_they_are_by_law_and_custom(day: date) -> None:
    low, high = AMERICAN_DAYS_2022[day]
    assert low < against_its_weekday(rates("US", "shops", 2022), day) < high


def test_sales_of_one_seller_and_the_day_of_taxes_have_their_own_dates_every_year() -> None:
    for day in (date(2019, 7, 16), date(2020, 10, 13), date(2022, 7, 12), date(2022, 10, 12), date(2024, 7, 17)):
        online = rates("US", "online_shops", day.year)
        week = timedelta(days=7)
        assert on(online, day) > 1.05 * (on(online, day - week) + on(online, day + week)) / 2, day
    bills = rates("US", "bills", 2022)
    assert on(bills, date(2022, 4, 18)) > 1.15 * on(bills, date(2022, 4, 25))
    assert on(bills, date(2022, 4, 12)) < 1.1 * on(bills, date(2022, 4, 26))


def test_an_event_is_not_kept_before_its_first_year() -> None:
    event = packaged().day_events["juneteenth"]
    assert [event.rule(year) for year in (2020, 2021, 2022)] == [None, "06-19", "06-20"]


def test_winter_ends_with_the_last_day_of_february() -> None:
    meals = rates("CH", "eating_out", 2020)
    assert on(meals, date(2020, 2, 29)) == pytest.approx(on(meals, date(2020, 2, 22)), rel=0.1)


BANK_HOLIDAYS = [
    ("GB", date(2024, 8, 26), ("ENG", "WLS", "NIR"), ("SCT",)),
    ("GB", date(2024, 8, 5), ("SCT",), ("ENG", "WLS", "NIR")),
    ("GB", date(2024, 1, 2), ("SCT",), ()),
    ("GB", date(2024, 7, 12), ("NIR",), ("ENG", "SCT")),
    ("GB", date(2022, 6, 3), ("ENG", "WLS", "SCT", "NIR"), ()),  # the Platinum Jubilee
    ("AU", date(2025, 3, 10), ("VIC", "TAS"), ("NSW", "QLD")),
    ("AU", date(2025, 11, 4), ("VIC",), ("NSW", "WA")),
    ("AU", date(2025, 3, 3), ("WA",), ("NSW", "VIC")),
    ("AU", date(2025, 10, 6), ("NSW", "ACT"), ("VIC", "WA")),
    ("AU", date(2025, 1, 27), ("NSW", "VIC", "WA"), ()),  # Australia Day of a Sunday
]


@pytest.mark.parametrize(("country", "day", "kept", "not_kept"), BANK_HOLIDAYS, ids=lambda v: str(v)[:10])
def test_bank_holidays_are_kept_where_they_are_kept(
    country: str, day: date, kept: tuple[str, ...], not_kept: tuple[str, ...]
) -> None:
    for part in kept:
        assert against_its_weekday(rates(country, "professional_services", day.year, part), day) < 0.75, part
    for part in not_kept:
        assert against_its_weekday(rates(country, "professional_services", day.year, part), day) > 0.8, part
