"""Which faults are tried again, how often, and what a user is told."""

import errno
import logging

import pytest
from botocore import exceptions as aws

from fraudsim_assets.errors import StorageError
from fraudsim_assets.storage.faults import (
    DISK_ADVICE,
    DISK_TRANSIENT,
    S3_ADVICE,
    S3_TRANSIENT,
    advice,
    is_transient,
    redacted,
)
from fraudsim_assets.storage.retry import RetryPolicy


def _refusal(code: str, status: int = 400, **extra: str) -> aws.ClientError:
    answer = {"Error": {"Code": code, "Message": "no", **extra}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return aws.ClientError(answer, "PutObject")  # type: ignore[arg-type]


class _Flaky:
    def __init__(self, *errors: Exception) -> None:
        self.errors, self.calls = list(errors), 0

    def __call__(self) -> str:
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        return "done"


QUICK = RetryPolicy(max_attempts=3, first_wait_seconds=0.001, longest_wait_seconds=0.002)


@pytest.mark.parametrize("code", sorted(S3_TRANSIENT))
def test_passing_refusals_are_tried_again(code: str) -> None:
    action = _Flaky(_refusal(code), _refusal(code))
    assert QUICK.call("write x", action) == "done"
    assert action.calls == 3


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_passing_statuses_are_tried_again_whatever_the_code(status: int) -> None:
    assert is_transient(_refusal("Whatever", status))


@pytest.mark.parametrize("code", sorted(S3_ADVICE))
def test_permanent_refusals_are_told_at_once_with_advice(code: str) -> None:
    action = _Flaky(_refusal(code, 503))
    with pytest.raises(StorageError, match=r"^write x: ") as caught:
        QUICK.call("write x", action)
    assert action.calls == 1
    assert S3_ADVICE[code] in str(caught.value)


def test_unknown_refusals_are_permanent_and_named() -> None:
    with pytest.raises(StorageError, match="the server refused with Strange"):
        QUICK.call("write x", _Flaky(_refusal("Strange")))


@pytest.mark.parametrize("code", sorted(DISK_TRANSIENT))
def test_passing_disk_faults_are_tried_again(code: int) -> None:
    assert QUICK.call("write x", _Flaky(OSError(code, "later"))) == "done"


@pytest.mark.parametrize("code", sorted(DISK_ADVICE))
def test_permanent_disk_faults_are_told_at_once_with_advice(code: int) -> None:
    action = _Flaky(OSError(code, "no"))
    with pytest.raises(StorageError) as caught:
        QUICK.call("write x", action)
    assert action.calls == 1
    assert DISK_ADVICE[code] in str(caught.value)


@pytest.mark.parametrize(
    ("error", "passes"),
    [
        (aws.EndpointConnectionError(endpoint_url="http://x"), True),
        (aws.ReadTimeoutError(endpoint_url="http://x"), True),
        (aws.ConnectTimeoutError(endpoint_url="http://x"), True),
        (aws.ConnectionClosedError(endpoint_url="http://x"), True),
        (aws.IncompleteReadError(actual_bytes=1, expected_bytes=2), True),
        (ConnectionResetError(errno.ECONNRESET, "reset"), True),
        (aws.NoCredentialsError(), False),
        (aws.PartialCredentialsError(provider="env", cred_var="x"), False),
        (aws.SSLError(endpoint_url="https://x", error="untrusted"), False),
        (aws.ParamValidationError(report="x"), False),
    ],
)
def test_faults_of_the_transport_are_told_apart(error: Exception, passes: bool) -> None:
    assert is_transient(error) is passes
    assert advice(error) is not None


def test_an_error_that_is_not_the_storages_passes_through_untouched() -> None:
    bug = ValueError("a bug")
    action = _Flaky(bug)
    with pytest.raises(ValueError, match="a bug") as caught:
        QUICK.call("write x", action)
    assert caught.value is bug
    assert action.calls == 1


def test_it_gives_up_after_the_last_attempt_and_says_so() -> None:
    action = _Flaky(*[_refusal("SlowDown", 503)] * 9)
    with pytest.raises(StorageError, match=r"write x: gave up after 3 tries in .* s; check.*SlowDown"):
        QUICK.call("write x", action)
    assert action.calls == 3


def test_no_attempt_starts_after_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    passed = [0.0]
    monkeypatch.setattr("tenacity.time.monotonic", lambda: passed[0])
    monkeypatch.setattr("tenacity.sleep_using_event", lambda _: lambda wait: passed.append(passed.pop() + wait))
    action = _Flaky(*[_refusal("SlowDown", 503)] * 1_000)
    policy = RetryPolicy(max_attempts=1_000, deadline_seconds=0.05, first_wait_seconds=0.02, longest_wait_seconds=0.02)
    with pytest.raises(StorageError, match="gave up after"):
        policy.call("write x", action)
    assert 1 < action.calls < 1_000


def test_waits_grow_are_jittered_and_are_capped(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr("tenacity.sleep_using_event", lambda _: waits.append)
    policy = RetryPolicy(max_attempts=40, deadline_seconds=1e9, first_wait_seconds=0.5, longest_wait_seconds=8.0)
    with pytest.raises(StorageError):
        policy.call("write x", _Flaky(*[_refusal("SlowDown", 503)] * 40))
    bounds = [min(0.5 * 2**n, 8.0) for n in range(39)]
    assert len(waits) == 39
    assert all(0 <= wait <= bound for wait, bound in zip(waits, bounds, strict=True))
    assert len(set(waits)) > 30
    assert max(waits) > 4.0


def test_the_defaults_outlast_half_a_minute_without_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr("tenacity.sleep_using_event", lambda _: waits.append)
    outlasted = 0
    for _ in range(300):
        waits.clear()
        with pytest.raises(StorageError):
            RetryPolicy().call("write x", _Flaky(*[_refusal("SlowDown", 503)] * 50))
        outlasted += sum(waits) > 30
    # the sum of the waits is 86 s on average with a standard deviation of 16 s
    assert outlasted >= 297


def test_every_failed_attempt_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        QUICK.call("write x", _Flaky(_refusal("SlowDown", 503), _refusal("InternalError", 500)))
    said = [record.getMessage() for record in caplog.records]
    assert [s.split(" failed")[0] for s in said] == ["write x: try 1 of 3", "write x: try 2 of 3"]
    assert "SlowDown" in said[0]


@pytest.mark.parametrize(
    "text",
    [
        "https://user:hunter2@host/x",
        "X-Amz-Signature=hunter2&x=1",
        "<Secret>: hunter2",
        "aws_secret_access_key='hunter2'",
        "Authorization: AWS4-HMAC-SHA256 hunter2",
        "session_token=hunter2",
        "the given hunter2",
    ],
)
def test_what_looks_like_a_secret_is_struck_out(text: str) -> None:
    assert "hunter2" not in redacted(text, ["hunter2"] if "given" in text else [])


def test_an_answer_that_repeats_the_request_is_not_kept_as_the_cause() -> None:
    policy = RetryPolicy(max_attempts=1, secrets=lambda: ("hunter2",))
    chatty = _refusal("SignatureDoesNotMatch", 403, StringToSign="hunter2", AWSAccessKeyId="AKIA")
    for error in (chatty, _refusal("SlowDown", 503, Message="hunter2")):
        with pytest.raises(StorageError) as caught:
            policy.call("write x", _Flaky(error))
        assert caught.value.__cause__ is None
        assert caught.value.__context__ is None
        assert "hunter2" not in str(caught.value)
