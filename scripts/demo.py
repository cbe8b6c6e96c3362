"""Make a small world and its first seven days through Dagster, and show what came out.

The same jobs, assets and checks as in the UI, in this process; the UI knows of them afterwards.
"""

import os
import sys
import time
import warnings
from pathlib import Path
from typing import Any

os.environ.setdefault("FRAUDSIM_CONFIG", "demo")
os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "1")
warnings.filterwarnings("ignore")

from rich.console import Console  # noqa: E402 - the environment comes first
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn  # noqa: E402
from rich.table import Table  # noqa: E402

DAYS = 7
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
SHOWN = ("timestamp", "card_id", "merchant_id", "amount", "currency", "mcc", "channel", "response_code", "is_fraud")
console = Console()


def main() -> None:
    """Run the demo."""
    started = time.monotonic()
    progress = Progress(
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[told]}")
    )
    with progress:
        task = progress.add_task("getting Dagster ready", total=DAYS + 2, told="")
        from fraudsim_assets.defs.home import prepare_home

        os.environ["DAGSTER_HOME"] = str(prepare_home())
        from fraudsim_assets.definitions import defs
        from fraudsim_assets.defs.settings import DAYS as PARTITIONS

        location, keys = defs(), PARTITIONS.get_partition_keys()[:DAYS]
        progress.update(task, advance=1, description="customers, cards, merchants")
        made = [execute(location, "catalogs")]
        progress.advance(task)
        rows = 0
        for key in keys:
            progress.update(task, description=f"day {key}")
            made.append(execute(location, "daily", partition_key=key))
            rows += told_of(made[-1], "transactions")["dagster/partition_row_count"]
            progress.update(task, advance=1, told=f"{rows:,} payments")
    show(made, keys)
    seconds = time.monotonic() - started
    console.print(f"\n{rows:,} payments in {len(keys)} days, checked and written in {seconds:.0f} s.")
    console.print("Look around in the Dagster UI:  [bold]make ui[/bold]  (then http://127.0.0.1:3000)")


def execute(location: Any, job: str, **days: Any) -> Any:
    """Run a job in this process; end the program with a plain message where it fails."""
    import dagster as dg

    with dg.DagsterInstance.get() as instance:
        result = location.resolve_job_def(job).execute_in_process(
            instance=instance, run_config=QUIET, raise_on_error=False, **days
        )
    if not result.success:
        failure = result.get_step_failure_events()[0].step_failure_data
        told = failure.user_failure_data
        sys.exit(f"job {job} failed: {told.description if told else failure.error_display_string}")
    return result


def told_of(result: Any, asset: str) -> dict[str, Any]:
    """What Dagster was told about an asset in a run."""
    event = result.asset_materializations_for_node(asset)[-1]
    return {name: value.value for name, value in event.metadata.items()}


def show(made: list[Any], keys: list[str]) -> None:
    """Print where the files are, a few rows, and how much is fraud or missing."""
    import polars as pl

    days = [told_of(result, "transactions") for result in made[1:]]
    base = Path(days[0]["dagster/uri"]).parents[2]
    console.print(f"\nFiles in [bold]{base}[/bold], for DuckDB, polars, pandas or Spark:")
    for name in ("customers", "cards", "merchants"):
        console.print(f"  {name:13} {told_of(made[0], name)['dagster/row_count']:>9,} rows")
    console.print(
        f"  {'transactions':13} {sum(day['dagster/partition_row_count'] for day in days):>9,} rows in date=*/"
    )
    table = Table(title=f"transactions of {keys[0]}, one in a thousand", title_justify="left")
    for column in SHOWN:
        table.add_column(column)
    frame = pl.read_parquet(days[0]["dagster/uri"], columns=list(SHOWN)).gather_every(1000).head(8)
    for row in frame.sort("timestamp").iter_rows():
        table.add_row(*(f"{value:%H:%M:%S}" if hasattr(value, "hour") else str(value) for value in row))
    console.print("\n", table)
    rates = Table(title="by day", title_justify="left")
    nulls = [name for name in days[0] if name.startswith("null_rate_")]
    for column in ("day", "rows", "fraud rate", *(name.removeprefix("null_rate_") + " missing" for name in nulls)):
        rates.add_column(column, justify="right")
    for key, day in zip(keys, days, strict=True):
        shares = [f"{day[name]:.2%}" for name in ("fraud_rate", *nulls)]
        rates.add_row(key, f"{day['dagster/partition_row_count']:,}", *shares)
    console.print(rates)


if __name__ == "__main__":
    main()
