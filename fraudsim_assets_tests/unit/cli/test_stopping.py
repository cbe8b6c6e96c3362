"""Worker processes end with the command that was told to stop, wherever the signal fell."""

import subprocess
import sys

import pytest

SCRIPT = """
import os, signal, time
from contextlib import closing
from fraudsim_assets.cli.stopping import StoppedError, packed_start, stoppable, worker_pool

def days():
    with worker_pool(2, packed_start(print), processes=2) as pool:
        for each in [pool.submit(time.sleep, 2.0) for _ in range(100)]:
            {inside}
            yield each.result()

if __name__ == "__main__":
    try:
        with stoppable(), closing(days()) as made:
            for _ in made:
                {outside}
    except StoppedError as stopped:
        print(stopped.told)
"""
KILL = "os.kill(os.getpid(), signal.SIGTERM)"


@pytest.mark.parametrize(("inside", "outside"), [(KILL, "pass"), ("pass", KILL)])
def test_a_signal_ends_workers_where_it_falls_between_two_results_and_where_they_are_waited_for(
    tmp_path, inside, outside
):
    script = tmp_path / "stopped.py"
    script.write_text(SCRIPT.format(inside=inside, outside=outside))
    # all that was submitted would take a hundred seconds
    ended = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=80, check=True)
    assert ended.stdout.endswith("fraudsim: stopped by SIGTERM; what is written is whole, run again to go on\n")
