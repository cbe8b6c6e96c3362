"""A backfill on Celery workers of which some die, wherever all that it needs is installed.

It takes minutes and needs packages that are no dependencies of the project.
"""

import json
import shutil
import subprocess
import sys
from importlib import util
from pathlib import Path

import pytest

TRY = Path(__file__).parents[2] / "deploy" / "celery" / "try.py"
MODULES = ("dagster_celery", "dagster_postgres", "redis")
PROGRAMS = ("redis-server", "initdb", "postgres", "psql")
MISSING = [name for name in MODULES if util.find_spec(name) is None]
MISSING += [name for name in PROGRAMS if shutil.which(name) is None]


@pytest.mark.server
@pytest.mark.skipif(
    bool(MISSING), reason=f"{', '.join(MISSING)} not installed; see docs/how-to-scale-out.md, then run {TRY.name}"
)
def test_a_backfill_outlives_a_killed_process_and_a_killed_worker() -> None:
    done = subprocess.run([sys.executable, str(TRY), "--days", "4"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert summary["partitions"] == 12
    assert summary["identical"] == summary["compared"] == 8
    assert sum(run["status"] == "FAILURE" for run in summary["runs"]) == 2
    assert all(run["retry"] for run in summary["runs"][-2:])
