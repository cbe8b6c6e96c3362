"""A small object that says "I am about to commit": the guard of the policy ``fail`` on S3.

Servers agree on refusing to create an object twice (``If-None-Match: *`` on a plain put), but not
on the same condition at the end of a multipart upload. So whoever wants to create an object and
never replace one first creates a claim beside it, looks again, commits and removes the claim.

Belongs here: making, taking over and removing claims. Does not belong here: the upload (``upload``).
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ClientError

from fraudsim_assets.errors import StorageError
from fraudsim_assets.storage.faults import error_code, error_status
from fraudsim_assets.storage.retry import RetryPolicy
from fraudsim_assets.storage.upload import MARK
from fraudsim_assets.storage.writers import Life, writer_named

SUFFIX = ".claim"
_log = logging.getLogger(__name__)


def claim_key(key: str) -> str:
    """Key of the claim of an object: hidden beside it, and no Parquet file by name."""
    folder, _, name = key.rpartition("/")
    return f"{folder}/.{name}{SUFFIX}" if folder else f".{name}{SUFFIX}"


@contextmanager
def claimed(client: Any, bucket: str, key: str, *, mark: str, retry: RetryPolicy) -> Iterator[None]:
    """Hold the claim of an object.

    Raises
    ------
    StorageError
        If another writer holds it.
    """
    target = {"Bucket": bucket, "Key": claim_key(key)}
    uri = f"s3://{bucket}/{key}"

    def create() -> bool:
        try:
            client.put_object(**target, Body=b"", Metadata={MARK: mark}, IfNoneMatch="*")
        except ClientError as error:
            if error_code(error) == "PreconditionFailed":
                return _holder(client, target) == mark
            if error_status(error) == 501:
                _log.warning("%s: the server has no conditional writes; two writers at once are not told apart", uri)
                return True
            raise
        return True

    for _ in range(2):
        if retry.call(f"claim {uri}", create):
            break
        holder = writer_named(retry.call(f"ask who claims {uri}", lambda: _holder(client, target)))
        if holder is None or holder.life is not Life.DEAD:
            raise StorageError(
                f"{uri} is being committed by another writer; "
                f"wait for it, or delete s3://{bucket}/{target['Key']} if it is dead"
            )
        retry.call(f"drop the claim of a dead writer on {uri}", lambda: client.delete_object(**target))
    else:
        raise StorageError(f"{uri} is being committed by another writer; wait for it")
    try:
        yield
    finally:
        retry.call(f"drop the claim on {uri}", lambda: client.delete_object(**target))


def _holder(client: Any, target: dict[str, str]) -> str:
    """Mark of the writer that holds a claim; empty when it was just dropped."""
    try:
        return client.head_object(**target).get("Metadata", {}).get(MARK, "")
    except ClientError as error:
        if error_status(error) == 404:
            return ""
        raise
