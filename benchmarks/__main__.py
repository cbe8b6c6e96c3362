"""Run the benchmarks, print what they find, and keep it: ``python -m benchmarks``.

Cases run in turns, so that a busy minute of the machine hits all of them alike; each runs in a
process of its own; figures are medians. Belongs here: which cases, how often, in which order.
"""

import argparse
import json
import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from benchmarks import orchestration, parallel, peers
from benchmarks.comparison import TOLERANCE, released, worse
from benchmarks.meters import medians, one_processor, run_case
from benchmarks.report import circumstances, write_report
from benchmarks.worlds import KEPT

Case = Callable[[], Mapping[str, Any]]


MILLION = 1_000_000


def plan(*, parts: int, large: bool) -> dict[str, dict[str, Case]]:
    """Cases by group.

    Parameters
    ----------
    parts
        Into how many parts days are cut, of which only the first is made; peers make as many rows less.
    large
        Whether a day of 100 M rows is made, too.
    """
    command = peers.tpchgen_command()
    if command is None:
        print(peers.INSTALL)

    def case(name: str, **arguments: Any) -> Case:
        return lambda: run_case(name, arguments)

    def alone(case: Case) -> Case:
        def run() -> Mapping[str, Any]:
            with one_processor():
                return case()

        return run

    generation = {
        "fraudsim, 1 M rows a day": case("generation", rows=MILLION, parts=parts),
        "fraudsim, 10 M rows a day": case("generation", rows=10 * MILLION, parts=parts),
    }
    rivals = {
        "numpy, hashes and no law": case("bare", rows=10 * MILLION // parts),
        "DuckDB, hashes of the row number": case("duckdb", rows=10 * MILLION // parts),
        "Faker, row by row": case("faker", rows=20_000 // parts),
    }
    if command is not None:
        rivals |= {"tpchgen-cli lineitem": lambda: peers.tpchgen(command, 2 / parts)}
    return {
        "throughput": {name: alone(case) for name, case in (generation | rivals).items()},
        "large": {"fraudsim, 100 M rows in 10 days": case("generation", rows=10 * MILLION, parts=parts, days=10)}
        if large
        else {},
        "ratio": {
            f"{millions} M rows a day, {way}": alone(case(name, rows=millions * MILLION, parts=parts, days=3))
            for millions in (1, 10)
            for way, name in (("made and written", "generation"), ("written from memory", "from_memory"))
        },
        "stages": {
            "1 M rows a day": alone(case("by_stage", rows=MILLION, parts=parts)),
            "10 M rows a day": alone(case("by_stage", rows=10 * MILLION, parts=parts)),
        },
        "scale-out": {
            "12 days, 1 process with one processor": lambda: parallel.days_by_processes(3 * MILLION, 12, 1, sharing=2),
            "12 days, 1 process with two": lambda: parallel.days_by_processes(3 * MILLION, 12, 1),
            "12 days, 2 processes": lambda: parallel.days_by_processes(3 * MILLION, 12, 2),
            "1 day, 1 process with one processor": lambda: parallel.parts_by_processes(10 * MILLION, 1, sharing=2),
            "1 day, 1 process with two": lambda: parallel.parts_by_processes(10 * MILLION, 1),
            "1 day, 2 processes, a part each": lambda: parallel.parts_by_processes(10 * MILLION, 2),
        },
        "threads": {
            "fraudsim, 10 M, 1 thread, writer": case("generation", rows=10 * MILLION, parts=parts),
            "fraudsim, 10 M, 2 threads, writer": case("generation", rows=10 * MILLION, parts=parts, threads=2),
        },
        "scan": {"1 M rows a day": case("scan", rows=MILLION)},
        "dagster": {
            "import": orchestration.import_seconds,
            "import of dagster alone": lambda: orchestration.import_seconds("dagster"),
            "import of dagster and arrays": lambda: orchestration.import_seconds("dagster, numpy, polars, pyarrow"),
            "a run that does nothing": orchestration.idle_seconds,
            "days of the tiny world": lambda: orchestration.seconds_per_day(30),
        },
        "catalogs": {
            "1 M customers": case("catalogs", customers=MILLION),
            "10 M customers": case("catalogs", customers=10 * MILLION),
        },
    }


LAYOUT = 3
"""Changes whenever kept results of before no longer fit the report; they are then dropped."""

REPEATS_ONCE = {"large", "catalogs", "dagster"}
"""Groups whose figures hardly move, or take long: run once."""


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", nargs="*", help="groups to run; all but 'large' by default")
    parser.add_argument("--large", action="store_true", help="also a day of 100 M rows (minutes)")
    parser.add_argument("--parts", type=int, default=1, help="make only the first of so many parts of each day")
    parser.add_argument("--repeat", type=int, default=3, help="runs of each case, in turns")
    parser.add_argument("--out", type=Path, default=Path("docs/benchmarks"), help="folder for JSON, tables and plot")
    chosen = parser.parse_args()
    groups = plan(parts=chosen.parts, large=chosen.large)
    with tempfile.TemporaryDirectory(prefix="fraudsim-bench-") as kept:
        os.environ[KEPT] = kept
        run(chosen, groups)


def run(chosen: argparse.Namespace, groups: Mapping[str, Mapping[str, Case]]) -> None:
    """Run groups of cases, and keep what each finds as soon as it is there."""
    path = chosen.out / "results.json"
    before, ran = released(path), []
    results: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    if results.get("layout") != LAYOUT:
        results = {"layout": LAYOUT}
    for group, cases in groups.items():
        if not cases or (chosen.only and group not in chosen.only):
            continue
        ran.append(group)
        repeat = 1 if group in REPEATS_ONCE else chosen.repeat
        results[group] = measured(cases, repeat=repeat)
        results.setdefault("about", {})[group] = circumstances(chosen.parts)
        chosen.out.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(results, indent=1) + "\n")
        write_report(results, chosen.out)
    print(f"\nwritten: {path}, {chosen.out / 'results.md'}, {chosen.out / 'throughput.svg'}")
    found = worse(before, results, ran)
    print(f"\nworse than released by more than {TOLERANCE:.0%}: {len(found) or 'nothing'}", *found, sep="\n")


def measured(cases: Mapping[str, Case], *, repeat: int) -> dict[str, Any]:
    """Run cases in turns and give medians."""
    runs: dict[str, list[Mapping[str, Any]]] = {name: [] for name in cases}
    for turn in range(repeat):
        for name, case in cases.items():
            found = case()
            runs[name].append(found)
            print(f"[{turn + 1}/{repeat}] {name}: {json.dumps(_short(found))}", flush=True)
    return {name: medians(some) for name, some in runs.items()}


def _short(found: Mapping[str, Any]) -> dict[str, Any]:
    return {name: round(value, 3) if isinstance(value, float) else value for name, value in found.items()}


if __name__ == "__main__":
    main()
