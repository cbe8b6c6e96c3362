"""The same assets over tables of a lakehouse, on a disk and in a bucket."""

import boto3
import dagster as dg
import polars as pl
import pytest
from dagster_aws.s3 import S3Resource

from fraudsim_assets.defs.io_managers import LocalParquetIOManager
from fraudsim_assets.defs.s3_io import S3ParquetIOManager
from fraudsim_assets_tests.defs.tiny import ASSETS, CATALOGS, QUIET, days, tiny_resources
from fraudsim_assets_tests.storage.lakes import PACKAGES
from fraudsim_assets_tests.storage.servers import S3Server

FIRST, SECOND, THIRD = "2025-01-02", "2025-01-03", "2025-01-04"
KEYS = {"aws_access_key_id": "test", "aws_secret_access_key": "a test secret", "region_name": "eu-central-1"}


@pytest.fixture(params=list(PACKAGES))
def table_format(request):
    pytest.importorskip(PACKAGES[request.param])
    return request.param


@pytest.fixture(params=["disk", "bucket"])
def files(request, table_format, tmp_path):
    if request.param == "disk":
        yield LocalParquetIOManager(base_dir=str(tmp_path), format=table_format)
        return
    with S3Server() as server:
        client = boto3.client("s3", endpoint_url=server.url, **KEYS)
        bucket = f"tables-{server.port}"
        client.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        s3 = S3Resource(endpoint_url=server.url, max_attempts=1, **KEYS)
        yield S3ParquetIOManager(bucket=bucket, prefix="worlds/tiny", s3=s3, format=table_format)


def test_assets_land_in_tables_day_by_day_and_come_back(files):
    resources, seen = tiny_resources(files), []

    @dg.asset(io_manager_key="day_io_manager")
    def report(transactions: pl.LazyFrame, customers: pl.LazyFrame) -> None:
        joined = transactions.join(customers.unique("customer_id"), on="customer_id", how="anti")
        seen.append((transactions.select(pl.col("date").n_unique()).collect().item(), joined.collect().height))

    everything = {"assets": [*ASSETS, report], "resources": resources, "run_config": QUIET}
    assert dg.materialize(**everything, selection=list(CATALOGS)).success
    assert dg.materialize(**everything, selection=["transactions"], **days(FIRST, SECOND)).success
    assert dg.materialize(**everything, selection=["transactions"], **days(THIRD)).success
    assert dg.materialize(**everything, selection=["transactions"], **days(SECOND)).success
    assert dg.materialize(**everything, selection=["report"]).success
    assert seen == [(3, 0)]
    assert files.store.list_partitions("transactions") == [FIRST, SECOND, THIRD]
    if isinstance(files, S3ParquetIOManager):
        return  # the reader of histories waits for a server of another process only
    versions = files.store.versions("transactions")
    assert [version.properties["partition"] for version in versions] == [FIRST, SECOND, THIRD, SECOND]
    assert all(version.properties["verdict"].startswith("passed") for version in versions)
    assert len({v.properties["content_digest"] for v in versions}) == 3, "a day made again has the digest it had"
