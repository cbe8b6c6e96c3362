"""Tables of a lakehouse read by DuckDB's own extensions, in an environment of its own: they follow DuckDB's versions.

TEST_SERVERS=1 runs it, with a package index in reach.
"""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from fraudsim_assets.storage import LocalStore, PartKey
from fraudsim_assets.storage.layout import ICEBERG_CATALOG
from fraudsim_assets_tests.storage.killable import ROWS
from fraudsim_assets_tests.storage.lakes import PACKAGES, lake
from fraudsim_assets_tests.storage.samples import KEY, options, versioned

pytestmark = pytest.mark.skipif(
    os.environ.get("TEST_SERVERS") != "1", reason="makes an environment of its own; TEST_SERVERS=1 runs it"
)

VERSION = "1.5.5"
"""Newest DuckDB whose extensions come as packages."""

READ = """
import json, sys
from importlib import import_module
from pathlib import Path

import duckdb

connection = duckdb.connect(config={"allow_unsigned_extensions": True})
for name in ("avro", sys.argv[1]):
    (found,) = Path(import_module(f"duckdb_extension_{name}").__path__[0]).rglob("*.duckdb_extension")
    connection.execute(f"load '{found}'")
print(json.dumps([str(v) for v in connection.sql(sys.argv[2]).fetchone()]))
"""


@pytest.fixture(scope="module")
def python(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("duckdb")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    packages = [f"{name}=={VERSION}" for name in ("duckdb", *(f"duckdb-extension-{e}" for e in ("avro", *PACKAGES)))]
    got = subprocess.run([folder / "bin" / "pip", "install", "-q", *packages], capture_output=True, check=False)
    if got.returncode:
        pytest.skip(f"DuckDB {VERSION} and its extensions cannot be downloaded here")
    return folder / "bin" / "python"


@pytest.mark.parametrize("table_format", PACKAGES)
def test_a_day_that_was_made_again_is_there_once_with_its_partition(python, tmp_path, table_format):
    store = lake(table_format, LocalStore(tmp_path, options()))
    other = PartKey(KEY.asset, "2025-01-20")
    for key, version in ((KEY, 1), (other, 2), (KEY, 3)):
        store.write(key, versioned(version, rows=ROWS))
    place = str(tmp_path / KEY.asset)
    if table_format == "iceberg":
        with sqlite3.connect(tmp_path / ICEBERG_CATALOG) as catalog:
            query = "select metadata_location from iceberg_tables where table_name = ?"
            place = catalog.execute(query, [KEY.asset]).fetchone()[0].removeprefix("file://")
    asked = "count(*), sum(version), sum(row), count(*) filter (date = '2025-01-20'), count(distinct date)"
    read = subprocess.run(
        [python, "-c", READ, table_format, f"select {asked} from {table_format}_scan('{place}')"],  # noqa: S608 - names of ours
        capture_output=True,
        text=True,
        check=True,
    )
    wanted = [2 * ROWS, ROWS * (2 + 3), 2 * sum(range(ROWS)), ROWS, 2]
    assert json.loads(read.stdout) == [str(value) for value in wanted]
