"""`Target`: where events go.

Belongs here: what all targets have in common. Does not belong here: any one of them.
"""

from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self

from fraudsim_assets.streaming.events import Events


class Target(ABC):
    """Somewhere that takes events; a context manager, which is open while events are sent.

    Events of a cell of time are all confirmed before one of the next cell is sent. So where a
    producer was ended at any moment, everything before the cell of the last event that arrived
    has arrived, and a start at that cell loses nothing.
    """

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @abstractmethod
    def send(self, events: Events) -> None:
        """Hand events over; waits while the target is slow.

        Raises
        ------
        StorageError
            If the target fails for good.
        """

    @abstractmethod
    def reached(self) -> int | None:
        """Position from which this producer must go on; None if nothing of it arrived.

        Raises
        ------
        ConfigError
            If the target cannot know.
        """

    def settle(self) -> None:
        """Wait until everything handed over is confirmed."""
        return

    def close(self) -> None:
        """Let go of connections and files."""
        return
