"""The catalogs' IO manager: dagster-polars, on top of the project's own files.

dagster-polars finds out from an annotation whether an asset wants an eager or a lazy frame, and
which columns. Two of its habits do not fit here and are replaced:

- it reads with an argument that polars 2 has removed, so that every read fails
  (``test_dagster_polars_cannot_read_yet`` says when this can go);
- it writes in place, so that a failed write leaves a valid but truncated file.

Belongs here: these two replacements and the provenance of catalogs. Does not belong here: daily
tables (``io_managers``), and the resource that Dagster is given (``catalog_resource``).
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import dagster as dg
import polars as pl
import pyarrow as pa
from dagster_polars import PolarsParquetIOManager
from dagster_polars.io_managers.utils import get_metadata_schema

from fraudsim_assets.defs.io_managers import ParquetIOManager, as_stream
from fraudsim_assets.defs.metadata import report_metadata
from fraudsim_assets.errors import StorageError
from fraudsim_assets.frames import FrameStream

if TYPE_CHECKING:
    from fraudsim_assets.storage.layout import PartKey
    from fraudsim_assets.storage.store import ParquetStore


@dataclass(frozen=True)
class StoredTable:
    """A table in a store, in the place of the path that dagster-polars passes around."""

    store: "ParquetStore"
    key: "PartKey"

    def exists(self) -> bool:
        """Whether the table is there."""
        return self.store.exists(self.key)

    def __str__(self) -> str:
        return self.store.uri(self.key)


class PolarsCatalogIOManager(PolarsParquetIOManager):
    """Tables without partitions, as polars frames or as Arrow tables with their provenance."""

    files: dg.ResourceDependency[ParquetIOManager]

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        """Open nothing: the store does, when it is first used."""

    def handle_output(self, context: dg.OutputContext, obj: Any) -> None:
        """Write a table, whole or not at all."""
        table = self._table(context)
        if isinstance(obj, pl.DataFrame | pl.LazyFrame):
            self.dump_to_path(context, obj, table)
            context.add_output_metadata({"dagster/column_schema": get_metadata_schema(obj)})
        else:
            self._write(context, as_stream(obj), table)

    def load_input(self, context: dg.InputContext) -> Any:
        """Read a table as the type that the input is annotated with."""
        table = self._table(context)
        if context.dagster_type.typing_type is not pa.Table:
            return self.load_from_path(context, table)
        return arrow_table(context.asset_key.path[-1], table)

    def write_df_to_path(self, context: dg.OutputContext, df: pl.DataFrame, path: Any) -> None:
        """Write an eager frame."""
        self._write(context, as_stream(df), path)

    def sink_df_to_path(self, context: dg.OutputContext, df: pl.LazyFrame, path: Any) -> None:
        """Write a lazy frame."""
        self._write(context, as_stream(df), path)

    def scan_df_from_path(self, path: Any, *_: Any, **__: Any) -> pl.LazyFrame:
        """Scan a table without the argument that polars 2 no longer takes."""
        return path.store.scan([path.key])

    def _table(self, context: dg.InputContext | dg.OutputContext) -> Any:
        if context.has_asset_partitions:
            raise StorageError(
                f"{context.asset_key.to_user_string()} has partitions, and this IO manager keeps tables without; "
                "give the asset the day_io_manager of the world"
            )
        return StoredTable(self.files.store, self.files.address(context.asset_key))

    def _write(self, context: dg.OutputContext, stream: FrameStream, table: StoredTable) -> None:
        context.add_output_metadata(report_metadata(table.store.write(table.key, stream)))


def arrow_table(name: str, stored: StoredTable) -> pa.Table:
    """Read a declared table with its Arrow types, and what its file says about itself."""
    from fraudsim_assets.tables import TABLES, arrow_schema

    table = stored.store.scan([stored.key]).collect(engine="streaming").to_arrow()
    facts = stored.store.metadata(stored.key).facts
    typed = table.cast(arrow_schema(TABLES[name])) if name in TABLES else table
    return typed.replace_schema_metadata(dict(facts))
