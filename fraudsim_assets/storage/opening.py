"""From the configuration to a store.

Belongs here: the mapping of ``config.storage`` to options, and the S3 client used where none
passes one. Does not belong here: behaviour.
"""

from functools import partial
from typing import Any

import boto3
from botocore.config import Config as ClientConfig
from botocore.exceptions import BotoCoreError

from fraudsim_assets.config.model import Storage
from fraudsim_assets.errors import ConfigError
from fraudsim_assets.storage.credentials import bucket_options
from fraudsim_assets.storage.faults import advice, storage_error
from fraudsim_assets.storage.lake.format import TableFormat
from fraudsim_assets.storage.lake.needs import needing
from fraudsim_assets.storage.local import LocalStore
from fraudsim_assets.storage.parquet import ParquetOptions, processors
from fraudsim_assets.storage.retry import RetryPolicy
from fraudsim_assets.storage.s3 import S3Store
from fraudsim_assets.storage.store import ParquetStore, StoreOptions

CONNECT_SECONDS = 10
READ_SECONDS = 60
"""How long one request may hang before it is tried again. [s]"""


def open_store(
    storage: Storage, *, row_group_rows: int = 131_072, client: Any = None, processes: int = 1
) -> ParquetStore:
    """Open the store that a configuration describes. Nothing is touched before the first use.

    Parameters
    ----------
    storage
        Section ``storage`` of the configuration.
    row_group_rows
        ``config.generation.row_group_rows``.
    client
        boto3 client of S3 to use, such as that of ``dagster_aws.s3.S3Resource``; without one,
        :func:`s3_client` makes one from the environment's credentials.
    processes
        Processes that share the processors. [count]

    Returns
    -------
    ParquetStore
        Store on disk or in a bucket.

    Raises
    ------
    ConfigError
        If the package that knows the format is not installed.
    """
    options = StoreOptions(
        if_exists=storage.if_exists,
        parquet=ParquetOptions(
            row_group_rows=row_group_rows,
            compression=storage.compression,
            compression_level=storage.compression_level,
            overlapped=processors() > processes,
        ),
        retry=RetryPolicy(max_attempts=storage.max_attempts, deadline_seconds=storage.deadline_seconds),
    )
    if storage.kind == "local":
        files: ParquetStore = LocalStore(storage.base_dir, options)
        return files if storage.format == "parquet" else _lake(storage, files, None)
    if storage.bucket is None:
        raise ConfigError("storage.bucket is not set; storage.kind 's3' needs the name of a bucket")
    client = client or s3_client(storage)
    files = S3Store(client, storage.bucket, storage.prefix, options)
    return files if storage.format == "parquet" else _lake(storage, files, client)


def _lake(storage: Storage, files: ParquetStore, client: Any) -> ParquetStore:
    """A store of tables that keep their history.

    Raises
    ------
    ConfigError
        If the package that knows the format is not installed.
    """
    from fraudsim_assets.storage.lake.store import LakeStore

    tables = tables_of(storage.format, files, client, catalog=storage.iceberg_catalog)
    return LakeStore(files, tables, in_order=storage.commit_order == "by_day")


def tables_of(table_format: str, files: ParquetStore, client: Any, *, catalog: str | None = None) -> TableFormat:
    """Tables of a format over a store that carries their files.

    Parameters
    ----------
    catalog
        ``storage.iceberg_catalog``.

    Raises
    ------
    ConfigError
        If the package that knows the format is not installed.
    """
    with needing(table_format):
        if table_format == "iceberg":
            from fraudsim_assets.storage.lake.iceberg import IcebergFormat

            return IcebergFormat(files.place, catalog, partial(bucket_options, client))
        from fraudsim_assets.storage.lake.delta import DeltaFormat

        return DeltaFormat(files.place, files.all_files, partial(bucket_options, client))


def s3_client(storage: Storage) -> Any:
    """boto3 client with the credentials of the environment, one try per request and short time-outs.

    Raises
    ------
    StorageError
        If the environment describes no client, such as a profile that does not exist.
    """
    settings = {"endpoint_url": storage.endpoint_url, "region_name": storage.region}
    try:
        return boto3.client("s3", **settings, config=client_config(storage))
    except (BotoCoreError, ValueError) as error:
        reason = advice(error) or "check storage.endpoint_url and storage.region"
        raise storage_error(f"open s3://{storage.bucket}", reason, error) from None


def client_config(storage: Storage) -> ClientConfig:
    """Settings that a client of a store should have: retries are the store's own business."""
    return ClientConfig(
        retries={"total_max_attempts": 1},
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        max_pool_connections=16,
        tcp_keepalive=True,
        # every body carries its MD5; a second checksum costs time, and older servers refuse it
        request_checksum_calculation="when_required",
        s3={"addressing_style": "path" if storage.endpoint_url else "auto"},
    )
