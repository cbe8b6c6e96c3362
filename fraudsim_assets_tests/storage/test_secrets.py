"""Credentials appear nowhere: not in errors, not in their chains, not in logs, not in plans, not in files."""

import logging
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import polars as pl
import pytest

from fraudsim_assets.errors import StorageError
from fraudsim_assets.storage import S3Store
from fraudsim_assets.storage.credentials import credential_provider, secrets_of, storage_options
from fraudsim_assets_tests.storage.accounts import ACCESS_KEY, BUCKET, SECRET_KEY, SESSION_TOKEN
from fraudsim_assets_tests.storage.samples import KEY, versioned
from fraudsim_assets_tests.storage.servers import FaultProxy

SECRETS = (ACCESS_KEY, SECRET_KEY, SESSION_TOKEN)
ECHO = "".join(f"<AWSAccessKeyId>{secret}</AWSAccessKeyId><StringToSign>{secret}</StringToSign>" for secret in SECRETS)


@pytest.fixture(autouse=True)
def nothing_said(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    """Our own log and the standard streams hold no secret, whatever happened."""
    with caplog.at_level(logging.DEBUG, logger="fraudsim_assets"):
        yield
    said = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("fraudsim_assets"))
    for secret in SECRETS:
        assert secret not in said + "".join(capfd.readouterr())


def _everything_said(error: BaseException) -> str:
    """Texts of an error and of all that hang on it, shown or not."""
    said, todo = [], [error]
    while todo:
        one = todo.pop()
        said += [str(one), repr(one), *traceback.format_exception(one)]
        todo += [other for other in (one.__cause__, one.__context__) if other is not None]
    return "\n".join(said)


def test_the_client_gives_its_secrets_to_polars_and_for_striking_out_only(client: Any) -> None:
    assert set(secrets_of(client)) == set(SECRETS)
    provider = credential_provider(client)
    assert provider is not None
    assert set(provider()[0].values()) == set(SECRETS)
    assert not any(secret in str(storage_options(client)) for secret in SECRETS)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (403, "InvalidAccessKeyId"),
        (403, "SignatureDoesNotMatch"),
        (403, "AccessDenied"),
        (400, "Odd"),
        (503, "SlowDown"),
    ],
)
@pytest.mark.parametrize("match", ["^POST .*uploads", r"^PUT .*partNumber", "^POST .*uploadId="])
def test_a_server_that_repeats_credentials_is_not_quoted(
    s3_store: Callable[..., S3Store], proxy: FaultProxy, status: int, code: str, match: str
) -> None:
    proxy.add(
        match, "status", status=status, code=f"{code}", extra=f"<Resource>{SECRET_KEY}</Resource>{ECHO}", times=99
    )
    with pytest.raises(StorageError) as caught:
        s3_store(proxy.url).write(KEY, versioned(1))
    for secret in SECRETS:
        assert secret not in _everything_said(caught.value)


def test_a_message_that_repeats_credentials_is_struck_out(s3_store: Callable[..., S3Store], proxy: FaultProxy) -> None:
    fault = proxy.add("^PUT .*partNumber", "status", status=503, code=f"SlowDown {SECRET_KEY}", times=99)
    with pytest.raises(StorageError, match=r"\*\*\*") as caught:
        s3_store(proxy.url).write(KEY, versioned(1))
    assert fault.met > 1
    assert SECRET_KEY not in _everything_said(caught.value)


def test_an_outage_does_not_bring_them_up(s3_store: Callable[..., S3Store], proxy: FaultProxy) -> None:
    proxy.down()
    store = s3_store(proxy.url)
    for action in (lambda: store.write(KEY, versioned(1)), lambda: store.exists(KEY), lambda: store.metadata(KEY)):
        with pytest.raises(StorageError) as caught:
            action()
        assert not any(secret in _everything_said(caught.value) for secret in SECRETS)


def test_objects_stores_and_plans_do_not_hold_them(s3_store: Callable[..., S3Store], client: Any) -> None:
    store = s3_store()
    report = store.write(KEY, versioned(1))
    frame = store.scan([KEY])
    texts = [repr(store), str(store), repr(store.options), repr(report), frame.explain(), repr(store.metadata(KEY))]
    body = client.get_object(Bucket=BUCKET, Key=f"p/{KEY.path}")["Body"].read()
    for secret in SECRETS:
        assert secret not in "".join(texts)
        assert secret.encode() not in body
    assert frame.select(pl.len()).collect().item() == 5_000


def test_a_failing_read_of_polars_does_not_bring_them_up(s3_store: Callable[..., S3Store], client: Any) -> None:
    store = s3_store()
    store.write(KEY, versioned(1))
    frame = store.scan([KEY])
    client.delete_object(Bucket=BUCKET, Key=f"p/{KEY.path}")
    with pytest.raises(Exception) as caught:  # noqa: PT011 - which error is polars' business
        frame.collect()
    assert not any(secret in _everything_said(caught.value) for secret in SECRETS)
