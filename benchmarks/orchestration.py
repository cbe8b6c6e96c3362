"""Dagster's overhead: how long runs over small days take beside the bare core.

Runs are started by Dagster's command, each in a process of its own, as its default run launcher
does. Belongs here: runs of the tiny world. Does not belong here: big days, where the overhead
vanishes.
"""

import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from benchmarks.meters import run_command

FIRST = date(2025, 1, 15)


def import_seconds(modules: str = "fraudsim_assets.definitions") -> dict[str, float]:
    """Import of what Dagster loads, or of other modules, the interpreter's own start included."""
    return run_command([sys.executable, "-c", f"import {modules}"])


_IDLE = """
import dagster as dg

@dg.asset(partitions_def=dg.DailyPartitionsDefinition(start_date="2025-01-01", end_date="2025-02-01"))
def idle() -> None: ...

defs = dg.Definitions(assets=[idle])
"""


def idle_seconds() -> dict[str, float]:
    """A run of one partition of an asset that does nothing: what Dagster takes by itself."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "idle.py"
        path.write_text(_IDLE)
        command = [sys.executable, "-m", "dagster", "asset", "materialize", "-f", str(path)]
        surroundings = {"DAGSTER_HOME": "", "DAGSTER_DISABLE_TELEMETRY": "1"}
        return run_command([*command, "--select", "idle", "--partition", FIRST.isoformat()], surroundings)


def seconds_per_day(days: int) -> dict[str, Any]:
    """Make days of the tiny world with one run per day, one run for all, and without Dagster.

    Parameters
    ----------
    days
        How many days the batch and the single run have; one run per day is measured on two.
    """
    with tempfile.TemporaryDirectory() as folder:
        surroundings = {
            "FRAUDSIM_CONFIG": "tiny",
            "FRAUDSIM_STORAGE__BASE_DIR": folder,
            "DAGSTER_HOME": "",
            "DAGSTER_DISABLE_TELEMETRY": "1",
        }
        _dagster(surroundings, "--select", "group:catalog")
        single = [_dagster(surroundings, *_transactions(number, 1)) for number in (1, 2)]
        batch = _dagster(surroundings, *_transactions(3, 10))
        whole = _dagster(surroundings, *_transactions(13, days))
        core = run_command(
            [
                sys.executable,
                "-c",
                "from fraudsim_assets.cli import main; main()",
                "generate",
                *_range(13, days),
                "--no-check",
            ],
            surroundings,
        )
    fixed = (single[0]["cpu"] + single[1]["cpu"]) / 2
    return {
        "per_day_cpu": fixed,
        "per_day_wall": (single[0]["wall"] + single[1]["wall"]) / 2,
        "batch_of_10_cpu": batch["cpu"] / 10,
        "batch_of_10_wall": batch["wall"] / 10,
        "single_run_days": days,
        "single_run_cpu": whole["cpu"] / days,
        "single_run_wall": whole["wall"] / days,
        "each_further_day_cpu": (whole["cpu"] - fixed) / (days - 1),
        "without_dagster_cpu": core["cpu"] / days,
        "without_dagster_wall": core["wall"] / days,
    }


def _dagster(surroundings: dict[str, str], *more: str) -> dict[str, float]:
    command = [sys.executable, "-m", "dagster", "asset", "materialize", "-m", "fraudsim_assets.definitions", *more]
    return run_command(command, surroundings)


def _days(number: int, count: int) -> tuple[str, str]:
    first = FIRST + timedelta(days=number)
    return first.isoformat(), (first + timedelta(days=count - 1)).isoformat()


def _transactions(number: int, count: int) -> list[str]:
    first, last = _days(number, count)
    which = ["--partition", first] if count == 1 else ["--partition-range", f"{first}...{last}"]
    return ["--select", "transactions", *which]


def _range(number: int, count: int) -> list[str]:
    first, last = _days(number, count)
    return ["--start", first, "--end", last]
