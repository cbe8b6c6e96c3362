"""The data source of Spark with a note of how many rows its workers have made, kept or not."""

import json
import os
from pathlib import Path
from typing import Any
from unittest import mock

from fraudsim_assets.engines import spark
from fraudsim_assets.simulation import scan


class CountingSource(spark.FraudsimSource):
    """The option ``notes`` names the file that notes go to, a line of JSON for each task."""

    def __init__(self, options: dict[str, str]) -> None:
        self._notes = options["notes"]
        super().__init__({name: value for name, value in options.items() if name != "notes"})

    @classmethod
    def name(cls) -> str:
        return "counted"

    def reader(self, schema: Any) -> Any:
        return CountingReader(self._table.select(schema.names), schema, self._partitions, notes=self._notes)


class CountingReader(spark.Reader):
    def __init__(self, *arguments: Any, notes: str) -> None:
        super().__init__(*arguments)
        self._notes = notes

    def read(self, partition: Any) -> Any:
        made, day_batches = 0, scan.day_batches

        def counted(*arguments: Any, **settings: Any) -> Any:
            nonlocal made
            for batch in day_batches(*arguments, **settings):
                made += batch.num_rows
                yield batch

        with mock.patch.object(scan, "day_batches", counted):
            yield from super().read(partition)
        with Path(self._notes).open("a") as notes:
            notes.write(json.dumps({"made": made, "process": os.getpid()}) + "\n")
