"""Figures as a Markdown page and a plot.

Belongs here: presentation. Does not belong here: measuring, and judgements (``docs/performance.md``).
"""

import os
import platform
import shutil
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.stages import REST, STAGES
from fraudsim_assets.pages.drawing import Drawing, Scale

Results = Mapping[str, Any]

_HERE = Path(__file__).parent


def circumstances(parts: int) -> dict[str, Any]:
    """When, of which code and where a group is measured: the machine in general terms, and the versions that matter."""
    packages = ("numpy", "pyarrow", "polars", "duckdb", "dagster")
    return {
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "commit": _commit(),
        "parts": parts,
        "load": os.getloadavg()[0],
        "processors": str(os.cpu_count()),
        "architecture": platform.machine(),
        "system": platform.system(),
        "python": platform.python_version(),
        "versions": ", ".join(f"{name} {version(name)}" for name in packages),
    }


def _commit() -> str:
    """The commit that is measured, with a plus where files differ from it; the package's version outside of git."""
    git = shutil.which("git")
    if git is None:
        return version("fraudsim-assets")

    def ask(*arguments: str) -> str:
        return subprocess.run([git, *arguments], capture_output=True, text=True, check=False, cwd=_HERE).stdout.strip()

    commit = ask("rev-parse", "--short", "HEAD")
    changed = ask("status", "--porcelain", "--untracked-files=no")
    return f"{commit}{'+' if changed else ''}" if commit else version("fraudsim-assets")


def _measured_on(results: Results, groups: Iterable[str]) -> list[str]:
    """Where the figures of groups come from: a line for each run."""
    runs: dict[str, list[str]] = {}
    for group in (group for group in groups if group in results):
        about = results["about"][group]
        part = "" if about["parts"] == 1 else f", the first of {about['parts']} parts of each day"
        line = (
            f"{about['date']}, commit {about['commit']}{part}: {about['processors']} processors "
            f"({about['architecture']}, {about['system']}), load average {about['load']:.0f} at the end; "
            f"Python {about['python']}, {about['versions']}."
        )
        runs.setdefault(line, []).append(group)
    named = len(runs) > 1
    return [f"- {', '.join(groups)}: {line}" if named else line for line, groups in runs.items()]


def write_report(results: Results, folder: Path) -> None:
    """Write ``results.md`` and ``throughput.svg``."""
    lines = [
        "# Results of the benchmarks",
        "",
        "Made by `python -m benchmarks`; do not edit. Each group tells when, of which code and where it was measured.",
        "CPU seconds are those of all threads; 1 M is a million; medians over the runs.",
        "",
    ]
    writers = {
        "throughput": _throughput,
        "ratio": _ratio,
        "stages": _stages,
        "scale-out": _scale_out,
        "scan": _scan,
        "dagster": _dagster,
        "catalogs": _catalogs,
    }
    for group, writer in writers.items():
        if group in results:
            found = _MADE if group == "throughput" else (group,)
            lines += [*writer(results), "", *_measured_on(results, found), ""]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.md").write_text("\n".join(lines).rstrip() + "\n")
    if "throughput" in results:
        (folder / "throughput.svg").write_text(throughput_plot(_made(results)))


_ORDER = {stage: place for place, stage in enumerate((*STAGES, REST))}

_MADE = ("throughput", "threads", "large")
# groups that share a table and the plot


def _made(results: Results) -> dict[str, Any]:
    return {name: found for group in _MADE for name, found in results.get(group, {}).items()}


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (head, ["---"] + ["--:"] * (len(head) - 1), *rows)]


def _throughput(results: Results) -> list[str]:
    head = ("", "rows", "rows per CPU-second", "rows per second", "bytes per row", "peak MB", "runs")
    rows = [
        (
            name,
            f"{found['rows']:,}",
            f"{found['rows_per_cpu_s']:,.0f}",
            f"{found['rows_per_wall_s']:,.0f}",
            f"{found['bytes_per_row']:.1f}",
            f"{found['peak_mb']:,.0f}",
            str(found["runs"]),
        )
        for name, found in _made(results).items()
    ]
    note = "On one processor, but for the cases of several threads or of 100 M rows, which have all of them."
    return ["## Rows made and written as Parquet (zstd 1)", "", note, "", *_table(head, rows)]


def _ratio(results: Results) -> list[str]:
    head = ("", "rows", "CPU seconds per million rows", "wall seconds per million rows")
    cases = results["ratio"]
    rows = [
        (name, f"{c['rows']:,}", f"{c['cpu_s'] / c['rows'] * 1e6:.3f}", f"{c['wall_s'] / c['rows'] * 1e6:.3f}")
        for name, c in cases.items()
    ]
    ratios = [
        f"{days}: {total['cpu_s'] / cases[f'{days}, written from memory']['cpu_s']:.2f} times the CPU, "
        f"{total['wall_s'] / cases[f'{days}, written from memory']['wall_s']:.2f} times the time"
        for days, total in ((name.removesuffix(", made and written"), c) for name, c in cases.items())
        if f"{days}, written from memory" in cases
    ]
    title = "## Making and writing against writing the identical tables from memory: three days, on one processor"
    return [title, "", *_table(head, rows), "", "; ".join(ratios) + "."]


def _stages(results: Results) -> list[str]:
    cases = results["stages"]
    # figures that were kept have the stages of their time
    measured = dict.fromkeys(stage for found in cases.values() for stage in found["cpu_per_million_rows"])
    stages = sorted(measured, key=lambda stage: _ORDER.get(stage, -1))
    rows = [
        (stage, *(f"{found['cpu_per_million_rows'].get(stage, 0.0):.3f}" for found in cases.values()))
        for stage in stages
    ]
    rows += [("all", *(f"{sum(found['cpu_per_million_rows'].values()):.3f}" for found in cases.values()))]
    for title, name in (
        ("once per world: catalogs [s]", "catalogs_cpu"),
        ("once per process: world and first rows [s]", "world_cpu"),
        ("once per process: catalogs read for the checks [s]", "check_catalogs_cpu"),
        ("once per day: reference of the checks [s]", "check_reference_cpu"),
    ):
        rows.append((title, *(f"{found[name]:.2f}" for found in cases.values())))
    return ["## By stage: CPU seconds per million rows, checks included", "", *_table(("", *cases), rows)]


def _scale_out(results: Results) -> list[str]:
    cases = results["scale-out"]
    rows = [
        (name, f"{c['rows']:,}", f"{c['wall_s']:.1f}", f"{c['wall_with_start_s']:.1f}") for name, c in cases.items()
    ]
    ratios = [
        f"{cases[one]['wall_s'] / cases[two]['wall_s']:.2f} times as fast ({two} against {one})"
        for one in cases
        for two in cases
        if one.split(",")[0] == two.split(",")[0] and "1 process" in one and "2 processes" in two
    ]
    head = ("", "rows", "seconds once the worlds are ready", "seconds with starting up")
    return ["## Scale-out", "", *_table(head, rows), "", "; ".join(ratios) + "."]


def _scan(results: Results) -> list[str]:
    found = results["scan"]["1 M rows a day"]
    rows = [(name, f"{s:.2f}", f"{found['share_of_all'][name]:.2f}") for name, s in found["cpu_s"].items()]
    lines = [
        f"## Queries of a day that was never written ({found['rows']:,} rows)",
        "",
        *_table(("", "CPU s", "share"), rows),
    ]
    if person := found.get("person"):
        ms, years = person["cpu_s_per_day"] * 1e3, f"ten years {person['cpu_s_per_day'] * 3652:.0f} s"
        said = f"A day of one customer, of a hundred in a row: {ms:.1f} ms of CPU for {person['rows_per_day']:.1f} rows"
        lines += ["", f"{said}; {years}."]
    return lines


def _dagster(results: Results) -> list[str]:
    start, found = results["dagster"]["import"], results["dagster"]["days of the tiny world"]
    idle = results["dagster"]["a run that does nothing"]
    rows = [
        ("a run of an asset that does nothing", f"{idle['cpu']:.2f}", f"{idle['wall']:.2f}"),
        ("one run per day", f"{found['per_day_cpu']:.2f}", f"{found['per_day_wall']:.2f}"),
        ("one run per 10 days", f"{found['batch_of_10_cpu']:.2f}", f"{found['batch_of_10_wall']:.2f}"),
        (
            f"one run for {found['single_run_days']} days",
            f"{found['single_run_cpu']:.2f}",
            f"{found['single_run_wall']:.2f}",
        ),
        ("each further day of a run", f"{found['each_further_day_cpu']:.2f}", ""),
        (
            f"without Dagster, {found['single_run_days']} days",
            f"{found['without_dagster_cpu']:.2f}",
            f"{found['without_dagster_wall']:.2f}",
        ),
    ]
    others = [
        f"; {name.removeprefix('import of ')} {cpu['cpu']:.2f} s"
        for name, cpu in results["dagster"].items()
        if name.startswith("import of")
    ]
    return [
        "## Dagster: seconds per partition of the tiny world",
        "",
        *_table(("", "CPU s", "wall s"), rows),
        "",
        f"Importing `fraudsim_assets.definitions` takes {start['cpu']:.2f} s of CPU{''.join(others)}.",
    ]


def _catalogs(results: Results) -> list[str]:
    rows = [
        (name, f"{c['rows']:,}", f"{c['cpu_s']:.1f}", f"{c['peak_mb']:,.0f}", f"{c['parquet_mb']:,.0f}")
        for name, c in results["catalogs"].items()
    ]
    return ["## Catalogs", "", *_table(("", "rows", "CPU s", "peak MB", "Parquet MB"), rows)]


_BAR, _LEFT, _TOP = 34, 250, 46


def throughput_plot(cases: Mapping[str, Mapping[str, Any]]) -> str:
    """Bars of rows per CPU-second, longest on top, as SVG."""
    ordered = sorted(cases.items(), key=lambda item: -item[1]["rows_per_cpu_s"])
    title = "Rows made and written as Parquet, per second of one processor"
    drawing = Drawing(784, _TOP + _BAR * len(ordered) + 12, title, left=-12)
    drawing.add("rect", x=-12, width="100%", height="100%", fill="var(--paper)")
    drawing.headline()
    width = Scale(0, max(found["rows_per_cpu_s"] for _, found in ordered), 0, 400)
    for number, (name, found) in enumerate(ordered):
        y, long = _TOP + number * _BAR, max(float(width(found["rows_per_cpu_s"])), 1.0)
        drawing.text(_LEFT - 10, y + 18, name, anchor="end")
        drawing.rect(_LEFT, y + 3, long, _BAR - 12, fill="var(--a)" if name.startswith("fraudsim") else "var(--none)")
        drawing.text(_LEFT + long + 8, y + 18, f"{found['rows_per_cpu_s']:,.0f}")
    return drawing.svg() + "\n"
