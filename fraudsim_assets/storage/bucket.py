"""Listing a bucket, and clearing up in it after writers that died.

An upload that is never completed stays in a bucket, invisible and paid for. There is no one to ask
whether its writer lives, so it counts as dead from a safe age on, by the clock of the server.

Belongs here: pages of listings, and what is stale in them. Does not belong here: objects (``s3``).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from botocore.exceptions import ClientError

from fraudsim_assets.errors import StorageError
from fraudsim_assets.storage.claims import SUFFIX
from fraudsim_assets.storage.faults import NOT_S3, error_status
from fraudsim_assets.storage.retry import RetryPolicy
from fraudsim_assets.storage.upload import MARK
from fraudsim_assets.storage.writers import Life, writer_named


@dataclass(frozen=True)
class Bucket:
    """A bucket, its client and how stubborn requests to it are."""

    client: Any
    name: str
    retry: RetryPolicy

    def objects(self, prefix: str) -> tuple[list[dict[str, Any]], datetime | None]:
        """Objects whose key starts so, and the server's time."""
        found, now, more = [], None, {}
        while True:
            page = self.retry.call(
                f"list s3://{self.name}/{prefix}",
                lambda more=more: self.client.list_objects_v2(Bucket=self.name, Prefix=prefix, **more),
            )
            if "Name" not in page:
                raise StorageError(f"list s3://{self.name}/{prefix}: {NOT_S3}")
            found += page.get("Contents", [])
            now = _server_time(page)
            if not page.get("IsTruncated"):
                return found, now
            more = {"ContinuationToken": page["NextContinuationToken"]}

    def uploads(self, prefix: str) -> Iterator[tuple[dict[str, Any], datetime | None]]:
        """Unfinished uploads whose key starts so, each with the server's time."""
        more: dict[str, str] = {}
        while True:
            page = self.retry.call(
                f"list unfinished uploads of s3://{self.name}/{prefix}",
                lambda more=more: self.client.list_multipart_uploads(Bucket=self.name, Prefix=prefix, **more),
            )
            now = _server_time(page)
            yield from ((upload, now) for upload in page.get("Uploads", []))
            if not page.get("IsTruncated"):
                return
            more = {"KeyMarker": page["NextKeyMarker"], "UploadIdMarker": page["NextUploadIdMarker"]}

    def address(self, key: str) -> str:
        """``s3://`` address of a key."""
        return f"s3://{self.name}/{key}"


def abort_uploads(bucket: Bucket, prefix: str, stale_seconds: float, is_ours: Callable[[str], bool]) -> list[str]:
    """Abort unfinished uploads to keys of our layout that are older than a safe age.

    Returns
    -------
    list of str
        What was aborted.
    """
    stale = [
        upload
        for upload, now in bucket.uploads(prefix)
        if is_ours(upload["Key"]) and _age(upload["Initiated"], now) >= stale_seconds
    ]
    for upload in stale:
        bucket.retry.call(
            f"abort the upload of {bucket.address(upload['Key'])}", lambda upload=upload: _abort(bucket, upload)
        )
    return [f"upload of {bucket.address(upload['Key'])}" for upload in stale]


def drop_claims(bucket: Bucket, prefix: str, stale_seconds: float) -> list[str]:
    """Delete claims of writers that are dead or have held them beyond a safe age.

    Returns
    -------
    list of str
        What was deleted.
    """
    objects, now = bucket.objects(prefix)
    claims = [found for found in objects if found["Key"].endswith(SUFFIX)]
    stale = [c["Key"] for c in claims if _age(c["LastModified"], now) >= stale_seconds or _is_dead(bucket, c["Key"])]
    for key in stale:
        bucket.retry.call(
            f"delete {bucket.address(key)}", lambda key=key: bucket.client.delete_object(Bucket=bucket.name, Key=key)
        )
    return [bucket.address(key) for key in stale]


def _abort(bucket: Bucket, upload: dict[str, Any]) -> None:
    try:
        bucket.client.abort_multipart_upload(Bucket=bucket.name, Key=upload["Key"], UploadId=upload["UploadId"])
    except ClientError as error:
        if error_status(error) != 404:
            raise


def _is_dead(bucket: Bucket, key: str) -> bool:
    def ask() -> str:
        try:
            return bucket.client.head_object(Bucket=bucket.name, Key=key).get("Metadata", {}).get(MARK, "")
        except ClientError as error:
            if error_status(error) == 404:
                return ""
            raise

    writer = writer_named(bucket.retry.call(f"ask who holds {bucket.address(key)}", ask))
    return writer is not None and writer.life is Life.DEAD


def _server_time(page: dict[str, Any]) -> datetime | None:
    stamp = page.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date")
    return None if stamp is None else parsedate_to_datetime(stamp)


def _age(since: datetime, now: datetime | None) -> float:
    """Seconds by the server's clock; nothing is old while the server does not say what time it is.

    Never negative: the server tells the time in whole seconds, and when something began to the fraction.
    """
    return 0.0 if now is None else max((now - since).total_seconds(), 0.0)
