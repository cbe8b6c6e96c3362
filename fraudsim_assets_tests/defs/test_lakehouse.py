"""The same assets over tables of a lakehouse, on a disk and in a bucket."""

import dagster as dg
import pytest

from fraudsim_assets.defs.io_managers import LocalParquetIOManager
from fraudsim_assets.defs.s3_io import S3ParquetIOManager
from fraudsim_assets.storage import PartKey
from fraudsim_assets.tables import TABLES, polars_schema
from fraudsim_assets_tests.defs.tiny import ASSETS, CATALOGS, QUIET, days, own_report, tiny_resources
from fraudsim_assets_tests.storage.lakes import PACKAGES

FIRST, SECOND, THIRD = "2025-01-02", "2025-01-03", "2025-01-04"


@pytest.fixture(params=["delta on disk", "delta in a bucket", "iceberg on disk", "iceberg in a bucket"])
def files(request, tmp_path):
    table_format, _, place = request.param.partition(" ")
    pytest.importorskip(PACKAGES[table_format])
    if place == "on disk":
        return LocalParquetIOManager(base_dir=str(tmp_path), format=table_format)
    s3, _, bucket = request.getfixturevalue("s3")
    catalog = f"sqlite:///{tmp_path}/catalog.db" if table_format == "iceberg" else None
    return S3ParquetIOManager(bucket=bucket, prefix="worlds/tiny", s3=s3, format=table_format, iceberg_catalog=catalog)


def test_assets_land_in_tables_day_by_day_and_come_back(files):
    resources, seen = tiny_resources(files), []
    everything = {"assets": [*ASSETS, own_report(seen)], "resources": resources, "run_config": QUIET}
    assert dg.materialize(**everything, selection=list(CATALOGS)).success
    assert dg.materialize(**everything, selection=["transactions", "account_events"], **days(FIRST, SECOND)).success
    assert dg.materialize(**everything, selection=["transactions"], **days(THIRD)).success
    assert dg.materialize(**everything, selection=["transactions"], **days(SECOND)).success
    assert dg.materialize(**everything, selection=["report"]).success
    assert seen == [(3, 0)]
    assert files.store.list_partitions("transactions") == [FIRST, SECOND, THIRD]
    assert files.store.list_partitions("account_events") == [FIRST, SECOND]
    events = files.store.scan([PartKey("account_events", FIRST)]).drop("date").collect()
    assert events.schema == polars_schema(TABLES["account_events"])
    assert events.height > 100
    if isinstance(files, S3ParquetIOManager) and files.format == "delta":
        return  # the reader of histories waits for a server of another process only
    versions = files.store.versions("transactions")
    assert [version.properties["partition"] for version in versions] == [FIRST, SECOND, THIRD, SECOND]
    assert all(version.properties["verdict"].startswith("passed") for version in versions)
    assert len({v.properties["content_digest"] for v in versions}) == 3, "a day made again has the digest it had"
