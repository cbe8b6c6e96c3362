"""Against before: which figures of a run are worse than those that were released last.

The one idea: a figure says little about another day's machine, but rivals that do not change say how fast that one
was; where a rival ran both times, seconds are compared with its own.

Belongs here: comparing results. Does not belong here: measuring, and how pages look (``report``).
"""

import json
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

TOLERANCE = 0.1
"""Worse by no more than this is noise. [share]"""

RIVALS = ("DuckDB, hashes of the row number", "tpchgen-cli lineitem")
"""Cases of the group ``throughput`` whose programs are not ours, the steadiest first."""

_RATES = frozenset({"rows_per_cpu_s"})
_SECONDS = frozenset(
    {
        "cpu",
        "cpu_per_million_rows",
        "world_cpu",
        "per_day_cpu",
        "batch_of_10_cpu",
        "single_run_cpu",
        "scan_cpu_s",
    }
)
_SIZES = frozenset({"peak_mb", "parquet_mb", "bytes_per_row"})


def released(path: Path) -> dict[str, Any]:
    """Results as the last release has them: at its tag, or else as last committed; nothing outside of git."""
    git = shutil.which("git")
    if git is None:
        return {}

    def ask(*arguments: str) -> str:
        command = [git, "-C", str(path.parent), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()

    told = (
        ask("show", f"{ask('describe', '--tags', '--abbrev=0') or 'HEAD'}:./{path.name}")
        if path.parent.exists()
        else ""
    )
    return json.loads(told) if told else {}


def worse(before: Mapping[str, Any], after: Mapping[str, Any], groups: Iterable[str]) -> list[str]:
    """Say which figures of groups are worse than before, the worst first.

    Parameters
    ----------
    before, after
        Results as ``results.json`` keeps them. Groups that one of them lacks, or that made another part of each day,
        are left out.
    groups
        Groups that were run.

    Returns
    -------
    list
        A line for each figure that is worse by more than ``TOLERANCE``.
    """
    slower = _slowness(before, after)
    found = []
    for group in groups:
        if _parts(before, group) != _parts(after, group):
            continue
        old = dict(_figures(before.get(group, {}), ()))
        for place, value in _figures(after.get(group, {}), ()):
            if place[0] in RIVALS or old.get(place, 0) <= 0 or value <= 0:
                continue
            name = place[-1] if place[-1] in _RATES | _SIZES | _SECONDS else place[-2]
            ratio = old[place] / value if name in _RATES else value / old[place]
            if name not in _SIZES:
                ratio /= slower
            if ratio > 1 + TOLERANCE:
                found.append((ratio, f"{group}: {', '.join(place)}: {old[place]:.4g} then, {value:.4g} now"))
    return [f"{ratio:.2f} times as bad: {line}" for ratio, line in sorted(found, reverse=True)]


def _parts(results: Mapping[str, Any], group: str) -> int | None:
    return results.get("about", {}).get(group, {}).get("parts")


def _slowness(before: Mapping[str, Any], after: Mapping[str, Any]) -> float:
    """How much longer the machine took for what has not changed; 1 where no rival ran both times. [unitless]"""
    for rival in RIVALS:
        then, now = (results.get("throughput", {}).get(rival, {}).get("rows_per_cpu_s") for results in (before, after))
        if then and now:
            return then / now
    return 1.0


def _figures(found: Mapping[str, Any], place: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], float]]:
    """Figures that can be better or worse, with their places: case, and what was measured."""
    for name, value in found.items():
        if isinstance(value, Mapping):
            # seconds of queries are of one table: no rate says the same
            yield from _figures(value, (*place, "scan_cpu_s" if name == "cpu_s" else name))
        elif name in _RATES | _SECONDS | _SIZES or (place and place[-1] in _SECONDS):
            yield (*place, name), float(value)
