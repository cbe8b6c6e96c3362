"""Meters: seconds of a section, and the peak memory of a process of its own.

Belongs here: how things are measured. Does not belong here: what is measured (``cases``).
"""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any

MEGABYTE = 1e6


@dataclass
class Seconds:
    """Seconds of a section: on the wall, and of all threads of the process on processors."""

    wall: float = 0.0
    cpu: float = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        """Add the seconds of a section."""
        wall, cpu = time.perf_counter(), time.process_time()
        try:
            yield
        finally:
            self.wall += time.perf_counter() - wall
            self.cpu += time.process_time() - cpu


def peak_megabytes() -> float:
    """Most memory that this process ever had resident. [MB]"""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / MEGABYTE


def run_case(name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Run a case of :mod:`benchmarks.cases` in a process of its own and read what it found."""
    command = [sys.executable, "-m", "benchmarks.cases", name, json.dumps(dict(arguments))]
    output, usage = _run(command, {})
    found = json.loads(output.splitlines()[-1])
    return found | {"process_peak_mb": usage["peak_mb"]}


def run_command(command: Sequence[str], environment: Mapping[str, str] | None = None) -> dict[str, float]:
    """Run a command and give its seconds, those of its children included, and its peak memory."""
    return _run(command, environment or {})[1]


def _run(command: Sequence[str], environment: Mapping[str, str]) -> tuple[str, dict[str, float]]:
    wall = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=_surroundings(environment), text=True) as process:
        output = process.stdout.read() if process.stdout else ""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    return output, {
        "wall": time.perf_counter() - wall,
        "cpu": usage.ru_utime + usage.ru_stime,
        "peak_mb": usage.ru_maxrss * 1024 / MEGABYTE,
    }


def _surroundings(more: Mapping[str, str]) -> dict[str, str]:
    """The environment with some more variables; one that is set to nothing is left out."""
    return {name: value for name, value in {**os.environ, **more}.items() if value}


@contextmanager
def one_processor() -> Iterator[None]:
    """Keep this process, and those it starts, on one processor.

    Two threads on the two halves of one core slow each other, and seconds of processors then mean
    little; on one processor they are seconds.
    """
    all_of_them = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(all_of_them)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, all_of_them)


def medians(runs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Median of every number over repeated runs; other values are those of the last run."""
    return _medians(runs) | {"runs": len(runs)}


def _medians(runs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for name, value in runs[-1].items():
        if isinstance(value, Mapping):
            merged[name] = _medians([run[name] for run in runs])
        elif isinstance(value, float):
            merged[name] = median(run[name] for run in runs)
        else:
            merged[name] = value
    return merged
