"""Draw a year of a country as a world has it, day by day: food shops, other shops, eating out and filling stations.

    python scripts/draw_year.py uk GB 2024 docs/images/year-gb_2024.svg --scale 0.25

Public holidays are shaded, and days that differ most from others of their weekday are named. There
are no published days beside them: that takes a series (``fraudsim scorecard --series``).
"""

import argparse
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

import holidays
import numpy as np

from fraudsim_assets.config import load_config
from fraudsim_assets.evaluation.days import DaySource, collect, rows_of
from fraudsim_assets.pages.drawing import Drawing, Scale, axes
from fraudsim_assets.simulation import World
from fraudsim_assets.simulation.world import build_world
from fraudsim_assets.tables.codes import CHANNELS, TRANSACTION_TYPES
from fraudsim_assets.units import DAY, Floats, day_number, days_between

ROWS: Mapping[str, tuple[str, ...]] = {
    "food shops": ("grocery",),
    "other shops": (
        "clothing",
        "department_discount",
        "electronics",
        "furniture",
        "home_improvement",
        "specialty_retail",
    ),
    "eating out": ("restaurant", "fast_food", "cafe_bar"),
    "filling stations": ("fuel",),
}
COLUMNS = ("customer_id", "merchant_id", "timestamp", "local_time", "transaction_type", "merchant_country", "channel")
COLUMNS += ("response_code",)
_LEFT, _RIGHT, _TOP, _HIGH, _GAP = 34.0, 1_066.0, 62.0, 92.0, 48.0
_NAMED, _APART, _LEAST = 12, 46, 0.2
# so many days of a row have their date beside them, so far apart, that differ by so much in logarithms


class Year:
    """Approved purchases in shops of a country on each local date, by category. (categories, days of year) [count]"""

    def __init__(self, world: World, country: str, year: int) -> None:
        self.world, self.first = world, day_number(date(year, 1, 1))
        self.country = world.entities.countries.index(country)
        self.counts = np.zeros((len(world.reference.category_names), (date(year + 1, 1, 1) - date(year, 1, 1)).days))

    def add_day(self, day: date, source: DaySource) -> None:
        """Count one UTC day."""
        for rows in rows_of(self.world, day, source, COLUMNS):
            at = rows.local // DAY - self.first
            some = (rows.kind == TRANSACTION_TYPES.index("purchase")) & (rows.response == 0)
            some &= (rows.channel == CHANNELS.index("pos")) & (rows.merchant_country == self.country)
            some &= (at >= 0) & (at < self.counts.shape[1])
            np.add.at(self.counts, (rows.category[some], at[some]), 1)


def main() -> None:
    """Make a year and draw it."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("config")
    asked.add_argument("country")
    asked.add_argument("year", type=int)
    asked.add_argument("picture", type=Path)
    asked.add_argument("--scale", type=float, default=1.0)
    asked.add_argument("--part", help="the part of the country whose holidays are shaded, such as ENG")
    given = asked.parse_args()
    first, last = date(given.year - 1, 12, 31), date(given.year + 1, 1, 1)
    changes = {"start_date": first, "end_date": last, "population.scale": given.scale}
    world = build_world(load_config(given.config, overrides=changes))
    year = collect(Year(world, given.country, given.year), days_between(first, last))
    free = sorted(holidays.country_holidays(given.country, subdiv=given.part, years=given.year))
    drawn = picture(year, f"{given.country} in {given.year}", date(given.year, 1, 1), free)
    given.picture.write_text(drawn.svg(), encoding="utf-8")


def picture(year: Year, where: str, first: date, free: Sequence[date]) -> Drawing:
    """A row for each group of trades, with days shaded that are free."""
    names = year.world.reference.category_names
    drawing = Drawing(1_080, _TOP + len(ROWS) * (_HIGH + _GAP), f"Payments in shops in {where}")
    drawing.headline("number of payments a day against the mean day; public holidays are shaded")
    for row, (title, categories) in enumerate(ROWS.items()):
        counts = year.counts[[names.index(category) for category in categories]].sum(axis=0)
        _row(drawing, counts, first, free, title=title, top=_TOP + row * (_HIGH + _GAP))
    return drawing


def _row(drawing: Drawing, counts: Floats, first: date, free: Sequence[date], *, title: str, top: float) -> None:
    n = len(counts)
    values = counts / counts.mean()
    x, y = Scale(0, n, _LEFT, _RIGHT), Scale(0.0, float(values.max()) * 1.08, top + _HIGH, top)
    starts = [(date(first.year, month, 1) - first).days for month in range(1, 13)] + [n]
    months = [((starts[m] + starts[m + 1]) / 2, f"{date(2000, m + 1, 1):%b}") for m in range(12)]
    axes(drawing, x, y, x_text=months)
    wide = (_RIGHT - _LEFT) / n
    for day in free:
        drawing.rect(float(x((day - first).days)), top, wide, _HIGH, fill="var(--line)")
    drawing.path(x(np.arange(n) + 0.5), y(values), colour="var(--a)", width=1.2)
    drawing.text(_LEFT + 4, top - 8, f"{title}, {counts.mean():,.0f} a day")
    near = np.abs(np.arange(n)[:, None] - np.arange(n)) <= 28
    same = near & ((np.arange(n)[:, None] - np.arange(n)) % 7 == 0)
    usual = np.array([np.median(values[others]) for others in same])
    apart = np.log(np.maximum(values, 0.02) / np.maximum(usual, 0.02))
    taken: list[float] = []
    for day in np.argsort(-np.abs(apart)).tolist():
        middle = float(x(day + 0.5))
        if len(taken) < _NAMED and abs(apart[day]) > _LEAST and all(abs(middle - other) > _APART for other in taken):
            taken.append(middle)
            told, level = first + timedelta(days=day), float(y(values[day]))
            height = max(level - 4, top + 8) if apart[day] > 0 else min(level + 11, y.start - 3)
            anchor = "end" if middle > _RIGHT - 30 else "start" if middle < _LEFT + 30 else "middle"
            drawing.text(middle, height, f"{told.day} {told:%b}", anchor=anchor, css="legend")


if __name__ == "__main__":
    main()
