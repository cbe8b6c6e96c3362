"""Servers on loopback and stores for the storage tests."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from fraudsim_assets.storage import LocalStore, S3Store
from fraudsim_assets_tests.storage.accounts import BUCKET, client_for
from fraudsim_assets_tests.storage.killable import Writers
from fraudsim_assets_tests.storage.lakes import lake
from fraudsim_assets_tests.storage.samples import options
from fraudsim_assets_tests.storage.servers import FaultProxy, S3Server


@pytest.fixture(scope="session")
def server() -> Iterator[S3Server]:
    with S3Server() as running:
        yield running


@pytest.fixture(scope="session")
def writers() -> Iterator[Writers]:
    """A process that starts writers which can be killed."""
    with Writers() as running:
        yield running


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> int:
    """Let the server take parts of a few bytes, so that small files are sent in several."""
    monkeypatch.setattr("moto.s3.models.S3_UPLOAD_PART_MIN_SIZE", 1)
    return 16_384


@pytest.fixture
def client(server: S3Server) -> Iterator[Any]:
    client = client_for(server.url)
    client.create_bucket(Bucket=BUCKET)
    yield client
    _empty(client)


def _empty(client: Any) -> None:
    for upload in client.list_multipart_uploads(Bucket=BUCKET).get("Uploads", []):
        client.abort_multipart_upload(Bucket=BUCKET, Key=upload["Key"], UploadId=upload["UploadId"])
    for found in client.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        client.delete_object(Bucket=BUCKET, Key=found["Key"])
    client.delete_bucket(Bucket=BUCKET)


@pytest.fixture
def proxy(server: S3Server, client: Any) -> Iterator[FaultProxy]:
    """A proxy before the server, whose bucket is there."""
    with FaultProxy(server.port) as running:
        yield running


@pytest.fixture(params=["local", "s3", "delta-local", "delta-s3", "iceberg-local", "iceberg-s3"])
def store(request: pytest.FixtureRequest, tmp_path: Any) -> Any:
    """Each kind of store in turn, empty."""
    table_format, _, kind = request.param.rpartition("-")
    if kind == "local":
        client, catalog, files = None, None, LocalStore(tmp_path / "data", options())
    else:
        client, catalog = request.getfixturevalue("client"), tmp_path / "catalog.db"
        files = S3Store(client, BUCKET, "some/prefix", options())
    return lake(table_format, files, client, catalog=catalog) if table_format else files


@pytest.fixture
def s3_store(client: Any, small_parts: int) -> Callable[..., S3Store]:
    """Make S3 stores with small parts, by default straight to the server."""

    def make(
        url: str | None = None, *, read_timeout: float = 20.0, part_bytes: int = small_parts, **settings: Any
    ) -> S3Store:
        through = client if url is None else client_for(url, read_timeout=read_timeout)
        return S3Store(through, BUCKET, "p", options(**settings), part_bytes=part_bytes)

    return make
