"""What every store promises, on a disk and on a server alike."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest

from fraudsim_assets.errors import ContractError, StorageError
from fraudsim_assets.frames import FrameStream
from fraudsim_assets.storage import ParquetStore, PartKey, PartMetadata, partition_keys
from fraudsim_assets.storage.digest import content_digest
from fraudsim_assets.tables import SCHEMA_VERSION
from fraudsim_assets_tests.storage.samples import FACTS, KEY, VERSIONED, payments, version_if_whole, versioned


def _stored(store: ParquetStore, key: PartKey = KEY) -> int:
    return version_if_whole(store.scan([key]).drop("date").collect().to_arrow())


class _Counted:
    """Stream that counts its passes."""

    def __init__(self, stream: FrameStream) -> None:
        self.passes, self._stream = 0, stream

    @property
    def stream(self) -> FrameStream:
        return FrameStream(self._stream.schema, self._batches, self._stream.metadata)

    def _batches(self) -> Iterator[pa.RecordBatch]:
        self.passes += 1
        return self._stream.batches()


def _failing(version: int) -> FrameStream:
    def batches() -> Iterator[pa.RecordBatch]:
        for number, batch in enumerate(versioned(version).batches()):
            if number == 7:
                raise RuntimeError("the generator broke")
            yield batch

    return FrameStream(VERSIONED, batches, FACTS)


def test_what_is_written_is_read(store: ParquetStore) -> None:
    table = payments()
    report = store.write(KEY, FrameStream.of(table, metadata=FACTS))
    read = store.scan([KEY]).collect()
    assert read.drop("date").equals(pl.from_arrow(table))
    assert read["date"].unique().to_list() == [date(2025, 1, 1)]
    assert report.uri == store.uri(KEY)
    assert (report.rows, report.row_groups, report.skipped) == (300, 1, False)
    assert report.content_digest == content_digest(table)
    assert report.null_counts["latitude"] == 100
    assert report.seconds > 0


def test_metadata_tells_what_the_report_told(store: ParquetStore) -> None:
    report = store.write(KEY, versioned(3))
    found = store.metadata(KEY)
    assert (found.uri, found.rows, found.bytes, found.row_groups) == (report.uri, 5_000, report.bytes, 5)
    assert (found.content_digest, found.null_counts) == (report.content_digest, report.null_counts)
    assert found.schema_version == SCHEMA_VERSION
    assert found.origin == {**FACTS, "schema_version": SCHEMA_VERSION, "part": "0", "parts": "1"}
    assert found.schema == VERSIONED
    assert store.list_parts("transactions") == store.list_parts("transactions", "2025-01-01")
    (part,) = store.list_parts("transactions")
    assert (part.asset, part.partition, part.part, part.bytes) == (KEY.asset, KEY.partition, 0, report.bytes)
    assert report.uri.endswith(f"/{part.path}")


def test_a_table_without_partitions_has_no_date(store: ParquetStore) -> None:
    store.write(PartKey("customers"), versioned(1))
    assert store.scan([PartKey("customers")]).collect_schema().names() == ["version", "row", "mixed"]
    assert store.list_partitions("customers") == []


def test_many_days_are_one_lazy_frame_in_the_order_asked_for(store: ParquetStore) -> None:
    days = ["2025-01-03", "2025-01-01", "2025-01-02"]
    for version, day in enumerate(days):
        store.write(PartKey("transactions", day), versioned(version, rows=10))
    store.write(PartKey("transactions_other", "2025-01-09"), versioned(9, rows=10))
    frame = store.scan(partition_keys("transactions", days))
    assert isinstance(frame, pl.LazyFrame)
    assert frame.collect_schema()["date"] == pl.Date
    assert frame.collect()["version"].unique(maintain_order=True).to_list() == [0, 1, 2]
    one = frame.filter(pl.col("date") == date(2025, 1, 2)).collect()
    assert one["version"].unique().to_list() == [2]
    assert store.list_partitions("transactions") == sorted(days)


def test_an_empty_day_is_a_file_without_rows(store: ParquetStore) -> None:
    empty = FrameStream(VERSIONED, lambda: iter(()), FACTS)
    assert store.write(KEY, empty).rows == 0
    store.write(PartKey("transactions", "2025-01-02"), versioned(1))
    assert store.exists(KEY)
    assert store.scan(partition_keys("transactions", ["2025-01-01", "2025-01-02"])).collect().height == 5_000


def test_missing_partitions_are_named_or_left_out(store: ParquetStore) -> None:
    store.write(KEY, versioned(1))
    keys = partition_keys("transactions", ["2025-01-01", "2025-01-02", "2025-01-03"])
    with pytest.raises(StorageError, match=r"2 partitions are not there, first .*date=2025-01-02.*materialise"):
        store.scan(keys)
    assert store.scan(keys, missing="skip").collect().height == 5_000
    with pytest.raises(StorageError, match="nothing to read"):
        store.scan(keys[1:], missing="skip")
    with pytest.raises(StorageError, match="is not there; materialise it first"):
        store.metadata(keys[1])


def test_a_part_that_is_removed_while_it_is_read_is_read_whole_or_an_error_of_the_storage(store: ParquetStore) -> None:
    store.write(KEY, versioned(1))
    asked = []

    def demand(footer: PartMetadata) -> None:
        asked.append(footer)
        if len(asked) == 2:  # the file has been opened to be read
            store.delete(KEY)

    frame = store.scan([KEY], demand=demand)
    if type(store).__name__ == "LakeStore":  # files stay for whoever reads an older version of the table
        assert frame.collect().height == 5_000
        return
    with pytest.raises(StorageError, match="was replaced or removed while it was read; read it again"):
        frame.collect()


def test_a_scan_is_over_one_table(store: ParquetStore) -> None:
    for keys in ([], [PartKey("a"), PartKey("b")]):
        with pytest.raises(StorageError, match="a scan is over one table"):
            store.scan(keys)


def test_overwrite_replaces_the_whole(store: ParquetStore) -> None:
    for version in (1, 2):
        store.write(KEY, versioned(version))
        assert _stored(store) == version


def test_an_error_of_the_generator_leaves_what_was_there(store: ParquetStore) -> None:
    with pytest.raises(RuntimeError, match="the generator broke"):
        store.write(KEY, _failing(2))
    assert not store.exists(KEY)
    store.write(KEY, versioned(1))
    with pytest.raises(RuntimeError, match="the generator broke"):
        store.write(KEY, _failing(2))
    assert _stored(store) == 1
    assert store.delete_leftovers() == []


def test_an_error_that_looks_like_the_storages_but_is_the_generators_is_not_tried_again(store: ParquetStore) -> None:
    passes = []

    def batches() -> Iterator[pa.RecordBatch]:
        passes.append(True)
        raise TimeoutError("of the generator")
        yield

    with pytest.raises(TimeoutError, match="of the generator"):
        store.write(KEY, FrameStream(VERSIONED, batches, FACTS))
    assert len(passes) == 1


def test_fail_leaves_what_is_there_without_running_the_stream(store: ParquetStore) -> None:
    store.write(KEY, versioned(1), if_exists="fail")
    counted = _Counted(versioned(2))
    with pytest.raises(StorageError, match=r"is there already and storage.if_exists is 'fail'; delete it, or set"):
        store.write(KEY, counted.stream, if_exists="fail")
    assert counted.passes == 0
    assert _stored(store) == 1


def test_fail_notices_who_commits_while_it_writes(store: ParquetStore) -> None:
    def batches() -> Iterator[pa.RecordBatch]:
        store.write(KEY, versioned(1), if_exists="overwrite")
        yield from versioned(2).batches()

    with pytest.raises(StorageError, match="is there already"):
        store.write(KEY, FrameStream(VERSIONED, batches, FACTS), if_exists="fail")
    assert _stored(store) == 1
    assert store.delete_leftovers() == []


def test_skip_identical_leaves_equal_content_alone(store: ParquetStore) -> None:
    first = store.write(KEY, versioned(1))
    counted = _Counted(versioned(1, batch_rows=77))
    again = store.write(KEY, counted.stream, if_exists="skip_identical")
    assert again.skipped
    assert counted.passes == 1
    assert replace(again, seconds=0, skipped=False) == replace(first, seconds=0)


def test_skip_identical_writes_what_differs_in_content(store: ParquetStore) -> None:
    store.write(KEY, versioned(1))
    assert not store.write(KEY, versioned(2), if_exists="skip_identical").skipped
    assert _stored(store) == 2


def test_skip_identical_writes_what_differs_in_origin_in_one_pass(store: ParquetStore) -> None:
    store.write(KEY, versioned(1))
    counted = _Counted(versioned(1, facts={"seed": "8", "config_digest": "abc"}))
    assert not store.write(KEY, counted.stream, if_exists="skip_identical").skipped
    assert counted.passes == 1
    assert store.metadata(KEY).facts["seed"] == "8"


def test_the_stores_own_policy_holds_where_none_is_given(store: ParquetStore) -> None:
    store.options = replace(store.options, if_exists="skip_identical")
    assert [store.write(KEY, versioned(1)).skipped for _ in range(2)] == [False, True]


def _part(part: int, parts: int) -> PartKey:
    return PartKey("transactions", "2025-01-01", part, parts)


def test_parts_are_read_together_and_in_order(store: ParquetStore) -> None:
    for part in (2, 0, 1):
        store.write(_part(part, 3), versioned(part, rows=10))
    assert store.scan([KEY]).collect()["version"].unique(maintain_order=True).to_list() == [0, 1, 2]


def test_a_partition_with_a_missing_part_is_refused(store: ParquetStore) -> None:
    store.write(_part(0, 3), versioned(0))
    store.write(_part(2, 3), versioned(2))
    with pytest.raises(StorageError, match=r"is incomplete: parts \[1\] of 3 are missing"):
        store.scan([KEY])
    store.write(_part(1, 2), versioned(1))
    with pytest.raises(StorageError, match="is half replaced"):
        store.scan([KEY])


def test_a_partition_without_its_first_part_is_refused(store: ParquetStore) -> None:
    store.write(_part(1, 2), versioned(0))
    with pytest.raises(StorageError, match="is incomplete: part 0 is missing"):
        store.scan([KEY])
    assert store.list_partitions("transactions") == []


def test_parts_of_different_origin_are_refused(store: ParquetStore) -> None:
    store.write(_part(0, 2), versioned(0))
    store.write(_part(1, 2), versioned(1, facts={"seed": "8"}))
    with pytest.raises(StorageError, match=r"half replaced.*wait for the running write"):
        store.scan([KEY])


def test_stale_parts_go_when_and_only_when_the_new_cut_is_complete(store: ParquetStore) -> None:
    for part in range(4):
        store.write(_part(part, 4), versioned(part, rows=10))
    store.write(_part(0, 2), versioned(7, rows=10))
    assert [p.part for p in store.list_parts("transactions")] == [0, 1, 2, 3]
    store.write(_part(1, 2), versioned(8, rows=10))
    assert [p.part for p in store.list_parts("transactions")] == [0, 1]
    store.write(KEY, versioned(9, rows=10))
    assert [p.part for p in store.list_parts("transactions")] == [0]
    assert store.scan([KEY]).collect()["version"].unique().to_list() == [9]


def test_parts_beyond_the_cut_are_not_read(store: ParquetStore) -> None:
    """As after a crash between the commit and the removal of stale parts."""
    store.write(_part(1, 2), versioned(5, rows=10))
    store.write(KEY, versioned(9, rows=10))
    store.write(_part(1, 2), versioned(5, rows=10))
    assert store.scan([KEY]).collect()["version"].unique().to_list() == [9]


def test_names_of_the_stores_own_facts_are_refused(store: ParquetStore) -> None:
    with pytest.raises(ContractError, match=r"stream.metadata has \['parts'\]"):
        store.write(KEY, versioned(1, facts={"parts": "3"}))
    with pytest.raises(ContractError, match=r"says schema version '0.1'; only .* can be written"):
        store.write(KEY, versioned(1, facts={"schema_version": "0.1"}))
    assert not store.exists(KEY)


def test_a_page_lies_beside_the_data_and_is_no_part_of_it(store: ParquetStore) -> None:
    for text in ("first", "second: \u20ac"):
        uri = store.write_document("scorecard", "report.html", text, media_type="text/html; charset=utf-8")
    assert uri.endswith("/scorecard/report.html")
    assert _read_text(store, uri) == "second: \u20ac"
    assert store.list_parts("scorecard") == []
    assert store.delete_leftovers() == []


@pytest.mark.parametrize("name", ["part-0.parquet", "../escape.html", "", ".hidden"])
def test_a_page_cannot_take_the_name_of_data_or_leave_its_folder(store: ParquetStore, name: str) -> None:
    with pytest.raises(StorageError, match="file names such as"):
        store.write_document("scorecard", name, "x", media_type="text/plain")


def _read_text(store: ParquetStore, uri: str) -> str:
    if not uri.startswith("s3://"):
        return Path(uri).read_text(encoding="utf-8")
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return getattr(store, "_files", store)._client.get_object(Bucket=bucket, Key=key)["Body"].read().decode()
