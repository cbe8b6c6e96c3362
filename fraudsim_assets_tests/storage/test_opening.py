"""The configuration becomes a store."""

import threading
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from pydantic import ValidationError

from fraudsim_assets.config import load_config
from fraudsim_assets.config.model import Storage
from fraudsim_assets.errors import ConfigError, StorageError
from fraudsim_assets.storage import LocalStore, S3Store, open_store, s3_client
from fraudsim_assets.storage.credentials import credential_provider, storage_options
from fraudsim_assets.storage.world import enter_world
from fraudsim_assets_tests.storage.accounts import client_for
from fraudsim_assets_tests.storage.samples import KEY, versioned


def test_every_setting_arrives(tmp_path: Path) -> None:
    storage = Storage(
        base_dir=str(tmp_path),
        if_exists="skip_identical",
        compression="snappy",
        compression_level=3,
        max_attempts=2,
        deadline_seconds=7.0,
    )
    store = open_store(storage, row_group_rows=123)
    assert isinstance(store, LocalStore)
    assert store.base_dir == tmp_path
    assert (store.options.if_exists, store.options.retry.max_attempts) == ("skip_identical", 2)
    assert store.options.retry.deadline_seconds == 7.0
    assert store.options.parquet.row_group_rows == 123
    assert (store.options.parquet.compression, store.options.parquet.compression_level) == ("snappy", 3)


def test_the_default_level_of_compression_works_with_every_codec(tmp_path: Path) -> None:
    for codec in ("zstd", "snappy", "lz4", "none"):
        store = open_store(Storage(base_dir=str(tmp_path / codec), compression=codec))
        assert store.write(KEY, versioned(1)).rows == 5_000


def test_a_bucket_opens_with_a_given_client_or_with_one_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    storage = Storage(kind="s3", bucket="b", prefix="/a/b/", endpoint_url="http://127.0.0.1:9", region="eu-west-1")
    assert repr(open_store(storage, client=client_for("http://127.0.0.1:9"))) == "S3Store('s3://b/a/b')"
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "y")
    store = open_store(storage)
    assert isinstance(store, S3Store)
    assert store.uri(KEY) == "s3://b/a/b/transactions/date=2025-01-01/part-0.parquet"
    client = s3_client(storage)
    assert client.meta.config.retries["total_max_attempts"] == 1
    assert storage_options(client) == {
        "aws_region": "eu-west-1",
        "aws_endpoint_url": "http://127.0.0.1:9",
        "aws_allow_http": "true",
    }


def test_amazons_own_endpoint_is_left_to_polars(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "y")
    assert storage_options(s3_client(Storage(kind="s3", bucket="b", region="eu-west-1"))) == {"aws_region": "eu-west-1"}


def test_a_client_that_signs_nothing_gives_no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_for("http://127.0.0.1:9")
    monkeypatch.setattr(client._request_signer, "_credentials", None)
    assert credential_provider(client) is None


def test_a_bucket_without_a_name_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"storage.bucket is not set"):
        open_store(Storage.model_construct(kind="s3", bucket=None))


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({}, "iceberg_catalog is not set; .* 'postgresql.*valid in a bucket are 'parquet' and 'delta'"),
        ({"iceberg_catalog": "catalog.db"}, "iceberg_catalog is 'catalog.db'; valid are an address such as"),
        ({"iceberg_catalog": "sqlite://"}, "iceberg_catalog is 'sqlite://'; valid are"),
        ({"iceberg_catalog": "postgresql://me:secret@host/db"}, "holds a password"),
        ({"iceberg_catalog": "sqlite:///c.db", "format": "delta"}, "it is for 'iceberg' in 's3' alone"),
        ({"iceberg_catalog": "sqlite:///c.db", "kind": "local"}, "it is for 'iceberg' in 's3' alone"),
    ],
)
def test_tables_of_iceberg_in_a_bucket_need_a_database_without_a_password(settings, told):
    with pytest.raises(ValidationError, match=told) as refused:
        Storage(**({"kind": "s3", "bucket": "b", "format": "iceberg"} | settings))
    assert "secret" not in str(refused.value.errors(include_input=False, include_url=False))


def test_a_home_folder_is_expanded(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert open_store(Storage(base_dir="~/x")).place == str(tmp_path / "x")


def test_a_profile_that_does_not_exist_is_a_storage_error(monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "nowhere")
    with pytest.raises(StorageError, match="set AWS_PROFILE"):
        open_store(Storage(kind="s3", bucket="bucket"))


def test_a_folder_that_is_called_like_a_day_may_stand_above_the_data(tmp_path):
    store = open_store(Storage(base_dir=str(tmp_path / "date=2020-01-01" / "a=b")))
    store.write(KEY, versioned(1))
    read = store.scan([KEY]).collect()
    assert read.columns == ["version", "row", "mixed", "date"]
    assert read["date"].unique().to_list() == [date(2025, 1, 1)]


@pytest.fixture
def web_page():
    """A server that answers everything with a page."""

    class Page(BaseHTTPRequestHandler):
        def answer(self):
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(200)
            body = b"<html><body>please sign in</body></html>"
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_HEAD(self):
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            """Say nothing about requests."""

    for method in ("GET", "PUT", "POST", "DELETE"):
        setattr(Page, f"do_{method}", Page.answer)
    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.mark.parametrize(
    "use",
    [
        lambda store: store.identity(),
        lambda store: store.list_parts("transactions"),
        lambda store: store.metadata(KEY),
        lambda store: store.write(KEY, versioned(1)),
        lambda store: store.write(KEY, versioned(1), if_exists="skip_identical"),
        lambda store: store.scan([KEY]),
        lambda store: enter_world(store, load_config("tiny", env={})),
    ],
)
def test_a_server_that_answers_with_a_page_is_a_storage_error(web_page, monkeypatch, use):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key-of-nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret-of-nobody")
    settings = Storage(kind="s3", bucket="bucket", endpoint_url=web_page, max_attempts=2)
    with pytest.raises(StorageError):
        use(open_store(settings))
