"""What is measured inside a process of its own: ``python -m benchmarks.cases NAME JSON``.

Belongs here: one function per measurement, which returns figures. Does not belong here: repeating,
peers that are commands (``peers``), and reports.
"""

import json
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from itertools import product
from typing import Any

import polars as pl

from benchmarks.meters import Seconds, peak_megabytes
from benchmarks.stages import staged
from benchmarks.worlds import day, fresh_world, local_store, warm, world_config
from fraudsim_assets.catalog import build_catalogs
from fraudsim_assets.catalog.entities import NEEDED
from fraudsim_assets.config import load_config
from fraudsim_assets.frames import FrameStream
from fraudsim_assets.quality.catalog_reference import CatalogReference
from fraudsim_assets.quality.checks import DayChecker
from fraudsim_assets.quality.expectations import Expectations
from fraudsim_assets.simulation import World, catalog_stream, simulate_day
from fraudsim_assets.simulation.scan import scan_transactions
from fraudsim_assets.simulation.transactions import transactions_schema
from fraudsim_assets.storage import PartKey

Figures = dict[str, Any]


def generation(rows: int, parts: int = 1, days: int = 1, threads: int = 1) -> Figures:
    """Make and write the first of some parts of each of some days, without checks."""
    config = world_config(rows, threads=threads)
    once, made = Seconds(), Seconds()
    with once.running():
        world = fresh_world(config)
        warm(world)
    before = peak_megabytes()
    with tempfile.TemporaryDirectory() as folder:
        store = local_store(folder, config)
        reports = []
        with made.running():
            for number in range(1, days + 1):
                stream = simulate_day(world, day(number), part=(0, parts))
                reports.append(store.write(PartKey("transactions", day(number).isoformat()), stream))
    world_figures = {"world_cpu": once.cpu, "world_wall": once.wall, "world_peak_mb": before}
    size = sum(report.bytes for report in reports)
    return _figures(sum(report.rows for report in reports), made, size) | world_figures


def by_stage(rows: int, parts: int = 1) -> Figures:
    """Make, check and write the first of some parts of a day, and say where the seconds go."""
    config = world_config(rows)
    catalogs_seconds, world_seconds, reading, reference_seconds, made = (Seconds() for _ in range(5))
    with catalogs_seconds.running():
        catalogs = build_catalogs(config)
    with world_seconds.running():
        world = World(config, catalogs)
        next(iter(simulate_day(world, day(0)).batches()))
    with reading.running():
        tables = {name: getattr(catalogs, name) for name in ("customers", "cards", "merchants")}
        reference = CatalogReference.of(**tables)
        reference.on(day(0))
    with reference_seconds.running():
        checker = DayChecker(reference.on(day(1)), Expectations.of(config))
    with tempfile.TemporaryDirectory() as folder:
        store = local_store(folder, config)
        with made.running(), staged() as seconds:
            stream = checker.observe(simulate_day(world, day(1), part=(0, parts)))
            report = store.write(PartKey("transactions", day(1).isoformat()), stream)
    per_million = {stage: spent / report.rows * 1e6 for stage, spent in seconds.items()}
    return _figures(report.rows, made, report.bytes) | {
        "cpu_per_million_rows": per_million,
        "catalogs_cpu": catalogs_seconds.cpu,
        "world_cpu": world_seconds.cpu,
        "check_catalogs_cpu": reading.cpu,
        "check_reference_cpu": reference_seconds.cpu,
    }


def from_memory(rows: int, parts: int = 1, days: int = 1) -> Figures:
    """Write what :func:`generation` makes and writes, ready in memory, with the same settings.

    Days are made and written fifth by fifth, so that the process needs about as much memory as one that holds nothing.
    """
    config = world_config(rows)
    world = fresh_world(config)
    warm(world)
    written, made, size = Seconds(), 0, 0
    with tempfile.TemporaryDirectory() as folder:
        store = local_store(folder, config)
        for number, fifth in product(range(1, days + 1), range(5)):
            stream = simulate_day(world, day(number), part=(fifth, 5 * parts))
            batches = list(stream.batches())
            held = FrameStream(stream.schema, partial(iter, batches), stream.metadata)
            with written.running():
                report = store.write(PartKey("transactions", day(number).isoformat(), fifth, 5 * parts), held)
            made, size = made + report.rows, size + report.bytes
    return _figures(made, written, size)


def duckdb(rows: int) -> Figures:
    """DuckDB makes rows of the same columns from hashes of their number, and writes them."""
    import duckdb

    from benchmarks.peers import DUCKDB_ROWS

    made = Seconds()
    with tempfile.TemporaryDirectory() as folder, made.running(), duckdb.connect() as connection:
        path = f"{folder}/rows.parquet"
        settings = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1"
        connection.execute(f"COPY ({DUCKDB_ROWS.format(rows=rows)}) TO '{path}' ({settings})")
        found = pl.scan_parquet(path).select(pl.len()).collect().item()
        size = _size(path)
    return _figures(found, made, size)


def bare(rows: int) -> Figures:
    """Rows of the same columns without a law, a hash for each value, made and written by the means of the package."""
    from benchmarks.bare import bare_batches

    config, made, encoding = world_config(rows), Seconds(), Seconds()
    with tempfile.TemporaryDirectory() as folder:
        store = local_store(folder, config)
        batches = partial(bare_batches, rows, at_once=config.generation.chunk_rows)
        with encoding.running():
            for _ in batches():
                pass
        with made.running():
            report = store.write(
                PartKey("transactions", day(1).isoformat()), FrameStream(transactions_schema(), batches)
            )
    return _figures(report.rows, made, report.bytes) | {"made_cpu_s": encoding.cpu}


def faker(rows: int) -> Figures:
    """A loop that asks Faker for every value of a far simpler row, and writes Parquet."""
    from benchmarks.peers import faker_rows

    made = Seconds()
    with tempfile.TemporaryDirectory() as folder, made.running():
        path = f"{folder}/rows.parquet"
        pl.DataFrame(faker_rows(rows)).write_parquet(path, compression="zstd", compression_level=1)
        size = _size(path)
    return _figures(rows, made, size)


def catalogs(customers: int) -> Figures:
    """Make and write the three catalogs of a country of customers, the cards issued after fraud included."""
    overrides = {
        "population.customers": customers,
        "population.cards": customers * 3 // 2,
        "activity.transactions_per_day": customers,
    }
    made, config = Seconds(), load_config("full", overrides=overrides)
    with tempfile.TemporaryDirectory() as folder, made.running():
        store = local_store(folder, config)
        reports = [store.write(PartKey(name), catalog_stream(name, config)) for name in NEEDED]
    return {
        "rows": sum(report.rows for report in reports),
        "wall_s": made.wall,
        "cpu_s": made.cpu,
        "peak_mb": peak_megabytes(),
        "parquet_mb": sum(report.bytes for report in reports) / 1e6,
    }


def scan(rows: int) -> Figures:
    """Query a day that was never written: two columns, few rows, all columns."""
    config = world_config(rows)
    world = fresh_world(config)
    warm(world)

    def query(frame: Callable[[pl.LazyFrame], pl.LazyFrame]) -> float:
        seconds = Seconds()
        with seconds.running():
            frame(scan_transactions(config, day(1), day(1), world=world)).collect()
        return seconds.cpu

    queries: dict[str, Callable[[pl.LazyFrame], pl.LazyFrame]] = {
        "all columns": lambda t: t,
        "card_id, timestamp": lambda t: t.select("card_id", "timestamp"),
        "billing_amount, merchant_id": lambda t: t.select("billing_amount", "merchant_id"),
        "timestamp, mcc": lambda t: t.select("timestamp", "mcc"),
        "mean amount by mcc": lambda t: t.group_by("mcc").agg(pl.col("billing_amount").mean()),
        "fraud only, all columns": lambda t: t.filter("is_fraud"),
        "one card": lambda t: t.filter(pl.col("card_id") == 4711),
        "first 10 rows": lambda t: t.head(10),
    }
    query(queries["all columns"])
    spent = {name: sorted(query(frame) for _ in range(3))[1] for name, frame in queries.items()}
    share = {name: seconds / spent["all columns"] for name, seconds in spent.items()}
    return {"rows": rows, "cpu_s": spent, "share_of_all": share, "person": _person(world)}


_PEOPLE, _DAYS = (99, 4711, 12_345, 555_555), 100
# customers whose days are asked for, and how many days in a row


def _person(world: World) -> dict[str, float]:
    """CPU seconds of a day of one customer, asked for among a hundred in a row, and how many rows it has."""
    spent, rows = Seconds(), 0
    for turn, number in enumerate(_PEOPLE):
        days = day(turn * _DAYS + 1), day((turn + 1) * _DAYS)
        with spent.running():
            some = scan_transactions(world.config, *days, world=world).filter(pl.col("customer_id") == number)
            rows += some.collect().height
    n_days = len(_PEOPLE) * _DAYS
    return {"cpu_s_per_day": spent.cpu / n_days, "rows_per_day": rows / n_days}


def _figures(rows: int, seconds: Seconds, size: int) -> Figures:
    return {
        "rows": rows,
        "cpu_s": seconds.cpu,
        "wall_s": seconds.wall,
        "rows_per_cpu_s": rows / seconds.cpu,
        "rows_per_wall_s": rows / seconds.wall,
        "bytes_per_row": size / rows,
        "peak_mb": peak_megabytes(),
    }


def _size(path: str) -> int:
    from pathlib import Path

    return Path(path).stat().st_size


CASES: dict[str, Callable[..., Figures]] = {
    case.__name__: case for case in (generation, by_stage, from_memory, duckdb, bare, faker, catalogs, scan)
}

if __name__ == "__main__":
    print(json.dumps(CASES[sys.argv[1]](**json.loads(sys.argv[2]))))
