"""Stores of a lakehouse for tests."""

from collections.abc import Mapping
from importlib import util
from pathlib import Path
from types import MappingProxyType
from typing import Any

import polars as pl
import pyarrow as pa
import pytest

from fraudsim_assets.storage import ParquetStore
from fraudsim_assets.storage.layout import ICEBERG_CATALOG
from fraudsim_assets.storage.opening import tables_of

PACKAGES = {"delta": "deltalake", "iceberg": "pyiceberg"}
"""What each format needs."""


def installed() -> list[str]:
    """Modules of ours whose format's package is installed."""
    return [
        f"fraudsim_assets.storage.lake.{table_format}"
        for table_format, package in PACKAGES.items()
        if util.find_spec(package) is not None
    ]


def table_of(
    place: object,
    asset: str,
    *,
    version: int | None = None,
    options: Mapping[str, str] = MappingProxyType({}),
    catalog: object = None,
) -> pa.Table:
    """Read a table with a reader that knows its format and not this package.

    Parameters
    ----------
    place
        Folder of the store.
    version
        Version or snapshot; None is the newest.
    options, catalog
        How to reach the bucket, and the file of the catalog, for Iceberg tables in a bucket.
    """
    if catalog is not None or Path(str(place), ICEBERG_CATALOG).exists():
        from pyiceberg.catalog.sql import SqlCatalog

        bucket = {"s3." + name.removeprefix("aws_").replace("_", "-"): value for name, value in options.items()}
        bucket["s3.endpoint"] = bucket.pop("s3.endpoint-url", "")
        opened = SqlCatalog("fraudsim", uri=f"sqlite:///{catalog or f'{place}/{ICEBERG_CATALOG}'}", **bucket)
        return opened.load_table(("fraudsim", asset)).scan(snapshot_id=version).to_arrow()
    from deltalake import DeltaTable

    return pa.table(DeltaTable(f"{place}/{asset}", version=version).to_pyarrow_table())


def lazily(place: object, asset: str) -> pl.LazyFrame:
    """Read a table with polars' own reader of its format."""
    if Path(str(place), ICEBERG_CATALOG).exists():
        from pyiceberg.catalog.sql import SqlCatalog

        catalog = SqlCatalog("fraudsim", uri=f"sqlite:///{place}/{ICEBERG_CATALOG}")
        return pl.scan_iceberg(catalog.load_table(("fraudsim", asset)))
    return pl.scan_delta(f"{place}/{asset}")


def lake(
    table_format: str, files: ParquetStore, client: Any = None, *, catalog: object = None, in_order: bool = False
) -> Any:
    """A store over one that carries its files; the test is skipped where the format's package is not installed.

    Parameters
    ----------
    catalog
        File of the catalog of Iceberg tables in a bucket.
    """
    pytest.importorskip(PACKAGES[table_format])
    from fraudsim_assets.storage.lake.store import LakeStore

    url = None if catalog is None or table_format != "iceberg" else f"sqlite:///{catalog}"
    return LakeStore(files, tables_of(table_format, files, client, catalog=url), in_order=in_order)
