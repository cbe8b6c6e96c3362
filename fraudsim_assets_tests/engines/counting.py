"""The data source of Spark with a note of how many rows its workers have made, kept or not."""

import json
import os
from pathlib import Path
from typing import Any
from unittest import mock

from fraudsim_assets.engines import spark
from fraudsim_assets.simulation import scan

MADE = "FRAUDSIM_TEST_MADE"
"""Environment variable: file that notes go to, a line of JSON for each task."""


class CountingSource(spark.FraudsimSource):
    @classmethod
    def name(cls) -> str:
        return "counted"

    def reader(self, schema: Any) -> Any:
        return CountingReader(self._table.select(schema.names), schema, self._partitions)


class CountingReader(spark.Reader):
    def read(self, partition: Any) -> Any:
        made, day_batches = 0, scan.day_batches

        def counted(*arguments: Any, **settings: Any) -> Any:
            nonlocal made
            for batch in day_batches(*arguments, **settings):
                made += batch.num_rows
                yield batch

        with mock.patch.object(scan, "day_batches", counted):
            yield from super().read(partition)
        with Path(os.environ[MADE]).open("a") as notes:
            notes.write(json.dumps({"made": made, "process": os.getpid()}) + "\n")
