"""A Dagster home that is ready before anybody uses it.

A fresh SQLite home that several processes open at once can end up with two half-made schemas and
is then broken for good. So the home is made once, under a lock, before the first use.

Belongs here: making the folder, its ``dagster.yaml`` and its schema. Does not belong here: what
runs in it.
"""

import os
import subprocess
import sys
from pathlib import Path

from filelock import FileLock

SETTINGS = """\
# Made once by the project; edit at will.
telemetry:
  enabled: false
nux:
  enabled: false
run_monitoring:
  enabled: false
concurrency:
  runs:
    max_concurrent_runs: 2
"""

_READY = ".ready"


def prepare_home(home: Path | None = None) -> Path:
    """Make the Dagster home if it is not there yet; safe to call from many processes at once.

    Parameters
    ----------
    home
        The folder; None takes the variable ``DAGSTER_HOME``, or ``.dagster`` in the working
        directory.

    Returns
    -------
    Path
        Absolute path of the home.
    """
    chosen = home or Path(os.environ.get("DAGSTER_HOME") or ".dagster")
    folder = chosen.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / ".lock"):
        settings = folder / "dagster.yaml"
        if not settings.exists():
            settings.write_text(SETTINGS, encoding="utf-8")
        if not (folder / _READY).exists():
            _migrate(folder)
            (folder / _READY).touch()
    return folder


def _migrate(folder: Path) -> None:
    environment = {**os.environ, "DAGSTER_HOME": str(folder), "DAGSTER_DISABLE_TELEMETRY": "1"}
    command = [sys.executable, "-m", "dagster", "instance", "migrate"]
    subprocess.run(command, check=True, env=environment, capture_output=True)  # noqa: S603 - our own interpreter


if __name__ == "__main__":
    print(prepare_home())  # noqa: T201 - a command
