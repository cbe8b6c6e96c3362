"""Dagster's own commands, away from the source tree."""

import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

DAY, SECOND = "2025-01-15", "2025-01-16"
WORKSPACE = Path(__file__).parents[2] / "workspace.yaml"


@pytest.fixture
def dagster(environment, base, tmp_path):
    """Run a command of Dagster in an empty folder, with the catalogs of the tiny world at hand."""
    (tmp_path / "elsewhere").mkdir()

    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "dagster", *arguments],
            cwd=tmp_path / "elsewhere",
            env={name: value for name, value in environment.items() if name != "DAGSTER_HOME"},
            capture_output=True,
            text=True,
            check=False,
        )

    return call


def materialise(*more: str) -> list[str]:
    return ["asset", "materialize", "-m", "fraudsim_assets.definitions", *more]


def test_one_command_makes_a_whole_day(dagster, base):
    done = dagster(*materialise("--select", "*", "--partition", DAY))
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
