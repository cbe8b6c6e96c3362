"""The Parquet writer: what is in a file, and what happens when either side fails."""

import io
import json
import threading
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fraudsim_assets.errors import ContractError
from fraudsim_assets.frames import FrameStream
from fraudsim_assets.storage.digest import content_digest
from fraudsim_assets.storage.parquet import ParquetOptions, ProducerError, Written, digest_stream, write_parquet
from fraudsim_assets_tests.storage.samples import FACTS, VERSIONED, payments, version_if_whole, versioned


def _written(stream: FrameStream, **settings: object) -> tuple[pq.ParquetFile, Written]:
    sink = pa.BufferOutputStream()
    written = write_parquet(stream, sink, stream.metadata, ParquetOptions(**settings))  # type: ignore[arg-type]
    return pq.ParquetFile(sink.getvalue()), written


def test_rows_come_back_as_they_went() -> None:
    table = payments()
    file, written = _written(FrameStream.of(table), row_group_rows=97)
    assert file.read().equals(table)
    assert written.rows == 300
    assert written.null_counts == {name: table[name].null_count for name in table.column_names}
    assert written.content_digest == content_digest(table) == content_digest(file.read())


@pytest.mark.parametrize("overlapped", [True, False])
@pytest.mark.parametrize("batch_rows", [1, 7, 500, 2_000, 5_000])
def test_row_groups_do_not_depend_on_the_batches(batch_rows: int, overlapped: bool) -> None:
    file, written = _written(versioned(1, batch_rows=batch_rows), row_group_rows=2_000, overlapped=overlapped)
    assert [file.metadata.row_group(g).num_rows for g in range(file.num_row_groups)] == [2_000, 2_000, 1_000]
    assert written.row_groups == 3
    assert version_if_whole(file.read()) == 1


def test_a_stream_without_rows_makes_a_file_with_the_schema() -> None:
    table = payments(0)
    file, written = _written(FrameStream(table.schema, lambda: iter(())))
    assert (written.rows, written.row_groups, file.metadata.num_rows) == (0, 0, 0)
    assert file.schema_arrow.equals(table.schema)


def test_the_footer_tells_where_the_rows_come_from() -> None:
    file, written = _written(versioned(1))
    facts = {
        key.decode(): value.decode() for key, value in file.metadata.metadata.items() if key.startswith(b"fraudsim.")
    }
    assert facts == {
        **{f"fraudsim.{name}": value for name, value in FACTS.items()},
        "fraudsim.content_digest": written.content_digest,
        "fraudsim.null_counts": json.dumps({"version": 0, "row": 0, "mixed": 0}),
    }


def test_the_digest_can_be_left_out() -> None:
    file, written = _written(versioned(1), digest=False)
    assert written.content_digest is None
    assert b"fraudsim.content_digest" not in file.metadata.metadata


def test_a_pass_without_writing_gives_the_same_facts() -> None:
    _, written = _written(versioned(3))
    dry = digest_stream(versioned(3))
    assert (dry.rows, dry.null_counts, dry.content_digest) == (
        written.rows,
        written.null_counts,
        written.content_digest,
    )


def test_encodings_and_statistics_follow_the_type() -> None:
    file, _ = _written(FrameStream.of(payments()), encodings={"latitude": "BYTE_STREAM_SPLIT"})
    columns = {c.path_in_schema: c for c in (file.metadata.row_group(0).column(i) for i in range(15))}
    assert "DELTA_BINARY_PACKED" not in columns["transaction_id"].encodings
    assert "DELTA_BINARY_PACKED" in columns["timestamp"].encodings
    assert columns["amount"].physical_type == "INT64"
    assert set(columns["income_factor"].encodings) == set(columns["name"].encodings) == {"PLAIN", "RLE"}
    assert "BYTE_STREAM_SPLIT" in columns["latitude"].encodings
    assert "RLE_DICTIONARY" in columns["currency"].encodings
    assert "RLE_DICTIONARY" not in columns["name"].encodings
    assert {name for name, c in columns.items() if c.is_stats_set} == {
        *(
            "transaction_id",
            "previous_txn_id",
            "timestamp",
            "local_time",
            "amount",
            "ip_address",
            "campaign_step",
            "valid_from",
        )
    }
    assert {c.compression for c in columns.values()} == {"ZSTD"}


@pytest.mark.parametrize("codec", ["zstd", "snappy", "lz4", "none"])
def test_every_codec_of_the_configuration_works(codec: str) -> None:
    file, _ = _written(FrameStream.of(payments()), compression=codec)
    assert file.read().equals(payments())


def test_batches_with_different_dictionaries_make_one_dictionary_column() -> None:
    halves = [pa.table({"a": pa.array([*letters]).dictionary_encode()}) for letters in ("xyxy", "zyz")]
    stream = FrameStream(halves[0].schema, lambda: (batch for half in halves for batch in half.to_batches()))
    file, _ = _written(stream)
    assert file.read()["a"].to_pylist() == [*"xyxyzyz"]
    assert file.read()["a"].chunk(0).dictionary.to_pylist() == [*"xyz"]


def test_a_rotten_page_is_noticed_by_a_reader_that_asks() -> None:
    sink = pa.BufferOutputStream()
    write_parquet(versioned(1), sink, {}, ParquetOptions(compression="none"))
    data = bytearray(sink.getvalue().to_pybytes())
    data[len(data) // 2] ^= 1
    with pytest.raises(OSError, match="CRC"):
        pq.read_table(pa.BufferReader(bytes(data)), page_checksum_verification=True)


class _Sink(io.RawIOBase):
    """Remembers what it got; fails from some byte on."""

    def __init__(self, limit: int = 10**9) -> None:
        self.got, self.limit = bytearray(), limit

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        if self.closed:
            raise ValueError("closed")
        if len(self.got) + len(data) > self.limit:  # type: ignore[arg-type]
            raise OSError(28, "No space left on device")
        self.got += data  # type: ignore[arg-type]
        return len(data)  # type: ignore[arg-type]


def _failing(after: int, error: BaseException) -> FrameStream:
    def batches() -> Iterator[pa.RecordBatch]:
        for number, batch in enumerate(versioned(1).batches()):
            if number == after:
                raise error
            yield batch

    return FrameStream(VERSIONED, batches)


@pytest.mark.parametrize("overlapped", [True, False])
@pytest.mark.parametrize("after", [0, 3, 9])
@pytest.mark.parametrize("error", [RuntimeError("generator"), OSError(28, "not of the disk"), KeyboardInterrupt()])
def test_an_error_of_the_generator_leaves_no_footer_and_no_thread(
    after: int, error: BaseException, overlapped: bool
) -> None:
    sink, before = _Sink(), threading.active_count()
    with pytest.raises((ProducerError, KeyboardInterrupt)) as caught:
        write_parquet(_failing(after, error), sink, {}, ParquetOptions(row_group_rows=1_000, overlapped=overlapped))
    assert error in (caught.value, caught.value.__cause__)
    assert sink.closed
    assert not bytes(sink.got).endswith(b"PAR1") or len(sink.got) == 4
    assert threading.active_count() == before


@pytest.mark.parametrize("overlapped", [True, False])
@pytest.mark.parametrize("limit", [0, 10_000, 40_000])
def test_an_error_of_the_sink_ends_the_generator_and_leaves_no_thread(limit: int, overlapped: bool) -> None:
    ended, before = [], threading.active_count()

    def batches() -> Iterator[pa.RecordBatch]:
        try:
            yield from versioned(1, rows=1_000_000, batch_rows=1_000).batches()
        finally:
            ended.append(True)

    options = ParquetOptions(row_group_rows=1_000, overlapped=overlapped)
    with pytest.raises(OSError, match="No space left") as caught:
        write_parquet(FrameStream(VERSIONED, batches), _Sink(limit), {}, options)
    assert caught.value.errno == 28
    del caught
    assert ended == [True] or limit == 0
    assert threading.active_count() == before


@pytest.mark.parametrize(
    ("batch", "said"),
    [
        (
            pa.record_batch({"version": [1]}),
            r"columns \['version'\]; the stream declares \['version', 'row', 'mixed'\]",
        ),
        (pa.record_batch({"version": [1], "row": ["x"], "mixed": [1]}), "column 'row' of a batch is string.*int64"),
    ],
)
def test_a_batch_of_another_schema_is_refused_by_column(batch: pa.RecordBatch, said: str) -> None:
    with pytest.raises(ContractError, match=said):
        _written(FrameStream(VERSIONED, lambda: iter([batch])))


def test_a_null_where_none_may_be_is_refused_by_column() -> None:
    schema = pa.schema([pa.field("card_id", pa.int64(), nullable=False)])
    batch = pa.record_batch([pa.array([1, None])], schema=schema)
    with pytest.raises(ContractError, match="column 'card_id' has 1 nulls; it is declared not nullable"):
        _written(FrameStream(schema, lambda: iter([batch])))
