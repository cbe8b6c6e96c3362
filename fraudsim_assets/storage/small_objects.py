"""Small objects of a bucket, each sent and read in one request.

Belongs here: getting, putting, removing, and creating them once. Does not belong here: Parquet
(``s3``) and what the objects say.
"""

import logging
import time
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from fraudsim_assets.storage.faults import error_code, error_status
from fraudsim_assets.storage.retry import RetryPolicy

SETTLE_SECONDS = 2.0
"""Where a server does not honour conditions: wait before looking who was last. ASSUMPTION. [s]"""

_UNCONDITIONAL = (
    "%s: the server does not honour If-None-Match; of two first writers at once the later one stands, and the other "
    "finds out when it next writes or reads"
)
_MEDIA_TYPE = "application/json"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class SmallObjects:
    """Small objects of one bucket."""

    client: Any
    bucket: str
    retry: RetryPolicy

    def get(self, key: str) -> bytes | None:
        """Content; None if there is no such object."""

        def attempt() -> bytes | None:
            try:
                return self.client.get_object(Bucket=self.bucket, Key=key)["Body"].read()
            except ClientError as error:
                if error_status(error) == 404 and error_code(error) != "NoSuchBucket":
                    return None
                raise

        return self.retry.call(f"read {self._uri(key)}", attempt)

    def put(self, key: str, content: bytes, media_type: str) -> str:
        """Write, in the place of any other, and give the address."""
        uri = self._uri(key)
        self.retry.call(f"write {uri}", lambda: self._put(key, content, ContentType=media_type))
        return uri

    def create(self, key: str, content: bytes) -> None:
        """Write unless an object is there: of several writers at once, one succeeds.

        The condition is the server's to keep. One that ignores it is found out by asking it to refuse what is
        certainly there; one that says that it knows none is believed. There, the last of several writers at once
        stands, and all of them wait before they look who that was.
        """
        uri = self._uri(key)
        made = self.retry.call(f"create {uri}", lambda: self._put_if_absent(key, content))
        if made is None and self.get(key) is None:
            self.put(key, content, _MEDIA_TYPE)
        elif made is False or (made and not self.retry.call(f"try {uri}", lambda: self._put_if_absent(key, content))):
            return
        _log.warning(_UNCONDITIONAL, uri)
        time.sleep(SETTLE_SECONDS)

    def remove(self, key: str) -> None:
        """Delete; no error if it is gone."""
        self.retry.call(f"delete {self._uri(key)}", lambda: self.client.delete_object(Bucket=self.bucket, Key=key))

    def _put_if_absent(self, key: str, content: bytes) -> bool | None:
        """Whether the server took it as the first; None where it knows no conditions."""
        try:
            self._put(key, content, ContentType=_MEDIA_TYPE, IfNoneMatch="*")
        except ClientError as error:
            if error_code(error) == "PreconditionFailed" or error_status(error) == 412:
                return False
            if error_status(error) == 501:
                return None
            raise
        return True

    def _put(self, key: str, content: bytes, **headers: Any) -> None:
        self.client.put_object(Bucket=self.bucket, Key=key, Body=content, **headers)

    def _uri(self, key: str) -> str:
        return f"s3://{self.bucket}/{key}"
