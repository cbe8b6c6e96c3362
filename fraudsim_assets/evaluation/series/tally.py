"""`YearTally`: payments of each local date, by trade, channel and income.

Belongs here: counting a year. Does not belong here: what is compared (``comparison``).
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from fraudsim_assets.config import Config
from fraudsim_assets.evaluation.days import DaySource, rows_of
from fraudsim_assets.evaluation.series.table import (
    DOMESTIC,
    FOREIGN,
    PRESENT,
    REMOTE,
    Line,
    Series,
    load_series,
    series_names,
)
from fraudsim_assets.simulation import World
from fraudsim_assets.tables.codes import CHANNELS, TRANSACTION_TYPES
from fraudsim_assets.units import DAY, Floats, Ints, day_number, days_between

COLUMNS = (
    "customer_id",
    "merchant_id",
    "timestamp",
    "local_time",
    "transaction_type",
    "amount",
    "currency",
    "merchant_country",
    "channel",
    "response_code",
)
"""Columns of the transactions table that are read."""

QUARTILES = 4
"""Quarters of customers by income, the lowest first. [count]"""

NUMBER, VALUE, SQUARES = range(3)
"""Positions of sums: payments, their value and its squares."""


@dataclass
class YearTally:
    """Approved purchases of a year, as a series counts them.

    Attributes
    ----------
    world
        The world the days belong to.
    series
        Whose year and whose payments.
    sums : (days of year, categories, channels, holders, QUARTILES, 3)
        Number of payments, their sum and that of their squares. [count], [EUR], [EUR^2]
    quartile : (customer rows,)
        Quarter of customers by income.
    days
        UTC days counted.
    """

    world: World
    series: Series
    sums: Floats
    quartile: Ints
    days: list[date] = field(default_factory=list)

    @classmethod
    def empty(cls, world: World, series: Series) -> "YearTally":
        """Nothing counted yet."""
        income = world.entities.customer_income
        edges = np.quantile(income, np.arange(1, QUARTILES) / QUARTILES)
        shape = (series.n_days, len(world.reference.category_names), 2, 2, QUARTILES, 3)
        return cls(world, series, np.zeros(shape), np.searchsorted(edges, income, side="right"))

    def add_day(self, day: date, source: DaySource) -> None:
        """Count one UTC day, of which nothing has been counted yet."""
        self.days.append(day)
        entities = self.world.entities
        first = day_number(date(self.series.year, 1, 1))
        country = entities.countries.index(self.series.country)
        purchase = TRANSACTION_TYPES.index("purchase")
        for rows in rows_of(self.world, day, source, COLUMNS):
            where = rows.merchant_country if self.series.side == "acquired" else rows.home_country
            at = rows.payer_time // DAY - first
            counted = (rows.kind == purchase) & (rows.response == 0) & (where == country)
            some = np.flatnonzero(counted & (at >= 0) & (at < self.series.n_days))
            channel = np.where(rows.channel == CHANNELS.index("ecommerce"), REMOTE, PRESENT)
            holder = np.where(rows.home_country == country, DOMESTIC, FOREIGN)
            cell = np.ravel_multi_index(
                (at[some], rows.category[some], channel[some], holder[some], self.quartile.take(rows.person[some])),
                self.sums.shape[:-1],
            )
            euros = rows.euros[some]
            cells = self.sums.reshape(-1, 3)
            for part, weight in ((NUMBER, None), (VALUE, euros), (SQUARES, euros**2)):
                cells[:, part] += np.bincount(cell, weight, len(cells))

    def of_line(self, line: Line) -> Floats:
        """Number of payments of a line on each day, their sum and that of their squares. (days of year, 3)"""
        names = self.world.reference.category_names
        chosen = [i for i, name in enumerate(names) if not line.categories or name in line.categories]
        sums = self.sums[:, chosen][:, :, list(line.channel_codes)][:, :, :, list(line.holder_codes)]
        if line.income is not None:
            sums = sums[:, :, :, :, [line.income - 1]]
        return sums.sum(axis=(1, 2, 3, 4))


def days_to_count(config: Config, series: Series) -> list[date]:
    """UTC days that hold the local dates of a series' year, as far as the world has them."""
    first, last = date(series.year, 1, 1) - timedelta(days=1), date(series.year + 1, 1, 1)
    first, last = max(first, config.start_date), min(last, config.end_date or last)
    return days_between(first, last)


def with_year(config: Config, series: Series) -> Config:
    """A configuration whose world has the year of a series: the same one, if it has it."""
    first, last = date(series.year, 1, 1), date(series.year, 12, 31)
    if config.start_date <= first and (config.end_date is None or config.end_date >= last):
        return config
    return config.model_copy(update={"start_date": first - timedelta(days=1), "end_date": last + timedelta(days=1)})


def whole_years(config: Config, days: Collection[date]) -> tuple[Series, ...]:
    """Series of the home countries whose whole year lies in the days given."""
    there = set(days)
    found = [load_series(name) for name in series_names()]
    return tuple(s for s in found if s.country in config.geography.countries and s.days_of_year <= there)
