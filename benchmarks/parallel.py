"""Scale-out: the same days, or parts of one day, by one process and by two.

Every worker is a process with a world of its own, as on a machine of its own. Workers wait for
each other once their worlds are ready, so that two figures come out of one run: with starting up
(short backfills) and without it (long ones).

Belongs here: measuring processes beside each other. Does not belong here: the real thing, which is
``fraudsim backfill --workers``.
"""

import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Barrier
from typing import Any

from benchmarks.worlds import day, fresh_world, local_store, warm, world_config
from fraudsim_assets.simulation import simulate_day
from fraudsim_assets.storage import PartKey

Task = tuple[int, int, int]
"""Number of the day, part, parts."""

_shared: dict[str, Any] = {}


def days_by_processes(rows: int, days: int, processes: int, *, sharing: int | None = None) -> dict[str, Any]:
    """Make and write days; a process that is done with one takes the next.

    Parameters
    ----------
    sharing
        How many processes each believes to share the processors; a process that shares them encodes its own rows.
    """
    return _by_processes(rows, [(number + 1, 0, 1) for number in range(days)], processes, sharing or processes)


def parts_by_processes(rows: int, processes: int, *, sharing: int | None = None) -> dict[str, Any]:
    """Make and write one day in as many parts as processes."""
    return _by_processes(rows, [(1, part, processes) for part in range(processes)], processes, sharing or processes)


def _by_processes(rows: int, tasks: Sequence[Task], processes: int, sharing: int) -> dict[str, Any]:
    context = get_context("spawn")
    begun = time.perf_counter()
    shared = (context.Barrier(processes), context.Value("i", 0))
    with (
        tempfile.TemporaryDirectory() as folder,
        ProcessPoolExecutor(processes, context, _remember, (*shared, folder)) as pool,
    ):
        jobs = [pool.submit(_work, rows, tasks, sharing) for _ in range(processes)]
        done = [job.result() for job in jobs]
    starts, ends, made = zip(*done, strict=True)
    return {
        "rows": sum(made),
        "wall_s": max(ends) - min(starts),
        "wall_with_start_s": time.perf_counter() - begun,
    }


def _remember(barrier: Barrier, taken: "Synchronized[int]", folder: str) -> None:
    _shared.update(barrier=barrier, taken=taken, folder=folder)


def _work(rows: int, tasks: Sequence[Task], sharing: int) -> tuple[float, float, int]:
    config = world_config(rows)
    world = fresh_world(config)
    warm(world)
    store = local_store(_shared["folder"], config, processes=sharing)
    _shared["barrier"].wait()
    start = time.time()
    made = 0
    for number, part, parts in _untaken(tasks):
        key = PartKey("transactions", day(number).isoformat(), part, parts)
        made += store.write(key, simulate_day(world, day(number), part=(part, parts))).rows
    return start, time.time(), made


def _untaken(tasks: Sequence[Task]) -> Iterator[Task]:
    """Tasks that no other process has taken, taken one by one."""
    taken = _shared["taken"]
    while True:
        with taken.get_lock():
            number = taken.value
            taken.value += 1
        if number >= len(tasks):
            return
        yield tasks[number]
