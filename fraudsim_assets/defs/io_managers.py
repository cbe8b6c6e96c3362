"""IO managers: Parquet and tables of a lakehouse on a local disk and on S3, one lazy frame for any range of days.

Belongs here: what Dagster asks of an IO manager, and opening a store. Does not belong here: files,
objects, retries and commits (``fraudsim_assets.storage``), and how catalogs go through
dagster-polars (``catalog_io``).
"""

from abc import abstractmethod
from collections.abc import Collection, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal, Self, get_args, get_origin

import dagster as dg
import polars as pl
import pyarrow as pa
from pydantic import Field, PrivateAttr

from fraudsim_assets.config import Config
from fraudsim_assets.config.model import Storage
from fraudsim_assets.defs.metadata import report_metadata
from fraudsim_assets.defs.spec import TABLES
from fraudsim_assets.errors import ContractError, FraudsimError, StorageError
from fraudsim_assets.frames import FrameStream

if TYPE_CHECKING:
    from fraudsim_assets.defs.days import Days
    from fraudsim_assets.storage import ParquetStore, PartKey, WriteReport

WINDOW = "window_days"
"""Input metadata: how many of the latest days an asset without partitions is given."""

ALLOW_MISSING = "allow_missing_partitions"
"""Input metadata, as of Dagster's own IO managers: partitions that are not there are left out."""

_NAMED = 31
# partitions that a message names


class ParquetIOManager(dg.ConfigurableIOManager):
    """Parquet partitions in ``<asset>/date=<day>/``, visible only when complete; with ``format`` as tables with a log.

    Takes :class:`~fraudsim_assets.defs.days.Days`, or of any asset a frame stream, an Arrow table or
    a polars frame, and in a run over several partitions a dictionary of one per partition. Partitions
    are named by a day: daily ones, and weekly or monthly ones by their first day. Gives
    ``pl.LazyFrame`` (one over all days asked for), ``pl.DataFrame``, ``pa.Table`` or, as
    ``dict[str, pl.LazyFrame]``, one frame per day.
    """

    format: Literal["parquet", "delta", "iceberg"] = Field(default="parquet", description="How tables are kept.")
    iceberg_catalog: str | None = Field(default=None, description="Database of the catalog of Iceberg in a bucket.")
    commit_order: Literal["any", "by_day"] = Field(
        default="any", description="Order in which the days of a table with a log are committed."
    )
    if_exists: Literal["overwrite", "skip_identical", "fail"] = Field(
        default="overwrite", description="What a write does when the partition is there already."
    )
    compression: Literal["zstd", "snappy", "lz4", "none"] = Field(default="zstd", description="Parquet codec.")
    compression_level: int = Field(default=1, ge=1, le=22, description="Level of zstd.")
    row_group_rows: int = Field(default=131_072, ge=1, description="Rows per Parquet row group.")
    max_attempts: int = Field(default=15, ge=1, description="Tries of one storage operation.")
    deadline_seconds: float = Field(default=300.0, gt=0, description="Total time for one storage operation.")
    window_days: int = Field(default=31, ge=1, description="Latest days given to an asset without partitions.")
    key_prefix: str = Field(default="", description="Key prefix of the world that lives in this place, joined by '/'.")

    _store: Any = PrivateAttr(default=None)
    _wanted: Config | None = PrivateAttr(default=None)
    _entered: Config | None = PrivateAttr(default=None)

    def of_world(self, config: Config) -> Self:
        """Hold one world: whatever is read or written is compared with it, and another is refused."""
        self._wanted = config
        return self

    def _with_updated_values(self, values: Mapping[str, Any] | None) -> Self:
        """The copy that Dagster works with, which holds the same world."""
        copied: Any = super()._with_updated_values(values)
        return copied if self._wanted is None else copied.of_world(self._wanted)

    @property
    def store(self) -> "ParquetStore":
        """The store, opened once.

        Raises
        ------
        WorldMismatchError
            If it holds another world than this IO manager's; the message says what differs and what to do.
        """
        if self._store is None:
            store = self._open()
            if self._wanted is not None:
                from fraudsim_assets.storage.world import enter_world

                self._entered = enter_world(store, self._wanted).config
            self._store = store
        return self._store

    @property
    def world(self) -> Config | None:
        """Configuration of the world with the seed and the days of the store; None if any world may be here."""
        return self._entered if self.store else None

    @abstractmethod
    def _open(self) -> "ParquetStore":
        """Open the store."""

    def _settings(self, **place: Any) -> Storage:
        shared = Storage.model_fields.keys() & type(self).model_fields.keys() - place.keys()
        return Storage(**{name: getattr(self, name) for name in shared}, **place)

    def address(self, asset_key: dg.AssetKey, partition: str | None = None) -> "PartKey":
        """Address of an asset, or of one of its partitions, in the store.

        Tables of the world itself lie in folders of their own names, whatever the key prefix; any
        other asset lies in a folder of its whole key.

        Raises
        ------
        StorageError
            If an asset that is not the world's would lie where one of the world's does, or the
            partition is not named by a day.
        """
        from fraudsim_assets.storage import PartKey

        path, name = list(asset_key.path), asset_key.to_user_string()
        if "/".join(path[:-1]) == self.key_prefix and path[-1] in TABLES:
            path = path[-1:]
        elif path[0] in TABLES:
            raise StorageError(f"{name} would lie among the files of the world's own {path[0]}; give it another key")
        try:
            return PartKey("/".join(path), partition)
        except StorageError as error:
            raise StorageError(
                f"{name}: {error}. This IO manager keeps partitions by day, week or month, each named by its first "
                "day; for any other give the asset another IO manager"
            ) from error

    # --- writing -----------------------------------------------------------------------------

    def handle_output(self, context: dg.OutputContext, obj: Any) -> None:
        """Write what an asset returned; a day that cannot be written leaves the others unharmed."""
        from fraudsim_assets.defs.days import Days

        if isinstance(obj, Days):
            self._write_days(context, obj)
        elif context.has_asset_partitions:
            self._write_days(context, _as_days(context, obj))
        else:
            report = self.store.write(self.address(context.asset_key), as_stream(obj))
            context.add_output_metadata(report_metadata(report))

    def _write_days(self, context: dg.OutputContext, days: "Days") -> None:
        from fraudsim_assets.observability import counted_retries

        _demand_same_days(context.asset_partition_keys, list(days.by_partition))
        keys = {key: self.address(context.asset_key, key) for key in days.by_partition}
        done: dict[str, Mapping[str, Any]] = {}
        refused: dict[str, str] = {}
        for key, stream in days.by_partition.items():
            try:
                with counted_retries() as retries:
                    report = self.store.write(keys[key], stream)
                done[key] = days.written(key, report, retries.count)
            except (FraudsimError, OSError) as error:
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
                f"{len(refused)} of {len(days.by_partition)} days were not written: {_some(refused)}; "
                f"the first: {next(iter(refused.values()))}",
                metadata=refused,
                allow_retries=False,
            )

    # --- reading -----------------------------------------------------------------------------

    def load_input(self, context: dg.InputContext) -> Any:
        """Give the partitions asked for, as the type that the input is annotated with."""
        wanted = context.dagster_type.typing_type
        keys = self._partitions(context) if context.has_asset_partitions else [None]
        if get_origin(wanted) in (dict, Mapping):
            inner = get_args(wanted)[1]
            return {str(key): as_type(self._scan(context, [key]), inner) for key in keys}
        return as_type(self._scan(context, keys), wanted)

    def _scan(self, context: dg.InputContext, keys: Sequence[str | None]) -> pl.LazyFrame:
        return self.store.scan([self.address(context.asset_key, key) for key in keys])

    def _partitions(self, context: dg.InputContext) -> list[str]:
        """Partitions to load: those that the asset depends on, or of all the latest that are there."""
        wanted = list(context.asset_partition_keys)
        metadata = context.definition_metadata or {}
        of_all = depends_on_all(context)
        if not of_all and not metadata.get(ALLOW_MISSING):
            return wanted
        asset = self.address(context.asset_key).asset
        there = [key for key in self.store.list_partitions(asset) if key in set(wanted)]
        if not there:
            raise StorageError(
                f"none of the {len(wanted)} partitions of {context.asset_key.to_user_string()} is there; "
                "materialise one first"
            )
        return there[-int(metadata.get(WINDOW, self.window_days)) :] if of_all else there


class LocalParquetIOManager(ParquetIOManager):
    """Parquet below a folder."""

    base_dir: str = Field(default="data", description="Folder, relative to the working directory.")

    def _open(self) -> "ParquetStore":
        from fraudsim_assets.storage import open_store

        return open_store(self._settings(kind="local", base_dir=self.base_dir), row_group_rows=self.row_group_rows)


def depends_on_all(context: dg.InputContext) -> bool:
    """Whether an asset without partitions depends on another as a whole, and names no partitions of it."""
    step = context.step_context
    consumer = step.job_def.asset_layer.get_assets_def_for_node(step.node_handle)
    if consumer is None or consumer.partitions_def is not None:
        return False
    mapping = consumer.get_partition_mapping_for_dep(context.asset_key)
    return mapping is None or isinstance(mapping, dg.AllPartitionMapping)


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


def _as_days(context: dg.OutputContext, value: Any) -> "Days":
    """Tables that a user's own asset returned for its partitions."""
    from fraudsim_assets.defs.days import Days

    keys = list(context.asset_partition_keys)
    if not isinstance(value, Mapping):
        if len(keys) > 1:
            raise ContractError(
                f"{context.asset_key.to_user_string()} returned one table for {len(keys)} partitions, {_some(keys)}; "
                "valid is a dictionary with one table per partition, or BackfillPolicy.multi_run(1)"
            )
        value = dict.fromkeys(keys, value)

    def written(key: str, report: "WriteReport", retries: int) -> Mapping[str, Any]:  # noqa: ARG001 - as Days asks
        metadata = report_metadata(report, daily=True)
        if len(keys) == 1:
            context.add_output_metadata(metadata)
        return metadata

    return Days({key: as_stream(table) for key, table in value.items()}, written, failed=lambda _: None)


def _demand_same_days(wanted: Sequence[str], given: Sequence[str]) -> None:
    if not wanted:
        raise ContractError("the run is over no day at all; does its range end before it begins?")
    if set(wanted) != set(given):
        different = sorted(set(wanted) ^ set(given))
        raise ContractError(f"the asset returned other days than the run asks for; they differ in {different[:5]}")


def _some(keys: Collection[str]) -> str:
    return ", ".join([*islice(keys, _NAMED), *(["..."] if len(keys) > _NAMED else [])])


def _tell_of_days(context: dg.OutputContext, done: Mapping[str, Mapping[str, Any]]) -> None:
    """Tell Dagster of days that were written although the step, as a whole, fails."""
    for key, metadata in done.items():
        context.log_event(dg.AssetMaterialization(context.asset_key, partition=key, metadata=metadata))
