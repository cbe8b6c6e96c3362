"""IO managers: Parquet on a local disk and on S3, one lazy frame for any range of days.

Belongs here: what Dagster asks of an IO manager, and opening a store. Does not belong here: files,
objects, retries and commits (``fraudsim_assets.storage``), and how catalogs go through
dagster-polars (``catalog_io``).
"""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

import dagster as dg
import polars as pl
import pyarrow as pa
from pydantic import Field, PrivateAttr

from fraudsim_assets.config.model import Storage
from fraudsim_assets.defs.metadata import report_metadata
from fraudsim_assets.errors import ContractError, StorageError
from fraudsim_assets.frames import FrameStream

if TYPE_CHECKING:
    from fraudsim_assets.defs.days import Days
    from fraudsim_assets.storage import ParquetStore, PartKey

WINDOW = "window_days"
"""Input metadata: how many of the latest days an asset without partitions is given."""


class ParquetIOManager(dg.ConfigurableIOManager):
    """Parquet partitions in ``<asset>/date=<day>/``, visible only when complete.

    Takes :class:`~fraudsim_assets.defs.days.Days`, or for an asset without partitions a frame
    stream, an Arrow table or a polars frame. Gives ``pl.LazyFrame`` (one over all days asked for),
    ``pl.DataFrame``, ``pa.Table`` or, as ``dict[str, pl.LazyFrame]``, one frame per day.
    """

    if_exists: Literal["overwrite", "skip_identical", "fail"] = Field(
        default="overwrite", description="What a write does when the partition is there already."
    )
    compression: Literal["zstd", "snappy", "lz4", "none"] = Field(default="zstd", description="Parquet codec.")
    compression_level: int = Field(default=1, ge=1, le=22, description="Level of zstd.")
    row_group_rows: int = Field(default=131_072, ge=1, description="Rows per Parquet row group.")
    max_attempts: int = Field(default=15, ge=1, description="Tries of one storage operation.")
    deadline_seconds: float = Field(default=300.0, gt=0, description="Total time for one storage operation.")
    window_days: int = Field(default=31, ge=1, description="Latest days given to an asset without partitions.")

    _store: Any = PrivateAttr(default=None)

    @property
    def store(self) -> "ParquetStore":
        """The store, opened once."""
        if self._store is None:
            self._store = self._open()
        return self._store

    @abstractmethod
    def _open(self) -> "ParquetStore":
        """Open the store."""

    def _settings(self, **place: Any) -> Storage:
        names = ("if_exists", "compression", "compression_level", "max_attempts", "deadline_seconds")
        return Storage(**{name: getattr(self, name) for name in names}, **place)

    # --- writing -----------------------------------------------------------------------------

    def handle_output(self, context: dg.OutputContext, obj: Any) -> None:
        """Write what an asset returned; a day that fails its checks leaves the others unharmed."""
        from fraudsim_assets.defs.days import Days

        if isinstance(obj, Days):
            self._write_days(context, obj)
            return
        report = self.store.write(part_key(context.asset_key), as_stream(obj))
        context.add_output_metadata(report_metadata(report))

    def _write_days(self, context: dg.OutputContext, days: "Days") -> None:
        from fraudsim_assets.observability import counted_retries

        _demand_same_days(context.asset_partition_keys, list(days.by_partition))
        done: dict[str, Mapping[str, Any]] = {}
        refused: dict[str, str] = {}
        for key, stream in days.by_partition.items():
            try:
                with counted_retries() as retries:
                    report = self.store.write(part_key(context.asset_key, key), stream)
                done[key] = days.written(key, report, retries.count)
            except ContractError as error:
                days.failed(key)
                refused[key] = str(error)
                context.log.warning("%s", error)
            except Exception:
                days.failed(key)
                _tell_of_days(context, done)
                raise
        if refused:
            _tell_of_days(context, done)
            raise dg.Failure(
                f"{len(refused)} of {len(days.by_partition)} days were refused by a blocking check and not written; "
                f"the first: {next(iter(refused.values()))}",
                metadata=refused,
                allow_retries=False,
            )

    # --- reading -----------------------------------------------------------------------------

    def load_input(self, context: dg.InputContext) -> Any:
        """Give the days asked for, as the type that the input is annotated with."""
        wanted = context.dagster_type.typing_type
        keys = self._days(context) if context.has_asset_partitions else [None]
        if get_origin(wanted) in (dict, Mapping):
            inner = get_args(wanted)[1]
            return {str(key): as_type(self._scan(context, [key]), inner) for key in keys}
        return as_type(self._scan(context, keys), wanted)

    def _scan(self, context: dg.InputContext, keys: Sequence[str | None]) -> pl.LazyFrame:
        return self.store.scan([part_key(context.asset_key, key) for key in keys])

    def _days(self, context: dg.InputContext) -> list[str]:
        """Days to load: those of the run, or the latest that are there if the asset has none itself."""
        step = context.step_context
        if any(step.has_asset_partitions_for_output(output.name) for output in step.step.step_outputs):
            return list(context.asset_partition_keys)
        wanted = set(context.asset_partition_keys)
        there = [day for day in self.store.list_partitions("/".join(context.asset_key.path)) if day in wanted]
        if not there:
            raise StorageError(f"no day of {context.asset_key.to_user_string()} is there; materialise one first")
        metadata = context.definition_metadata or {}
        return there[-int(metadata.get(WINDOW, self.window_days)) :]


class LocalParquetIOManager(ParquetIOManager):
    """Parquet below a folder."""

    base_dir: str = Field(default="data", description="Folder, relative to the working directory.")

    def _open(self) -> "ParquetStore":
        from fraudsim_assets.storage import open_store

        return open_store(self._settings(kind="local", base_dir=self.base_dir), row_group_rows=self.row_group_rows)


class CatalogIOManager(dg.ConfigurableIOManagerFactory):
    """IO manager of the tables without partitions: dagster-polars over the same files."""

    files: dg.ResourceDependency[ParquetIOManager]

    def create_io_manager(self, context: dg.InitResourceContext) -> dg.IOManager:  # noqa: ARG002 - Dagster's signature
        """Load dagster-polars, now that it is needed."""
        from fraudsim_assets.defs.catalog_io import PolarsCatalogIOManager

        return PolarsCatalogIOManager(files=self.files)


def part_key(asset_key: dg.AssetKey, partition: str | None = None) -> "PartKey":
    """Address of an asset, or of one of its days, in the store."""
    from fraudsim_assets.storage import PartKey

    return PartKey("/".join(asset_key.path), partition)


def as_stream(value: Any) -> FrameStream:
    """See a table of any kind as a frame stream.

    Raises
    ------
    ContractError
        If it is not a table.
    """
    if isinstance(value, FrameStream):
        return value
    if isinstance(value, pl.LazyFrame):
        value = value.collect(engine="streaming")
    if isinstance(value, pl.DataFrame):
        value = value.to_arrow()
    if isinstance(value, pa.Table):
        return FrameStream.of(value)
    raise ContractError(f"an asset returned a {type(value).__name__}; valid are frame streams, Arrow and polars tables")


def as_type(frame: pl.LazyFrame, wanted: Any) -> Any:
    """Give a lazy frame as the type that an input is annotated with; lazy unless told otherwise."""
    if wanted is pl.DataFrame:
        return frame.collect(engine="streaming")
    return frame.collect(engine="streaming").to_arrow() if wanted is pa.Table else frame


def _demand_same_days(wanted: Sequence[str], given: Sequence[str]) -> None:
    if set(wanted) != set(given):
        different = sorted(set(wanted) ^ set(given))
        raise ContractError(f"the asset returned other days than the run asks for; they differ in {different[:5]}")


def _tell_of_days(context: dg.OutputContext, done: Mapping[str, Mapping[str, Any]]) -> None:
    """Tell Dagster of days that were written although the step, as a whole, fails."""
    for key, metadata in done.items():
        context.log_event(dg.AssetMaterialization(context.asset_key, partition=key, metadata=metadata))
