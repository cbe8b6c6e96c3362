"""A world as a dataset of Ray Data, by a data source with a task for each partition.

Belongs here: Ray's protocol. Does not belong here: pieces and rows (``table``).
"""

from typing import Any

import polars as pl
import pyarrow as pa
import ray.data
from ray.data.block import BlockMetadata
from ray.data.datasource import Datasource, ReadTask

from fraudsim_assets.engines.table import WorldTable


class WorldSource(Datasource):
    """Blocks of Arrow tables; a worker process makes the world once.

    Parameters
    ----------
    predicate
        Rows to make; Ray does not tell a source what a later filter wants.
    partitions
        How many tasks; None is one for each day. [count]
    """

    def __init__(self, table: WorldTable, predicate: pl.Expr | None = None, partitions: int | None = None) -> None:
        super().__init__()
        self._table, self._predicate, self._partitions = table, predicate, partitions

    def estimate_inmemory_data_size(self) -> int | None:
        """Not known before rows are made."""
        return None

    def get_read_tasks(self, parallelism: int, *_: Any, **__: Any) -> list[ReadTask]:  # noqa: ARG002 - days decide
        """One task for each partition."""
        table, predicate = self._table, self._predicate
        unknown = BlockMetadata(num_rows=None, size_bytes=None, input_files=None, exec_stats=None)

        def task(pieces: Any) -> ReadTask:
            def made() -> Any:
                for batch in table.batches(pieces, predicate):
                    yield pa.Table.from_batches([batch])

            return ReadTask(made, unknown, schema=table.schema)

        return [task(pieces) for pieces in table.cut(self._partitions)]


def dataset(
    table: WorldTable, predicate: pl.Expr | None = None, *, partitions: int | None = None
) -> "ray.data.Dataset":
    """See a table as a dataset; nothing is made yet.

    Parameters
    ----------
    predicate, partitions
        As of :class:`WorldSource`.
    """
    return ray.data.read_datasource(WorldSource(table, predicate, partitions))
