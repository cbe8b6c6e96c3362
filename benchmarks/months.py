"""Whether the rate of fraud holds in every month of a year with a lockdown and an attack, and which events there are.

    python -m benchmarks.months --seeds 101 102 103

Small worlds with much fraud tell as much as large ones with little. Errors are those of campaigns, whose rows come
together: a month is drawn again from its campaigns.

Belongs here: the measurement. Does not belong here: what a timeline does (``config.timeline``).
"""

import argparse
import json
from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import polars as pl
import pyarrow as pa

from fraudsim_assets.catalog import build_catalogs
from fraudsim_assets.config import load_config
from fraudsim_assets.simulation import World, simulate_events
from fraudsim_assets.simulation.day import day_batches
from fraudsim_assets.simulation.transactions import schema_of
from fraudsim_assets.units import day_number

YEAR, EVENT_DAYS = 365, 60
"""Days whose payments, and whose other events, are counted. [days]"""

COLUMNS = ("timestamp", "is_fraud", "campaign_id")

CHANGES = (
    "timeline.lockdown={start: 2025-03-17, end: 2025-04-27, ramp_days: 7, shock: {shape: lockdown_2020, depth: 0.9}}",
    "timeline.lockdown.scenarios={lost_stolen: {share: 0.03}}",
    "timeline.numbers={start: 2025-11-03, end: 2025-11-12, bin_attack: {share: 0.3}}",
)
"""A lockdown as in the spring of 2020, and a wave of card testing through one BIN."""


def rates_of(world: World) -> pl.DataFrame:
    """Rows, share of fraud and its error by month. [rows], [share], [share]"""
    found = []
    accounts, first = range(world.entities.n_accounts), world.config.start_date
    for n in range(YEAR):
        day = day_number(first + timedelta(days=n))
        rows = pa.Table.from_batches(list(day_batches(world, day, accounts, columns=COLUMNS)), schema_of(COLUMNS))
        fraud = pl.DataFrame(rows).group_by("campaign_id").len()
        found.append(fraud.with_columns(month=pl.lit((first + timedelta(days=n)).strftime("%Y-%m"))))
    sizes = pl.concat(found).group_by("month", "campaign_id").agg(pl.col("len").sum())
    stolen = pl.col("len").filter(pl.col("campaign_id").is_not_null())
    return (
        sizes.group_by("month")
        .agg(rows=pl.col("len").sum(), fraud=stolen.sum(), error=(stolen.cast(pl.Float64) ** 2).sum().sqrt())
        .with_columns(pl.col("fraud", "error") / pl.col("rows"))
        .sort("month")
    )


def events_of(world: World) -> dict[str, tuple[int, int]]:
    """Events of accounts by kind: of honest customers, and of fraud. [count]"""
    first: date = world.config.start_date
    tables = [simulate_events(world, first + timedelta(days=30 + n)).read() for n in range(EVENT_DAYS)]
    rows = pl.DataFrame(pa.concat_tables(tables)).with_columns(pl.col("event_type").cast(pl.String))
    counts = rows.group_by("event_type").agg(honest=(~pl.col("is_fraud")).sum(), fraud=pl.col("is_fraud").sum())
    return {kind: (honest, fraud) for kind, honest, fraud in counts.sort("honest", descending=True).iter_rows()}


def world_of(seed: int, settings: Sequence[str]) -> World:
    """A world of a size and with settings."""
    config = load_config("demo", overrides=[f"seed={seed}", *settings], env={})
    return World(config, build_catalogs(config))


def main() -> None:
    """Measure some seeds, print a line of JSON for each, and then the events of the first at the rate of the demo."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[101, 102, 103])
    parser.add_argument("--set", dest="settings", action="append", default=[])
    options = parser.parse_args()
    settings = ["population.scale=0.06", "fraud.rate=0.03", *CHANGES, *options.settings]
    for seed in options.seeds:
        rates = rates_of(world_of(seed, settings))
        shown = {name: np.round(rates[name].to_numpy(), 4).tolist() for name in ("fraud", "error")}
        print(json.dumps({"seed": seed, "months": rates["month"].to_list()} | shown), flush=True)
    print(json.dumps(events_of(world_of(options.seeds[0], ["population.scale=0.3", *options.settings]))), flush=True)


if __name__ == "__main__":
    main()
