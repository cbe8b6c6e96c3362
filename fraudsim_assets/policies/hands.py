"""Who does the work of a contest: this process alone, or others as well.

The one idea: work is a function of the world and of a task, so whoever does it comes to the same.

Belongs here: the protocol, and doing all of it here. Does not belong here: processes (``cli.hands``), and what there is
to do (``warming``, ``contest``).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from fraudsim_assets.simulation import World

Task = TypeVar("Task")
Done = TypeVar("Done")


class Hands(Protocol):
    """Who does tasks in a world."""

    @property
    def count(self) -> int:
        """Processes, this one included. [count]"""
        ...

    def each(self, work: Callable[[World, Task], Done], tasks: Sequence[Task]) -> Iterator[Done]:
        """What comes of tasks, in their order.

        Parameters
        ----------
        work
            A function of a module, so that other processes find it.
        """
        ...


@dataclass(frozen=True)
class OneHand:
    """Does everything in this process, one after the other."""

    world: World
    count: int = 1

    def each(self, work: Callable[[World, Task], Done], tasks: Sequence[Task]) -> Iterator[Done]:
        """What comes of tasks, in their order."""
        return (work(self.world, task) for task in tasks)
