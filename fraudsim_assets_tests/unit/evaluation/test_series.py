"""A world's year beside a published one: factors, tables, counting and verdicts."""

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest

from fraudsim_assets.catalog import build_catalogs
from fraudsim_assets.config import load_config
from fraudsim_assets.errors import ConfigError
from fraudsim_assets.evaluation.days import collect
from fraudsim_assets.evaluation.series.comparison import compare
from fraudsim_assets.evaluation.series.shape import WEEKS, Dates, Shape, by_month
from fraudsim_assets.evaluation.series.table import (
    DOMESTIC,
    FOLDER,
    FOREIGN,
    PRESENT,
    REMOTE,
    load_series,
    series_names,
)
from fraudsim_assets.evaluation.series.tally import YearTally, days_to_count, whole_years, with_year
from fraudsim_assets.evaluation.series.writing import REPORT, VERDICTS, year_report
from fraudsim_assets.evaluation.targets import NotMeasurableError
from fraudsim_assets.simulation import World, simulate_day
from fraudsim_assets.units import DAY

RULES = {"good_friday": "easter-2", "christmas_day": "12-25", "black_friday": "4 thu nov+1"}
PER_DAY = 1e9
"""So many payments a day leave no noise of counting."""


@pytest.fixture(scope="module")
def swiss_world():
    """A village whose world has 2019."""
    config = load_config("ch", overrides=["population.scale=0.02", "start_date=2018-12-31", "fraud.rate=0.01"], env={})
    return World(config, build_catalogs(config))


def made_like_published(world, series) -> YearTally:
    """A year of payments that are as many in each line as published, summed up from the smallest lines."""
    tally = YearTally.empty(world, series)
    names = world.reference.category_names
    for name, line in series.lines.items():
        if line.categories and line.holders == "all":
            for category in line.categories:
                for channel in line.channel_codes:
                    cell = tally.sums[:, names.index(category), channel, :, 0]
                    cell[:] = (PER_DAY / 2 * series.curve(name))[:, None, None]
    return tally


def test_factors_of_a_year_made_of_factors_are_found():
    dates = Dates.of(2019, RULES)
    weekday, month_days = np.linspace(0.7, 1.3, 7), np.linspace(1.15, 0.85, 31)
    weeks = 1 + 0.2 * np.sin(np.arange(WEEKS) / 8)
    named = {"good_friday": 0.4, "christmas_day": 0.2, "black_friday": 1.9}
    weekdays = np.stack([weekday[::-1], weekday])
    values = Shape(weekdays, weeks, month_days, named).curve(dates)
    found = Shape.fit(1000 * values, dates)
    np.testing.assert_allclose(found.weekdays, weekdays, rtol=1e-6)
    np.testing.assert_allclose(found.weekday, weekday, rtol=1e-6)
    np.testing.assert_allclose(found.month_days, month_days, rtol=1e-6)
    np.testing.assert_allclose(list(found.named.values()), list(named.values()), rtol=1e-6)
    np.testing.assert_allclose(found.curve(dates), values, rtol=1e-6)


def test_named_days_move_with_the_year():
    at = {year: Dates.of(year, RULES).named for year in (2019, 2024)}
    assert [date(2019, 1, 1).toordinal() + at[2019][name] for name in RULES] == [
        d.toordinal() for d in (date(2019, 4, 19), date(2019, 12, 25), date(2019, 11, 29))
    ]
    assert date(2024, 1, 1).toordinal() + at[2024]["good_friday"] == date(2024, 3, 29).toordinal()
    assert len(Dates.of(2024, RULES).weekday) == 366


def test_months_of_an_even_year_are_one():
    dates = Dates.of(2019, RULES)
    np.testing.assert_allclose(by_month(np.full(365, 3.0), dates), 1.0)


@pytest.mark.parametrize("name", series_names())
def test_each_table_that_ships_holds_factors_and_no_days(name):
    series = load_series(name)
    for line in series.lines.values():
        assert max(map(len, (*line.weekdays, line.weeks, line.month_days))) <= WEEKS
        numbers = sum(map(len, line.weekdays)) + len(line.weeks) + len(line.month_days) + len(line.named)
        assert numbers < series.n_days * 0.4
        assert line.fidelity < 1
    for line in series.lines:
        curve = series.curve(line)
        assert curve.mean() == pytest.approx(1.0)
        assert len(series.curve(line, 2024)) == 366


def test_published_days_are_as_the_publishers_show_them():
    ch, us = load_series("ch_2019"), load_series("us_2019")
    day = lambda series, line, name: series.curve(line)[series.dates.named[name]]  # noqa: E731
    # against the mean day of the year, computed from the publishers' values; factors are rounded to a thousandth
    assert day(us, "all", "christmas_day") == pytest.approx(0.31, abs=0.006)
    assert day(us, "all", "thanksgiving") == pytest.approx(0.64, abs=0.006)
    assert day(ch, "all", "christmas_day") == pytest.approx(0.288, abs=0.006)
    assert day(ch, "online", "black_friday") > 5
    assert ch.lines["grocery"].shape.weekday[6] == pytest.approx(0.22, abs=0.02)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('source = "opportunity_insights"', 'source = "hearsay"', "'hearsay' is not in the bibliography"),
        ('side = "issued"', 'side = "both"', "side: 'both' is not valid"),
        ('channel = "all"', 'channel = "mail"', "channel: 'mail' is not valid"),
        ("categories = []", 'categories = ["grocer"]', "no category 'grocer'; did you mean 'grocery'"),
        ('memorial_day = "last mon may"', 'memorial_day = "last may"', "'last may' is not a rule for dates"),
    ],
)
def test_a_table_with_a_mistake_is_refused_with_its_line(tmp_path, old, new, told):
    text = (FOLDER / "us_2019.toml").read_text(encoding="utf-8")
    assert old in text
    file = tmp_path / "mine.toml"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigError, match=told) as caught:
        load_series(str(file))
    assert "mine.toml:" in str(caught.value)


def test_a_table_of_ones_own_is_read_by_its_path(tmp_path):
    file = tmp_path / "us_again.toml"
    file.write_bytes((FOLDER / "us_2019.toml").read_bytes())
    assert load_series(str(file)).lines == load_series("us_2019").lines


def test_an_unknown_series_is_told_with_those_that_are_there():
    with pytest.raises(ConfigError, match="no series 'fr_2019'; valid are ch_2019, us_2019"):
        load_series("fr_2019")


def test_a_tally_counts_what_the_table_of_transactions_says(swiss_world):
    series = load_series("ch_2019")
    days = [date(2019, 3, 1), date(2019, 3, 2)]
    tally = collect(YearTally.empty(swiss_world, series), days)
    rows = pl.concat([pl.from_arrow(simulate_day(swiss_world, day).read()) for day in days])
    counted = rows.filter(
        (pl.col("transaction_type") == "purchase")
        & (pl.col("response_code") == "00")
        & (pl.col("merchant_country") == "CH")
    )
    assert tally.sums[..., 0].sum() == len(counted) > 500
    homes = pl.DataFrame(swiss_world.catalogs.customers).unique("customer_id", keep="last")
    at_home = counted.join(homes.filter(pl.col("country") == "CH"), on="customer_id", how="semi")
    assert tally.sums[:, :, :, DOMESTIC, :, 0].sum() == len(at_home)
    assert tally.sums[:, :, :, FOREIGN, :, 0].sum() == len(counted) - len(at_home) > 0
    in_person = counted.filter(pl.col("channel") == "pos")
    assert tally.sums[:, :, PRESENT, :, :, 0].sum() == len(in_person)
    assert tally.sums[:, :, REMOTE, :, :, 0].sum() == len(counted) - len(in_person) > 0
    by_day = in_person["local_time"].cast(pl.Int64) // DAY - (date(2019, 1, 1) - date(1970, 1, 1)).days
    np.testing.assert_array_equal(
        tally.sums[:, :, PRESENT, :, :, 0].sum(axis=(1, 2, 3)), np.bincount(by_day.to_numpy(), minlength=365)
    )


def test_a_series_is_chosen_where_the_days_hold_its_whole_year_and_people_live_there():
    days = days_to_count(load_config("ch", overrides=["start_date=2018-12-01"], env={}), load_series("ch_2019"))
    chosen = lambda config, some: [s.name for s in whole_years(load_config(config, env={}), some)]  # noqa: E731
    assert chosen("ch", days) == ["ch_2019", "us_2019"]
    assert chosen("us_debit", days) == ["us_2019"]
    assert chosen("uk", days) == []
    assert chosen("ch", days[:1] + days[2:]) == []


def test_days_to_count_hold_every_local_date_of_the_year():
    series = load_series("us_2019")
    config = with_year(load_config("us_debit", env={}), series)
    days = days_to_count(config, series)
    assert (days[0], days[-1]) == (date(2018, 12, 31), date(2020, 1, 1))
    assert len(days) == 367
    assert with_year(config, series) == config


def test_a_year_as_published_meets_everything_and_one_a_day_off_does_not(swiss_world):
    series = load_series("ch_2019")
    tally = made_like_published(swiss_world, series)
    as_published = compare(tally)
    # all payments are more than those of the trades that have a line, and trades are not told apart by holders
    own = {name for name, line in series.lines.items() if line.categories and line.holders == "all"}
    assert len(own) == 11
    assert all(verdict.is_met for verdict in as_published.all_verdicts if verdict.target.id.split(".")[1] in own)
    assert all(as_published.comparisons[name].correlation > 0.999 for name in own)
    shifted = compare(replace(tally, sums=np.roll(tally.sums, 1, axis=0)))
    missed = {v.target.id for v in shifted.all_verdicts if not v.is_met}
    assert {"Y01.grocery", "Y02.shops.christmas_day", "Y02.shops.good_friday", "Y03.grocery"} <= missed


def test_counting_few_payments_widens_bands_and_says_what_it_allows(swiss_world):
    series = load_series("ch_2019")
    tally = made_like_published(swiss_world, series)
    # ten in person and ten remotely
    few = compare(replace(tally, sums=tally.sums * (10 / PER_DAY))).comparisons["fuel"]
    assert few.per_day == pytest.approx(20)
    # the error of a count of twenty is its root, and the fuel year spreads by about an eighth
    spread = few.published.std()
    assert few.ceiling == pytest.approx((spread**2 / (spread**2 + 1 / 20)) ** 0.5, rel=0.02)


def test_a_world_without_the_whole_year_is_refused(swiss_world):
    tally = collect(YearTally.empty(swiss_world, load_series("ch_2019")), [date(2019, 3, 1)])
    # a UTC day has two or three local dates, by where people live
    with pytest.raises(NotMeasurableError, match=r"36[2-4] days of 2019 have no payments of CH"):
        compare(tally)


def test_documents_say_the_lines_and_show_both_curves(swiss_world, tmp_path):
    series = load_series("ch_2019")
    year = compare(made_like_published(swiss_world, series))
    files = {file.name for file in year_report(swiss_world.config, year, tmp_path)}
    assert {REPORT, VERDICTS, "year-ch_2019-grocery.svg"} <= files
    page = (tmp_path / REPORT).read_text(encoding="utf-8")
    assert "Payments acquired in Switzerland in 2019" in page
    assert "monitoring_consumption_ch" in page
    picture = (tmp_path / "year-ch_2019-grocery.svg").read_text(encoding="utf-8")
    # two curves in each half of the year
    assert picture.count("<polyline") == 4
    assert "christmas day" in picture
