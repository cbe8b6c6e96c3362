"""Benchmarks keep what was measured before, and say of each group when, of which code and where that was."""

import argparse
import json
from pathlib import Path

import pytest

from benchmarks import __main__ as benchmarks

CATALOGS = {"rows": 7, "cpu_s": 1.0, "wall_s": 1.0, "peak_mb": 1.0, "parquet_mb": 1.0}
SCAN = {"rows": 7, "cpu_s": {"one card": 0.5}, "share_of_all": {"one card": 0.1}}
STAGES = {
    "cpu_per_million_rows": {"a stage of before": 0.25, "columns": 0.5},
    "catalogs_cpu": 1.0,
    "world_cpu": 1.0,
    "check_catalogs_cpu": 1.0,
    "check_reference_cpu": 1.0,
}
GROUPS = {
    "catalogs": {"1 M customers": lambda: CATALOGS},
    "scan": {"1 M rows a day": lambda: SCAN},
    "stages": {"1 M rows a day": lambda: STAGES},
}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def measure(date: str, *only: str) -> Path:
        usual = benchmarks.circumstances(1)
        monkeypatch.setattr(benchmarks, "circumstances", lambda parts: usual | {"date": date, "parts": parts})
        benchmarks.run(argparse.Namespace(out=tmp_path, only=only, repeat=1, parts=1), GROUPS)
        return tmp_path

    return measure


def test_a_group_that_is_not_run_keeps_its_own_date(run):
    run("2026-01-02")
    folder = run("2026-03-04", "scan")
    about = json.loads((folder / "results.json").read_text())["about"]
    assert {group: one["date"] for group, one in about.items()} == {
        "catalogs": "2026-01-02",
        "scan": "2026-03-04",
        "stages": "2026-01-02",
    }
    sections = (folder / "results.md").read_text().split("\n## ")
    assert sum("2026-03-04" in section for section in sections) == 1
    assert all(one["commit"] and one["processors"] for one in about.values())


def test_figures_keep_the_stages_that_they_were_measured_by(run):
    page = (run("2026-01-02") / "results.md").read_text()
    assert "| a stage of before | 0.250 |" in page
    assert "| columns | 0.500 |" in page
    assert "| needs of the day |" not in page
