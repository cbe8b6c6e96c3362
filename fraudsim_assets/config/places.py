"""The section ``storage``, and whether the place it names can be one, found out before anything is sent or made.

Belongs here: its fields, and the spelling of folders, buckets, prefixes, endpoints and regions. Does
not belong here: whether anything is there (``fraudsim_assets.storage``).
"""

import re
from collections.abc import Callable
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from fraudsim_assets.config.section import Positive, Section

_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,254}")
_REGION = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_SCHEME = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]+)://(?P<rest>.*)")
_DATABASE = re.compile(r"(sqlite:///[^?#\s]+|(?!sqlite)[a-z][a-z0-9]*(\+[a-z0-9]+)?://\S+)")
_DATABASES = "an address such as 'postgresql+psycopg2://user@host/catalog' or 'sqlite:////srv/catalog.db'"
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def checked_folder(text: str) -> str:
    """Check a local folder; ``~`` is left for the store to expand.

    Raises
    ------
    ValueError
        If it is an address of something else, or holds control characters.
    """
    found = _SCHEME.fullmatch(text)
    if found is not None:
        bucket, _, prefix = found["rest"].partition("/")
        hint = f" (kind 's3', bucket {bucket!r}, prefix {prefix!r})" if found["scheme"] == "s3" else ""
        raise ValueError(f"storage.base_dir is {text!r}; valid is a local folder, or set storage.kind{hint}")
    if _CONTROL.search(text):
        raise ValueError(f"storage.base_dir is {text!r}; valid is a folder without control characters")
    return text


def checked_bucket(text: str | None) -> str | None:
    """Check the name of a bucket.

    Raises
    ------
    ValueError
        If it is none.
    """
    return _matching("bucket", text, _BUCKET.fullmatch, "letters, digits, '.', '_' and '-', as in 'my-bucket'")


def checked_region(text: str | None) -> str | None:
    """Check the name of a region.

    Raises
    ------
    ValueError
        If it is none.
    """
    return _matching("region", text, _REGION.fullmatch, "letters, digits and '-', as in 'eu-central-1'")


def checked_endpoint(text: str | None) -> str | None:
    """Check the address of a server.

    Raises
    ------
    ValueError
        If it is no address with ``http`` or ``https`` and a host.
    """
    return _matching("endpoint_url", text, _is_address, "an address such as 'http://localhost:9000'")


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        _ = parts.port  # raises if it is no number of a port
    except ValueError:
        return False
    plain = not (parts.query or parts.fragment or re.search(r"\s", text) or _CONTROL.search(text))
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and plain


def checked_database(text: str | None) -> str | None:
    """Check the address of a database.

    Raises
    ------
    ValueError
        If it is no address of one, or holds a password.
    """
    if text is not None and urlsplit(text).password is not None:
        raise ValueError(
            "storage.iceberg_catalog holds a password, which files and pages would show; leave it out and give it "
            "to the database's own client, such as by PGPASSWORD or a file .pgpass"
        )
    return _matching("iceberg_catalog", text, _DATABASE.fullmatch, _DATABASES)


def checked_prefix(text: str) -> str:
    """Check a key prefix; slashes at its ends are left out.

    Raises
    ------
    ValueError
        If a part of it is empty, ``.`` or ``..``, or a day of the layout, or holds control characters.
    """
    whole = text.strip("/")
    parts = whole.split("/") if whole else []
    if any(part in {"", ".", ".."} for part in parts) or _CONTROL.search(whole):
        raise ValueError(f"storage.prefix is {text!r}; valid are names joined by single '/', as in 'worlds/demo'")
    return whole


def _matching(name: str, text: str | None, matches: Callable[[str], object], valid: str) -> str | None:
    if text is not None and not matches(text):
        raise ValueError(f"storage.{name} is {text!r}; valid are {valid}")
    return text


class Storage(Section):
    """Where Parquet goes, and how tables are kept."""

    format: Literal["parquet", "delta", "iceberg"] = Field(
        default="parquet",
        description=(
            "parquet: files in folders. delta: tables of Delta Lake, where a day is one commit and earlier versions "
            "can be read. iceberg: the same with tables of Apache Iceberg. Both need the extra of their name."
        ),
    )
    iceberg_catalog: Annotated[str | None, AfterValidator(checked_database)] = Field(
        default=None,
        description=(
            "Database that holds the catalog of Iceberg tables in a bucket, which needs one, by SQLAlchemy's address, "
            "without a password. On a local disk it is a file of SQLite beside the tables."
        ),
    )
    commit_order: Literal["any", "by_day"] = Field(
        default="any",
        description=(
            "Order in which the days of a table with a log are committed. by_day: each after the day before, from the "
            "first of the world on, so that a version of the table is what was known on a day."
        ),
    )
    kind: Literal["local", "s3"] = Field(default="local", description="Local disk or an S3 bucket.")
    base_dir: Annotated[str, AfterValidator(checked_folder)] = Field(
        default="data", min_length=1, description="Local folder, relative to the working directory; ~ is your own."
    )
    bucket: Annotated[str | None, AfterValidator(checked_bucket)] = Field(
        default=None, description="S3 bucket; needed when kind is s3."
    )
    prefix: Annotated[str, AfterValidator(checked_prefix)] = Field(
        default="", description="Key prefix inside the bucket."
    )
    endpoint_url: Annotated[str | None, AfterValidator(checked_endpoint)] = Field(
        default=None, description="S3 endpoint other than AWS, such as http://localhost:9000."
    )
    region: Annotated[str | None, AfterValidator(checked_region)] = Field(default=None, description="S3 region.")
    if_exists: Literal["overwrite", "skip_identical", "fail"] = Field(
        default="overwrite", description="What a write does when the partition is there already."
    )
    compression: Literal["zstd", "snappy", "lz4", "none"] = Field(default="zstd", description="Parquet codec.")
    compression_level: int = Field(default=1, ge=1, le=22, description="Level of zstd. [unitless]")
    max_attempts: int = Field(default=15, ge=1, le=50, description="Tries of one storage operation. [count]")
    deadline_seconds: Positive = Field(default=300.0, description="Total time for one storage operation. [s]")

    @model_validator(mode="after")
    def _bucket_for_s3(self) -> Self:
        if self.kind == "s3" and not self.bucket:
            msg = "storage.bucket is not set; storage.kind 's3' needs the name of a bucket"
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _catalog_for_a_bucket(self) -> Self:
        needed = self.kind == "s3" and self.format == "iceberg"
        if needed and self.iceberg_catalog is None:
            msg = (
                "storage.iceberg_catalog is not set; storage.format 'iceberg' in a bucket needs a database for its "
                f"catalog, {_DATABASES}; without one, valid in a bucket are 'parquet' and 'delta'"
            )
            raise ValueError(msg)
        if self.iceberg_catalog is not None and not needed:
            msg = (
                f"storage.iceberg_catalog is {self.iceberg_catalog!r}, but storage.format is {self.format!r} and "
                f"storage.kind {self.kind!r}; it is for 'iceberg' in 's3' alone"
            )
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _order_of_commits(self) -> Self:
        if self.commit_order != "any" and self.format == "parquet":
            msg = (
                f"storage.commit_order is {self.commit_order!r}, but storage.format 'parquet' has no commits; valid is "
                "'any', or another format"
            )
            raise ValueError(msg)
        return self
