"""Derive the table of a published year from its publisher's daily values, which do not travel with the package.

    python scripts/derive_series.py ch FOLDER 2019 > fraudsim_assets/evaluation/series/data/ch_2019.toml
    python scripts/derive_series.py us FOLDER 2019 > fraudsim_assets/evaluation/series/data/us_2019.toml

FOLDER holds ``ch_category_channel_daily_YEAR.csv`` and ``ch_category_origin_daily_YEAR.csv`` (Monitoring Consumption
Switzerland: date, channel or origin, category, value, number), or ``us_affinity_daily_YEAR.csv`` (Opportunity Insights:
date, spend_all, spend_q1 to spend_q4).
"""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from fraudsim_assets.evaluation.series.shape import Dates, Shape
from fraudsim_assets.units import Floats

_ADVENT = {f"december_{day}": f"12-{day}" for day in (*range(19, 24), *range(27, 31))}
_YEAR_END = {"new_year": "01-01", "january_2": "01-02"} | _ADVENT
_YEAR_END |= {"christmas_eve": "12-24", "christmas_day": "12-25", "boxing_day": "12-26", "new_years_eve": "12-31"}
_SALES = {"black_friday": "4 thu nov+1", "black_saturday": "4 thu nov+2", "black_sunday": "4 thu nov+3"}
_SALES |= {"cyber_monday": "4 thu nov+4", "cyber_tuesday": "4 thu nov+5", "singles_day": "11-11"}
_SPRING = {"valentine": "02-14", "good_friday": "easter-2", "easter_saturday": "easter-1", "easter_sunday": "easter"}
_SPRING |= {"easter_monday": "easter+1", "mothers_day": "2 sun may"}
_SWISS = {"maundy_thursday": "easter-3", "ascension_eve": "easter+38", "ascension": "easter+39"}
_SWISS |= {"ascension_friday": "easter+40", "whit_saturday": "easter+48", "whit_sunday": "easter+49"}
_SWISS |= {"whit_monday": "easter+50", "national_day_eve": "07-31", "national_day": "08-01"}
_AMERICAN = {"memorial_day": "last mon may", "independence_eve": "07-03", "independence_day": "07-04"}
_AMERICAN |= {"labor_day": "1 mon sep", "thanksgiving_eve": "4 thu nov-1", "thanksgiving": "4 thu nov"}

_GROCERY = ("grocery",)
_SHOPS = ("clothing", "department_discount", "electronics", "furniture", "gift_cards", "home_improvement", "jewelry")
_SHOPS += ("marketplace", "pharmacy", "specialty_retail")

_GOALS = {
    "total": 0.95,
    "trade": 0.9,
    "day_share": 0.15,
    "day_level": 0.08,
    "weekday": 0.08,
    "months": 0.08,
    "turn": 0.05,
}


@dataclass(frozen=True)
class Kept:
    """A line to derive.

    Attributes
    ----------
    title, categories, channel, income, holders
        As in ``Line``.
    values : (days of year,)
        Published daily values.
    judged
        Whether the correlation of its days is a goal.
    """

    title: str
    values: Floats
    categories: tuple[str, ...] = ()
    channel: str = "all"
    income: int | None = None
    holders: str = "all"
    judged: bool = False


def main() -> None:
    """Write a table to standard output."""
    country, folder, year = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    head, days, kept = {"ch": swiss, "us": american}[country](folder, year)
    dates = Dates.of(year, days)
    sys.stdout.write("\n".join(_toml(head, days, kept, dates)) + "\n")


def swiss(folder: Path, year: int) -> tuple[Mapping[str, object], Mapping[str, str], Mapping[str, Kept]]:
    """Payments acquired in Switzerland, by number."""
    frame = pl.read_csv(folder / f"ch_category_channel_daily_{year}.csv", try_parse_dates=True)

    def values(*categories: str, channel: str = "") -> Floats:
        chosen = frame.filter(pl.col("category").is_in(categories)) if categories else frame
        return _daily(chosen.filter(pl.col("channel") == channel) if channel else chosen, "number", year)

    food, other = "Retail: Food, beverage, tobacco", "Retail: Other goods"
    kept = {
        "all": Kept("all payments", values(), judged=True),
        "grocery": Kept("food shops", values(food, channel="POS"), _GROCERY, "present", judged=True),
        "shops": Kept("other shops", values(other, channel="POS"), _SHOPS, "present", judged=True),
        "eating_out": Kept(
            "eating out", values("Food and beverage services"), ("restaurant", "fast_food", "cafe_bar"), judged=True
        ),
        "fuel": Kept("filling stations", values("Retail: Fuel stations"), ("fuel",), judged=True),
        "accommodation": Kept("accommodation", values("Accommodation"), ("hotel",), judged=True),
        "online": Kept("web shops", values(food, other, channel="E-comm"), (*_GROCERY, *_SHOPS), "remote", judged=True),
        "transport": Kept("transport", values("Transport services"), ("transit", "taxi", "parking_toll", "airline")),
        "entertainment": Kept("entertainment and sports", values("Entertainment and sports"), ("recreation",)),
        "health": Kept("health", values("Human health services"), ("health_services",)),
        "personal_services": Kept("personal services", values("Personal services"), ("personal_services",)),
        "motor_trade": Kept("motor trade", values("Motor vehicles"), ("car_care",)),
    }
    frame = pl.read_csv(folder / f"ch_category_origin_daily_{year}.csv", try_parse_dates=True)
    for name, origin in (("domestic", "Domestic"), ("foreign", "Foreign")):
        of = frame.filter(pl.col("origin") == origin)
        stays = of.filter(pl.col("category") == "Accommodation")
        kept[name] = Kept(f"{name} card holders", _daily(of, "number", year), holders=name)
        kept[f"accommodation_{name}"] = Kept(
            f"accommodation, {name} card holders", _daily(stays, "number", year), ("hotel",), holders=name
        )
    head = {
        "title": f"Payments acquired in Switzerland in {year}",
        "source": "monitoring_consumption_ch",
        "year": year,
        "country": "CH",
        "side": "acquired",
        "measure": "number",
        "remark": "Domestic and foreign card holders; few web shops are acquired in Switzerland.",
    }
    return head, _YEAR_END | _SALES | _SPRING | _SWISS, kept


def american(folder: Path, year: int) -> tuple[Mapping[str, object], Mapping[str, str], Mapping[str, Kept]]:
    """Card spending of the United States, by value."""
    frame = pl.read_csv(folder / f"us_affinity_daily_{year}.csv", try_parse_dates=True)
    kept = {"all": Kept("all payments", _daily(frame, "spend_all", year), judged=True)}
    for quarter, title in enumerate(("lowest", "second", "third", "highest"), 1):
        kept[f"income_{quarter}"] = Kept(
            f"people in the {title} quarter by income", _daily(frame, f"spend_q{quarter}", year), income=quarter
        )
    head = {
        "title": f"Card spending in the United States in {year}",
        "source": "opportunity_insights",
        "year": year,
        "country": "US",
        "side": "issued",
        "measure": "value",
        "remark": "Perhaps in part by posting date. Published quarters are of ZIP codes by income; here of people.",
    }
    return head, _YEAR_END | _SALES | _SPRING | _AMERICAN, kept


def _daily(frame: pl.DataFrame, column: str, year: int) -> Floats:
    days = pl.DataFrame({"date": pl.date_range(date(year, 1, 1), date(year, 12, 31), eager=True)})
    sums = frame.group_by("date").agg(pl.col(column).sum())
    return days.join(sums, on="date", how="left").sort("date")[column].fill_null(0.0).to_numpy().astype(np.float64)


def _toml(head: Mapping[str, object], days: Mapping[str, str], kept: Mapping[str, Kept], dates: Dates) -> Iterator[str]:
    yield f"# {head['title']}, in factors. Source: {head['source']},"
    yield "# from whose daily values scripts/derive_series.py derives them. Factors are unitless: weekdays from Monday,"
    yield "# of January and February and of the rest of the year, weeks from 1 January, days of the month; named days"
    yield "# against others of their weekday, week and month day."
    yield from _pairs(head)
    yield "\n# What a world should reach. ASSUMPTION."
    yield "[goals]"
    yield from _pairs(_GOALS)
    yield "\n# Dates are facts."
    yield "[days]"
    yield from _pairs(days)
    for name, line in kept.items():
        shape = Shape.fit(line.values, dates)
        yield f"\n[lines.{name}]"
        told = {"title": line.title, "categories": list(line.categories), "channel": line.channel}
        told |= {} if line.income is None else {"income": line.income}
        told |= {} if line.holders == "all" else {"holders": line.holders}
        told |= {"judged": line.judged, "fidelity": float(np.corrcoef(shape.curve(dates), line.values)[0, 1])}
        factors = {name: getattr(shape, name).tolist() for name in ("weekdays", "weeks", "month_days")}
        yield from _pairs(told | factors)
        yield f"\n[lines.{name}.named]"
        yield from _pairs({day: shape.named.get(day, 1.0) for day in days})


def _pairs(values: Mapping[str, object]) -> Iterator[str]:
    return (f"{name} = {_told(value)}" for name, value in values.items())


def _told(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.3f}".rstrip("0") + ("0" if f"{value:.3f}".endswith("000") else "")
    if isinstance(value, list):
        return "[" + ", ".join(map(_told, value)) + "]"
    return str(value) if isinstance(value, int) else f'"{value}"'


if __name__ == "__main__":
    main()
