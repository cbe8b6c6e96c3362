"""A file-like object whose bytes go to S3 in parts while they are made, and which appears only on commit.

Memory is bounded: one part is filled while at most :data:`PARTS_IN_FLIGHT` others are sent. A small
object is sent in one request. Each part carries its MD5, which every S3 server known to us checks,
and the ETag of the whole is compared afterwards with the one computed here.

Nothing ever commits by itself: :meth:`Upload.commit` must be called, and refuses after
:meth:`Upload.close` or an error. Belongs here: this protocol. Does not belong here: what is written
(``parquet``) and where to (``s3``).
"""

import base64
import hashlib
import logging
import re
import threading
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from fraudsim_assets.errors import StorageError
from fraudsim_assets.storage.faults import LostObjectError, error_code, error_status
from fraudsim_assets.storage.retry import RetryPolicy

PART_BYTES = 8 * 1024 * 1024
"""Size of a part; 10,000 of them, the most S3 allows, make 78 GiB. [bytes]"""

PARTS_IN_FLIGHT = 10
"""Parts being sent at the same time. [count]"""

MOST_PARTS = 10_000
"""Parts of one object, by the rules of S3. [count]"""

MARK = "fraudsim-writer"
"""Metadata key of an object that says which write it came from."""

_MD5_ETAG = re.compile(r"[0-9a-f]{32}(-\d+)?")
_CONTENT_TYPE = "application/vnd.apache.parquet"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sent:
    """A committed object.

    Attributes
    ----------
    etag
        ETag computed here from what was sent.
    answered
        ETag in the answer of the server; differs where the server encrypts with a managed key.
    """

    bytes: int
    etag: str
    answered: str


def is_garbled(answer: Mapping[str, Any], md5: str) -> bool:
    """Whether an answer shows that a server holds something else than was sent.

    An ETag is the MD5 of the content unless the server encrypts with a key of its own or has other
    ideas about ETags; it shows nothing then.
    """
    etag = answer["ETag"].strip('"')
    managed = "SSECustomerAlgorithm" in answer or str(answer.get("ServerSideEncryption", "")).startswith("aws:kms")
    return not managed and _MD5_ETAG.fullmatch(etag) is not None and etag != md5


class UploadLostError(Exception):
    """The server does not know the upload any more: it was aborted by a user or by a rule of the bucket."""


class ObjectExistsError(Exception):
    """The server refused to replace an object."""


class Upload:
    """One object in the making.

    Parameters
    ----------
    client
        boto3 client of S3; used from several threads.
    bucket, key
        Where the object goes.
    retry
        Stubbornness of each request.
    mark
        Identity of this write, kept as metadata of the object.
    """

    def __init__(
        self, client: Any, bucket: str, key: str, retry: RetryPolicy, *, mark: str, part_bytes: int = PART_BYTES
    ) -> None:
        self._client, self._bucket, self._key = client, bucket, key
        self._target = {"Bucket": bucket, "Key": key}
        self._mark = mark
        self._headers = {"ContentType": _CONTENT_TYPE, "Metadata": {MARK: mark}}
        self._retry = retry
        self._part_bytes = part_bytes
        self._buffer = bytearray()
        self._sent = 0
        self._upload_id: str | None = None
        self._parts: deque[Future[tuple[str, bytes]]] = deque()
        self._done: list[tuple[str, bytes]] = []
        self._free = threading.BoundedSemaphore(PARTS_IN_FLIGHT)
        self._threads = ThreadPoolExecutor(PARTS_IN_FLIGHT, thread_name_prefix="s3-upload")
        self._ended = threading.Event()

    # --- the file that Arrow writes to -------------------------------------------------------

    @property
    def closed(self) -> bool:
        """Whether it is over, one way or the other."""
        return self._ended.is_set()

    def write(self, data: Any) -> int:
        """Take bytes, and send every full part."""
        if self.closed:
            raise ValueError("write to a closed upload")
        view = memoryview(data).cast("B")
        taken = 0
        while taken < len(view):
            piece = view[taken : taken + self._part_bytes - len(self._buffer)]
            self._buffer += piece
            taken += len(piece)
            if len(self._buffer) == self._part_bytes:
                # given away, not copied
                full, self._buffer = self._buffer, bytearray()
                self._send(full)
        return len(view)

    def tell(self) -> int:
        """Bytes taken so far."""
        return self._sent + len(self._buffer)

    def flush(self) -> None:
        """Do nothing: bytes leave in whole parts."""

    def close(self) -> None:
        """Refuse everything from now on, a commit included."""
        self._ended.set()

    def writable(self) -> bool:
        """Say that Arrow may write."""
        return True

    def readable(self) -> bool:
        """Forbid reading."""
        return False

    def seekable(self) -> bool:
        """Say that there is no going back."""
        return False

    # --- the two ends ------------------------------------------------------------------------

    @property
    def uri(self) -> str:
        """Address of the object."""
        return f"s3://{self._bucket}/{self._key}"

    def commit(self, *, exclusive: bool = False) -> Sent:
        """Make the object appear, whole, in one request.

        Parameters
        ----------
        exclusive
            Ask the server to refuse if an object is there already.

        Returns
        -------
        Sent
            Size, and the ETag to be found.

        Raises
        ------
        ObjectExistsError
            If ``exclusive`` and the server refused.
        UploadLostError
            If the upload was aborted from outside.
        StorageError
            If the server refuses for good, or does not answer in time.
        """
        if self.closed:
            raise StorageError(f"{self.uri} cannot be committed after an error")
        condition = {"IfNoneMatch": "*"} if exclusive else {}
        try:
            return self._put(condition) if self._upload_id is None else self._complete(condition)
        finally:
            self._ended.set()
            self._threads.shutdown(wait=True, cancel_futures=True)

    def abort(self) -> None:
        """Throw everything away; a failure to do so is logged, and cleared up by a later run."""
        self._ended.set()
        self._buffer.clear()
        self._threads.shutdown(wait=True, cancel_futures=True)
        if self._upload_id is None:
            return
        try:
            self._retry.call(f"abort the upload of {self.uri}", self._abort)
        except StorageError as error:
            _log.warning("%s; the next run clears it up", error)

    def _abort(self) -> None:
        try:
            self._client.abort_multipart_upload(**self._target, UploadId=self._upload_id)
        except ClientError as error:
            if error_status(error) != 404:
                raise

    # --- parts -------------------------------------------------------------------------------

    def _send(self, body: bytes | bytearray) -> None:
        """Send a part in another thread; wait while too many are on their way."""
        if self._upload_id is None:
            self._upload_id = self._started()
        while self._parts and self._parts[0].done():
            self._done.append(self._parts.popleft().result())
        number = len(self._done) + len(self._parts) + 1
        if number > MOST_PARTS:
            raise StorageError(
                f"{self.uri} needs more than {MOST_PARTS} parts of {self._part_bytes} bytes; cut the day into parts"
            )
        self._free.acquire()
        future = self._threads.submit(self._send_part, number, body)
        future.add_done_callback(lambda _: self._free.release())
        self._parts.append(future)
        self._sent += len(body)

    def _started(self) -> str:
        answer = self._retry.call(
            f"start the upload of {self.uri}",
            lambda: self._client.create_multipart_upload(**self._target, **self._headers),
        )
        return answer["UploadId"]

    def _send_part(self, number: int, body: bytes | bytearray) -> tuple[str, bytes]:
        md5 = hashlib.md5(body, usedforsecurity=False).digest()

        def send() -> str:
            try:
                answer = self._client.upload_part(
                    **self._target,
                    UploadId=self._upload_id,
                    PartNumber=number,
                    Body=body,
                    ContentMD5=base64.b64encode(md5).decode(),
                )
            except ClientError as error:
                if error_code(error) == "NoSuchUpload":
                    raise UploadLostError(self.uri) from None
                raise
            if is_garbled(answer, md5.hex()):
                raise LostObjectError(f"part {number} has ETag {answer['ETag']}; sent was {md5.hex()}")
            return answer["ETag"]

        return self._retry.call(f"send part {number} of {self.uri}", send, ended=self._ended), md5

    # --- commits -----------------------------------------------------------------------------

    def _put(self, condition: dict[str, str]) -> Sent:
        body = bytes(self._buffer)
        md5 = hashlib.md5(body, usedforsecurity=False)
        answer = self._final(
            f"write {self.uri}",
            len(body),
            lambda: self._client.put_object(
                **self._target,
                **self._headers,
                **condition,
                Body=body,
                ContentMD5=base64.b64encode(md5.digest()).decode(),
            ),
        )
        return Sent(len(body), md5.hexdigest(), answer)

    def _complete(self, condition: dict[str, str]) -> Sent:
        if self._buffer:
            full, self._buffer = self._buffer, bytearray()
            self._send(full)
        sent = [*self._done, *(part.result() for part in self._parts)]
        parts = [{"PartNumber": number, "ETag": etag} for number, (etag, _) in enumerate(sent, start=1)]
        answer = self._final(
            f"complete the upload of {self.uri}",
            self._sent,
            lambda: self._client.complete_multipart_upload(
                **self._target, **condition, UploadId=self._upload_id, MultipartUpload={"Parts": parts}
            ),
        )
        whole = hashlib.md5(b"".join(md5 for _, md5 in sent), usedforsecurity=False).hexdigest()
        return Sent(self._sent, f"{whole}-{len(sent)}", answer)

    def _final(self, operation: str, size: int, request: Callable[[], Any]) -> str:
        """Send the request that makes the object appear; an answer may be lost after it has worked."""
        tries = 0

        def send() -> str:
            nonlocal tries
            tries += 1
            landed = self._landed(size) if tries > 1 else None
            return landed or _accepted(request)

        try:
            return self._retry.call(operation, send)
        except (UploadLostError, ObjectExistsError):
            landed = self._retry.call(f"look for {self.uri}", lambda: self._landed(size))
            if landed is None:
                raise
            return landed

    def _landed(self, size: int) -> str | None:
        """ETag of the object in place if it is the one of this upload."""
        try:
            found = self._client.head_object(**self._target)
        except ClientError as error:
            if error_status(error) == 404:
                return None
            raise
        ours = found.get("Metadata", {}).get(MARK) == self._mark and found["ContentLength"] == size
        return found["ETag"].strip('"') if ours else None


def _accepted(request: Callable[[], Any]) -> str:
    """ETag in the answer to a commit; the two refusals that mean something get a class of their own."""
    try:
        return request()["ETag"].strip('"')
    except ClientError as error:
        code = error_code(error)
        if code == "NoSuchUpload":
            raise UploadLostError(code) from None
        if code == "PreconditionFailed":
            raise ObjectExistsError(code) from None
        raise
