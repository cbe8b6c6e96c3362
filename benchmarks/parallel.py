"""Scale-out: the same days, or parts of one day, by one process and by two.

Every worker is a process with a world of its own, as on a machine of its own. Workers wait for
each other once their worlds are ready, so that two figures come out of one run: with starting up
(short backfills) and without it (long ones).

Belongs here: measuring processes beside each other. Does not belong here: the real thing, which is
``fraudsim backfill --workers``.
"""

import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from typing import Any

from benchmarks.worlds import day, fresh_world, local_store, warm, world_config
from fraudsim_assets.simulation import simulate_day
from fraudsim_assets.storage import PartKey

Task = tuple[int, int, int]
"""Number of the day, part, parts."""

_shared: dict[str, Any] = {}


def days_by_processes(rows: int, days: int, processes: int, *, sharing: int | None = None) -> dict[str, Any]:
    """Make and write days, dealt out in turn.

    Parameters
    ----------
    sharing
        How many processes each believes to share the processors; a process that shares them encodes its own rows.
    """
    tasks = [(number + 1, 0, 1) for number in range(days)]
    return _by_processes(rows, [tasks[worker::processes] for worker in range(processes)], sharing or processes)


def parts_by_processes(rows: int, processes: int, *, sharing: int | None = None) -> dict[str, Any]:
    """Make and write one day in as many parts as processes."""
    return _by_processes(rows, [[(1, worker, processes)] for worker in range(processes)], sharing or processes)


def _by_processes(rows: int, tasks: Sequence[Sequence[Task]], sharing: int) -> dict[str, Any]:
    context = get_context("spawn")
    begun = time.perf_counter()
    barrier = context.Barrier(len(tasks))
    with (
        tempfile.TemporaryDirectory() as folder,
        ProcessPoolExecutor(len(tasks), context, _remember, (barrier, folder)) as pool,
    ):
        jobs = [pool.submit(_work, rows, some, sharing) for some in tasks]
        done = [job.result() for job in jobs]
    starts, ends, made = zip(*done, strict=True)
    return {
        "rows": sum(made),
        "wall_s": max(ends) - min(starts),
        "wall_with_start_s": time.perf_counter() - begun,
    }


def _remember(barrier: Barrier, folder: str) -> None:
    _shared.update(barrier=barrier, folder=folder)


def _work(rows: int, tasks: Sequence[Task], sharing: int) -> tuple[float, float, int]:
    config = world_config(rows)
    world = fresh_world(config)
    warm(world)
    store = local_store(_shared["folder"], config, processes=sharing)
    _shared["barrier"].wait()
    start = time.time()
    made = 0
    for number, part, parts in tasks:
        key = PartKey("transactions", day(number).isoformat(), part, parts)
        made += store.write(key, simulate_day(world, day(number), part=(part, parts))).rows
    return start, time.time(), made
