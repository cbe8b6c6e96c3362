"""Which storage faults pass by themselves, and what a user should do about the others.

Belongs here: the tables of error codes, and the classification by them. Does not belong here: the
waiting (``retry``) and the transport (``local``, ``s3``).
"""

import errno
import re
from collections.abc import Iterable, Mapping
from typing import Final

from botocore import exceptions as aws
from botocore.parsers import ResponseParserError

from fraudsim_assets.errors import StorageError

DISK_ADVICE: Final[Mapping[int, str]] = {
    errno.ENOSPC: "the disk is full; free some space or set storage.base_dir to another disk",
    errno.EDQUOT: "the disk quota is used up; free some space or set storage.base_dir to another disk",
    errno.EFBIG: "the file is larger than the file system or the process limit (ulimit -f) allows; raise the limit",
    errno.EROFS: "the file system is mounted read-only; mount it for writing or set storage.base_dir elsewhere",
    errno.EACCES: "permission denied; give this user write access to the folder or set storage.base_dir elsewhere",
    errno.EPERM: "operation not permitted; check the owner and the attributes of the folder",
    errno.ENOTDIR: "a file stands where a folder is needed; move it away or set storage.base_dir elsewhere",
    errno.EISDIR: "a folder stands where the file belongs; move it away",
    errno.EEXIST: "something stands where a folder is needed; move it away",
    errno.ENAMETOOLONG: "the path is too long; shorten storage.base_dir",
    errno.EMFILE: "this process has too many open files; raise the limit (ulimit -n)",
    errno.ENOTSUP: "the file system does not support the operation (storage.if_exists 'fail' needs hard links)",
}
"""What to do about a fault of a disk that waiting does not cure."""

DISK_TRANSIENT: Final = frozenset(
    {
        errno.EAGAIN,
        errno.EBUSY,
        errno.EINTR,
        errno.EIO,
        errno.ENFILE,
        errno.ENOENT,  # a folder was removed by another process; the next try makes it again
        errno.ENOLCK,
        errno.ESTALE,
        errno.ETIMEDOUT,
    }
)
"""Faults of a disk, mostly of a network file system, that are tried again."""

_NO_ACCESS = "access denied; allow this key s3:PutObject, s3:GetObject, s3:ListBucket and s3:AbortMultipartUpload"
_BAD_KEY = "the access key is not known to the server; check the credentials (AWS_ACCESS_KEY_ID) and the endpoint"
_NOT_SIGNED = "the secret key does not fit the access key; check the credentials (AWS_SECRET_ACCESS_KEY)"
_EXPIRED = "the session token is expired or malformed; sign in again"
_NO_BUCKET = "there is no such bucket; create it or correct storage.bucket and storage.endpoint_url"
_WRONG_REGION = "the bucket lives in another region; set storage.region to it"
_FULL = "the object store is full or its quota used up; free some space"

S3_ADVICE: Final[Mapping[str, str]] = {
    "AccessDenied": _NO_ACCESS,
    "AllAccessDisabled": _NO_ACCESS,
    "AccountProblem": _NO_ACCESS,
    "403": _NO_ACCESS + ", or check the credentials",
    "401": _BAD_KEY,
    "InvalidAccessKeyId": _BAD_KEY,
    "SignatureDoesNotMatch": _NOT_SIGNED,
    "AuthorizationHeaderMalformed": _WRONG_REGION,
    "PermanentRedirect": _WRONG_REGION,
    "301": _WRONG_REGION,
    "IllegalLocationConstraintException": _WRONG_REGION,
    "ExpiredToken": _EXPIRED,
    "InvalidToken": _EXPIRED,
    "RequestTimeTooSkewed": "the clocks of this machine and the server differ; set this machine's clock",
    "NoSuchBucket": _NO_BUCKET,
    "InvalidBucketName": _NO_BUCKET,
    "QuotaExceeded": _FULL,
    "XMinioStorageFull": _FULL,
    "507": _FULL,
    "EntityTooSmall": "the server wants larger parts; open the store with a larger part_bytes",
    "EntityTooLarge": "the object is larger than the server takes; split the partition into parts",
}
"""What to do about a refusal of an S3 server that waiting does not cure."""

S3_TRANSIENT: Final = frozenset(
    {
        "BadDigest",
        "ConditionalRequestConflict",
        "IncompleteBody",
        "InternalError",
        "OperationAborted",
        "RequestTimeout",
        "RequestTimeoutException",
        "ServiceUnavailable",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "TooManyRequests",
        "XAmzContentChecksumMismatch",
        "XAmzContentMD5Mismatch",
        "XAmzContentSHA256Mismatch",
    }
)
"""Answers of an S3 server that are tried again, beside every status 408, 429 and 5xx."""

NOT_S3 = "the answer is not one of S3; correct storage.endpoint_url, or sign in where a proxy asks for it"
_ANSWERED: Final = (("ETag",), ("UploadId",), ("ContentLength",))
"""What every server of S3 answers with, as arguments of the error of missing it."""

_TRANSPORT_ADVICE: Final[tuple[tuple[type[Exception], str], ...]] = (
    (aws.NoCredentialsError, "no credentials were found; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or a profile"),
    (aws.PartialCredentialsError, "the credentials are incomplete; set both the access key and the secret key"),
    (aws.SSLError, "the certificate of the server is not trusted; correct storage.endpoint_url or the CA bundle"),
    (aws.ProxyConnectionError, "the proxy cannot be reached; check HTTPS_PROXY"),
    (aws.ParamValidationError, "the request is malformed; check storage.bucket and storage.prefix"),
    (aws.InvalidRegionError, "storage.region is not a region"),
    (aws.ProfileNotFound, "there is no such profile; set AWS_PROFILE to one that your AWS configuration has"),
    (aws.ConfigParseError, "the AWS configuration cannot be read; correct the file"),
    (ResponseParserError, NOT_S3),
)
_TRANSPORT_TRANSIENT: Final = (aws.HTTPClientError, aws.ConnectionError, aws.IncompleteReadError, aws.ChecksumError)

SHORTEST_SECRET: Final = 4
"""Shorter ones protect nothing, and striking them out would garble every text. [characters]"""

_SECRET_SHAPES: Final = (
    (re.compile(r"(?<=//)[^/@\s]+:[^/@\s]+@"), "***@"),
    (
        re.compile(
            r"(?i)((?:signature\w*|credential|security-?token|secret\w*|session_?token|access_?key\w*|password)"
            r"""(?:["'>]*\s*[=:]\s*["']?|>))[^\s&,;"'<>]+"""
        ),
        r"\1***",
    ),
    (re.compile(r"(?i)(authorization\W{1,3}).+"), r"\1***"),
    (re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"), "***"),
)


class TransientError(Exception):
    """A fault that our own code found and that another try may cure."""


class LostObjectError(TransientError):
    """What was written is not what the server holds."""


def error_code(error: BaseException) -> str:
    """Code of an S3 error, or an empty string."""
    return str(getattr(error, "response", {}).get("Error", {}).get("Code", ""))


def error_status(error: BaseException) -> int:
    """HTTP status of an S3 error, or 0."""
    return int(getattr(error, "response", {}).get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def is_transient(error: BaseException) -> bool:
    """Whether another try may succeed."""
    if isinstance(error, TransientError):
        return True
    if isinstance(error, aws.ClientError):
        status = error_status(error)
        passing = status in (408, 429) or (status >= 500 and status not in (501, 507))
        code = error_code(error)
        return code not in S3_ADVICE and (passing or code in S3_TRANSIENT)
    if isinstance(error, aws.BotoCoreError):
        return isinstance(error, _TRANSPORT_TRANSIENT) and _transport_advice(error) is None
    if isinstance(error, OSError):
        return error.errno in DISK_TRANSIENT or isinstance(error, ConnectionError | TimeoutError)
    return False


def advice(error: BaseException) -> str | None:
    """What to do about a permanent storage fault; ``None`` when the error is none of storage's."""
    if isinstance(error, aws.ClientError):
        code = error_code(error) or str(error_status(error))
        return S3_ADVICE.get(code, f"the server refused with {code}")
    if isinstance(error, aws.BotoCoreError):
        return _transport_advice(error) or "the S3 client could not send the request"
    if isinstance(error, KeyError) and error.args[:1] in _ANSWERED:
        return NOT_S3
    if isinstance(error, OSError):
        return DISK_ADVICE.get(error.errno or 0, "the operating system refused")
    return None


def _transport_advice(error: BaseException) -> str | None:
    return next((text for kind, text in _TRANSPORT_ADVICE if isinstance(error, kind)), None)


def redacted(text: str, secrets: Iterable[str] = ()) -> str:
    """Text without credentials: the given ones, and everything that looks like one."""
    for secret in sorted({s for s in secrets if len(s) >= SHORTEST_SECRET}, key=len, reverse=True):
        text = text.replace(secret, "***")
    for shape, replacement in _SECRET_SHAPES:
        text = shape.sub(replacement, text)
    return text


def storage_error(operation: str, reason: str, error: BaseException, secrets: Iterable[str] = ()) -> StorageError:
    """Error to raise in place of a fault: what was tried, what to do, what was said, without secrets.

    The fault stays attached as the cause only where neither its text nor the server's answer in it
    holds a secret.
    """
    known = tuple(secrets)
    said = f"{type(error).__name__}: {error}"
    clean = redacted(said, known)
    result = StorageError(f"{redacted(operation, known)}: {reason} ({clean})")
    answer = str(getattr(error, "response", ""))  # it may repeat keys and signatures
    result.__cause__ = error if (clean, redacted(answer, known)) == (said, answer) else None
    result.__suppress_context__ = True
    return result
