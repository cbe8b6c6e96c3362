"""What only a server can do wrong: every fault that a proxy on loopback can bring about."""

import hashlib
import logging
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest

from fraudsim_assets.errors import StorageError
from fraudsim_assets.frames import FrameStream
from fraudsim_assets.storage import PartKey, RetryPolicy, S3Store
from fraudsim_assets.storage.claims import claim_key
from fraudsim_assets.storage.upload import MARK, PARTS_IN_FLIGHT, Upload
from fraudsim_assets.storage.writers import this_writer
from fraudsim_assets_tests.storage.accounts import BUCKET, client_for
from fraudsim_assets_tests.storage.samples import KEY, QUICK, VERSIONED, version_if_whole, versioned
from fraudsim_assets_tests.storage.servers import FaultProxy, wait_until

MakeStore = Callable[..., S3Store]
OBJECT = f"p/{KEY.path}"
SINCE_2010 = 1e9
"""Longer than the age of any upload here: the server says 2010 for all of them. [s]"""

PART = r"^PUT .*partNumber="


def _stored(store: S3Store) -> int:
    return version_if_whole(store.scan([KEY]).drop("date").collect().to_arrow())


def _uploads(client: Any) -> list[str]:
    return [upload["Key"] for upload in client.list_multipart_uploads(Bucket=BUCKET).get("Uploads", [])]


def _md5(data: bytes) -> Any:
    return hashlib.md5(data, usedforsecurity=False)


def _etag(client: Any) -> str:
    return client.head_object(Bucket=BUCKET, Key=OBJECT)["ETag"].strip('"')


def test_a_file_goes_up_in_parts_and_is_what_was_sent(s3_store: MakeStore, client: Any, proxy: FaultProxy) -> None:
    store = s3_store(proxy.url)
    report = store.write(KEY, versioned(1))
    body = client.get_object(Bucket=BUCKET, Key=OBJECT)["Body"].read()
    assert len(body) == report.bytes
    pieces = [_md5(body[at : at + 16_384]).digest() for at in range(0, len(body), 16_384)]
    assert proxy.count(PART) == len(pieces) > 2
    assert _etag(client) == f"{_md5(b''.join(pieces)).hexdigest()}-{len(pieces)}"
    assert _stored(store) == 1


def test_a_small_file_goes_up_in_one_request(s3_store: MakeStore, client: Any, proxy: FaultProxy) -> None:
    s3_store(proxy.url, part_bytes=10_000_000).write(KEY, versioned(1))
    assert proxy.count("^PUT ") == 1
    assert proxy.count("uploads") == 1, "nothing but the look for leftovers"
    assert _etag(client) == _md5(client.get_object(Bucket=BUCKET, Key=OBJECT)["Body"].read()).hexdigest()


def test_a_file_of_exactly_one_part_is_whole(s3_store: MakeStore, client: Any) -> None:
    size = s3_store().write(KEY, versioned(1)).bytes
    for part_bytes in (size, size - 1, size + 1):
        store = s3_store(part_bytes=part_bytes)
        assert store.write(KEY, versioned(1)).bytes == size
        assert _stored(store) == 1


def test_nothing_is_visible_before_the_commit(s3_store: MakeStore, client: Any) -> None:
    store, seen = s3_store(), []
    store.write(KEY, versioned(1))

    def batches() -> Iterator[pa.RecordBatch]:
        yield from versioned(2).batches()
        wait_until(lambda: bool(_uploads(client)))
        seen.append((_stored(store), _uploads(client)))

    store.write(KEY, FrameStream(VERSIONED, batches))
    assert seen == [(1, [OBJECT])]
    assert _stored(store) == 2
    assert _uploads(client) == []


@pytest.mark.parametrize("after", [0, 9])
@pytest.mark.parametrize("error", [RuntimeError("broke"), KeyboardInterrupt()])
def test_an_error_of_the_generator_commits_nothing(
    s3_store: MakeStore, client: Any, after: int, error: BaseException
) -> None:
    store, before = s3_store(), threading.active_count()
    store.write(KEY, versioned(1))

    def batches() -> Iterator[pa.RecordBatch]:
        for number, batch in enumerate(versioned(2).batches()):
            if number == after:
                raise error
            yield batch

    with pytest.raises(type(error)):
        store.write(KEY, FrameStream(VERSIONED, batches))
    assert _stored(store) == 1
    assert _uploads(client) == []
    assert wait_until(lambda: threading.active_count() <= before + 1)


def test_an_upload_never_commits_by_itself(client: Any, small_parts: int) -> None:
    for end in ("close", "abort"):
        upload = Upload(client, BUCKET, OBJECT, QUICK, mark="me", part_bytes=small_parts)
        upload.write(b"x" * 50_000)
        getattr(upload, end)()
        with pytest.raises(ValueError, match="closed"):
            upload.write(b"more")
        with pytest.raises(StorageError, match="cannot be committed after an error"):
            upload.commit()
        upload.abort()
    assert _uploads(client) == []
    assert client.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0


def test_a_slow_server_holds_the_writer_back_instead_of_filling_the_memory() -> None:
    held, most, answer = 0, 0, threading.Event()

    class Slow:
        def create_multipart_upload(self, **_: Any) -> dict[str, str]:
            return {"UploadId": "1"}

        def upload_part(self, *, Body: bytes, **_: Any) -> dict[str, str]:  # noqa: N803 - S3's name
            nonlocal held, most
            held += len(Body)
            most = max(most, held)
            answer.wait(20)
            held -= len(Body)
            return {"ETag": hashlib.md5(Body, usedforsecurity=False).hexdigest()}

        def abort_multipart_upload(self, **_: Any) -> None:
            """Do nothing."""

    upload = Upload(Slow(), BUCKET, OBJECT, QUICK, mark="me", part_bytes=1_000)
    writer = threading.Thread(target=lambda: [upload.write(b"x" * 700) for _ in range(100)])
    writer.start()
    assert wait_until(lambda: held == PARTS_IN_FLIGHT * 1_000)
    writer.join(0.1)
    assert writer.is_alive(), "the writer waits"
    assert upload.tell() < (PARTS_IN_FLIGHT + 2) * 1_000
    answer.set()
    writer.join()
    assert upload.tell() == 70_000
    assert most <= PARTS_IN_FLIGHT * 1_000
    upload.abort()


@pytest.mark.parametrize(
    "fault",
    [
        {"match": PART, "kind": "status", "status": 503, "code": "SlowDown", "times": 3},
        {"match": PART, "kind": "status", "status": 500, "code": "InternalError", "times": 2},
        {"match": PART, "kind": "reset", "after": 5_000, "times": 3},
        {"match": PART, "kind": "reset", "after": 0, "times": 2},
        {"match": PART, "kind": "lose", "times": 2},
        {"match": PART, "kind": "delay", "seconds": 0.2, "times": 2},
        {"match": "^POST .*uploads", "kind": "status", "status": 503, "code": "ServiceUnavailable", "times": 2},
        {"match": "^POST .*uploads", "kind": "lose", "times": 1},
        {"match": "^POST .*uploadId=", "kind": "status", "status": 503, "code": "SlowDown", "times": 2},
        {"match": "^POST .*uploadId=", "kind": "reset", "after": 10, "times": 2},
        {"match": "^POST .*uploadId=", "kind": "lose", "times": 1},
        {"match": "^HEAD ", "kind": "status", "status": 503, "code": "SlowDown", "times": 2},
    ],
    ids=lambda fault: f"{fault['match'].strip('^ .*=')}-{fault['kind']}-{fault.get('code', '')}",
)
def test_a_passing_fault_during_an_upload_is_ridden_out(
    s3_store: MakeStore, client: Any, proxy: FaultProxy, fault: dict[str, Any]
) -> None:
    store = s3_store(proxy.url, retry=replace(QUICK, max_attempts=5))
    store.write(KEY, versioned(1))
    ordered = proxy.add(**fault)
    assert store.write(KEY, versioned(2)).rows == 5_000
    assert ordered.met == fault["times"]
    assert _stored(store) == 2


@pytest.mark.parametrize("kind", ["lose", "reset", "status"])
def test_a_passing_fault_of_a_single_put_is_ridden_out(s3_store: MakeStore, proxy: FaultProxy, kind: str) -> None:
    store = s3_store(proxy.url, part_bytes=10_000_000)
    proxy.add("^PUT ", kind, times=2)
    store.write(KEY, versioned(2))
    assert _stored(store) == 2


@pytest.mark.parametrize("part_bytes", [16_384, 10_000_000])
def test_a_lost_answer_to_a_commit_under_fail_is_no_conflict_with_oneself(
    s3_store: MakeStore, client: Any, proxy: FaultProxy, part_bytes: int
) -> None:
    store = s3_store(proxy.url, part_bytes=part_bytes)
    for match in (r"^PUT .*claim", r"^PUT .*part-0.parquet( |\?x-id)", "^POST .*uploadId=", "^DELETE .*claim"):
        proxy.add(match, "lose")
    assert store.write(KEY, versioned(1), if_exists="fail").rows == 5_000
    assert _stored(store) == 1
    assert [found["Key"] for found in client.list_objects_v2(Bucket=BUCKET)["Contents"]] == [OBJECT]


@pytest.mark.parametrize("part_bytes", [16_384, 10_000_000])
def test_a_commit_that_worked_is_found_behind_whatever_the_server_says_next(
    s3_store: MakeStore, proxy: FaultProxy, part_bytes: int
) -> None:
    """As when a server is slow to put parts together, and confused by the second request."""
    store = s3_store(proxy.url, part_bytes=part_bytes)
    commit = "^POST .*uploadId=" if part_bytes < 20_000 else "^PUT "
    proxy.add(commit, "lose")
    proxy.add("^HEAD ", "status", status=500, code="InternalError")
    assert store.write(KEY, versioned(1)).rows == 5_000
    assert proxy.count(commit) == 1, "what is there need not be committed again"
    assert _stored(store) == 1


def test_a_part_that_never_gets_an_answer_is_sent_again(s3_store: MakeStore, proxy: FaultProxy) -> None:
    store = s3_store(proxy.url, read_timeout=0.3)
    hung = proxy.add(PART, "hang")
    store.write(KEY, versioned(2))
    assert hung.met == 1
    assert _stored(store) == 2


def test_an_outage_is_ridden_out(s3_store: MakeStore, proxy: FaultProxy) -> None:
    store = s3_store(proxy.url, retry=RetryPolicy(max_attempts=60, first_wait_seconds=0.02, longest_wait_seconds=0.1))

    def batches() -> Iterator[pa.RecordBatch]:
        for number, batch in enumerate(versioned(2).batches()):
            if number == 5:
                proxy.down()
                threading.Timer(0.4, proxy.up).start()
            yield batch

    store.write(KEY, FrameStream(VERSIONED, batches))
    assert _stored(store) == 2


def test_an_outage_that_does_not_end_is_told_and_commits_nothing(
    s3_store: MakeStore, client: Any, proxy: FaultProxy
) -> None:
    s3_store().write(KEY, versioned(1))
    proxy.down()
    with pytest.raises(StorageError, match=r"gave up after 4 tries in .* s; check the server"):
        s3_store(proxy.url).write(KEY, versioned(2))
    assert _stored(s3_store()) == 1


def test_a_fault_that_outlasts_the_attempts_aborts_the_upload(
    s3_store: MakeStore, client: Any, proxy: FaultProxy, caplog: pytest.LogCaptureFixture
) -> None:
    store = s3_store(proxy.url)
    store.write(KEY, versioned(1))
    proxy.add("partNumber=2", "status", times=99)
    with (
        caplog.at_level(logging.WARNING),
        pytest.raises(StorageError, match=r"send part 2 of s3://.*gave up after 4 tries"),
    ):
        store.write(KEY, versioned(2))
    assert sum("send part 2" in record.getMessage() for record in caplog.records) == 3
    assert _stored(store) == 1
    assert _uploads(client) == []


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        ("403 AccessDenied", "allow this key s3:PutObject"),
        ("403 InvalidAccessKeyId", "the access key is not known to the server; check the credentials"),
        ("403 SignatureDoesNotMatch", "the secret key does not fit the access key"),
        ("400 ExpiredToken", "the session token is expired"),
        ("403 RequestTimeTooSkewed", "the clocks .* differ"),
        ("507 XMinioStorageFull", "the object store is full"),
    ],
)
@pytest.mark.parametrize("match", ["^POST .*uploads", PART, "^POST .*uploadId="])
def test_a_permanent_refusal_is_told_at_once_and_commits_nothing(
    s3_store: MakeStore, client: Any, proxy: FaultProxy, refusal: str, said: str, match: str
) -> None:
    store = s3_store(proxy.url)
    store.write(KEY, versioned(1))
    fault = proxy.add(match, "status", status=int(refusal[:3]), code=refusal[4:], times=99)
    proxy.requests.clear()
    with pytest.raises(StorageError, match=said):
        store.write(KEY, versioned(2))
    refused = [line for line in proxy.requests if re.search(match, line)]
    assert 1 <= fault.met == len(refused) <= PARTS_IN_FLIGHT
    assert len(set(refused)) == len(refused), "parts on their way may each be refused once, none is tried again"
    assert _stored(store) == 1
    assert _uploads(client) == []


def test_a_bucket_in_another_region_is_told(s3_store: MakeStore, proxy: FaultProxy) -> None:
    proxy.add("^P", "status", status=301, code="PermanentRedirect", times=99)
    with pytest.raises(StorageError, match=r"the bucket lives in another region; set storage.region"):
        s3_store(proxy.url).write(KEY, versioned(2))


@pytest.mark.parametrize("part_bytes", [16_384, 10_000_000])
def test_a_missing_bucket_is_told(server: Any, small_parts: int, part_bytes: int) -> None:
    store = S3Store(client_for(server.url), "not-there", "", part_bytes=part_bytes)
    for action in (lambda: store.write(KEY, versioned(1)), lambda: store.list_parts("a"), lambda: store.scan([KEY])):
        with pytest.raises(StorageError, match=r"there is no such bucket; create it or correct storage.bucket"):
            action()


def test_missing_credentials_are_told(monkeypatch: pytest.MonkeyPatch, server: Any) -> None:
    import boto3

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    client = boto3.session.Session().client("s3", endpoint_url=server.url, region_name="us-east-1")
    with pytest.raises(StorageError, match="no credentials were found; set AWS_ACCESS_KEY_ID"):
        S3Store(client, BUCKET).write(KEY, versioned(1))


@pytest.mark.parametrize("match", ["partNumber=3", "^POST .*uploadId="])
def test_an_upload_that_somebody_aborted_starts_anew(
    s3_store: MakeStore, client: Any, proxy: FaultProxy, match: str
) -> None:
    store, passes = s3_store(proxy.url), []

    def batches() -> Iterator[pa.RecordBatch]:
        passes.append(True)
        yield from versioned(2).batches()

    proxy.add(match, "status", status=404, code="NoSuchUpload", extra="<UploadId>x</UploadId>")
    store.write(KEY, FrameStream(VERSIONED, batches))
    assert len(passes) == 2
    assert _stored(store) == 2
    assert _uploads(client) == []


def test_what_the_server_garbled_is_written_again(
    s3_store: MakeStore, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, real, heads = s3_store(), client.head_object, []

    def head(**target: str) -> dict[str, Any]:
        answer = real(**target)
        if target["Key"] == OBJECT and not heads:
            heads.append(True)
            answer["ETag"] = f'"{"0" * 32}-3"'
        return answer

    monkeypatch.setattr(client, "head_object", head)
    store.write(KEY, versioned(2))
    assert heads
    assert _stored(store) == 2
    monkeypatch.setattr(client, "head_object", lambda **target: {**real(**target), "ContentLength": 1})
    with pytest.raises(StorageError, match=r"gave up after 4 tries.*has 1 bytes .*; sent were"):
        store.write(KEY, versioned(3))


@pytest.mark.parametrize("part_bytes", [16_384, 10_000_000])
def test_a_body_that_was_garbled_on_the_way_is_sent_again(
    s3_store: MakeStore, proxy: FaultProxy, part_bytes: int
) -> None:
    store = s3_store(proxy.url, part_bytes=part_bytes)
    fault = proxy.add("^PUT ", "garble", times=2)
    store.write(KEY, versioned(2))
    assert fault.met == 2
    assert _stored(store) == 2


def test_a_failed_write_does_not_wait_for_the_tries_of_parts_on_their_way(
    s3_store: MakeStore, client: Any, proxy: FaultProxy
) -> None:
    retry = RetryPolicy(max_attempts=1_000, deadline_seconds=1e6, first_wait_seconds=1e6, longest_wait_seconds=1e6)

    def batches() -> Iterator[pa.RecordBatch]:
        yield from versioned(2).batches()
        assert wait_until(lambda: proxy.count("partNumber=2") > 0)
        raise RuntimeError("broke")

    proxy.add("partNumber=2", "status", times=1_000)
    with pytest.raises(RuntimeError, match="broke"):
        s3_store(proxy.url, retry=retry).write(KEY, FrameStream(VERSIONED, batches))
    assert _uploads(client) == []


def test_an_etag_that_is_no_checksum_is_compared_with_the_servers_own(
    s3_store: MakeStore, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with encryption by a managed key."""
    real_head, real_complete = client.head_object, client.complete_multipart_upload
    managed = {"ServerSideEncryption": "aws:kms", "ETag": f'"{"1" * 32}-9"'}
    monkeypatch.setattr(client, "complete_multipart_upload", lambda **a: {**real_complete(**a), **managed})
    monkeypatch.setattr(client, "head_object", lambda **a: {**real_head(**a), **managed})
    s3_store().write(KEY, versioned(2))
    monkeypatch.setattr(client, "head_object", lambda **a: {**real_head(**a), **managed, "ETag": '"other"'})
    with pytest.raises(StorageError, match="gave up after 4 tries"):
        s3_store().write(KEY, versioned(3))


def test_an_object_that_another_writer_replaced_at_once_is_no_error(
    s3_store: MakeStore, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, real = s3_store(), client.complete_multipart_upload

    def complete(**arguments: Any) -> Any:
        answer = real(**arguments)
        monkeypatch.setattr(client, "complete_multipart_upload", real)
        other.write(KEY, versioned(2))
        return answer

    monkeypatch.setattr(client, "complete_multipart_upload", complete)
    s3_store().write(KEY, versioned(1))
    assert _stored(other) == 2


def test_only_old_uploads_of_our_layout_are_aborted(s3_store: MakeStore, client: Any) -> None:
    keys = [OBJECT, f"p/{PartKey('cards').path}", "p/transactions/other.bin", f"q/{KEY.path}"]
    for key in keys:
        client.create_multipart_upload(Bucket=BUCKET, Key=key)
    assert s3_store(stale_seconds=SINCE_2010).delete_leftovers() == []
    assert s3_store().delete_leftovers("transactions") == [f"upload of s3://{BUCKET}/{OBJECT}"]
    assert s3_store().delete_leftovers() == [f"upload of s3://{BUCKET}/{keys[1]}"]
    assert sorted(_uploads(client)) == sorted(keys[2:])


def test_unfinished_uploads_of_many_pages_are_all_found(
    s3_store: MakeStore, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in ("2025-01-01", "2025-01-02", "2025-01-03"):
        client.create_multipart_upload(Bucket=BUCKET, Key=f"p/{PartKey('transactions', day).path}")
    real = client.list_multipart_uploads

    def paged(*, KeyMarker: str = "0", UploadIdMarker: str = "", **target: str) -> dict[str, Any]:  # noqa: N803
        answer, at = real(**target), int(KeyMarker)
        more = {"IsTruncated": at < 2, "NextKeyMarker": str(at + 1), "NextUploadIdMarker": "x"}
        return {**answer, "Uploads": answer["Uploads"][at : at + 1], **more}

    monkeypatch.setattr(client, "list_multipart_uploads", paged)
    assert len(s3_store().delete_leftovers()) == 3
    monkeypatch.undo()
    assert _uploads(client) == []


def test_a_listing_that_is_not_allowed_does_not_stop_a_write(
    s3_store: MakeStore, proxy: FaultProxy, caplog: pytest.LogCaptureFixture
) -> None:
    store = s3_store(proxy.url)
    proxy.add(r"^GET .*\?uploads", "status", status=403, code="AccessDenied")
    with caplog.at_level(logging.WARNING):
        store.write(KEY, versioned(1))
    assert "leftovers of transactions were not cleared up" in caplog.text


def _hold_claim(client: Any, holder: str) -> None:
    client.put_object(Bucket=BUCKET, Key=claim_key(OBJECT), Body=b"", Metadata={MARK: holder})


def test_the_claim_of_a_living_writer_stands(s3_store: MakeStore, client: Any) -> None:
    for holder in (this_writer().name, "00000000-00000000-5-5-5", "unknown"):
        _hold_claim(client, holder)
        with pytest.raises(
            StorageError, match=r"is being committed by another writer; wait for it, or delete s3://.*claim"
        ):
            s3_store().write(KEY, versioned(1), if_exists="fail")
    assert not s3_store().exists(KEY)
    assert s3_store().delete_leftovers() == []


def test_the_claim_of_a_dead_writer_is_taken_over(s3_store: MakeStore, client: Any) -> None:
    me = this_writer()
    dead = replace(me, start=me.start + 1).name
    _hold_claim(client, dead)
    store = s3_store()
    store._swept.add("transactions")
    store.write(KEY, versioned(1), if_exists="fail")
    assert _stored(store) == 1
    _hold_claim(client, dead)
    assert store.delete_leftovers() == [f"s3://{BUCKET}/{claim_key(OBJECT)}"]
    _hold_claim(client, "unknown")
    assert s3_store(stale_seconds=-5).delete_leftovers() == [f"s3://{BUCKET}/{claim_key(OBJECT)}"]


def test_a_server_without_conditional_writes_is_used_with_a_warning(
    s3_store: MakeStore, proxy: FaultProxy, caplog: pytest.LogCaptureFixture
) -> None:
    proxy.add("^PUT .*claim", "status", status=501, code="NotImplemented")
    with caplog.at_level(logging.WARNING):
        s3_store(proxy.url).write(KEY, versioned(1), if_exists="fail")
    assert "no conditional writes" in caplog.text


@pytest.mark.parametrize("content", [b"", b"PAR1", b"not parquet at all, but long enough to look like something"])
def test_a_damaged_object_is_told_by_its_address(s3_store: MakeStore, client: Any, content: bytes) -> None:
    client.put_object(Bucket=BUCKET, Key=OBJECT, Body=content)
    with pytest.raises(StorageError, match=r"s3://.*part-0.parquet is damaged .*delete it and materialise it again"):
        s3_store().metadata(KEY)


def test_a_long_footer_is_fetched_whole(s3_store: MakeStore) -> None:
    schema = pa.schema([pa.field(f"column_{n:04d}", pa.int64()) for n in range(700)])
    batch = pa.record_batch([pa.array([n]) for n in range(700)], schema=schema)
    store = s3_store()
    store.write(KEY, FrameStream(schema, lambda: iter([batch])))
    assert len(store.metadata(KEY).schema) == 700


def test_listings_of_many_pages_are_whole(s3_store: MakeStore, client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    real = client.list_objects_v2
    monkeypatch.setattr(client, "list_objects_v2", lambda **a: real(**a, MaxKeys=2))
    store = s3_store(part_bytes=10_000_000)
    days = [f"2025-01-0{n}" for n in range(1, 8)]
    for day in days:
        store.write(PartKey("transactions", day), versioned(1, rows=5))
    assert store.list_partitions("transactions") == days
