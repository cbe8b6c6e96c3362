"""Benchmarks keep what was measured before, and say of each group when, of which code and where that was."""

import argparse
import json
from pathlib import Path

import pytest

from benchmarks import __main__ as benchmarks
from benchmarks.comparison import released, worse

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


def results(rate: float, *, rival: float = 1e6, peak: float = 800.0, query: float = 0.5, parts: int = 1) -> dict:
    made = {"rows": 7, "rows_per_cpu_s": rate, "peak_mb": peak}
    return {
        "about": {"throughput": {"parts": parts}, "scan": {"parts": parts}},
        "throughput": {"ours": made, "DuckDB, hashes of the row number": {"rows_per_cpu_s": rival}},
        "scan": {"1 M rows a day": {"cpu_s": {"one card": query}, "share_of_all": {"one card": 9.0}}},
    }


def test_what_got_slower_or_larger_is_named_with_both_figures_the_worst_first():
    found = worse(results(4e5), results(2e5, peak=1200.0, query=0.6), ["throughput", "scan"])
    assert [line.split(" times")[0] for line in found] == ["2.00", "1.50", "1.20"]
    assert "throughput: ours, rows_per_cpu_s: 4e+05 then, 2e+05 now" in found[0]
    assert "peak_mb" in found[1]
    assert "one card" in found[2]


def test_what_is_better_or_the_same_but_for_noise_is_not_named():
    assert worse(results(4e5), results(3.8e5, peak=700.0, query=0.4), ["throughput", "scan"]) == []


def test_a_machine_that_is_slower_for_all_makes_only_what_is_slower_still_worse():
    halved = {"rival": 5e5, "query": 1.0}
    assert worse(results(4e5), results(2e5, **halved), ["throughput", "scan"]) == []
    assert len(worse(results(4e5), results(1e5, **halved), ["throughput", "scan"])) == 1


def test_groups_that_did_not_run_or_of_other_parts_are_not_compared():
    assert worse(results(4e5), results(1e5), ["scan"]) == []
    assert worse(results(4e5), results(1e5, parts=5), ["throughput"]) == []
    assert worse({}, results(1e5), ["throughput"]) == []


def test_released_figures_are_read_from_the_history_of_the_repository():
    kept = Path(benchmarks.__file__).parents[1] / "docs" / "benchmarks" / "results.json"
    assert released(kept).get("layout") == benchmarks.LAYOUT
    assert released(kept.with_name("missing.json")) == {}
