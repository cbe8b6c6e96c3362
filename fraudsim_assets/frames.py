"""`FrameStream`: a table as a re-iterable stream of Arrow record batches.

Belongs here: the one shape in which big tables travel between the generator, the checks and the
storage. Does not belong here: how batches are made or where they go.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import pyarrow as pa


@dataclass(frozen=True)
class FrameStream:
    """A table that is made while it is read, and can be read again.

    Attributes
    ----------
    schema
        Arrow schema of every batch.
    batches
        Starts a new pass: calling it twice yields equal batches twice, so that a failed write
        can be retried from the beginning.
    metadata
        Facts about the table (seed, config digest, schema version) that belong in the file.
    verdict
        What the checks that ride on the stream say once a pass has ended.
    """

    schema: pa.Schema
    batches: Callable[[], Iterator[pa.RecordBatch]]
    metadata: Mapping[str, str] = field(default_factory=dict)
    verdict: Callable[[], str] = lambda: "not checked"

    @classmethod
    def of(cls, table: pa.Table, *, metadata: Mapping[str, str] | None = None) -> "FrameStream":
        """Stream over a table that is already in memory."""
        return cls(table.schema, lambda: iter(table.to_batches()), dict(metadata or {}))

    def through(self, batches: Callable[[], Iterator[pa.RecordBatch]]) -> "FrameStream":
        """The same table with its batches passed through something that looks at them."""
        return replace(self, batches=batches)

    def watched(self, restart: Callable[[], None], see: Callable[[pa.RecordBatch], object]) -> "FrameStream":
        """The same table, each of its batches shown to a watcher before it goes on.

        Parameters
        ----------
        restart
            Called as a pass begins: a second pass starts afresh.
        see
            Called with each batch.
        """

        def batches() -> Iterator[pa.RecordBatch]:
            restart()
            for batch in self.batches():
                see(batch)
                yield batch

        return self.through(batches)

    def read(self) -> pa.Table:
        """Run one pass and hold the whole table in memory."""
        return pa.Table.from_batches(self.batches(), schema=self.schema)
