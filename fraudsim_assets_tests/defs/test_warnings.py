"""Our use of Dagster gives no warning, whatever the interpreter shows."""

import subprocess
import sys

SCRIPT = """
import sys, warnings
warnings.simplefilter("always")
told = []
def note(message, category, filename, lineno, *_):
    if "fraudsim_assets" in filename or "Use context." in str(message):
        told.append(f"{filename}:{lineno}: {category.__name__}: {message}")
warnings.showwarning = note

import datetime
import dagster as dg
from fraudsim_assets.config import load_config
from fraudsim_assets.defs.assembly import build_defs

world = {"storage.base_dir": sys.argv[1], "orchestration.backfill": "single_run"}
built = build_defs(load_config("tiny", overrides=world, env={}), key_prefix="a")
build_defs(load_config("tiny", overrides={**world, "end_date": None}, env={}), key_prefix="b")
quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
days = {"dagster/asset_partition_range_start": "2025-01-02", "dagster/asset_partition_range_end": "2025-01-03"}
with dg.DagsterInstance.ephemeral() as instance:
    for job, tags in (("catalogs", {}), ("daily", days), ("audit", {})):
        made = built.resolve_job_def(f"a__{job}").execute_in_process(instance=instance, run_config=quiet, tags=tags)
        assert made.success
moment = datetime.datetime(2025, 3, 2, 2, tzinfo=datetime.timezone.utc)
with dg.build_schedule_context(scheduled_execution_time=moment, repository_def=built.get_repository_def()) as context:
    assert built.resolve_schedule_def("a__nightly").evaluate_tick(context).run_requests
sys.exit("\\n".join(sorted(set(told))) or 0)
"""


def test_building_and_running_a_world_gives_no_warning(tmp_path):
    done = subprocess.run([sys.executable, "-c", SCRIPT, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
