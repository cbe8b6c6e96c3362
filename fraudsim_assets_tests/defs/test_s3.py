"""The same assets over a bucket, on a server that speaks S3 on loopback."""

import dagster as dg

from fraudsim_assets.config import load_config
from fraudsim_assets.defs.assembly import files_of
from fraudsim_assets.defs.s3_io import S3ParquetIOManager
from fraudsim_assets.defs.spec import WorldSpec
from fraudsim_assets_tests.defs.tiny import ASSETS, CATALOGS, QUIET, days, own_report, tiny_resources

FIRST, SECOND, THIRD = "2025-01-02", "2025-01-03", "2025-01-04"


def objects(client, bucket: str) -> list[str]:
    return sorted(found["Key"] for found in client.list_objects_v2(Bucket=bucket).get("Contents", []))


def test_catalogs_and_days_go_to_a_bucket_and_come_back(s3):
    resource, client, bucket = s3
    resources = tiny_resources(S3ParquetIOManager(bucket=bucket, prefix="worlds/tiny", s3=resource))
    seen = []
    everything = {"assets": [*ASSETS, own_report(seen)], "resources": resources, "run_config": QUIET}
    assert dg.materialize(**everything, selection=list(CATALOGS)).success
    assert dg.materialize(**everything, selection=["transactions"], **days(FIRST, SECOND)).success
    assert dg.materialize(**everything, selection=["transactions"], **days(THIRD)).success
    assert objects(client, bucket) == sorted(
        [f"worlds/tiny/{name}/part-0.parquet" for name in CATALOGS]
        + [f"worlds/tiny/transactions/date={day}/part-0.parquet" for day in (FIRST, SECOND, THIRD)]
    )
    assert dg.materialize(**everything, selection=["report"]).success
    assert seen == [(3, 0)]


def test_a_missing_bucket_is_an_error_that_says_so(s3):
    resource, _, _ = s3
    resources = tiny_resources(S3ParquetIOManager(bucket="no-such-bucket", s3=resource))
    result = dg.materialize(
        ASSETS, selection=["merchants"], resources=resources, run_config=QUIET, raise_on_error=False
    )
    error = result.get_step_failure_events()[0].step_failure_data.error.to_string()
    assert "no-such-bucket" in error
    assert "a test secret" not in error


def test_the_configuration_chooses_the_io_manager():
    local = files_of(WorldSpec(load_config("tiny", env={})))
    assert type(local).__name__ == "LocalParquetIOManager"
    s3 = {"storage": {"kind": "s3", "bucket": "lake", "prefix": "p", "endpoint_url": "http://127.0.0.1:9"}}
    remote = files_of(WorldSpec(load_config("tiny", overrides=s3, env={})))
    assert isinstance(remote, S3ParquetIOManager)
    assert (remote.bucket, remote.prefix) == ("lake", "p")
