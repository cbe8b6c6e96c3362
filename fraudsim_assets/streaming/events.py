"""`Events`: messages ready to be sent, in the order of sending.

Belongs here: the shape in which events travel from the feed to a target. Does not belong here: how
they are encoded (``encoding``), and where they go.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from fraudsim_assets.tables.messages import MESSAGES
from fraudsim_assets.units import MINUTE, AnyArray, Ints

CELL = 15 * MINUTE
"""Events are made, put in order and confirmed by cells of time on a fixed grid. [microseconds]"""

TOPICS: tuple[str, ...] = tuple(MESSAGES)
"""Topics in the order in which events of one moment are sent."""


@dataclass(frozen=True)
class Events:
    """Events in the order in which they are sent. All arrays have one entry per event.

    Attributes
    ----------
    topic
        Position in :data:`TOPICS`.
    position
        When it enters the stream, ascending. [microseconds since 1970]
    time
        When it happened. [microseconds since 1970]
    key, value
        Bytes; a value of None ends its key.
    """

    topic: Ints
    position: Ints
    time: Ints
    key: AnyArray
    value: AnyArray

    def __len__(self) -> int:
        return len(self.position)

    @classmethod
    def merged(cls, parts: Sequence["Events"]) -> "Events":
        """Put events in the order of sending: by position, then topic, then time."""
        joined = cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in cls.__dataclass_fields__))
        return joined.take(np.lexsort((joined.time, joined.topic, joined.position)))

    def take(self, which: AnyArray | slice) -> "Events":
        """Choose some of them."""
        return Events(self.topic[which], self.position[which], self.time[which], self.key[which], self.value[which])

    def pieces(self, most: int) -> Iterator["Events"]:
        """Cut into pieces of about the same size, never between events of one position."""
        begin = 0
        while begin < len(self):
            end = begin + most
            if end < len(self):
                end = int(np.searchsorted(self.position, self.position[end - 1], side="right"))
            yield self.take(slice(begin, end))
            begin = end

    def counts(self) -> dict[str, int]:
        """Events by topic."""
        found = np.bincount(self.topic, minlength=len(TOPICS))
        return {name: int(count) for name, count in zip(TOPICS, found, strict=True) if count}


def cell_start(position: int) -> int:
    """First moment of the cell that holds a position. [microseconds since 1970]"""
    return position // CELL * CELL
