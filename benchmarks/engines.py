"""What a task of an engine costs beside its rows. ``python -m benchmarks.engines``.

Belongs here: the figures of docs/how-to-scale-out.md on tasks. Does not belong here: the core's own speed
(``benchmarks.cases``), runs of Dagster (``benchmarks.orchestration``), and what an engine itself takes for a task.
"""

import argparse
import json
import time
from datetime import date, timedelta
from typing import Any

FIRST = date(2025, 1, 15)


def tasks(days: int, parts: int) -> dict[str, Any]:
    """Make days of the demo as tasks of one worker: the first, one for each day, and several for each day."""
    from fraudsim_assets.engines import world_table

    table = world_table("demo", "transactions", FIRST, FIRST + timedelta(days=days - 1))

    def cpu(pieces: Any) -> tuple[float, int]:
        begun = time.process_time()
        rows = sum(batch.num_rows for batch in table.batches(pieces))
        return time.process_time() - begun, rows

    first, _ = cpu(table.cut(days)[0])
    whole = [cpu(pieces) for pieces in table.cut(days)[1:]]
    cut = [cpu(pieces) for pieces in table.cut(days * parts)[parts:]]
    rows = sum(made for _, made in whole)
    spent, spent_cut = (sum(seconds for seconds, _ in some) for some in (whole, cut))
    return {
        "rows_a_day": rows // len(whole),
        "first_task_cpu": round(first, 3),
        "a_day_cpu": round(spent / len(whole), 3),
        "rows_per_cpu_second": round(rows / spent),
        "a_further_task_cpu": round((spent_cut - spent) / (len(cut) - len(whole)), 4),
        "parts": parts,
    }


def main() -> None:
    """Measure, and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=8)
    parser.add_argument("--parts", type=int, default=16, help="tasks of a day where it is cut")
    options = parser.parse_args()
    print(json.dumps(tasks(options.days, options.parts), indent=1))


if __name__ == "__main__":
    main()
