"""Catalogs made once, and a folder and a memory of Dagster's for each test."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import dagster as dg
import pytest
from dagster_aws.s3 import S3Resource

from fraudsim_assets.config import load_config
from fraudsim_assets.defs.assembly import resources
from fraudsim_assets.defs.io_managers import LocalParquetIOManager
from fraudsim_assets.defs.spec import WorldSpec
from fraudsim_assets_tests.defs.tiny import ASSETS, CATALOGS, QUIET, days, tiny_resources
from fraudsim_assets_tests.storage.servers import S3Server

Run = Callable[..., dg.ExecuteInProcessResult]


@pytest.fixture(scope="session")
def catalogs_made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the tiny world's catalogs; never written to again."""
    folder = tmp_path_factory.mktemp("catalogs")
    config = load_config("tiny", overrides={"storage.base_dir": str(folder)}, env={})
    made = {"resources": resources(WorldSpec(config)), "run_config": QUIET}
    assert dg.materialize(ASSETS, selection=list(CATALOGS), **made).success
    return folder


@pytest.fixture
def base(catalogs_made_once: Path, tmp_path: Path) -> Path:
    """A folder of the test's own with the catalogs in it."""
    return Path(shutil.copytree(catalogs_made_once, tmp_path / "data"))


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    """Dagster's memory, for one test."""
    with dg.DagsterInstance.ephemeral() as made:
        yield made


@pytest.fixture
def run(base: Path, instance: dg.DagsterInstance) -> Run:
    """Materialise assets of the tiny world: a selection, and one day or a range of days."""

    def materialise(
        *names: str, first: str, last: str | None = None, assets: Any = ASSETS, **overrides: Any
    ) -> dg.ExecuteInProcessResult:
        return dg.materialize(
            assets,
            selection=list(names),
            resources=tiny_resources(LocalParquetIOManager(base_dir=str(base)), **overrides),
            instance=instance,
            raise_on_error=False,
            run_config=QUIET,
            **days(first, last),
        )

    return materialise


@pytest.fixture
def s3() -> Iterator[tuple[S3Resource, Any, str]]:
    """A server that speaks S3 on loopback: Dagster's resource, a client, and the name of an empty bucket."""
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "a test secret", "region_name": "eu-central-1"}
    with S3Server() as server:
        client = boto3.client("s3", endpoint_url=server.url, **keys)
        bucket = f"lake-{server.port}"  # moto keeps its buckets for as long as the process lives
        client.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        yield S3Resource(endpoint_url=server.url, max_attempts=1, **keys), client, bucket


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Environment of a command that uses the tiny world in a folder of the test's own."""
    return {
        **os.environ,
        "FRAUDSIM_CONFIG": "tiny",
        "FRAUDSIM_STORAGE__BASE_DIR": str(tmp_path / "data"),
        "DAGSTER_HOME": str(tmp_path / "home"),
    }
