"""What every store of Parquet partitions can do, whatever carries the bytes.

Belongs here: the interface, and all rules that do not depend on the carrier: policies, facts, parts
of a partition, schema versions, the one lazy frame over many files. Does not belong here: disks
(``local``) and objects (``s3``).
"""

import logging
import re
import time
from abc import abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

import polars as pl
import pyarrow as pa

from fraudsim_assets.errors import StorageError, WorldMismatchError
from fraudsim_assets.frames import FrameStream
from fraudsim_assets.storage.facts import PartMetadata, facts_of_stream
from fraudsim_assets.storage.identity import WORLD
from fraudsim_assets.storage.layout import PartKey, StoredPart
from fraudsim_assets.storage.membership import Membership
from fraudsim_assets.storage.migration import MIGRATIONS, Migration, upgrade_path
from fraudsim_assets.storage.parquet import ParquetOptions, ProducerError
from fraudsim_assets.storage.parts import complete_parts
from fraudsim_assets.storage.policy import IfExists, already_there, identical
from fraudsim_assets.storage.report import Commit, WriteReport, reported, skipped
from fraudsim_assets.storage.retry import RetryPolicy
from fraudsim_assets.storage.scanning import Held, Source, scanned

_log = logging.getLogger(__name__)
_FOOTERS_AT_ONCE = 8
_DOCUMENT = re.compile(r"[a-z0-9][a-z0-9_.-]*")


@dataclass(frozen=True)
class StoreOptions:
    """How a store behaves.

    Attributes
    ----------
    stale_seconds
        Age from which an unfinished write that cannot be asked whether it lives (on another
        machine, or an S3 upload) counts as dead. [s]
    """

    if_exists: IfExists = "overwrite"
    parquet: ParquetOptions = field(default_factory=ParquetOptions)
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    stale_seconds: float = 24 * 3600.0
    migrations: Sequence[Migration] = MIGRATIONS


class ParquetStore(Membership):
    """Partitions of tables, visible only when complete."""

    def __init__(self, options: StoreOptions | None = None) -> None:
        super().__init__()
        self.options = options or StoreOptions()
        self._swept: set[str] = set()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.place!r})"

    # --- what a carrier provides -------------------------------------------------------------

    @abstractmethod
    def uri(self, key: PartKey) -> str:
        """Address of a part for people and for other readers."""

    @abstractmethod
    def list_parts(self, asset: str, partition: str | None = None) -> list[StoredPart]:
        """Parts that are visible, of one partition or, without one, of the whole asset, in order."""

    @abstractmethod
    def metadata(self, key: PartKey) -> PartMetadata:
        """Facts in the footer of a part.

        Raises
        ------
        StorageError
            If there is no such part, or it is not a Parquet file.
        """

    @abstractmethod
    def held(self, key: PartKey) -> AbstractContextManager[Held]:
        """Keep hold of the version of a part that is in place now.

        Raises
        ------
        StorageError
            If there is no such part, or it is not a Parquet file.
        """

    @abstractmethod
    def exists(self, key: PartKey) -> bool:
        """Whether a part is visible."""

    @abstractmethod
    def delete_leftovers(self, asset: str | None = None) -> list[str]:
        """Remove what dead writers left behind; what a live writer holds is never touched.

        Returns
        -------
        list of str
            What was removed.
        """

    @abstractmethod
    def _commit(self, key: PartKey, stream: FrameStream, facts: Mapping[str, str], *, exclusive: bool) -> Commit:
        """Write a file and make it visible in one step; on any error, leave what was there."""

    @abstractmethod
    def delete(self, key: PartKey) -> None:
        """Remove a part; no error if it is gone."""

    def demand_turn(self, asset: str, days: Collection[date], first: date) -> None:
        """Make sure, where days are committed in order from a first one on, that some can be made one after the other.

        Raises
        ------
        ConfigError
            If a day before them is missing.
        """

    def delete_histories(self) -> None:
        """Remove what is left of tables all of whose parts are gone, where tables have a history."""

    @abstractmethod
    def _scan_settings(self) -> dict[str, Any]:
        """Arguments of ``polars.scan_parquet`` that depend on the carrier."""

    # --- writing -----------------------------------------------------------------------------

    def write(self, key: PartKey, stream: FrameStream, *, if_exists: IfExists | None = None) -> WriteReport:
        """Write one part of a partition.

        Parameters
        ----------
        key
            Where to.
        stream
            What; run once or, after a passing fault or to compare, more often.
        if_exists
            Policy for this write, in place of the store's.

        Returns
        -------
        WriteReport
            What was written, or left alone.

        Raises
        ------
        StorageError
            If the part cannot be written; what was there before is then still there. Also if it
            is there already and the policy is ``fail``.
        ContractError
            If the stream does not keep to its own schema or schema version.
        WorldMismatchError
            If the store has been given to another world; nothing of this one is left in it then.
        Exception
            Whatever the generator of the stream raises, as it is; nothing is committed then.
        """
        started = time.perf_counter()
        policy = if_exists or self.options.if_exists
        self.demand_world()
        facts = facts_of_stream(key, stream) | self.world_fact()
        stream = self._while_of_world(stream)
        self._sweep_once(key)
        try:
            if policy == "fail" and self.exists(key):
                raise already_there(self.uri(key))
            if policy == "skip_identical":
                same = identical(stream, facts, lambda: self._metadata_if_any(key))
                if same is not None:
                    return skipped(same, time.perf_counter() - started)
            commit = self._commit(key, stream, facts, exclusive=policy == "fail")
        except ProducerError as marked:
            original = marked.__cause__ or marked
        else:
            self._withdraw_if_replaced(key)
            self._delete_stale_parts(key)
            return reported(self.uri(key), commit, time.perf_counter() - started)
        raise original

    def _while_of_world(self, stream: FrameStream) -> FrameStream:
        """End a stream in an error if, by its end, the store belongs to another world."""

        def batches() -> Iterator[pa.RecordBatch]:
            yield from stream.batches()
            self.demand_world()

        return stream if self.world is None else stream.through(batches)

    def _withdraw_if_replaced(self, key: PartKey) -> None:
        """Take a part back that became visible just when the store was given to another world."""
        try:
            self.demand_world()
        except WorldMismatchError:
            found = self._metadata_if_any(key)
            if found is not None and found.facts.get(WORLD) == self.world_fact()[WORLD]:
                self.delete(key)
            raise

    def write_document(self, asset: str, name: str, text: str, *, media_type: str) -> str:
        """Write a page that belongs to an asset, beside its data.

        Parameters
        ----------
        asset
            Name of the table whose folder it goes to.
        name
            File name, such as ``report.html``.
        text
            What; replaces what was there.
        media_type
            What kind of text it is, for browsers that fetch it from a server.

        Returns
        -------
        str
            Where it lies.

        Raises
        ------
        StorageError
            If the name could be taken for data, or the page cannot be written.
        """
        if not _DOCUMENT.fullmatch(name) or name.endswith(".parquet"):
            raise StorageError(f"name is {name!r}; valid are file names such as 'report.html'")
        return self.put_small(f"{PartKey(asset).folder}/{name}", text.encode(), media_type)

    def _sweep_once(self, key: PartKey) -> None:
        """Clear up after dead writers before the first write to an asset; never in the way of the write."""
        if key.asset in self._swept:
            return
        self._swept.add(key.asset)
        try:
            removed = self.delete_leftovers(key.asset)
        except StorageError as error:
            _log.warning("leftovers of %s were not cleared up: %s", key.asset, error)
        else:
            if removed:
                _log.warning("cleared up after writers that died: %s", ", ".join(removed))

    def _delete_stale_parts(self, key: PartKey) -> None:
        """Once a partition is complete, remove parts that an earlier, wider cut left over."""
        parts = self.list_parts(key.asset, key.partition)
        stale = [p.part for p in parts if p.part >= key.parts]
        if not stale or not self._is_complete(key, [p.part for p in parts]):
            return
        for part in stale:
            self.delete(replace(key, part=part, parts=part + 1))
        _log.info("removed stale parts %s of %s", stale, self.uri(key))

    def _is_complete(self, key: PartKey, found: Collection[int]) -> bool:
        try:
            self._parts_of(key, found)
        except StorageError:
            return False
        return True

    def _metadata_if_any(self, key: PartKey) -> PartMetadata | None:
        return self.metadata(key) if self.exists(key) else None

    # --- reading -----------------------------------------------------------------------------

    def scan(
        self,
        keys: Iterable[PartKey],
        *,
        missing: Literal["raise", "skip"] = "raise",
        demand: Callable[[PartMetadata], None] | None = None,
    ) -> pl.LazyFrame:
        """One lazy frame over whole partitions of one table.

        Parameters
        ----------
        keys
            Partitions, all of one asset; parts are found by themselves.
        missing
            Whether a partition that is not there is an error or left out.
        demand
            Raises if a file must not be read, by its footer; asked now, and again of the version that
            is read.

        Returns
        -------
        pl.LazyFrame
            Rows in the order of the keys; daily tables with the column ``date`` from the path.

        Raises
        ------
        StorageError
            If a partition is missing or incomplete, or nothing is left to read.
        ContractError
            If a file has another schema version and no rule leads to the one in force.
        WorldMismatchError
            If the store works with a world and a file is of another.
        """
        wanted = list(dict.fromkeys(key.whole for key in keys))
        assets = sorted({key.asset for key in wanted})
        if len(assets) != 1:
            raise StorageError(f"a scan is over one table; asked for {assets or 'no partition at all'}")

        def check(footer: PartMetadata) -> None:
            self.check_world(footer)
            if demand is not None:
                demand(footer)

        sources = [
            Source(
                key,
                footer,
                upgrade_path(assets[0], footer.schema_version, uri=footer.uri, rules=self.options.migrations),
                self.held,
                check,
            )
            for key, footer in self._footers(wanted, missing)
        ]
        for source in sources:
            check(source.footer)
        return scanned(assets[0], sources, self._scan_settings())

    def list_partitions(self, asset: str) -> list[str]:
        """Days of a daily table that are there, in order."""
        parts = self.list_parts(asset)
        return sorted({p.partition for p in parts if p.partition is not None and p.part == 0})

    def _footers(self, wanted: Sequence[PartKey], missing: str) -> list[tuple[PartKey, PartMetadata]]:
        """Every part of the wanted partitions with its metadata, complete and in order."""
        asset = wanted[0].asset
        found: dict[str | None, list[int]] = {}
        for part in self.list_parts(asset, wanted[0].partition if len(wanted) == 1 else None):
            found.setdefault(part.partition, []).append(part.part)
        absent = [self.uri(key) for key in wanted if key.partition not in found]
        if absent and missing == "raise":
            raise StorageError(f"{len(absent)} partitions are not there, first {absent[0]}; materialise them first")
        present = [key for key in wanted if key.partition in found]
        if not present:
            raise StorageError(f"nothing to read: none of the {len(wanted)} partitions of {asset!r} is there")
        with ThreadPoolExecutor(_FOOTERS_AT_ONCE) as threads:
            groups = list(threads.map(lambda key: self._parts_of(key, found[key.partition]), present))
        return [
            (replace(key, part=part, parts=len(group)), footer)
            for key, group in zip(present, groups, strict=True)
            for part, footer in enumerate(group)
        ]

    def _parts_of(self, key: PartKey, found: Collection[int]) -> list[PartMetadata]:
        return complete_parts(
            self.uri(key.whole), found, lambda part: self.metadata(replace(key, part=part, parts=part + 1))
        )
