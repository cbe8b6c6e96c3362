"""Kills ``dagster asset materialize`` at many moments of its life while somebody reads.

``python -m fraudsim_assets_tests.defs.killed_runs FOLDER 100`` does so a hundred times. Everything
is imported once and each command runs in a fork, so that a kill falls into its work.
"""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from fraudsim_assets_tests.storage.test_kill import GOLDEN

DAYS = ("2025-01-02", "2025-01-03")
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
GRACE = 10.0
"""Longest life of a killed run's helpers. [s]"""

READER = """
import hashlib, json, pathlib, sys, time
base, expected, seen = pathlib.Path(sys.argv[1]), json.loads(sys.argv[2]), 0
while not (base / "stop").exists():
    for path in base.glob("transactions/date=*/*.parquet"):
        if hashlib.sha256(path.read_bytes()).hexdigest() != expected.get(path.parent.name):
            sys.exit(f"{path} is not the day that it should be")
        seen += 1
    time.sleep(0.002)
print(seen)
"""


def digests(base: Path) -> dict[str, str]:
    """Digest of each day's file."""
    files = base.glob("transactions/date=*/*.parquet")
    return {path.parent.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def materialise(*selection: str) -> NoReturn:
    """Run the command in this process, and end it."""
    from dagster._cli import create_dagster_cli

    os.setpgid(0, 0)
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    command = ["asset", "materialize", "-m", "fraudsim_assets.definitions", *selection]
    try:
        create_dagster_cli()(command, standalone_mode=False)
    except BaseException:  # noqa: BLE001 - whatever it was, the process ends with an error
        os._exit(1)
    os._exit(0)


def start(*selection: str) -> int:
    """Start the command; its process number, which is that of its group."""
    pid = os.fork()
    if not pid:
        materialise(*selection)
    with suppress(PermissionError, ProcessLookupError):  # the child does the same; either may be first
        os.setpgid(pid, pid)
    return pid


def finish(pid: int) -> int:
    """Wait for a process; its exit code, negative for a signal."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def group_lives(group: int) -> bool:
    """Whether any process of a group is left some seconds later; Dagster's followers of logs look for orphans."""
    deadline = time.monotonic() + GRACE
    while time.monotonic() < deadline:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return False
        time.sleep(0.05)
    return True


def main(folder: str, kills: str) -> None:
    """Kill runs over a range of days, and tell what came of it as JSON."""
    base = Path(folder) / "data"
    os.environ |= {"FRAUDSIM_CONFIG": "tiny", "FRAUDSIM_STORAGE__BASE_DIR": str(base), "DAGSTER_HOME": ""}
    os.chdir(folder)
    import dagster_polars  # noqa: F401 - so that forks need not

    import fraudsim_assets.definitions
    import fraudsim_assets.quality.checks
    import fraudsim_assets.simulation  # noqa: F401

    days = ("--select", "transactions", "--partition-range", f"{DAYS[0]}...{DAYS[-1]}")
    assert finish(start("--select", "group:catalog")) == 0
    began = time.monotonic()
    assert finish(start(*days)) == 0
    usual, expected = time.monotonic() - began, digests(base)
    assert len(expected) == len(DAYS)
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(base), json.dumps(expected)], stdout=subprocess.PIPE, text=True
    )
    ends: Counter[str] = Counter()
    left = caught = number = 0
    while caught < int(kills):
        number += 1
        pid = start(*days)
        time.sleep(usual * (number * GOLDEN % 1))
        how = SIGNALS[number % len(SIGNALS)]
        os.killpg(pid, how)
        code = finish(pid)
        caught += code != 0
        left += group_lives(pid)
        ends[f"{how.name} {code}"] += 1
    after_kills = digests(base)
    assert finish(start(*days)) == 0
    (base / "stop").touch()
    told = {
        "kills": caught,
        "ends": dict(ends),
        "left_running": left,
        "read": int(reader.communicate()[0] or -1),
        "reader": reader.returncode,
        "whole_after_kills": after_kills.items() <= expected.items(),
        "whole_in_the_end": digests(base) == expected,
        "leftovers": [path.name for path in base.rglob("*") if path.suffix in {".tmp", ".claim", ".lock"}],
        "seconds_of_a_run": round(usual, 2),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
