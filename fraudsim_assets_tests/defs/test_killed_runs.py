"""Dagster's own command may be killed at any moment: readers see whole days, and nothing goes on running."""

import json
import subprocess
import sys

KILLS = 3


def test_killed_runs_leave_whole_days_and_nothing_running(tmp_path):
    command = [sys.executable, "-m", "fraudsim_assets_tests.defs.killed_runs", str(tmp_path), str(KILLS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["kills"] == KILLS
    assert told["left_running"] == 0
    assert (told["reader"], told["whole_after_kills"], told["whole_in_the_end"]) == (0, True, True)
    assert told["read"] > 0
    assert told["leftovers"] == []
