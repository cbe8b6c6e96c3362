"""A small world with three days, their labels, their events and all catalogs, made once."""

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl
import pytest

from fraudsim_assets.catalog import build_catalogs
from fraudsim_assets.config import load_config
from fraudsim_assets.simulation import World, simulate_day, simulate_events, simulate_labels, with_reissues

DAYS = [date(2025, 3, 1) + timedelta(days=n) for n in range(3)]


@dataclass(frozen=True)
class Sample:
    transactions: pl.DataFrame
    labels: pl.DataFrame
    events: pl.DataFrame
    tables: dict[str, pl.DataFrame]

    @property
    def rows(self):
        return self.transactions.lazy()

    @property
    def catalogs(self):
        return {name: table.lazy() for name, table in self.tables.items()}


def made(stream):
    return pl.DataFrame(pl.from_arrow(stream.read()))


@pytest.fixture(scope="session")
def sample():
    config = load_config("tiny", overrides=["fraud.rate=0.03", "geography.countries={US: 2, DE: 1}"])
    world = World(config, build_catalogs(config))
    catalogs = with_reissues(world)
    return Sample(
        transactions=pl.concat([made(simulate_day(world, day)) for day in DAYS]),
        labels=pl.concat([made(simulate_labels(world, DAYS[0] + timedelta(days=n))) for n in range(40)]),
        events=pl.concat([made(simulate_events(world, DAYS[-1] - timedelta(days=n))) for n in range(30)]),
        tables={n: pl.DataFrame(pl.from_arrow(getattr(catalogs, n))) for n in ("customers", "cards", "merchants")},
    )


@pytest.fixture(scope="session")
def days():
    return DAYS
