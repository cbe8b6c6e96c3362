"""Seconds by stage, by wrapping functions of the core from outside.

The one idea: the core has no timers of its own. Functions that mark the stages are replaced by
timed ones for the length of a measurement; a stage's seconds are those of the calling thread minus
those of the stages inside it.

Belongs here: which function is which stage. Does not belong here: running days.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from threading import local
from typing import Any

STAGES = {
    "other days: chains": ("fraudsim_assets.simulation.stretch", "previous_of_first"),
    "other days: refunds": ("fraudsim_assets.simulation.stretch", "find_returns"),
    "other days: accounts that met fraud": ("fraudsim_assets.simulation.previous", "follow_struck"),
    "needs of the day": ("fraudsim_assets.simulation.day.Stretch", "of"),
    "who pays when": ("fraudsim_assets.simulation.day.Stretch", "compose"),
    "what, where, how much": ("fraudsim_assets.simulation.genuine", "occasion_rows"),
    "columns": ("fraudsim_assets.simulation.day", "transactions_batch"),
    "checks": ("fraudsim_assets.quality.checks.DayChecker", "add"),
    "content digest": ("fraudsim_assets.storage.digest.ContentDigest", "update"),
    "Parquet encoding and compression": ("fraudsim_assets.storage.parquet._RowGroups", "_write"),
}
"""Stage and the place where the function is looked up when it is called."""

REST = "rest"
"""What is left."""


@contextmanager
def staged() -> Iterator[dict[str, float]]:
    """Collect seconds by stage while in the block, in which one thread must do everything. [s of CPU]"""
    seconds: dict[str, float] = defaultdict(float)
    stack = _Stack()
    places = {stage: (_owner(path), name) for stage, (path, name) in STAGES.items()}
    originals = {stage: getattr(owner, name) for stage, (owner, name) in places.items()}
    for stage, (owner, name) in places.items():
        setattr(owner, name, _timed(originals[stage], stage, seconds, stack))
    start = time.process_time()
    try:
        yield seconds
    finally:
        seconds[REST] = time.process_time() - start - sum(seconds[stage] for stage in STAGES)
        for stage, (owner, name) in places.items():
            setattr(owner, name, originals[stage])


class _Stack(local):
    """Seconds of the stages inside those that run, thread by thread."""

    def __init__(self) -> None:
        self.inside: list[float] = []


def _owner(path: str) -> Any:
    module, _, name = path.rpartition(".")
    try:
        return import_module(path)
    except ModuleNotFoundError:
        return getattr(import_module(module), name)


def _timed(function: Callable[..., Any], stage: str, seconds: dict[str, float], stack: _Stack) -> Callable[..., Any]:
    def timed(*args: Any, **kwargs: Any) -> Any:
        start = time.thread_time()
        stack.inside.append(0.0)
        try:
            return function(*args, **kwargs)
        finally:
            spent = time.thread_time() - start
            seconds[stage] += spent - stack.inside.pop()
            if stack.inside:
                stack.inside[-1] += spent

    return timed
