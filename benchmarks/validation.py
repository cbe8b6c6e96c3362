"""What it takes to check files: ``python -m benchmarks.validation``.

A file against the contract of transactions in three ways, each in a process of its own and in turns: the
streaming check of this package, the pandera model on the whole frame, and the exported suite in Great
Expectations (if ``BENCH_PEERS`` names a virtual environment that has it, with pyarrow). With ``--stores 3 30``,
whole stores of so many days of ``demo`` instead. Prints tables for docs/validation.md.

Belongs here: these measurements. Does not belong here: whether they find the same (the tests do).
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.meters import MEGABYTE, medians, run_command
from benchmarks.worlds import day, local_store, world_config
from fraudsim_assets.catalog import build_catalogs
from fraudsim_assets.frames import FrameStream
from fraudsim_assets.quality.suites import expectation_suite
from fraudsim_assets.simulation import World, simulate_day
from fraudsim_assets.storage import PartKey

STREAMED = """
import sys
from fraudsim_assets.quality.contract import check_contract
from fraudsim_assets.tables import Transactions
assert all(result.passed for result in check_contract(Transactions, sys.argv[1]))
"""
WHOLE = """
import sys
import polars as pl
from fraudsim_assets.tables import Transactions, validate
validate(Transactions, pl.read_parquet(sys.argv[1], hive_partitioning=False))
"""
SUITE = """
import json, sys
import great_expectations, pyarrow.parquet
context = great_expectations.get_context(mode="ephemeral")
context.variables.progress_bars = {"globally": False}
asset = context.data_sources.add_pandas("files").add_dataframe_asset("rows")
frame = pyarrow.parquet.ParquetFile(sys.argv[1]).read().to_pandas()
suite = great_expectations.ExpectationSuite(**json.load(open(sys.argv[2])))
batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": frame})
assert batch.validate(suite).success
"""
COMMAND = [sys.executable, "-c", "from fraudsim_assets.cli import main; main()"]
MILLION = 1_000_000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.validation", description=__doc__)
    parser.add_argument("--millions", type=int, default=1, help="rows that everybody is given [millions]")
    parser.add_argument("--most", type=int, default=10, help="rows that the streaming check is given, too [millions]")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--make", type=Path, help="only make the files, in this folder")
    parser.add_argument("--stores", type=int, nargs="*", help="check stores of so many days, and nothing else [days]")
    parser.add_argument("--rows", type=int, default=100_000, help="rows of a day of a store")
    chosen = parser.parse_args()
    if chosen.stores:
        check_stores(chosen.stores, chosen.rows)
        return
    if chosen.make:
        make(chosen.make, chosen.millions, chosen.most)
        return
    with tempfile.TemporaryDirectory() as folder:
        # in a process of its own: the memory of this one would be counted as that of its children
        sizes = ("--millions", str(chosen.millions), "--most", str(chosen.most))
        run_command([sys.executable, "-m", "benchmarks.validation", "--make", folder, *sizes])
        few, many = (next(Path(folder, name).rglob("*.parquet")) for name in ("few", "many"))
        suite = Path(folder) / "suite.json"
        suite.write_text(json.dumps(expectation_suite("transactions")))
        cases = {
            f"streamed, {chosen.millions} M rows": [sys.executable, "-c", STREAMED, str(few)],
            f"streamed, {chosen.most} M rows": [sys.executable, "-c", STREAMED, str(many)],
            f"pandera, {chosen.millions} M rows": [sys.executable, "-c", WHOLE, str(few)],
        }
        peers = os.environ.get("BENCH_PEERS")
        if peers:
            command = [f"{peers}/bin/python", "-c", SUITE, str(few), str(suite)]
            cases[f"Great Expectations, {chosen.millions} M rows"] = command
        runs: dict[str, list[dict[str, float]]] = {name: [] for name in cases}
        for _ in range(chosen.repeat):
            for name, command in cases.items():
                runs[name].append(run_command(command))
    print(f"load {os.getloadavg()[0]:.1f}\n\n| check | s | processor s | peak MB |\n|---|---|---|---|")
    for name, some in runs.items():
        found = medians(some)
        print(f"| {name} | {found['wall']:.1f} | {found['cpu']:.1f} | {found['peak_mb']:.0f} |")


def check_stores(sizes: Sequence[int], rows: int) -> None:
    """Make stores of some days, check each with ``fraudsim validate`` and print what it takes."""
    print("| days | rows | files of Parquet, MB | s | processor s | peak MB |\n|---|---|---|---|---|---|")
    for days in sizes:
        with tempfile.TemporaryDirectory() as folder:
            settings = [
                f"activity.transactions_per_day={rows}",
                f"storage.base_dir={folder}",
                "observability.log_level=error",
            ]
            span = ["--start", str(day(0)), "--end", str(day(days - 1))]
            arguments = [word for setting in settings for word in ("-s", setting)]
            run_command([*COMMAND, "generate", "-c", "demo", *span, "--no-check", *arguments])
            files = list(Path(folder).rglob("*.parquet"))
            count = sum(pq.read_metadata(path).num_rows for path in files)
            size = sum(path.stat().st_size for path in files) / MEGABYTE
            took = run_command([*COMMAND, "validate", folder])
        print(f"| {days} | {count:,} | {size:.0f} | {took['wall']:.0f} | {took['cpu']:.0f} | {took['peak_mb']:.0f} |")


def make(folder: Path, few: int, many: int) -> None:
    """Write files of some million rows; the larger holds the same rows over and over."""
    config = world_config(few * MILLION)
    stream = simulate_day(World(config, build_catalogs(config)), day(1))
    batches = list(stream.batches())

    def repeated() -> Iterator[pa.RecordBatch]:
        for _ in range(round(many / few)):
            yield from batches

    for name, source in (("few", lambda: iter(batches)), ("many", repeated)):
        store, key = local_store(str(folder / name), config), PartKey("transactions", day(1).isoformat())
        store.write(key, FrameStream(stream.schema, source, stream.metadata))


if __name__ == "__main__":
    main()
