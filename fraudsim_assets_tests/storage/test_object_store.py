"""The essentials of the store against a real object store, wherever one is installed.

moto stands in for S3 in all other tests; here Ceph's gateway says what a server with real multipart
uploads, real conditions and real listings does.
"""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest

from fraudsim_assets.errors import StorageError
from fraudsim_assets.frames import FrameStream
from fraudsim_assets.storage import S3Store
from fraudsim_assets_tests.storage.real_store import (
    BUCKET,
    PART_BYTES,
    ROWS,
    SCRIPT,
    SCRIPTED,
    client_of,
    large,
    running,
    store_of,
)
from fraudsim_assets_tests.storage.samples import KEY, VERSIONED, payments, version_if_whole, versioned
from fraudsim_assets_tests.storage.servers import wait_until

pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(
        bool(SCRIPTED.missing_programs()),
        reason="no object store is installed; run: scripts/object_store.py install",
    ),
]
RACERS = 6


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running() as address:
        client_of(address).create_bucket(Bucket=BUCKET)
        yield address


@pytest.fixture
def client(url: str) -> Any:
    return client_of(url)


@pytest.fixture
def prefix(request: pytest.FixtureRequest) -> str:
    """A prefix of its own for each test."""
    return request.node.name[:60]


@pytest.fixture
def store(client: Any, prefix: str) -> S3Store:
    return store_of(client, prefix)


def _stored(store: S3Store, rows: int = ROWS) -> int:
    return version_if_whole(store.scan([KEY]).drop("date").collect().to_arrow(), rows=rows)


def _uploads(client: Any, prefix: str) -> list[str]:
    found = client.list_multipart_uploads(Bucket=BUCKET, Prefix=f"{prefix}/").get("Uploads", [])
    return [upload["UploadId"] for upload in found]


def test_a_file_goes_up_in_parts_and_is_replaced_by_the_next(store: S3Store, client: Any, prefix: str) -> None:
    first = store.write(KEY, large(1))
    assert first.bytes > 2 * PART_BYTES
    head = client.head_object(Bucket=BUCKET, Key=f"{prefix}/{KEY.path}")
    assert head["ContentLength"] == first.bytes
    assert head["ETag"].strip('"').endswith(f"-{-(-first.bytes // PART_BYTES)}")
    assert _stored(store) == 1
    store.write(KEY, large(2))
    assert _stored(store) == 2
    assert _uploads(client, prefix) == []


def test_polars_reads_every_type_back_and_the_store_its_facts(store: S3Store) -> None:
    report = store.write(KEY, FrameStream.of(payments()))
    assert store.scan([KEY]).drop("date").collect().equals(pl.DataFrame(payments()))
    assert store.metadata(KEY).content_digest == report.content_digest
    assert store.list_partitions("transactions") == [KEY.partition]
    narrow = store.scan([KEY]).filter(pl.col("currency") == "SEK").select("transaction_id")
    assert narrow.collect().height == 100


def test_the_old_object_stays_until_the_commit(store: S3Store, client: Any, prefix: str) -> None:
    seen = []
    store.write(KEY, large(1))

    def batches() -> Iterator[pa.RecordBatch]:
        yield from large(2).batches()
        assert wait_until(lambda: bool(_uploads(client, prefix)))
        seen.append(_stored(store))

    store.write(KEY, FrameStream(VERSIONED, batches))
    assert seen == [1]
    assert _stored(store) == 2


def test_a_generator_that_raises_leaves_no_trace(store: S3Store, client: Any, prefix: str) -> None:
    store.write(KEY, large(1))

    def batches() -> Iterator[pa.RecordBatch]:
        yield from large(2).batches()
        raise RuntimeError("broke")

    with pytest.raises(RuntimeError, match="broke"):
        store.write(KEY, FrameStream(VERSIONED, batches))
    assert _stored(store) == 1
    assert _uploads(client, prefix) == []


def test_identical_content_is_left_alone(store: S3Store, client: Any, prefix: str) -> None:
    def written() -> Any:
        return client.head_object(Bucket=BUCKET, Key=f"{prefix}/{KEY.path}")["LastModified"]

    store.write(KEY, versioned(1))
    before = written()
    assert store.write(KEY, versioned(1), if_exists="skip_identical").skipped
    assert written() == before
    assert not store.write(KEY, versioned(2), if_exists="skip_identical").skipped


def test_what_is_there_is_refused_under_fail(store: S3Store, client: Any, prefix: str) -> None:
    store.write(KEY, versioned(1), if_exists="fail")
    with pytest.raises(StorageError, match="is there already"):
        store.write(KEY, versioned(2), if_exists="fail")
    assert _stored(store, 5_000) == 1
    left = client.list_objects_v2(Bucket=BUCKET, Prefix=f"{prefix}/")["Contents"]
    assert [found["Key"] for found in left] == [f"{prefix}/{KEY.path}"], "no claim stays behind"


@pytest.mark.parametrize("stream", [versioned, large], ids=["one request", "several parts"])
def test_of_many_writers_under_fail_exactly_one_wins(url: str, prefix: str, stream: Any) -> None:
    """The server ignores conditions at the end of multipart uploads; the claim decides there."""

    def write(version: int) -> int | None:
        try:
            store_of(client_of(url), prefix).write(KEY, stream(version), if_exists="fail")
        except StorageError:
            return None
        return version

    with ThreadPoolExecutor(RACERS) as racers:
        winners = [version for version in racers.map(write, range(RACERS)) if version is not None]
    assert len(winners) == 1
    rows = ROWS if stream is large else 5_000
    assert _stored(store_of(client_of(url), prefix), rows) == winners[0]


def test_a_killed_writer_leaves_the_old_object_and_an_upload_that_is_cleared_up(
    url: str, client: Any, prefix: str, store: S3Store
) -> None:
    store.write(KEY, large(1))
    command = [sys.executable, "-m", "fraudsim_assets_tests.storage.real_store", url, prefix]
    with subprocess.Popen(command, cwd=Path(SCRIPT).parents[1]) as writer:
        try:
            assert wait_until(lambda: _sent(client, prefix) >= 2, 60.0), "two parts should have arrived"
        finally:
            writer.kill()
    assert _stored(store) == 1
    assert store.delete_leftovers() == [], "an upload of today may belong to somebody who is alive"
    assert len(store_of(client, prefix, stale_seconds=0.0).delete_leftovers()) == 1
    assert _uploads(client, prefix) == []
    store.write(KEY, large(3))
    assert _stored(store) == 3


def _sent(client: Any, prefix: str) -> int:
    """Parts of the first unfinished upload that have arrived."""
    for upload in _uploads(client, prefix):
        name = f"{prefix}/{KEY.path}"
        return len(client.list_parts(Bucket=BUCKET, Key=name, UploadId=upload).get("Parts", []))
    return 0


def test_a_wrong_secret_and_a_missing_bucket_are_told_at_once(url: str, client: Any, prefix: str) -> None:
    with pytest.raises(StorageError) as refused:
        store_of(client_of(url, secret="wrong"), prefix).write(KEY, versioned(1))
    assert SCRIPTED.ACCESS_KEY not in str(refused.value)
    with pytest.raises(StorageError, match="no-such-bucket"):
        store_of(client, prefix, bucket="no-such-bucket").write(KEY, versioned(1))
