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
os.environ.setdefault("FRAUDSIM_OBSERVABILITY__LOG_LEVEL", "warning")
warnings.filterwarnings("ignore")

from rich.console import Console  # noqa: E402 - the environment comes first
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn  # noqa: E402
from rich.table import Table  # noqa: E402

DAYS = 7
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
RATES = {
    "rows": "dagster/partition_row_count",
    "fraud": "fraud_rate",
    "position": "latitude_null_rate",
    "entry mode": "entry_mode_null_rate",
    "device": "device_id_null_rate",
    "address": "ip_address_null_rate",
}
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
        from fraudsim_assets.definitions import defs as location

        keys = location.get_assets_def("transactions").partitions_def.get_partition_keys()[:DAYS]
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
    frame = pl.read_parquet(days[0]["dagster/uri"])
    genuine = frame.filter(~pl.col("is_fraud")).gather_every(2_000).head(5)
    chosen = pl.concat([genuine, frame.filter("is_fraud").head(4)]).sort("timestamp")
    table = table_of(f"a few payments of {keys[0]} (UTC)", "time", "card", ">amount", "mcc", "channel", "ok", "fraud")
    for row in chosen.iter_rows(named=True):
        amount, approved = f"{row['amount']:.2f} {row['currency']}", "yes" if row["is_approved"] else "no"
        fraud = row["fraud_scenario"] or ""
        table.add_row(
            f"{row['timestamp']:%H:%M:%S}", str(row["card_id"]), amount, row["mcc"], row["channel"], approved, fraud
        )
    console.print()
    console.print(table)
    console.print()
    shares = table_of("shares; missing values of those that would be there", ">day", *(f">{name}" for name in RATES))
    for key, day in zip(keys, days, strict=True):
        shares.add_row(key, *(number(day[name]) for name in RATES.values()))
    console.print(shares)


def table_of(title: str, *columns: str) -> Table:
    """An empty table; a name that begins with ``>`` is a column of numbers."""
    table = Table(title=title, title_justify="left", box=None, header_style="bold")
    for name in columns:
        table.add_column(name.removeprefix(">"), justify="right" if name.startswith(">") else "left", no_wrap=True)
    return table


def number(value: float) -> str:
    """A share in per cent, or a count."""
    return f"{value:.2%}" if isinstance(value, float) else f"{value:,}"


if __name__ == "__main__":
    main()
