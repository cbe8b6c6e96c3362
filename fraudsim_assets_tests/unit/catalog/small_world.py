"""A small world, as tables and as frames."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from fraudsim_assets.catalog import Catalogs, build_catalogs
from fraudsim_assets.config import Config
from fraudsim_assets.config.model import Population


@dataclass(frozen=True)
class SmallWorld:
    config: Config
    catalogs: Catalogs
    customers: pl.DataFrame
    cards: pl.DataFrame
    merchants: pl.DataFrame

    @classmethod
    def of(cls, config: Config) -> "SmallWorld":
        catalogs = build_catalogs(config)
        tables = (catalogs.customers, catalogs.cards, catalogs.merchants)
        return cls(config, catalogs, *(pl.DataFrame(pl.from_arrow(table)) for table in tables))

    def on(self, day: date, name: str) -> pl.DataFrame:
        """Rows of a table that are valid on a day."""
        return getattr(self, name).filter((pl.col("valid_from") <= day) & (day < pl.col("valid_to")))


def config_of(customers=4_000, cards=6_000, merchants=1_200, **settings) -> Config:
    population = Population(customers=customers, cards=cards, merchants=merchants)
    return Config(**{"seed": 20_260_101, "end_date": date(2026, 12, 31), "population": population, **settings})
