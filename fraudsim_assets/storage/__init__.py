"""Parquet partitions on local disk or S3: visible only when complete, replaced in one step.

The one idea: a store takes a ``FrameStream`` and a key, and either all of it becomes visible or
nothing does, whatever happens on the way. Belongs here: files, objects, retries, policies, file
metadata. Does not belong here: Dagster (its IO managers are thin adapters over this) and what the
rows mean.
"""

from fraudsim_assets.storage.digest import ContentDigest, content_digest
from fraudsim_assets.storage.facts import PartMetadata
from fraudsim_assets.storage.layout import PARTITION_COLUMN, PartKey, StoredPart, partition_keys
from fraudsim_assets.storage.local import LocalStore
from fraudsim_assets.storage.migration import MIGRATIONS, Migration
from fraudsim_assets.storage.opening import client_config, open_store, s3_client
from fraudsim_assets.storage.parquet import ParquetOptions
from fraudsim_assets.storage.policy import IfExists
from fraudsim_assets.storage.report import WriteReport
from fraudsim_assets.storage.retry import RetryPolicy
from fraudsim_assets.storage.s3 import S3Store
from fraudsim_assets.storage.store import ParquetStore, StoreOptions

__all__ = [
    "MIGRATIONS",
    "PARTITION_COLUMN",
    "ContentDigest",
    "IfExists",
    "LocalStore",
    "Migration",
    "ParquetOptions",
    "ParquetStore",
    "PartKey",
    "PartMetadata",
    "RetryPolicy",
    "S3Store",
    "StoreOptions",
    "StoredPart",
    "WriteReport",
    "client_config",
    "content_digest",
    "open_store",
    "partition_keys",
    "s3_client",
]
