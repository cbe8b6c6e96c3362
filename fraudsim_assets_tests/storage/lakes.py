"""Stores of a lakehouse for tests."""

from functools import partial
from importlib import util
from typing import Any

import pyarrow as pa
import pytest

from fraudsim_assets.storage import ParquetStore
from fraudsim_assets.storage.credentials import bucket_options

PACKAGES = {"delta": "deltalake"}
"""What each format needs."""


def installed() -> list[str]:
    """Modules of ours whose format's package is installed."""
    return [
        f"fraudsim_assets.storage.lake.{table_format}"
        for table_format, package in PACKAGES.items()
        if util.find_spec(package) is not None
    ]


def table_of(place: object, asset: str, *, version: int | None = None) -> pa.Table:
    """Read a table with a reader that knows its format and not this package.

    Parameters
    ----------
    place
        Folder of the store.
    version
        Version or snapshot; None is the newest.
    """
    from deltalake import DeltaTable

    return pa.table(DeltaTable(f"{place}/{asset}", version=version).to_pyarrow_table())


def lake(table_format: str, files: ParquetStore, client: Any = None, *, in_order: bool = False) -> Any:
    """A store over one that carries its files; the test is skipped where the format's package is not installed."""
    pytest.importorskip(PACKAGES[table_format])
    from fraudsim_assets.storage.lake.delta import DeltaFormat
    from fraudsim_assets.storage.lake.store import LakeStore

    tables = DeltaFormat(files.place, files.all_files, partial(bucket_options, client))
    return LakeStore(files, tables, in_order=in_order)
