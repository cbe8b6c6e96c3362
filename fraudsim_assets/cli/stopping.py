"""Being told to stop: by a signal, or because the parent process is gone.

The one idea: to stop is to raise. What is being written is given up on the way out, as with any
error, so that no half-written file stays; whole days stay. A signal may fall into code that swallows whatever is
raised there, such as a finaliser; so loops over days ask again (:func:`heed`).

Belongs here: signals, and the life of worker processes. Does not belong here: the work they do.
"""

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, nullcontext
from multiprocessing import get_context
from multiprocessing.reduction import ForkingPickler
from types import FrameType
from typing import Any

from fraudsim_assets.cli.exit_codes import ExitCode
from fraudsim_assets.errors import FraudsimError

GRACE_SECONDS = 15.0
"""Time to give up what is being written, before a process is ended the hard way. ASSUMPTION. [s]"""

HEED_SECONDS = 0.5
"""Longest wait for workers before it is asked again whether to stop. [s]"""

_SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


class StoppedError(BaseException):
    """A signal asked for the end; no handler of ordinary errors is to take it for one."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.name = signal.Signals(number).name
        self.code = ExitCode.INTERRUPTED if number == signal.SIGINT else ExitCode.TERMINATED
        self.told = f"fraudsim: stopped by {self.name}; what is written is whole, run again to go on"


_asked: list[StoppedError] = []
# the signal that asked for the end of the command that runs, if one did


@contextmanager
def stoppable() -> Iterator[None]:
    """Turn the first signal to end into :class:`StoppedError`; a second one ends at once.

    Signals that the caller ignores, as ``nohup`` does, stay ignored. Outside the main thread, where
    Python takes no signals, nothing changes.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        if _asked:
            end_at_once(number, frame)
        _asked.append(StoppedError(number))
        heed()

    before = {each: signal.getsignal(each) for each in _SIGNALS if signal.getsignal(each) is not signal.SIG_IGN}
    for each in before:
        signal.signal(each, stop)
    try:
        yield
    finally:
        _asked.clear()
        for each, handler in before.items():
            signal.signal(each, handler)


def heed() -> None:
    """Stop if a signal has asked for it.

    Raises
    ------
    StoppedError
        Once a signal has asked for the end.
    """
    if _asked:
        raise _asked[0]


def end_at_once(number: int, _frame: FrameType | None) -> None:
    """Handle a signal by ending the process, whatever it is doing."""
    os._exit(StoppedError(number).code)


def end_workers() -> None:
    """End all worker processes of this process, gently first."""
    workers = multiprocessing.active_children()
    for worker in workers:
        worker.terminate()
    for worker in workers:
        worker.join(GRACE_SECONDS)
        worker.kill()


@contextmanager
def worker_pool(count: int, start: bytes, *, processes: int) -> Iterator[ProcessPoolExecutor]:
    """Give worker processes, which have ended when the work is done, has failed or was stopped.

    Parameters
    ----------
    count
        Worker processes. [count]
    start
        Their first call, of :func:`packed_start`.
    processes
        What the user asked for. [count]

    Raises
    ------
    FraudsimError
        If a worker dies.
    """
    context = get_context("spawn")  # a fork would inherit the thread pools of polars and Arrow in an unknown state
    with ProcessPoolExecutor(count, context, start_worker, (start,)) as pool:
        try:
            yield pool
        except BrokenProcessPool as error:
            raise FraudsimError(
                f"a worker process died, most likely for want of memory; try fewer than {processes} workers"
            ) from error
        finally:
            # wherever the signal fell, be it in what is done between two results
            with _given_up(_asked[0]) if _asked else nullcontext():
                pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _given_up(stopped: StoppedError) -> Iterator[None]:
    """End the workers, and this process if what is done here outlasts the grace: a pool may wait for who is gone."""
    end_workers()

    def end() -> None:
        print(stopped.told, file=sys.stderr, flush=True)
        os._exit(stopped.code)

    timer = threading.Timer(GRACE_SECONDS, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def packed_start(begin: Callable[..., None], *arguments: Any) -> bytes:
    """Pack the first call of a worker process for :func:`start_worker`, as multiprocessing packs any call."""
    return bytes(ForkingPickler.dumps((begin, arguments)))


def travels(thing: Any) -> bool:
    """Whether something can be handed to another process."""
    try:
        ForkingPickler.dumps(thing)
    except Exception:  # noqa: BLE001 - whatever an object raises that cannot be packed
        return False
    return True


def start_worker(packed: bytes) -> None:
    """In a worker process: follow the parent, and only then load what the work needs, which takes seconds.

    Signals of the terminal are left to the parent. Told to stop, a worker that still loads ends at once; one that works
    gives up what it writes.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow_parent, name="parent-watch", daemon=True).start()
    begin, arguments = ForkingPickler.loads(packed)  # pyright: ignore[reportAttributeAccessIssue] - it is a function
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(ExitCode.TERMINATED))
    begin(*arguments)


def _follow_parent() -> None:
    """End this process when its parent is gone.

    The parent holds one end of a pipe and never writes to it. Whatever ends the parent, the system
    closes the pipe, and the thread that waits at the other end is woken.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
        threading.Event().wait(GRACE_SECONDS)
        os._exit(ExitCode.TERMINATED)


@contextmanager
def last_work() -> Iterator[None]:
    """In a worker process: end with the work that was told to stop, instead of waiting for more."""
    try:
        yield
    except SystemExit:
        os._exit(ExitCode.TERMINATED)
