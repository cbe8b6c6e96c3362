"""Dagster's own commands, away from the source tree."""

import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
import pytest

from fraudsim_assets_tests.forked import Forked

DAY, SECOND = "2025-01-15", "2025-01-16"
WORKSPACE = Path(__file__).parents[2] / "workspace.yaml"


class Ended(NamedTuple):
    returncode: int
    stderr: str


def forked(arguments: Sequence[str], environment: Mapping[str, str], folder: Path) -> Ended:
    """Run a command of Dagster in a fork, which has imported Dagster already."""
    running = Forked("dagster", arguments, environment=environment, folder=folder)
    _, err = running.communicate()
    return Ended(running.wait(), err)


def from_scratch(arguments: Sequence[str], environment: Mapping[str, str], folder: Path) -> Ended:
    """Run a command of Dagster as a user does."""
    command = [sys.executable, "-m", "dagster", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return Ended(done.returncode, done.stderr)


@pytest.fixture
def dagster(environment, base, tmp_path):
    """Run a command of Dagster in an empty folder, with the catalogs of the tiny world at hand."""
    (tmp_path / "elsewhere").mkdir()

    def call(*arguments: str, start: Callable[..., Any] = forked) -> Ended:
        given = {name: value for name, value in environment.items() if name != "DAGSTER_HOME"}
        return start(arguments, given, tmp_path / "elsewhere")

    return call


def materialise(*more: str) -> list[str]:
    return ["asset", "materialize", "-m", "fraudsim_assets.definitions", *more]


def test_one_command_makes_a_whole_day(dagster, base):
    done = dagster(*materialise("--select", "*", "--partition", DAY), start=from_scratch)
    assert done.returncode == 0, done.stderr
    made = {path.relative_to(base).parts[0] for path in base.rglob(f"*date={DAY}/part-0.parquet")}
    assert made == {"transactions", "fraud_labels", "account_events", "daily_profile"}


def test_one_command_makes_a_range_of_days(dagster, base):
    done = dagster(*materialise("--select", "transactions,daily_profile", "--partition-range", f"{DAY}...{SECOND}"))
    assert done.returncode == 0, done.stderr
    days = pl.scan_parquet(base / "transactions" / "**" / "*.parquet").select(pl.col("timestamp").dt.date().unique())
    assert days.collect().height == 2


def test_one_table_of_a_world_without_a_last_day_is_made_by_itself(dagster, base, environment):
    environment["FRAUDSIM_END_DATE"] = "null"
    for more in (("--select", "group:catalog"), ("--select", "transactions", "--partition", DAY)):
        done = dagster(*materialise(*more))
        assert done.returncode == 0, done.stderr
    assert [path.parts[-3] for path in base.rglob(f"date={DAY}/part-0.parquet")] == ["transactions"]
    assert "newest_day" in done.stderr, "the check of that table comes with it"


def test_a_command_that_asks_for_another_world_fails_and_says_what_to_do(dagster, base):
    overrides = '{"resources": {"simulation": {"config": {"overrides": {"seed": 8}}}}}'
    done = dagster(*materialise("--select", "transactions", "--partition", DAY, "--config-json", overrides))
    assert done.returncode == 1
    assert "overrides sets seed, which makes another world" in done.stderr
    assert "Give the other world a key prefix and a place of its own" in done.stderr
    assert not (base / "transactions").exists()


def test_the_workspace_loads_from_any_folder(dagster):
    done = dagster("definitions", "validate", "-w", str(WORKSPACE))
    assert done.returncode == 0, done.stderr
