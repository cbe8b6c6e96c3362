"""Hands: processes that do the work of a contest together, this one among them.

The one idea: other processes take tasks from the front, and this one takes them from the back while it waits. Each has
made the world for itself, from the configuration alone.

Belongs here: sharing tasks out. Does not belong here: what the tasks are (``policies.contest``), and how a worker
begins and ends (``stopping``).
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from fraudsim_assets.cli.session import Session
from fraudsim_assets.cli.source import DaySource
from fraudsim_assets.cli.stopping import HEED_SECONDS, heed, last_work, packed_start, worker_pool

if TYPE_CHECKING:
    from fraudsim_assets.policies.hands import Hands
    from fraudsim_assets.simulation import World

Task = TypeVar("Task")
Done = TypeVar("Done")


@contextmanager
def hands(session: Session, world: "World", count: int) -> "Iterator[Hands]":
    """Give so many hands.

    Parameters
    ----------
    session
        Of which other processes make the world.
    world
        The same world in this process.
    count
        Processes, this one included. [count]
    """
    if count == 1:
        from fraudsim_assets.policies.hands import OneHand

        yield OneHand(world)
        return
    with worker_pool(count - 1, packed_start(_start_worker, session), processes=count) as pool:
        yield _Many(world, pool, count)


class _Many:
    """A pool of processes, and the one that waits for it."""

    def __init__(self, world: "World", pool: ProcessPoolExecutor, count: int) -> None:
        self._world, self._pool, self.count = world, pool, count

    def each(self, work: "Callable[[World, Task], Done]", tasks: Sequence[Task]) -> Iterator[Done]:
        """What comes of tasks, in their order."""
        # where there is plenty to do, each worker has a task in hand and one that waits for it
        ahead = (self.count - 1) * (2 if len(tasks) > self.count else 1)
        left, given, done = deque(enumerate(tasks)), dict[int, Future[Done]](), dict[int, Done]()
        for number in range(len(tasks)):
            while number not in done:
                heed()
                for each in [each for each, future in given.items() if future.done()]:
                    done[each] = given.pop(each).result()
                while left and len(given) < ahead:
                    at, task = left.popleft()
                    given[at] = self._pool.submit(_work, work, task)
                if number in done:
                    break
                if left:
                    at, task = left.pop()
                    done[at] = work(self._world, task)
                else:
                    wait([given[number]], HEED_SECONDS)  # a signal is heeded within moments
            yield done.pop(number)


_worker: dict[str, Any] = {}
"""What a worker process keeps from one task to the next."""


def _start_worker(session: Session) -> None:
    _worker["session"] = session


def _work(work: "Callable[[World, Any], Any]", task: Any) -> Any:
    with last_work():
        if "world" not in _worker:  # here, where an error has a way back to the parent
            _worker["world"] = DaySource(_worker["session"], []).world
        return work(_worker["world"], task)
