"""Caches of what is worked out once per day, or once per span of days, and used many times.

The one idea: everything kept is a pure function of its key, so what is dropped is worked out again and comes out
the same: how many entries are kept is a matter of speed and memory, never of values.

Belongs here: typed, bounded, thread-safe caches, and what a cache that outlasts processes looks like. Does not belong
here: what is kept, and keys that are not all that a value depends on.
"""

from collections.abc import Callable, Hashable, Mapping
from threading import RLock
from typing import Generic, Protocol, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
T = TypeVar("T")


class KeyedCache(Generic[K, V]):
    """Values by key, made on first use; the oldest are dropped first.

    Threads that ask for a value while another one makes it wait for it.

    Parameters
    ----------
    make
        A pure function of the key.
    most
        How many values are kept, at least one. [count]
    """

    def __init__(self, make: Callable[[K], V], *, most: int) -> None:
        if most < 1:
            raise ValueError(f"most is {most}; a cache keeps at least 1 value")
        self._make, self.most = make, most
        self._values: dict[K, V] = {}
        self._lock = RLock()

    def get(self, key: K) -> V:
        """Look a value up, or make and keep it."""
        with self._lock:
            if key not in self._values:
                value = self._make(key)
                while len(self._values) >= self.most:
                    del self._values[next(iter(self._values))]
                self._values[key] = value
            return self._values[key]

    def peek(self, key: K) -> V | None:
        """Look a value up; None if it is not kept now."""
        with self._lock:
            return self._values.get(key)

    def __contains__(self, key: object) -> bool:
        with self._lock:
            return key in self._values

    def __len__(self) -> int:
        return len(self._values)


class DayCache(KeyedCache[int, V]):
    """Values by day number, or by the number of a span of days."""

    def values_below(self, day: int) -> dict[int, V]:
        """Values of days before one, in the order in which they were made."""
        with self._lock:
            return {key: value for key, value in self._values.items() if key < day}

    def keep(self, values: Mapping[int, V]) -> None:
        """Take in values that were made elsewhere, in an empty cache of the same size."""
        with self._lock:
            self._values.update(values)


class Shelf(Protocol):
    """Where what is worked out for a world outlasts the process that did."""

    def keep(self, name: str, make: Callable[[], T]) -> T:
        """Look a value up by its name within the world, or make it.

        Parameters
        ----------
        make
            Always makes the same value under the same name: arrays and records of them.
        """
        ...


class NoShelf:
    """Keeps nothing: everything is made."""

    def keep(self, name: str, make: Callable[[], T]) -> T:  # noqa: ARG002 - the name is for those that keep
        """Make the value."""
        return make()


NO_SHELF: Shelf = NoShelf()
