"""Partitions in a bucket of S3, or of a server that speaks its language.

An object is streamed in parts and appears in one step when all of it has arrived and the Parquet
file has been closed properly; until then readers see the old object. Nothing is spooled to a disk.

Belongs here: objects and keys. Does not belong here: rules that hold for every carrier (``store``)
and the protocol of an upload (``upload``).
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from botocore.exceptions import ClientError

from fraudsim_assets.frames import FrameStream
from fraudsim_assets.storage.bucket import Bucket, abort_uploads, drop_claims
from fraudsim_assets.storage.claims import claimed
from fraudsim_assets.storage.credentials import credential_provider, secrets_of, storage_options
from fraudsim_assets.storage.facts import PartMetadata, absent, damaged, part_metadata
from fraudsim_assets.storage.faults import LostObjectError, TransientError, error_status
from fraudsim_assets.storage.layout import PartKey, StoredPart, stored_part, versioned_part
from fraudsim_assets.storage.parquet import write_parquet
from fraudsim_assets.storage.policy import already_there
from fraudsim_assets.storage.report import Commit
from fraudsim_assets.storage.scanning import Held
from fraudsim_assets.storage.small_objects import SmallObjects
from fraudsim_assets.storage.store import ParquetStore, StoreOptions
from fraudsim_assets.storage.upload import (
    MARK,
    PART_BYTES,
    ObjectExistsError,
    Sent,
    Upload,
    UploadLostError,
    is_garbled,
)
from fraudsim_assets.storage.writers import this_writer

_FOOTER_BYTES = 64 * 1024
_log = logging.getLogger(__name__)


class S3Store(ParquetStore):
    """Partitions below a prefix of a bucket.

    Parameters
    ----------
    client
        boto3 client of S3, such as ``dagster_aws.s3.S3Resource(max_attempts=1).get_client()``. Its
        own retries come on top of the store's, so let it have one attempt only.
    bucket
        Name of the bucket; it must exist.
    prefix
        Key prefix, without slashes at its ends.
    options
        Policy, codec and retries.
    part_bytes
        Size of the parts of an upload, at least 5 MiB for most servers. [bytes]
    """

    def __init__(
        self,
        client: Any,
        bucket: str,
        prefix: str = "",
        options: StoreOptions | None = None,
        *,
        part_bytes: int = PART_BYTES,
    ) -> None:
        options = options or StoreOptions()
        retry = replace(options.retry, secrets=lambda: secrets_of(client))
        super().__init__(replace(options, retry=retry))
        self._client, self._bucket, self._prefix = client, bucket, prefix.strip("/")
        self._part_bytes = part_bytes

    @property
    def place(self) -> str:
        """``s3://`` address of the bucket and the prefix."""
        return f"s3://{self._bucket}/{self._prefix}".rstrip("/")

    def uri(self, key: PartKey) -> str:
        """``s3://`` address of a part."""
        return f"s3://{self._bucket}/{self._object(key.path)}"

    def _object(self, path: str) -> str:
        return f"{self._prefix}/{path}" if self._prefix else path

    def _path(self, object_key: str) -> str:
        return object_key.removeprefix(f"{self._prefix}/") if self._prefix else object_key

    def _target(self, key: PartKey) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": self._object(key.path)}

    # --- reading -----------------------------------------------------------------------------

    def exists(self, key: PartKey) -> bool:
        """Whether a part is visible."""
        return self._head(key) is not None

    def list_parts(self, asset: str, partition: str | None = None) -> list[StoredPart]:
        """Parts that are visible, of one partition or, without one, of the whole asset, in order."""
        prefix = self._object(PartKey(asset, partition).folder) + "/"
        objects, _ = Bucket(self._client, self._bucket, self.options.retry).objects(prefix)
        found = (stored_part(self._path(o["Key"]), o["Size"]) for o in objects)
        return sorted(p for p in found if p is not None and p.asset == asset and partition in (None, p.partition))

    def metadata(self, key: PartKey) -> PartMetadata:
        """Facts in the footer of a part."""
        return self._footer(key)[0]

    @contextmanager
    def held(self, key: PartKey) -> Iterator[Held]:
        """Keep hold of the version of a part that is in place now, by its ETag."""
        footer, etag = self._footer(key)
        yield footer, lambda: (self._head(key) or {}).get("ETag") == etag

    def _footer(self, key: PartKey) -> tuple[PartMetadata, str]:
        """Facts in the footer of a part, and the ETag of the version that they are of."""
        uri = self.uri(key)

        def read() -> tuple[PartMetadata, str]:
            tail, size, etag = self._tail(key, _FOOTER_BYTES)
            needed = int.from_bytes(tail[-8:-4], "little") + 8
            if needed > len(tail) and tail[-4:] == b"PAR1":
                tail, size, again = self._tail(key, needed)
                if again != etag:
                    raise TransientError(f"{uri} was replaced while its footer was read")
            return part_metadata(uri, size, pq.read_metadata(pa.BufferReader(tail))), etag

        try:
            return self.options.retry.call(f"read the footer of {uri}", read)
        except pa.ArrowInvalid as error:
            raise damaged(uri, error) from error

    def _tail(self, key: PartKey, count: int) -> tuple[bytes, int, str]:
        """Last bytes of an object, its size, and its ETag."""
        try:
            answer = self._client.get_object(**self._target(key), Range=f"bytes=-{count}")
        except ClientError as error:
            if error_status(error) == 404:
                raise absent(self.uri(key)) from None
            raise
        size = int(answer.get("ContentRange", "/0").rpartition("/")[2]) or answer["ContentLength"]
        return answer["Body"].read(), size, answer["ETag"]

    def _head(self, key: PartKey) -> dict[str, Any] | None:
        def head() -> dict[str, Any] | None:
            try:
                return self._client.head_object(**self._target(key))
            except ClientError as error:
                if error_status(error) == 404:
                    return None
                raise

        return self.options.retry.call(f"look for {self.uri(key)}", head)

    def _scan_settings(self) -> dict[str, Any]:
        return {
            "storage_options": storage_options(self._client),
            "credential_provider": credential_provider(self._client),
        }

    # --- writing -----------------------------------------------------------------------------

    def _commit(self, key: PartKey, stream: FrameStream, facts: Mapping[str, str], *, exclusive: bool) -> Commit:
        def attempt() -> Commit:
            try:
                return self._commit_once(key, stream, facts, exclusive=exclusive)
            except UploadLostError as error:
                raise LostObjectError(f"the server lost the upload of {self.uri(key)}") from error

        return self.options.retry.call(f"write {self.uri(key)}", attempt)

    def _commit_once(self, key: PartKey, stream: FrameStream, facts: Mapping[str, str], *, exclusive: bool) -> Commit:
        mark = this_writer().name
        upload = Upload(
            self._client,
            self._bucket,
            self._object(key.path),
            self.options.retry,
            mark=mark,
            part_bytes=self._part_bytes,
        )
        try:
            written = write_parquet(stream, upload, facts, self.options.parquet)
            sent = self._commit_new(key, upload, mark) if exclusive else upload.commit()
        except BaseException:
            upload.abort()
            raise
        self._verify(key, sent, mark)
        return Commit(written, sent.bytes)

    def _commit_new(self, key: PartKey, upload: Upload, mark: str) -> Sent:
        """Commit only if no object is there, against every other writer of this package."""
        with claimed(self._client, self._bucket, self._object(key.path), mark=mark, retry=self.options.retry):
            taken = self.exists(key)
            if not taken:
                with suppress(ObjectExistsError):
                    return upload.commit(exclusive=True)
        raise already_there(self.uri(key))

    def _verify(self, key: PartKey, sent: Sent, mark: str) -> None:
        """Compare what the server holds with what was sent; a later whole object of another writer is fine."""
        found = self._head(key)
        if found is None:
            raise LostObjectError(f"{self.uri(key)} is gone right after it was written")
        if found.get("Metadata", {}).get(MARK, mark) != mark:
            _log.info("%s was replaced by another writer at once", self.uri(key))
            return
        etag, size = found["ETag"].strip('"'), found["ContentLength"]
        if size != sent.bytes or is_garbled(found, sent.etag) or etag not in {sent.etag, sent.answered}:
            held, expected = f"{size} bytes with ETag {etag}", f"{sent.bytes} bytes with ETag {sent.etag}"
            raise LostObjectError(f"{self.uri(key)} has {held}; sent were {expected}")

    # --- small objects -----------------------------------------------------------------------

    def _small(self) -> SmallObjects:
        return SmallObjects(self._client, self._bucket, self.options.retry)

    def read_small(self, path: str) -> bytes | None:
        """Content of a small file; None if it is not there."""
        return self._small().get(self._object(path))

    def create_small(self, path: str, content: bytes) -> None:
        """Create a small file whole, unless one is there."""
        self._small().create(self._object(path), content)

    def remove_small(self, path: str) -> None:
        """Remove a small file."""
        self._small().remove(self._object(path))

    def small_names(self, folder: str) -> list[str]:
        """Names of the small files in a folder."""
        prefix = self._object(folder) + "/"
        objects, _ = Bucket(self._client, self._bucket, self.options.retry).objects(prefix)
        return sorted(found["Key"].removeprefix(prefix) for found in objects)

    def all_files(self, folder: str = "") -> list[tuple[str, int]]:
        """Path and size of every file of the store, or of a folder of it."""
        prefix = self._object(f"{folder}/" if folder else "")
        objects, _ = Bucket(self._client, self._bucket, self.options.retry).objects(prefix)
        return [(self._path(found["Key"]), found["Size"]) for found in objects]

    def put_small(self, path: str, content: bytes, media_type: str) -> str:
        """Make a small file visible in one step, in the place of any other."""
        return self._small().put(self._object(path), content, media_type)

    def delete(self, key: PartKey) -> None:
        """Remove a part; no error if it is gone."""
        self.options.retry.call(f"delete {self.uri(key)}", lambda: self._client.delete_object(**self._target(key)))

    # --- leftovers ---------------------------------------------------------------------------

    def delete_leftovers(self, asset: str | None = None) -> list[str]:
        """Abort old unfinished uploads and drop old claims; see :meth:`ParquetStore.delete_leftovers`."""
        prefix = self._object(f"{asset}/" if asset else "")
        bucket = Bucket(self._client, self._bucket, self.options.retry)
        return [
            *abort_uploads(
                bucket, prefix, self.options.stale_seconds, lambda key: versioned_part(self._path(key), 0) is not None
            ),
            *drop_claims(bucket, prefix, self.options.stale_seconds),
        ]
